import { HResult } from "./hresult.ts";

/** The object was used after it had been closed. */
export class ClosedError extends Error {
  /** `"ClosedError"`. */
  override readonly name = "ClosedError";
  /** `RO_E_CLOSED`, as a signed 32-bit number. */
  readonly hresult: number = HResult.RO_E_CLOSED;

  /** The same as {@linkcode hresult}, under its WinRT JavaScript name. */
  get number(): number {
    return this.hresult;
  }
}
