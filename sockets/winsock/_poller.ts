import { toSocketError } from "../../errors/_classify.ts";
import type { Libc } from "./_libc.ts";

/** Linux, `sys/epoll.h`. */
const EPOLL_CLOEXEC = 0x80000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLONESHOT = 0x40000000;
/** Linux, `sys/eventfd.h`: `EFD_CLOEXEC | EFD_NONBLOCK`. */
const EVENTFD_FLAGS = 0x80800;
/** `struct epoll_event` is packed on x86-64 alone (epoll_event(3type)). */
const EVENT_SIZE = Deno.build.arch === "x86_64" ? 12 : 16;
const DATA_OFFSET = EVENT_SIZE - 8;
/** So many events are told at once. */
const MAX_EVENTS = 64;

/** What a descriptor can be ready for: `EPOLLIN` and `EPOLLOUT`. */
export const Readiness = { readable: 0x1, writable: 0x4 } as const;
export type Readiness = typeof Readiness[keyof typeof Readiness];

/** Who waits for one descriptor. */
interface Waiters {
  readable: PromiseWithResolvers<void> | null;
  writable: PromiseWithResolvers<void> | null;
}

/**
 * Waits for descriptors to be ready, all of them in one thread (epoll(7)). It
 * waits, and keeps the process alive, only while somebody waits for it.
 */
export class Poller {
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
    this.#epoll = call.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw failure(errno());
    this.#event = call.eventfd(0, EVENTFD_FLAGS);
    if (this.#event < 0) {
      const cause = failure(errno());
      call.close(this.#epoll);
      throw cause;
    }
    this.#control(EPOLL_CTL_ADD, this.#event, Readiness.readable);
  }

  /**
   * Resolves when the descriptor is ready, or was {@linkcode forget forgotten}.
   *
   * @throws {SocketError} If the system cannot wait for it.
   */
  wait(descriptor: number, readiness: Readiness): Promise<void> {
    const key = readiness === Readiness.readable ? "readable" : "writable";
    const known = this.#waiters.get(descriptor);
    const waiters = known ?? { readable: null, writable: null };
    if (waiters[key] !== null) return waiters[key].promise;
    const waiter = Promise.withResolvers<void>();
    waiters[key] = waiter;
    try {
      this.#arm(descriptor, waiters, known === undefined);
    } catch (error) {
      waiters[key] = null;
      return Promise.reject(error);
    }
    this.#waiters.set(descriptor, waiters);
    this.#pending++;
    if (!this.#polling) this.#polled = this.#poll();
    return waiter.promise;
  }

  /** Resolves what waits for a descriptor to be readable, ready or not. */
  nudge(descriptor: number): void {
    const waiters = this.#waiters.get(descriptor);
    if (waiters === undefined) return;
    this.#settle(waiters, Readiness.readable);
    if (this.#pending === 0) this.#wake();
  }

  /**
   * To be called before a descriptor is closed.
   *
   * @returns A promise that resolves when the thread has come back, unless
   * somebody else waits.
   */
  forget(descriptor: number): Promise<void> {
    const waiters = this.#waiters.get(descriptor);
    if (waiters !== undefined) {
      this.#waiters.delete(descriptor);
      this.#control(EPOLL_CTL_DEL, descriptor, 0);
      this.#settle(waiters, Readiness.readable | Readiness.writable);
      if (this.#pending === 0) this.#wake();
    }
    // Even if this one waits for nothing: the wait of one that was closed
    // before may still be ending.
    return this.#pending > 0 ? Promise.resolve() : this.#polled;
  }

  #arm(descriptor: number, waiters: Waiters, isNew: boolean): void {
    const events = (waiters.readable === null ? 0 : Readiness.readable) |
      (waiters.writable === null ? 0 : Readiness.writable);
    const operation = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    this.#control(operation, descriptor, events | EPOLLONESHOT);
  }

  #control(operation: number, descriptor: number, events: number): void {
    const event = new Uint8Array(EVENT_SIZE);
    const view = new DataView(event.buffer);
    view.setUint32(0, events, true);
    view.setInt32(DATA_OFFSET, descriptor, true);
    const { call, errno } = this.#libc;
    const result = call.epoll_ctl(this.#epoll, operation, descriptor, event);
    if (result !== 0) throw failure(errno());
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
    const both = Readiness.readable | Readiness.writable;
    const told = events & both;
    this.#settle(waiters, told === events ? told : both);
    // One event disarms all of them.
    const isWaiting = waiters.readable !== null || waiters.writable !== null;
    if (isWaiting) this.#rearm(descriptor, waiters);
  }

  #rearm(descriptor: number, waiters: Waiters): void {
    try {
      this.#arm(descriptor, waiters, false);
    } catch {
      // They try again, and are told so if they have to wait.
      this.#settle(waiters, Readiness.readable | Readiness.writable);
    }
  }

  #settle(waiters: Waiters, events: number): void {
    if (events & Readiness.readable && waiters.readable !== null) {
      waiters.readable.resolve();
      waiters.readable = null;
      this.#pending--;
    }
    if (events & Readiness.writable && waiters.writable !== null) {
      waiters.writable.resolve();
      waiters.writable = null;
      this.#pending--;
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
