import { toSocketError } from "../../errors/_classify.ts";
import { addressRoom } from "./_address_room.ts";
import { valueOf } from "./_constant_table.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import {
  POLL_URGENT,
  PollDescriptors,
  toPollEvents,
} from "./_poll_descriptors.ts";
import {
  ANY_READINESS,
  Readiness,
  type ReadinessPoller,
  Waiters,
} from "./_readiness.ts";
import { encodeSockAddr } from "./_sock_addr.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const MESSAGE = new Uint8Array(1);
/** No limit of time. */
const INFINITE = -1;

/**
 * Waits for descriptors to be ready, all of them in one thread, by poll(2) or
 * `WSAPoll`: the one for systems that have no epoll(7). It waits, and keeps the
 * process alive, only while somebody waits for it.
 */
export class PollPoller implements ReadinessPoller {
  readonly #sockets: NativeSockets;
  /** A datagram socket that sends to itself: what ends a wait. */
  readonly #alarm: number;
  readonly #waiters = new Map<number, Waiters>();
  #pending = 0;
  #polling = false;
  /** Resolves when the thread has come back. */
  #polled: Promise<void> = Promise.resolve();

  constructor(sockets: NativeSockets) {
    this.#sockets = sockets;
    this.#alarm = openAlarm(sockets);
  }

  wait(descriptor: number, readiness: Readiness): Promise<void> {
    const waiters = this.#waiters.get(descriptor) ?? new Waiters();
    const pending = waiters.pending(readiness);
    if (pending !== undefined) return pending;
    const promise = waiters.add(readiness);
    this.#waiters.set(descriptor, waiters);
    this.#pending++;
    if (this.#polling) this.#wake();
    else this.#polled = this.#poll();
    return promise;
  }

  nudge(
    descriptor: number,
    readiness: Readiness = Readiness.readable,
  ): Promise<void> {
    return this.#release(descriptor, readiness);
  }

  forget(descriptor: number): Promise<void> {
    return this.#release(descriptor, ANY_READINESS);
  }

  #release(descriptor: number, events: number): Promise<void> {
    this.#settle(descriptor, events);
    if (this.#polling) this.#wake();
    return this.#pending > 0 ? Promise.resolve() : this.#polled;
  }

  #settle(descriptor: number, events: number): void {
    const waiters = this.#waiters.get(descriptor);
    if (waiters === undefined) return;
    this.#pending -= waiters.settle(events);
    if (waiters.events === 0) this.#waiters.delete(descriptor);
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#pending > 0) {
      const waited = [...this.#waiters];
      const descriptors = new PollDescriptors(waited.length + 1);
      descriptors.set(0, this.#alarm, valueOf("POLLIN"));
      for (const [i, [descriptor, { events }]] of waited.entries()) {
        descriptors.set(i + 1, descriptor, toPollEvents(events));
      }
      const { bytes, count } = descriptors;
      const result = await this.#sockets.pollAsync(bytes, count, INFINITE);
      if (descriptors.revents(0) !== 0) this.#silence();
      for (const [i, [descriptor, waiters]] of waited.entries()) {
        // It may be another descriptor of that number by now.
        if (this.#waiters.get(descriptor) !== waiters) continue;
        const readiness = toReadiness(descriptors.revents(i + 1));
        // If the call fails, they try again, and may be told why.
        this.#settle(descriptor, result < 0 ? ANY_READINESS : readiness);
      }
    }
    this.#polling = false;
  }

  #wake(): void {
    const options = { flags: 0, to: null, waits: false };
    this.#sockets.send(this.#alarm, [MESSAGE], options);
  }

  #silence(): void {
    const options = { flags: 0, from: null, waits: false };
    let outcome = 0;
    while (outcome >= 0) {
      const message = [new Uint8Array(1)];
      outcome = this.#sockets.receive(this.#alarm, message, options).outcome;
    }
  }
}

function toReadiness(revents: number): number {
  const failed = valueOf("POLLERR") | valueOf("POLLHUP") | valueOf("POLLNVAL");
  // Errors and hang-ups are for whoever calls next.
  if (revents & failed) return ANY_READINESS;
  return (revents & valueOf("POLLIN") ? Readiness.readable : 0) |
    (revents & POLL_URGENT ? Readiness.urgent : 0) |
    (revents & valueOf("POLLOUT") ? Readiness.writable : 0);
}

function openAlarm(sockets: NativeSockets): number {
  const family = valueOf("AF_INET");
  const alarm = sockets.socket(family, valueOf("SOCK_DGRAM"), 0);
  const name = encodeSockAddr({ family, ...LOOPBACK });
  if (alarm < 0 || typeof name === "number") throw failure(-alarm);
  const outcome = Math.min(
    sockets.bind(alarm, name),
    sockets.getsockname(alarm, addressRoom),
    sockets.connect(alarm, addressRoom.bytes.slice(0, name.length), true),
  );
  if (outcome >= 0) return alarm;
  sockets.close(alarm);
  throw failure(-outcome);
}

function failure(code: number): Error {
  const cause = new Error(`Refused (os error ${code})`);
  return toSocketError(cause, "Cannot wait for sockets");
}
