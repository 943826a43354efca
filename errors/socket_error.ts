import { SocketErrorStatus } from "./socket_error_status.ts";

/** A failure of the operating system, DNS or TLS under a socket class. */
export class SocketError extends Error {
  /** `"SocketError"`. */
  override readonly name = "SocketError";
  /** The HRESULT, as a signed 32-bit number. */
  readonly hresult: number;

  /** Constructs an error with a message, an HRESULT and its cause. */
  constructor(message: string, hresult: number, options?: ErrorOptions) {
    super(message, options);
    this.hresult = hresult | 0;
  }

  /** The same as {@linkcode hresult}, under its WinRT JavaScript name. */
  get number(): number {
    return this.hresult;
  }

  /** What went wrong. */
  get status(): SocketErrorStatus {
    return SocketError.getStatus(this.hresult);
  }

  /** Converts an HRESULT to a status. */
  static getStatus(_hresult: number): SocketErrorStatus {
    return SocketErrorStatus.unknown;
  }
}
