import { HResult } from "./hresult.ts";

/**
 * An argument is not acceptable. Thrown before any I/O; the message quotes the
 * value.
 *
 * @example Usage
 * ```ts
 * import { ArgumentError } from "@winrt/sockets/argument-error";
 * import { HostName } from "@winrt/sockets/host-name";
 * import { assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => new HostName("not a host"), ArgumentError);
 * console.assert(error.hresult === -2147024809);
 * ```
 */
export class ArgumentError extends TypeError {
  /** `"ArgumentError"`. */
  override readonly name = "ArgumentError";
  /** `E_INVALIDARG`, as a signed 32-bit number. */
  readonly hresult: number = HResult.E_INVALIDARG;

  /** The same as {@linkcode hresult}, under its WinRT JavaScript name. */
  get number(): number {
    return this.hresult;
  }
}
