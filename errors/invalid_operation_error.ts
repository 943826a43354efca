import { HResult } from "./hresult.ts";

/** Options of {@linkcode InvalidOperationError}. */
export interface InvalidOperationErrorOptions extends ErrorOptions {
  /**
   * The HRESULT to carry, in signed or unsigned form.
   *
   * @default {HResult.E_ILLEGAL_METHOD_CALL}
   */
  hresult?: number;
}

/**
 * The call is right, but not at this time or on this platform.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * using socket = new StreamSocket();
 * // There is no stream before there is a connection.
 * const error = assertThrows(() => socket.inputStream, InvalidOperationError);
 *
 * assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
 * ```
 */
export class InvalidOperationError extends Error {
  /**
   * `"InvalidOperationError"`.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new InvalidOperationError("Cannot connect: already connected");
   *
   * assertEquals(error.name, "InvalidOperationError");
   * ```
   */
  override readonly name = "InvalidOperationError";

  /**
   * The HRESULT, as a signed 32-bit number: `E_ILLEGAL_METHOD_CALL` where no
   * other one is documented.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new InvalidOperationError("Cannot connect: already connected");
   *
   * assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
   * ```
   */
  readonly hresult: number;

  /**
   * Constructs an error with a message and an HRESULT.
   *
   * @param message What cannot be done, and why.
   * @param options The HRESULT and the cause.
   *
   * @example Usage
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new InvalidOperationError("Cannot load: a load is pending", {
   *   hresult: HResult.ERROR_INVALID_OPERATION,
   * });
   *
   * assertEquals(error.hresult, HResult.ERROR_INVALID_OPERATION);
   * ```
   */
  constructor(message: string, options: InvalidOperationErrorOptions = {}) {
    super(message, options);
    this.hresult = (options.hresult ?? HResult.E_ILLEGAL_METHOD_CALL) | 0;
  }

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new InvalidOperationError("Cannot connect: already connected");
   *
   * assertEquals(error.number, error.hresult);
   * ```
   */
  get number(): number {
    return this.hresult;
  }
}
