import { webStatusOf } from "./_web_status_table.ts";
import type { WebErrorStatus } from "./web_error_status.ts";

/** Options of {@linkcode WebSocketError}. */
export interface WebSocketErrorOptions extends ErrorOptions {
  /** The close code that the peer was told, where what it sent is at fault. */
  closeCode?: number;
}

/**
 * A failure of a WebSocket class.
 *
 * In WinRT, `WebSocketError` only holds {@linkcode WebSocketError.getStatus};
 * here it is the class of the errors too, which have their status at hand.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
 * import { WebSocketError } from "@winrt/sockets/web-socket-error";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new WebSocketError(
 *   'Cannot connect to "ws://db.example/": 404 Not Found',
 *   HResult.HTTP_E_STATUS_NOT_FOUND,
 * );
 *
 * assertEquals(error.status, WebErrorStatus.notFound);
 * ```
 */
export class WebSocketError extends Error {
  /**
   * `"WebSocketError"`.
   *
   * @example Usage
   * ```ts
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new WebSocketError("Cannot read: timed out", 0x80072EE2);
   *
   * assertEquals(error.name, "WebSocketError");
   * ```
   */
  override readonly name = "WebSocketError";

  /**
   * The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new WebSocketError("Cannot read: timed out", 0x80072EE2);
   *
   * assertEquals(error.hresult, HResult.WININET_E_TIMEOUT);
   * ```
   */
  readonly hresult: number;

  /**
   * The close code that this side has told the peer, where what the peer sent
   * is at fault: 1002 for a protocol error, 1007 for text that is not UTF-8,
   * 1009 for a message that is too big (RFC 6455, section 7.4.1). `null` for
   * every other failure. Not in WinRT.
   *
   * @example Usage
   * ```ts
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new WebSocketError(
   *   'Cannot receive a message of "70000" bytes: maxMessageSize is 65536',
   *   0x80072EFE,
   *   { closeCode: 1009 },
   * );
   *
   * assertEquals(error.closeCode, 1009);
   * ```
   */
  readonly closeCode: number | null;

  /**
   * Constructs an error with a message, an HRESULT, its cause and a close code.
   *
   * @param message What cannot be done, and why.
   * @param hresult The HRESULT, in signed or unsigned form.
   * @param options The cause: what the runtime threw; and the close code.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertStrictEquals } from "@std/assert";
   *
   * const cause = new Deno.errors.ConnectionReset();
   * const error = new WebSocketError(
   *   "Cannot read: connection reset by peer",
   *   HResult.WININET_E_CONNECTION_RESET,
   *   { cause },
   * );
   *
   * assertStrictEquals(error.cause, cause);
   * ```
   */
  constructor(
    message: string,
    hresult: number,
    options: WebSocketErrorOptions = {},
  ) {
    super(message, options);
    this.hresult = hresult | 0;
    this.closeCode = options.closeCode ?? null;
  }

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new WebSocketError("Cannot read: timed out", 0x80072EE2);
   *
   * assertEquals(error.number, error.hresult);
   * ```
   */
  get number(): number {
    return this.hresult;
  }

  /**
   * What went wrong.
   *
   * @returns The status of {@linkcode hresult}.
   *
   * @example Usage
   * ```ts
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new WebSocketError("Cannot read: timed out", 0x80072EE2);
   *
   * assertEquals(error.status, WebErrorStatus.timeout);
   * ```
   */
  get status(): WebErrorStatus {
    return WebSocketError.getStatus(this.hresult);
  }

  /**
   * Converts an HRESULT to a status.
   *
   * @param hresult The HRESULT, in signed or unsigned form. Any other number
   * has no status.
   * @returns The status, or `unknown` where there is none. An HTTP status without
   * a member of its own is `unexpectedClientError`, for example.
   *
   * @example Usage
   * ```ts
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const notFound = WebErrorStatus.notFound;
   *
   * assertEquals(WebSocketError.getStatus(-2145844844), notFound);
   * assertEquals(WebSocketError.getStatus(0x80190194), notFound);
   * assertEquals(WebSocketError.getStatus(0), WebErrorStatus.unknown);
   * ```
   */
  static getStatus(hresult: number): WebErrorStatus {
    return webStatusOf(hresult);
  }
}
