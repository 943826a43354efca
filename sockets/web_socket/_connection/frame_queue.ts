import { SendQueue, type SendQueueEnds } from "../../streams/_send_queue.ts";
import { firstByte } from "../_codec/frame_header.ts";
import type { MessageOutbox } from "./message_outbox.ts";
import { Opcode } from "../_codec/opcode.ts";
import { SocketMessageType } from "../socket_message_type.ts";

/** The opcodes of messages. */
export type DataOpcode = typeof Opcode.text | typeof Opcode.binary;

/** The opcode of messages of a type. */
export function opcodeOf(type: SocketMessageType): DataOpcode {
  return type === SocketMessageType.utf8 ? Opcode.text : Opcode.binary;
}

/** Sends frames, in the order of the calls. */
export class FrameQueue {
  readonly #outbox: MessageOutbox;
  #dataOpcode: DataOpcode = Opcode.binary;
  /** Whether the last fragment was not the last of its message. */
  #isInMessage = false;

  /** Sends each chunk that is written to it as one message. */
  readonly queue: SendQueue;

  constructor(outbox: MessageOutbox, ends: SendQueueEnds) {
    this.#outbox = outbox;
    this.queue = new SendQueue(outbox, ends);
    this.#prepareMessage();
  }

  /** The opcode of the messages that are written from now on. */
  get dataOpcode(): DataOpcode {
    return this.#dataOpcode;
  }

  set dataOpcode(opcode: DataOpcode) {
    this.#dataOpcode = opcode;
    this.#prepareMessage();
  }

  /** Writes a part of a message, which other messages have to wait for. */
  writeFragment(payload: Uint8Array, isFinal: boolean): Promise<number> {
    const opcode = this.#isInMessage ? Opcode.continuation : this.#dataOpcode;
    const written = this.write(firstByte(opcode, isFinal, false), payload);
    if (!this.queue.isOpen || !(payload instanceof Uint8Array)) {
      return written;
    }
    this.#isInMessage = !isFinal;
    this.#prepareMessage();
    return written;
  }

  /** Writes one frame. */
  write(first: number, payload: Uint8Array): Promise<number> {
    const { nextFirstByte } = this.#outbox;
    this.#outbox.nextFirstByte = first;
    const written = this.queue.write(payload);
    this.#outbox.nextFirstByte = nextFirstByte;
    return written;
  }

  #prepareMessage(): void {
    this.#outbox.nextFirstByte = this.#isInMessage
      ? null
      : firstByte(this.#dataOpcode, true, false);
  }
}
