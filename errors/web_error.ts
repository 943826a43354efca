import type { WebErrorStatus } from "./web_error_status.ts";
import { WebSocketError } from "./web_socket_error.ts";

/**
 * The status of errors of web services.
 *
 * It is WinRT's `Windows.Web.WebError`. No error is an instance of it: those of
 * the WebSocket classes are {@linkcode WebSocketError}s.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { WebError } from "@winrt/sockets/web-error";
 * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   WebError.getStatus(HResult.WININET_E_CANNOT_CONNECT),
 *   WebErrorStatus.cannotConnect,
 * );
 * ```
 */
export class WebError {
  /**
   * Converts an HRESULT to a status, as {@linkcode WebSocketError.getStatus}
   * does.
   *
   * @param hresult The HRESULT, in signed or unsigned form. Any other number
   * has no status.
   * @returns The status, or `unknown` where there is none.
   *
   * @example Usage
   * ```ts
   * import { WebError } from "@winrt/sockets/web-error";
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(WebError.getStatus(0x80190194), WebErrorStatus.notFound);
   * assertEquals(WebError.getStatus(0), WebErrorStatus.unknown);
   * ```
   */
  static getStatus(hresult: number): WebErrorStatus {
    return WebSocketError.getStatus(hresult);
  }
}
