import { HResult } from "./hresult.ts";

/**
 * More was asked for than there is, such as more bytes than have been loaded.
 *
 * @example Usage
 * ```ts
 * import { BoundsError } from "@winrt/sockets/bounds-error";
 * import { DataReader } from "@winrt/sockets/data-reader";
 * import { HResult } from "@winrt/sockets/hresult";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const reader = DataReader.fromBuffer(new Uint8Array(3));
 * const error = assertThrows(() => reader.readInt32(), BoundsError);
 *
 * assertEquals(error.hresult, HResult.E_BOUNDS);
 * ```
 */
export class BoundsError extends RangeError {
  /**
   * `"BoundsError"`.
   *
   * @example Usage
   * ```ts
   * import { BoundsError } from "@winrt/sockets/bounds-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new BoundsError("Cannot read 4 bytes: 3 are loaded");
   *
   * assertEquals(error.name, "BoundsError");
   * ```
   */
  override readonly name = "BoundsError";

  /**
   * `E_BOUNDS`, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { BoundsError } from "@winrt/sockets/bounds-error";
   * import { HResult } from "@winrt/sockets/hresult";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new BoundsError("Cannot read 4 bytes: 3 are loaded");
   *
   * assertEquals(error.hresult, HResult.E_BOUNDS);
   * ```
   */
  readonly hresult: number = HResult.E_BOUNDS;

  /**
   * The same as {@linkcode hresult}, under its WinRT JavaScript name.
   *
   * @returns The HRESULT, as a signed 32-bit number.
   *
   * @example Usage
   * ```ts
   * import { BoundsError } from "@winrt/sockets/bounds-error";
   * import { assertEquals } from "@std/assert";
   *
   * const error = new BoundsError("Cannot read 4 bytes: 3 are loaded");
   *
   * assertEquals(error.number, error.hresult);
   * ```
   */
  get number(): number {
    return this.hresult;
  }
}
