import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { withDeadline } from "../_transport/deadline.ts";

/** How long a handshake may take, and with whom. */
export interface HandshakeDeadline {
  /** In milliseconds; Infinity is no limit. */
  readonly milliseconds: number;
  /** Ends it before that. */
  readonly signal: AbortSignal | undefined;
  /** For the error, such as `to "a.example"`. */
  readonly peer: string;
}

/** Runs a TLS handshake with a signal that ends it in time. */
export function withHandshakeDeadline<T>(
  { milliseconds, signal, peer }: HandshakeDeadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const onTimeout = (): Error =>
    new SocketError(
      `Cannot secure the connection ${peer}: the TLS handshake took longer than "${milliseconds}" ms`,
      HResult.WSAETIMEDOUT,
    );
  return withDeadline({ milliseconds, signal, onTimeout }, run);
}
