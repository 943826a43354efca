import type { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { ignore } from "../../streams/_completions.ts";
import { FIN, OPCODE_BITS, RSV1 } from "../_codec/frame_header.ts";
import type { FrameQueue } from "./frame_queue.ts";
import { insideMessage, type MessageOutbox } from "./message_outbox.ts";
import type { MessageCompression } from "./message_compression.ts";
import { Opcode } from "../_codec/opcode.ts";

/** A frame before it is compressed. */
interface Part {
  readonly firstByte: number;
  readonly bytes: Uint8Array;
}

/** So many bytes are compressed before those that came meanwhile. */
const MAX_AT_ONCE = 256 * 1024;

/** Messages that are compressed when it is their turn, then sent as frames. */
export class DeflateOutbox implements MessageOutbox {
  readonly refusesSome = false;
  readonly #frames: FrameQueue;
  readonly #compression: MessageCompression;
  readonly #parts: Part[] = [];
  /** Whether the message whose fragments are sent is compressed. */
  #isCompressing = false;
  nextFirstByte: number | null = null;

  constructor(frames: FrameQueue, compression: MessageCompression) {
    this.#frames = frames;
    this.#compression = compression;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** So that a message of no bytes counts. */
  sizeOf(length: number): number {
    return length + 1;
  }

  refuse(): InvalidOperationError | null {
    return this.nextFirstByte === null ? insideMessage() : null;
  }

  append(chunk: Uint8Array): boolean {
    // A copy, since the caller may change it while others are compressed.
    const bytes = new Uint8Array(chunk);
    this.#parts.push({ firstByte: this.nextFirstByte ?? 0, bytes });
    return false;
  }

  async send(): Promise<number> {
    let size = 0;
    let last: Promise<number> | null = null;
    for (const part of [...this.#parts]) {
      if (size >= MAX_AT_ONCE) break;
      size += this.sizeOf(part.bytes.length);
      const prepared = this.#prepare(part);
      const { firstByte, bytes } = prepared instanceof Promise
        ? await prepared
        : prepared;
      last = this.#frames.write(firstByte, bytes);
      // A failure is the end of all of them, and the last one tells it.
      last.catch(ignore);
    }
    await last;
    return size;
  }

  take(size: number): void {
    let rest = size;
    while (rest > 0) {
      rest -= this.sizeOf(this.#parts.shift()?.bytes.length ?? 0);
    }
  }

  clear(): void {
    this.#parts.length = 0;
  }

  /** A promise only where it takes time: small frames leave together. */
  #prepare(part: Part): Part | Promise<Part> {
    const { firstByte, bytes } = part;
    const isFinal = (firstByte & FIN) !== 0;
    const isStart = (firstByte & OPCODE_BITS) !== Opcode.continuation;
    if (isStart) {
      const { threshold } = this.#compression;
      this.#isCompressing = !isFinal || bytes.length >= threshold;
    }
    if (!this.#isCompressing) return part;
    return this.#compress(isStart ? firstByte | RSV1 : firstByte, bytes);
  }

  async #compress(firstByte: number, bytes: Uint8Array): Promise<Part> {
    const isFinal = (firstByte & FIN) !== 0;
    const { deflater } = this.#compression;
    return { firstByte, bytes: await deflater.deflate(bytes, isFinal) };
  }
}
