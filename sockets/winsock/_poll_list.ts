import { valueOf } from "./_constant_table.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { POLL_URGENT, PollDescriptors } from "./_poll_descriptors.ts";
import { Readiness } from "./_readiness.ts";
import { noteConnected } from "./_socket_state.ts";
import type { Wait } from "./_waiting.ts";
import type { Watch } from "./_watch.ts";

const UNASKED = valueOf("POLLERR") | valueOf("POLLHUP") | valueOf("POLLNVAL");
const WRITABLE = valueOf("POLLOUT");
/** Winsock speaks of bands where POSIX may have another event. */
const ALIASES = [
  { band: valueOf("POLLRDBAND"), event: POLL_URGENT },
  { band: valueOf("POLLWRBAND"), event: WRITABLE },
];
/** Which events each readiness stands for. */
const EVENTS = [
  {
    readiness: Readiness.readable,
    events: valueOf("POLLIN") | valueOf("POLLRDNORM"),
  },
  {
    readiness: Readiness.writable,
    events: valueOf("POLLOUT") | valueOf("POLLWRNORM"),
  },
];

/** A socket, what is asked of it, and what has come. */
interface Polled {
  readonly fd: number;
  readonly events: number;
  revents: number;
}

/** The sockets that `WSAPoll` watches. */
export class PollList implements Watch {
  readonly #list: readonly Polled[];

  constructor(list: readonly Polled[]) {
    this.#list = list;
  }

  poll(sockets: NativeSockets, milliseconds: number): Outcome {
    const descriptors = new PollDescriptors(this.#list.length);
    for (const [i, { fd, events }] of this.#list.entries()) {
      descriptors.set(i, fd, withAliases(events));
    }
    const { bytes, count } = descriptors;
    const outcome = sockets.poll(bytes, count, milliseconds);
    if (outcome < 0) return outcome;
    for (const [i, polled] of this.#list.entries()) {
      const revents = descriptors.revents(i);
      if ((revents & (UNASKED | WRITABLE)) === WRITABLE) {
        noteConnected(polled.fd);
      }
      polled.revents = asAsked(polled.events, revents);
    }
    return outcome;
  }

  waits(): readonly Wait[] {
    return this.#list.filter(({ fd }) => fd >= 0).flatMap(toWaits);
  }
}

function withAliases(events: number): number {
  return ALIASES.filter(({ band }) => events & band)
    .reduce((all, { event }) => all | event, events);
}

/** What has come, in the terms of what was asked for. */
function asAsked(events: number, revents: number): number {
  const come = ALIASES.filter(({ event }) => revents & event)
    .reduce((all, { band }) => all | band, revents);
  return come & (events | UNASKED);
}

function toWaits({ fd, events }: Polled): readonly Wait[] {
  const asked = withAliases(events);
  const waits = EVENTS.filter((row) => (asked & row.events) !== 0)
    .map(({ readiness }) => ({ descriptor: fd, readiness }));
  // Whoever waits learns of errors and hang-ups, even if for nothing else.
  return [...waits, { descriptor: fd, readiness: Readiness.urgent }];
}
