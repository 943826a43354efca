import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";

/** How long a handshake may take, and with whom. */
export interface HandshakeDeadline {
  /** In milliseconds; Infinity is no limit. */
  readonly milliseconds: number;
  /** Ends it before that. */
  readonly signal: AbortSignal | undefined;
  /** For the error, such as `to "a.example"`. */
  readonly peer: string;
}

/** Runs a handshake with a signal that ends it in time. */
export async function withDeadline<T>(
  { milliseconds, signal, peer }: HandshakeDeadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const onTimeout = (): void =>
    deadline.abort(
      new SocketError(
        `Cannot secure the connection ${peer}: the TLS handshake took longer than "${milliseconds}" ms`,
        HResult.WSAETIMEDOUT,
      ),
    );
  // A timer takes 32 bits; a longer one would run out at once.
  const timer = milliseconds <= 0x7FFF_FFFF
    ? setTimeout(onTimeout, milliseconds)
    : undefined;
  try {
    return await run(
      AbortSignal.any(
        signal === undefined ? [deadline.signal] : [signal, deadline.signal],
      ),
    );
  } finally {
    clearTimeout(timer);
  }
}
