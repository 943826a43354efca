import { SOCKET_STATUS_BY_HRESULT } from "./_socket_status_table.ts";
import { lookUpStatus } from "./_status_lookup.ts";
import { SocketErrorStatus } from "./socket_error_status.ts";

/**
 * A failure of the operating system, DNS or TLS under a socket class.
 *
 * In WinRT, `SocketError` only holds {@linkcode SocketError.getStatus}; here it
 * is the class of the errors too, which have their status at hand.
 *
 * @example Usage
 * ```ts
 * import { SocketError } from "@winrt/sockets/socket-error";
 * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
 *
 * // Nothing listens on a port that has just been freed.
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr;
 * listener.close();
 *
 * using socket = new StreamSocket();
 * const error = await assertRejects(
 *   () => socket.connectAsync("127.0.0.1", port),
 *   SocketError,
 *   "connection refused",
 * );
 *
 * assertEquals(error.status, SocketErrorStatus.connectionRefused);
 * assertInstanceOf(error.cause, Deno.errors.ConnectionRefused);
 * ```
 */
export class SocketError extends Error {
  /**
   * `"SocketError"`.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new SocketError("Cannot read: connection reset", 0x80072746);
   *
   * assertEquals(error.name, "SocketError");
   * ```
   */
  override readonly name = "SocketError";

  /**
   * The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new SocketError("Cannot read: connection reset", 0x80072746);
   *
   * assertEquals(error.hresult, HResult.WSAECONNRESET);
   * ```
   */
  readonly hresult: number;

  /**
   * Constructs an error with a message, an HRESULT and its cause.
   *
   * @param message What cannot be done, and why.
   * @param hresult The HRESULT, in signed or unsigned form.
   * @param options The cause: what the runtime threw.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertStrictEquals } from "@std/assert";
   *
   * const cause = new Deno.errors.ConnectionReset();
   * const error = new SocketError(
   *   "Cannot read: connection reset by peer",
   *   HResult.WSAECONNRESET,
   *   { cause },
   * );
   *
   * assertStrictEquals(error.cause, cause);
   * ```
   */
  constructor(message: string, hresult: number, options?: ErrorOptions) {
    super(message, options);
    this.hresult = hresult | 0;
  }

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new SocketError("Cannot read: connection reset", 0x80072746);
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
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new SocketError("Cannot read: connection reset", 0x80072746);
   *
   * assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
   * ```
   */
  get status(): SocketErrorStatus {
    return SocketError.getStatus(this.hresult);
  }

  /**
   * Converts an HRESULT to a status.
   *
   * @param hresult The HRESULT, in signed or unsigned form. Any other number
   * has no status.
   * @returns The status, or `unknown` where there is none.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
   * import { assertEquals } from "@std/assert";
   *
   * const refused = SocketErrorStatus.connectionRefused;
   *
   * assertEquals(SocketError.getStatus(-2147014835), refused);
   * assertEquals(SocketError.getStatus(0x8007274D), refused);
   * assertEquals(SocketError.getStatus(0), SocketErrorStatus.unknown);
   * ```
   */
  static getStatus(hresult: number): SocketErrorStatus {
    return lookUpStatus(SOCKET_STATUS_BY_HRESULT, hresult) ??
      SocketErrorStatus.unknown;
  }
}
