/** Why a head, or what it asks for, is refused. */
export class HeadFailure extends Error {
  override readonly name = "HeadFailure";
  /** The HTTP status that a server answers with. */
  readonly status: number;

  /** @param reason It stands behind the colon of a message. */
  constructor(reason: string, status = 400) {
    super(reason);
    this.status = status;
  }
}
