import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import type { Outbox } from "../../streams/_outbox.ts";

/** Messages that wait to be sent, and the way to send them as frames. */
export interface MessageOutbox extends Outbox {
  /**
   * The first byte of the frame of the chunk that is appended next; null while
   * none can be, which {@linkcode Outbox.refuse} tells.
   */
  nextFirstByte: number | null;
}

/** Why an outbox refuses a message. */
export function insideMessage(): InvalidOperationError {
  return new InvalidOperationError(
    "Cannot send a message: the one that sendNonfinalFrameAsync has begun is not complete, call sendFinalFrameAsync first",
  );
}
