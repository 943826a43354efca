import { EMPTY_BLOCK, makeBlock, viewOf } from "./_binary_block.ts";

/** A block of up to this size serves again once it was stored. */
const MAX_KEPT_CAPACITY = 64 * 1024;

/** Bytes that were written and wait to be stored. */
export class BinaryOutput {
  #bytes: Uint8Array<ArrayBuffer> = EMPTY_BLOCK;
  #view: DataView = viewOf(EMPTY_BLOCK);
  #length = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * The bytes as numbers, at the offsets that {@linkcode reserve} gives. Get it
   * after the reservation, which may replace it.
   */
  get view(): DataView {
    return this.#view;
  }

  /** Appends bytes to be set; returns their offset in {@linkcode view}. */
  reserve(count: number): number {
    const offset = this.#length;
    if (offset + count > this.#bytes.length) this.#grow(offset + count);
    this.#length = offset + count;
    return offset;
  }

  /** Appends a copy of bytes. */
  append(bytes: ArrayLike<number>): void {
    const offset = this.reserve(bytes.length);
    this.#bytes.set(bytes, offset);
  }

  /** Room for bytes, to be followed by {@linkcode commit}. */
  room(count: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) this.#grow(needed);
    return this.#bytes.subarray(this.#length);
  }

  /** Appends the first bytes of the last {@linkcode room}. */
  commit(count: number): void {
    this.#length += count;
  }

  /** Gives all bytes away. */
  detach(): Uint8Array<ArrayBuffer> {
    // All share the empty block, and the new owner may transfer its buffer.
    const bytes = this.#length === 0
      ? new Uint8Array(0)
      : this.#bytes.subarray(0, this.#length);
    this.#replace(EMPTY_BLOCK);
    this.#length = 0;
    return bytes;
  }

  /** Takes back the memory of bytes given away, which nobody uses any more. */
  recycle(bytes: Uint8Array<ArrayBuffer>): void {
    // Of a buffer that was transferred meanwhile nothing is left.
    const isUseful = this.#bytes === EMPTY_BLOCK && bytes.length > 0;
    if (isUseful && bytes.buffer.byteLength <= MAX_KEPT_CAPACITY) {
      this.#replace(new Uint8Array(bytes.buffer));
    }
  }

  #grow(needed: number): void {
    const block = makeBlock(needed);
    block.set(this.#bytes.subarray(0, this.#length));
    this.#replace(block);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}
