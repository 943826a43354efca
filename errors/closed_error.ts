import { HResult } from "./hresult.ts";

/**
 * The object was used after it had been closed.
 *
 * Closing once more is no such use: `close()` may be called at any time.
 *
 * @example Usage
 * ```ts
 * import { ClosedError } from "@winrt/sockets/closed-error";
 * import { HResult } from "@winrt/sockets/hresult";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const socket = new StreamSocket();
 * socket.close();
 * const error = await assertRejects(
 *   () => socket.connectAsync("localhost", "echo"),
 *   ClosedError,
 * );
 *
 * assertEquals(error.hresult, HResult.RO_E_CLOSED);
 * ```
 */
export class ClosedError extends Error {
  /**
   * `"ClosedError"`.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ClosedError("Cannot read: the socket is closed");
   *
   * assertEquals(error.name, "ClosedError");
   * ```
   */
  override readonly name = "ClosedError";

  /**
   * `RO_E_CLOSED`, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { HResult } from "@winrt/sockets/hresult";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ClosedError("Cannot read: the socket is closed");
   *
   * assertEquals(error.hresult, HResult.RO_E_CLOSED);
   * ```
   */
  readonly hresult: number = HResult.RO_E_CLOSED;

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ClosedError("Cannot read: the socket is closed");
   *
   * assertEquals(error.number, error.hresult);
   * ```
   */
  get number(): number {
    return this.hresult;
  }
}
