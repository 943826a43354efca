import type { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { UNCOPIED_SIZE } from "../../streams/_byte_batch.ts";
import { ByteOutbox, type ByteSinkExtras } from "../../streams/_byte_outbox.ts";
import type { OutputStreamSink } from "../../streams/output_stream_sink.ts";
import { writeMaskedFrame, writePlainFrame } from "../_codec/frame.ts";
import { frameHeaderSize, writeFrameHeader } from "../_codec/frame_header.ts";
import { MaskedFrame } from "../_codec/masked_frame.ts";
import { wordsOf } from "../_codec/masking.ts";
import { insideMessage, type MessageOutbox } from "./message_outbox.ts";

/** Masked frames from this size on are not made before it is their turn. */
const MIN_LATE_SIZE = 64 * 1024;

/** What a frame outbox does differently for some. */
export interface FrameOutboxOptions {
  /** Whether the payloads are masked, as those of a client (RFC 6455, 5.3). */
  readonly isMasked: boolean;
  /** Whether empty messages are left out, since bytes alone count. */
  readonly skipsEmpty: boolean;
}

/** Frames, one of which each chunk becomes. */
export class FrameOutbox implements MessageOutbox {
  readonly refusesSome = false;
  readonly #bytes: ByteOutbox;
  readonly #isMasked: boolean;
  readonly #skipsEmpty: boolean;
  /** Where frames are written last, by 32-bit words. */
  #target: Uint8Array | null = null;
  #words: Int32Array = NO_WORDS;
  nextFirstByte: number | null = null;

  constructor(
    sink: OutputStreamSink,
    extras: ByteSinkExtras,
    { isMasked, skipsEmpty }: FrameOutboxOptions,
  ) {
    this.#bytes = new ByteOutbox(sink, extras);
    this.#isMasked = isMasked;
    this.#skipsEmpty = skipsEmpty;
  }

  get isEmpty(): boolean {
    return this.#bytes.isEmpty;
  }

  sizeOf(length: number): number {
    const isLeftOut = length === 0 && this.#skipsEmpty &&
      !isControl(this.#firstByte);
    if (isLeftOut) return 0;
    return frameHeaderSize(length, this.#isMasked) + length;
  }

  refuse(): InvalidOperationError | null {
    return this.nextFirstByte === null ? insideMessage() : null;
  }

  append(chunk: Uint8Array, isLent: boolean): boolean {
    return this.#isMasked
      ? this.#appendMasked(chunk, isLent)
      : this.#appendPlain(chunk, isLent);
  }

  send(): number | Promise<number> {
    return this.#bytes.send();
  }

  take(size: number): void {
    this.#bytes.take(size);
    // An idle socket keeps no slab.
    if (this.isEmpty) this.#target = null;
  }

  clear(): void {
    this.#bytes.clear();
    this.#target = null;
  }

  /** Writes a whole frame; see {@linkcode ByteBatch.appendBy}. */
  write(chunk: Uint8Array, target: Uint8Array, offset: number): void {
    if (!this.#isMasked) {
      writePlainFrame(target, offset, this.#firstByte, chunk);
      return;
    }
    if (target !== this.#target) {
      this.#target = target;
      this.#words = wordsOf(target);
    }
    writeMaskedFrame(target, this.#words, offset, this.#firstByte, chunk);
  }

  #appendMasked(chunk: Uint8Array, isLent: boolean): boolean {
    const { length } = chunk;
    const { batch } = this.#bytes;
    if (isLent || length < MIN_LATE_SIZE) {
      return batch.appendBy(
        this,
        chunk,
        frameHeaderSize(length, true) + length,
      );
    }
    batch.appendLate(new MaskedFrame(this.#firstByte, chunk));
    return false;
  }

  #appendPlain(chunk: Uint8Array, isLent: boolean): boolean {
    const { length } = chunk;
    const { batch } = this.#bytes;
    const headerSize = frameHeaderSize(length, false);
    if (isLent || length < UNCOPIED_SIZE) {
      return batch.appendBy(this, chunk, headerSize + length);
    }
    const isFull = batch.appendBy(this.#headerWriter, chunk, headerSize);
    return batch.append(chunk) || isFull;
  }

  readonly #headerWriter = {
    write: (chunk: Uint8Array, target: Uint8Array, offset: number): void => {
      const { length } = chunk;
      writeFrameHeader(target, offset, this.#firstByte, length, null);
    },
  };

  get #firstByte(): number {
    return this.nextFirstByte ?? 0;
  }
}

const NO_WORDS = new Int32Array(0);

/** RFC 6455, 5.5: opcodes with the most significant bit of four. */
function isControl(firstByte: number): boolean {
  return (firstByte & 0x08) !== 0;
}
