import { HResult } from "./hresult.ts";

/** More was asked for than there is. */
export class BoundsError extends RangeError {
  /** `"BoundsError"`. */
  override readonly name = "BoundsError";
  /** `E_BOUNDS`, as a signed 32-bit number. */
  readonly hresult: number = HResult.E_BOUNDS;

  /** The same as {@linkcode hresult}, under its WinRT JavaScript name. */
  get number(): number {
    return this.hresult;
  }
}
