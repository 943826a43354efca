import { type LateBytes, takenAway } from "../../streams/_byte_batch.ts";
import { frameHeaderSize, writeFrameHeader } from "./frame_header.ts";
import { applyMask, nextMaskKey, wordsOf } from "./masking.ts";

/**
 * A frame with a large masked payload, which is masked part by part when it is
 * their turn: the caller's bytes must stay as they are, and a copy of all of
 * them would take as much memory again.
 */
export class MaskedFrame implements LateBytes {
  readonly length: number;
  readonly #header: Uint8Array;
  readonly #payload: Uint8Array;
  readonly #payloadLength: number;
  readonly #key = nextMaskKey();

  constructor(firstByte: number, payload: Uint8Array) {
    const { length } = payload;
    this.#payload = payload;
    this.#payloadLength = length;
    this.#header = new Uint8Array(frameHeaderSize(length, true));
    writeFrameHeader(this.#header, 0, firstByte, length, this.#key);
    this.length = this.#header.length + length;
  }

  make(offset: number, target: Uint8Array): number {
    if (this.#payload.length !== this.#payloadLength) {
      throw takenAway(this.#payloadLength);
    }
    const header = this.#header.subarray(offset, offset + target.length);
    target.set(header);
    const { length: start } = header;
    const from = offset + start - this.#header.length;
    const part = this.#payload.subarray(from, from + target.length - start);
    target.set(part, start);
    const end = start + part.length;
    applyMask(target, wordsOf(target), start, end, this.#key, from & 3);
    return end;
  }
}
