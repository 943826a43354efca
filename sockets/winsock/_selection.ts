import { valueOf } from "./_constant_table.ts";
import { WSAENOTSOCK } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import {
  POLL_URGENT,
  PollDescriptors,
  toPollEvents,
} from "./_poll_descriptors.ts";
import { Readiness } from "./_readiness.ts";
import { knownState, noteConnected } from "./_socket_state.ts";
import type { Wait } from "./_waiting.ts";
import type { Watch } from "./_watch.ts";

const FAILED = valueOf("POLLERR") | valueOf("POLLHUP");
/** No descriptor: poll(2) passes over it. */
const NONE = -1;
/** What each of the three sets asks for. */
const ASKED = [
  Readiness.readable,
  Readiness.writable,
  Readiness.urgent,
] as const;

/** A set of `select`; null is an empty one. */
type Sockets = Set<number> | null;

/** The sockets that `select` watches, by poll(2). */
export class Selection implements Watch {
  readonly #sets: readonly Sockets[];
  /** What is asked of each socket, as bits. */
  readonly #asked = new Map<number, number>();
  /** Those that tell for ever of an end that no set of theirs asks for. */
  readonly #passedOver = new Set<number>();

  constructor(readable: Sockets, writable: Sockets, except: Sockets) {
    this.#sets = [readable, writable, except];
    for (const [i, readiness] of ASKED.entries()) {
      for (const s of this.#sets[i] ?? []) {
        this.#asked.set(s, (this.#asked.get(s) ?? 0) | readiness);
      }
    }
  }

  /** How many sockets there are. */
  get size(): number {
    return this.#asked.size;
  }

  poll(sockets: NativeSockets, milliseconds: number): Outcome {
    const descriptors = new PollDescriptors(this.#asked.size);
    let index = 0;
    for (const [s, asked] of this.#asked) {
      if (s < 0) return -WSAENOTSOCK;
      const fd = this.#passedOver.has(s) ? NONE : s;
      descriptors.set(index++, fd, toPollEvents(withConnection(s, asked)));
    }
    const { bytes, count } = descriptors;
    const outcome = sockets.poll(bytes, count, milliseconds);
    return outcome > 0 ? this.#take(descriptors) : outcome;
  }

  waits(): readonly Wait[] {
    return [...this.#asked].flatMap(([descriptor, asked]): readonly Wait[] => {
      if (this.#passedOver.has(descriptor)) {
        return [{ descriptor, readiness: null }];
      }
      const awaited = withConnection(descriptor, asked);
      return ASKED.filter((readiness) => (awaited & readiness) !== 0)
        .map((readiness) => ({ descriptor, readiness }));
    });
  }

  /** Leaves in the sets what has come; returns how much. */
  #take(descriptors: PollDescriptors): Outcome {
    const come = new Map<number, number>();
    let index = 0;
    for (const [s, asked] of this.#asked) {
      const revents = descriptors.revents(index++);
      if (revents & valueOf("POLLNVAL")) return -WSAENOTSOCK;
      const readiness = toReadiness(s, revents) & asked;
      if (readiness !== 0) come.set(s, readiness);
      // Otherwise each call would come back at once.
      else if (revents & FAILED) this.#passedOver.add(s);
    }
    return come.size === 0 ? 0 : this.keep(come);
  }

  /**
   * Leaves in the sets nothing but the sockets that are given, as far as they
   * are ready for what the set asks; returns how many are left.
   */
  keep(come: ReadonlyMap<number, number>): number {
    let count = 0;
    for (const [i, readiness] of ASKED.entries()) {
      const set = this.#sets[i] ?? new Set<number>();
      for (const s of set) {
        if (((come.get(s) ?? 0) & readiness) === 0) set.delete(s);
      }
      count += set.size;
    }
    return count;
  }
}

/** What is to be waited for: also for a connection that is being made. */
function withConnection(s: number, asked: number): number {
  return knownState(s)?.isConnecting ? asked | Readiness.writable : asked;
}

/** What Winsock makes of the events of a socket. */
function toReadiness(s: number, revents: number): number {
  const hasFailed = (revents & FAILED) !== 0;
  // Nothing but the third set tells of a connection that cannot be made.
  if (hasFailed && knownState(s)?.isConnecting) return Readiness.urgent;
  if (revents & valueOf("POLLOUT")) noteConnected(s);
  const isReadable = hasFailed || (revents & valueOf("POLLIN")) !== 0;
  return (isReadable ? Readiness.readable : 0) |
    (revents & valueOf("POLLOUT") ? Readiness.writable : 0) |
    (revents & POLL_URGENT ? Readiness.urgent : 0);
}
