import { delay } from "@std/async";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { ACCEPT_CANCELLED } from "../_transport/listener_transport.ts";

/** How long to wait after a failed accept, in milliseconds, as trio does. */
const RETRY_DELAY = 100;

/** What can be dropped that was accepted. */
interface Resettable {
  reset(): void | Promise<void>;
}

/** What accepts. */
export interface AcceptorSource<T> {
  /** Waits for the next one. One at a time. */
  accept(): Promise<T>;
  /** Ends a pending accept that has taken nothing, where that can be. */
  cancelAccept?(): void;
  /** Accepts no more; a promise resolves when that is done. */
  close(): void | Promise<void>;
}

type Waiter<T> = PromiseWithResolvers<T | null>;

/**
 * Accepts connections as they are asked for, one at a time. The system's queue
 * holds those that nobody has asked for.
 */
export class Acceptor<T extends Resettable> {
  readonly #listener: AcceptorSource<T>;
  readonly #onError: (error: unknown) => void;
  readonly #waiters: Waiter<T>[] = [];
  /** Accepted for somebody who did not wait any longer. */
  readonly #ready: T[] = [];
  readonly #closing = new AbortController();
  #accepting = false;
  /** Whether what was accepted is still handed out after the end. */
  #retired = false;

  /**
   * @param listener What accepts.
   * @param onError Told of each accept that failed; it will be tried again.
   */
  constructor(
    listener: AcceptorSource<T>,
    onError: (error: unknown) => void,
  ) {
    this.#listener = listener;
    this.#onError = onError;
  }

  /**
   * Resolves with the next connection, or null once it is closed.
   *
   * @param signal Ends the waiting with null.
   */
  next(signal?: AbortSignal): Promise<T | null> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    const isEnding = this.#retired && this.#accepting;
    if (this.#closing.signal.aborted && !isEnding) return Promise.resolve(null);
    const waiter = Promise.withResolvers<T | null>();
    this.#waiters.push(waiter);
    if (!this.#accepting) this.#run();
    return signal === undefined
      ? waiter.promise
      : this.#waitUntil(waiter, signal);
  }

  async #waitUntil(
    waiter: Waiter<T>,
    signal: AbortSignal,
  ): Promise<T | null> {
    const onAbort = (): void => {
      const index = this.#waiters.indexOf(waiter);
      if (index >= 0) this.#waiters.splice(index, 1);
      this.#stopUnlessWanted();
      waiter.resolve(null);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await waiter.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Takes back a connection that nobody wants now. */
  putBack(transport: T): void {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve(transport);
    else if (this.#closing.signal.aborted && !this.#retired) transport.reset();
    else this.#ready.unshift(transport);
  }

  /** Rejects those who wait; a connection on its way is for the next one. */
  cancelPending(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#stopUnlessWanted();
  }

  /** Leaves what comes in the system's queue, where it can. */
  #stopUnlessWanted(): void {
    if (this.#waiters.length === 0 && this.#accepting) {
      this.#listener.cancelAccept?.();
    }
  }

  /**
   * Stops listening; those who wait get null. A connection that nobody took is
   * reset, as the system does with those in its queue.
   *
   * @returns A promise that resolves when the system has closed it.
   */
  close(): Promise<void> {
    this.#closing.abort();
    const closing = this.#listener.close();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(null);
    for (const transport of this.#ready.splice(0)) transport.reset();
    return Promise.resolve(closing);
  }

  /**
   * Accepts nothing more, after the listener was given to somebody else. What
   * it has accepted before goes to those who wait, and to those who ask later.
   */
  retire(): void {
    this.#retired = true;
    this.#closing.abort();
    if (!this.#accepting) this.#run();
  }

  async #run(): Promise<void> {
    this.#accepting = true;
    while (this.#waiters.length > 0 || this.#retired) {
      const isLast = this.#retired;
      const transport = await this.#accept();
      if (transport !== null) this.#give(transport);
      else if (isLast) break;
    }
    this.#accepting = false;
    if (!this.#retired) return;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(null);
  }

  #give(transport: T): void {
    const isWanted = this.#waiters.length > 0 ||
      this.#closing.signal.aborted && !this.#retired;
    if (isWanted) this.putBack(transport);
    else this.#ready.push(transport);
  }

  /**
   * Errors of accept(2) are about one connection or pass by themselves, such as
   * being out of descriptors: none is a reason to stop listening.
   */
  async #accept(): Promise<T | null> {
    try {
      return await this.#listener.accept();
    } catch (error) {
      if (this.#closing.signal.aborted) return null;
      if (error === ACCEPT_CANCELLED) return null;
      this.#onError(error);
      if (!isOfOneConnection(error)) await this.#pause();
      return null;
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.#closing;
    try {
      await delay(RETRY_DELAY, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/**
 * Failures of a single connection, whose peer has gone again or which could not
 * be reached (accept(2), "Error handling"). A pause for each of them would let
 * one peer keep the others waiting.
 */
const FAILURES_OF_ONE_CONNECTION: ReadonlySet<number> = new Set([
  HResult.WSAECONNABORTED,
  HResult.WSAECONNRESET,
  HResult.WSAENOTCONN,
  HResult.WSAENETDOWN,
  HResult.WSAENETUNREACH,
  HResult.WSAEHOSTDOWN,
  HResult.WSAEHOSTUNREACH,
]);

function isOfOneConnection(error: unknown): boolean {
  return error instanceof SocketError &&
    FAILURES_OF_ONE_CONNECTION.has(error.hresult);
}
