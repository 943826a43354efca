import { toSocketError } from "./_classify.ts";
import { WEB_HRESULT_BY_HRESULT } from "./_web_failure_table.ts";
import { HResult } from "./hresult.ts";
import { SocketError } from "./socket_error.ts";
import { WebSocketError } from "./web_socket_error.ts";

/**
 * Turns a failure under a WebSocket into an error of the WebSocket classes.
 *
 * What {@linkcode toSocketError} passes unchanged passes here too, save for a
 * `SocketError`: that becomes the cause of a `WebSocketError` with the same
 * message and the WinINet error of the same meaning.
 *
 * @param cause What the runtime or the socket threw.
 * @param action What was being done, such as `Cannot connect to "ws://a/"`.
 * @returns The error to throw.
 */
export function toWebSocketError(cause: unknown, action: string): Error {
  const error = toSocketError(cause, action);
  if (!(error instanceof SocketError)) return error;
  const hresult = WEB_HRESULT_BY_HRESULT.get(error.hresult) ?? HResult.E_FAIL;
  return new WebSocketError(error.message, hresult, { cause: error });
}
