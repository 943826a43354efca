/** What a peer did wrong. */
export class ProtocolFailure extends Error {
  override readonly name = "ProtocolFailure";
  /** The code of the close frame that tells the peer. */
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}
