import { toSocketError } from "../../errors/_classify.ts";
import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import {
  ANY_READINESS,
  Readiness,
  type ReadinessPoller,
  Waiters,
} from "./_readiness.ts";

export { Readiness } from "./_readiness.ts";

const { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLONESHOT } = LINUX;
const EVENTFD_FLAGS = LINUX.EFD_CLOEXEC | LINUX.EFD_NONBLOCK;
const { size: EVENT_SIZE, data: DATA_OFFSET } = LINUX_LAYOUTS.epoll_event;
/** So many events are told at once. */
const MAX_EVENTS = 64;

/**
 * Waits for descriptors to be ready, all of them in one thread (epoll(7)). It
 * waits, and keeps the process alive, only while somebody waits for it.
 */
export class Poller implements ReadinessPoller {
  readonly #libc: Libc;
  readonly #epoll: number;
  readonly #event: number;
  readonly #waiters = new Map<number, Waiters>();
  /** How many promises are pending. */
  #pending = 0;
  #polling = false;
  /** Resolves when the thread has come back. */
  #polled: Promise<void> = Promise.resolve();

  constructor(libc: Libc) {
    const { call, errno } = libc;
    this.#libc = libc;
    this.#epoll = call.epoll_create1(LINUX.EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw failure(errno());
    this.#event = call.eventfd(0, EVENTFD_FLAGS);
    if (this.#event < 0) {
      const cause = failure(errno());
      call.close(this.#epoll);
      throw cause;
    }
    this.#control(EPOLL_CTL_ADD, this.#event, Readiness.readable);
  }

  wait(descriptor: number, readiness: Readiness): Promise<void> {
    const known = this.#waiters.get(descriptor);
    const waiters = known ?? new Waiters();
    const pending = waiters.pending(readiness);
    if (pending !== undefined) return pending;
    const promise = waiters.add(readiness);
    try {
      this.#arm(descriptor, waiters, known === undefined);
    } catch (error) {
      waiters.drop(readiness);
      return Promise.reject(error);
    }
    this.#waiters.set(descriptor, waiters);
    this.#pending++;
    if (!this.#polling) this.#polled = this.#poll();
    return promise;
  }

  nudge(
    descriptor: number,
    readiness: Readiness = Readiness.readable,
  ): Promise<void> {
    const waiters = this.#waiters.get(descriptor);
    if (waiters !== undefined) this.#release(waiters, readiness);
    return this.#comeBack();
  }

  forget(descriptor: number): Promise<void> {
    const waiters = this.#waiters.get(descriptor);
    if (waiters !== undefined) {
      this.#waiters.delete(descriptor);
      // It is gone already if somebody else has closed the descriptor.
      this.#change(EPOLL_CTL_DEL, descriptor, 0);
      this.#release(waiters, ANY_READINESS);
    }
    return this.#comeBack();
  }

  #release(waiters: Waiters, events: number): void {
    this.#pending -= waiters.settle(events);
    if (this.#pending === 0) this.#wake();
  }

  #comeBack(): Promise<void> {
    // Even if this one waits for nothing: the wait of one that was closed
    // before may still be ending.
    return this.#pending > 0 ? Promise.resolve() : this.#polled;
  }

  #arm(descriptor: number, waiters: Waiters, isNew: boolean): void {
    const operation = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    this.#control(operation, descriptor, waiters.events | EPOLLONESHOT);
  }

  #control(operation: number, descriptor: number, events: number): void {
    const isDone = this.#change(operation, descriptor, events);
    if (!isDone) throw failure(this.#libc.errno());
  }

  #change(operation: number, descriptor: number, events: number): boolean {
    const event = new Uint8Array(EVENT_SIZE);
    const view = new DataView(event.buffer);
    view.setUint32(0, events, true);
    view.setInt32(DATA_OFFSET, descriptor, true);
    const { call } = this.#libc;
    return call.epoll_ctl(this.#epoll, operation, descriptor, event) === 0;
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    const events = new Uint8Array(MAX_EVENTS * EVENT_SIZE);
    const view = new DataView(events.buffer);
    const { epoll_wait } = this.#libc.call;
    while (this.#pending > 0) {
      // EINTR gives -1, and is no event.
      const count = await epoll_wait(this.#epoll, events, MAX_EVENTS, -1);
      for (let i = 0; i < count; i++) {
        const offset = i * EVENT_SIZE;
        const descriptor = view.getInt32(offset + DATA_OFFSET, true);
        this.#tell(descriptor, view.getUint32(offset, true));
      }
    }
    this.#polling = false;
  }

  #tell(descriptor: number, events: number): void {
    if (descriptor === this.#event) {
      this.#libc.call.read(this.#event, new Uint8Array(8), 8n);
      return;
    }
    const waiters = this.#waiters.get(descriptor);
    if (waiters === undefined) return;
    // Errors and hang-ups are for whoever calls next.
    const told = events & ANY_READINESS;
    this.#pending -= waiters.settle(told === events ? told : ANY_READINESS);
    // One event disarms all of them.
    if (waiters.events !== 0) this.#rearm(descriptor, waiters);
  }

  #rearm(descriptor: number, waiters: Waiters): void {
    try {
      this.#arm(descriptor, waiters, false);
    } catch {
      // They try again, and are told so if they have to wait.
      this.#pending -= waiters.settle(ANY_READINESS);
    }
  }

  /** Ends the wait that is in progress. */
  #wake(): void {
    if (!this.#polling) return;
    const one = new Uint8Array(BigUint64Array.of(1n).buffer);
    this.#libc.call.write(this.#event, one, 8n);
  }
}

function failure(errno: number): Error {
  const cause = new Error(`Refused (os error ${errno})`);
  return toSocketError(cause, "Cannot wait for sockets");
}

let shared: Poller | null = null;

/** The poller of this process, made at first use. */
export function sharedPoller(libc: Libc): Poller {
  shared ??= new Poller(libc);
  return shared;
}
