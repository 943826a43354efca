import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { AsyncCallOptions } from "./async_call_options.ts";
import { toError } from "./_error_codes.ts";
import { WSAEWOULDBLOCK, WSANOTINITIALISED } from "./error_codes.ts";
import { type Outcome, setLastError } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import type { Readiness } from "./_readiness.ts";
import { startedSockets } from "./_session.ts";
import { type SocketState, stateOf } from "./_socket_state.ts";

/** `WSA_OPERATION_ABORTED`, as `HRESULT_FROM_WIN32` makes it. */
const ABORTED = HResult.ERROR_OPERATION_ABORTED & 0xffff;

/** A descriptor, and what it shall be ready for; null is to be closed alone. */
export interface Wait {
  readonly descriptor: number;
  readonly readiness: Readiness | null;
}

/** The calls, for a call that does not block. */
export function socketsFor(
  action: string,
  { signal }: AsyncCallOptions,
): NativeSockets {
  signal?.throwIfAborted();
  const sockets = startedSockets();
  if (sockets === null) throw failed(action, WSANOTINITIALISED);
  return sockets;
}

/** The error that a call rejects with; it is the last error, too. */
export function failed(action: string, code: number): Error {
  setLastError(code);
  return toError(action, code);
}

/** Returns what came of a call, or throws what it failed with. */
export function toSuccess(action: string, outcome: Outcome): number {
  if (outcome < 0) throw failed(action, -outcome);
  return outcome;
}

/** Makes a call again whenever it could do without waiting. */
export async function retryWhenReady(
  action: string,
  wait: Wait,
  options: AsyncCallOptions,
  attempt: (sockets: NativeSockets) => Outcome,
): Promise<number> {
  const sockets = socketsFor(action, options);
  for (;;) {
    const outcome = attempt(sockets);
    if (outcome !== -WSAEWOULDBLOCK) return toSuccess(action, outcome);
    throwIfClosed(action, await waitForAny(action, [wait], options));
  }
}

/**
 * Throws if a socket was closed. To be called right before its number is used:
 * it may be that of another one.
 *
 * @throws {SocketError} If one of them was closed.
 */
export function throwIfClosed(
  action: string,
  states: readonly SocketState[],
): void {
  if (states.every(({ closed }) => closed === null)) return;
  setLastError(ABORTED);
  throw new SocketError(
    `${action}: the socket was closed`,
    HResult.ERROR_OPERATION_ABORTED,
  );
}

/**
 * Resolves when one of the descriptors is ready, or may be, or was closed.
 *
 * @param milliseconds Resolves after that time as well, unless negative.
 * @returns For {@linkcode throwIfClosed}.
 */
export async function waitForAny(
  action: string,
  waits: readonly Wait[],
  options: AsyncCallOptions & { readonly milliseconds?: number },
): Promise<readonly SocketState[]> {
  const { signal, milliseconds = -1 } = options;
  const { poller } = socketsFor(action, options);
  const states = waits.map(({ descriptor }) => stateOf(descriptor));
  const ended = Promise.withResolvers<void>();
  const end = (): void => ended.resolve();
  for (const state of states) {
    state.isWatched = true;
    state.whenClosed.add(end);
  }
  const timer = milliseconds < 0 ? undefined : setTimeout(end, milliseconds);
  signal?.addEventListener("abort", end);
  try {
    const ready = waits.flatMap(({ descriptor, readiness }) =>
      readiness === null ? [] : [poller.wait(descriptor, readiness)]
    );
    await Promise.race([ended.promise, ...ready]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    for (const { whenClosed } of states) whenClosed.delete(end);
    // Nobody is to wait for what this call does not wait for any more.
    for (const [i, { descriptor, readiness }] of waits.entries()) {
      const closed = states[i]?.closed;
      if (closed) await closed;
      else if (readiness !== null) await poller.nudge(descriptor, readiness);
    }
  }
  signal?.throwIfAborted();
  return states;
}

/**
 * The result of a call in a thread of its own, which nothing can end: if the
 * signal is aborted first, nobody learns of the result. Until the thread has
 * come back, what it writes into has to be kept by what follows on that.
 */
export async function unlessAborted<T>(
  result: Promise<T>,
  { signal }: AsyncCallOptions,
): Promise<T> {
  if (signal === undefined) return await result;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
