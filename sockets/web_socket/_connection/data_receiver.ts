import type { SocketMessageType } from "../socket_message_type.ts";

/** A part of a message that has come. */
export interface ReceivedPart {
  readonly messageType: SocketMessageType;
  /** Valid until the next part. */
  readonly bytes: Uint8Array;
  /** How many bytes its frame has that have not come yet, if that is known. */
  readonly announced: number;
  readonly isFrameEnd: boolean;
  readonly isMessageEnd: boolean;
}

/** Takes what the peer sends, and keeps it until somebody wants it. */
export interface DataReceiver {
  /** Resolves when more may come; null if it may come at once. */
  readonly room: Promise<void> | null;
  /** Takes the next part; throws what the peer is told, if it is too much. */
  receive(part: ReceivedPart): void;
  /**
   * Nothing more comes: the peer has closed.
   *
   * @returns A promise that resolves when those who take what came have taken all
   * of it.
   */
  end(): Promise<void>;
  /** The same: the connection has failed. */
  fail(error: Error): Promise<void>;
  /** Drops what is there, and all that comes. */
  discard(error: Error): void;
}
