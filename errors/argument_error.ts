import { HResult } from "./hresult.ts";

/**
 * An argument is not acceptable.
 *
 * It is thrown before any I/O; the message quotes the value.
 *
 * @example Usage
 * ```ts
 * import { ArgumentError } from "@winrt/sockets/argument-error";
 * import { HostName } from "@winrt/sockets/host-name";
 * import { HResult } from "@winrt/sockets/hresult";
 * import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => new HostName("not a host"), ArgumentError);
 *
 * assertEquals(error.hresult, HResult.E_INVALIDARG);
 * assertStringIncludes(error.message, '"not a host"');
 * ```
 */
export class ArgumentError extends TypeError {
  /**
   * `"ArgumentError"`.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ArgumentError('Cannot use the port "x"');
   *
   * assertEquals(error.name, "ArgumentError");
   * ```
   */
  override readonly name = "ArgumentError";

  /**
   * `E_INVALIDARG`, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { HResult } from "@winrt/sockets/hresult";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ArgumentError('Cannot use the port "x"');
   *
   * assertEquals(error.hresult, HResult.E_INVALIDARG);
   * ```
   */
  readonly hresult: number = HResult.E_INVALIDARG;

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new ArgumentError('Cannot use the port "x"');
   *
   * assertEquals(error.number, error.hresult);
   * ```
   */
  get number(): number {
    return this.hresult;
  }
}
