import { HResult } from "./hresult.ts";

/** Options of {@linkcode InvalidOperationError}. */
export interface InvalidOperationErrorOptions extends ErrorOptions {
  /**
   * The HRESULT to carry.
   *
   * @default {HResult.E_ILLEGAL_METHOD_CALL}
   */
  hresult?: number;
}

/** The call is right, but not at this time or on this platform. */
export class InvalidOperationError extends Error {
  /** `"InvalidOperationError"`. */
  override readonly name = "InvalidOperationError";
  /** The HRESULT, as a signed 32-bit number. */
  readonly hresult: number;

  /** Constructs an error with a message and an HRESULT. */
  constructor(message: string, options: InvalidOperationErrorOptions = {}) {
    super(message, options);
    this.hresult = options.hresult ?? HResult.E_ILLEGAL_METHOD_CALL;
  }

  /** The same as {@linkcode hresult}, under its WinRT JavaScript name. */
  get number(): number {
    return this.hresult;
  }
}
