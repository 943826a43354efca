import type { AsyncCallOptions } from "./async_call_options.ts";
import { WSAEINTR } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import {
  socketsFor,
  throwIfClosed,
  toSuccess,
  type Wait,
  waitForAny,
} from "./_waiting.ts";

/** The longest time that poll(2) takes. */
const MAX_MILLISECONDS = 0x7fffffff;

/** Descriptors that are watched. */
export interface Watch {
  /** Asks once; the outcome is 0 if nothing has come in that time. */
  poll(sockets: NativeSockets, milliseconds: number): Outcome;
  /** What is still to be waited for. */
  waits(): readonly Wait[];
}

/**
 * Waits until something has come.
 *
 * @param milliseconds The outcome is 0 after that time, unless it is negative.
 */
export function watch(
  sockets: NativeSockets,
  watched: Watch,
  milliseconds: number,
): Outcome {
  const timeLeft = countDown(milliseconds);
  for (;;) {
    const left = timeLeft();
    const outcome = watched.poll(sockets, left);
    // A signal ends poll(2), which no call of Winsock is to notice.
    if (outcome === -WSAEINTR) continue;
    if (outcome !== 0 || left === 0) return outcome;
  }
}

/** The same without blocking; it throws what the call fails with. */
export async function watchAsync(
  action: string,
  watched: Watch,
  milliseconds: number,
  { signal }: AsyncCallOptions,
): Promise<number> {
  const sockets = socketsFor(action, { signal });
  const timeLeft = countDown(milliseconds);
  for (;;) {
    const outcome = watched.poll(sockets, 0);
    const left = timeLeft();
    if (outcome !== 0 || left === 0) return toSuccess(action, outcome);
    const options = { signal, milliseconds: left };
    const waits = watched.waits();
    throwIfClosed(action, await waitForAny(action, waits, options));
  }
}

/** What tells how many milliseconds are left; negative if there is no end. */
function countDown(milliseconds: number): () => number {
  if (milliseconds < 0) return () => -1;
  const end = performance.now() + Math.min(milliseconds, MAX_MILLISECONDS);
  return () => Math.max(0, Math.ceil(end - performance.now()));
}
