import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";

/**
 * Runs a handshake with a signal that ends it after a time, and with another
 * signal.
 *
 * @param milliseconds Infinity is no limit.
 * @param action What is being done, for the error.
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal,
  action: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const onTimeout = (): void =>
    deadline.abort(
      new SocketError(
        `${action}: the TLS handshake took longer than "${milliseconds}" ms`,
        HResult.WSAETIMEDOUT,
      ),
    );
  // A timer takes 32 bits; a longer one would run out at once.
  const timer = milliseconds <= 0x7FFF_FFFF
    ? setTimeout(onTimeout, milliseconds)
    : undefined;
  try {
    return await run(AbortSignal.any([signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}
