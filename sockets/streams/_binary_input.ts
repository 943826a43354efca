import { BoundsError } from "../../errors/bounds_error.ts";
import { EMPTY_BLOCK, makeBlock, viewOf } from "./_binary_block.ts";

/**
 * How much room a load gets at first, at most. A peer can announce any length:
 * the room beyond this grows with the bytes that it really sends.
 */
const LOAD_SIZE = 64 * 1024;
/** With less room left than this, a load gets more. */
const MIN_ROOM = 16 * 1024;
/** A larger block is given up when a much smaller one will do. */
const MAX_KEPT_CAPACITY = 256 * 1024;

/** Bytes that were loaded and wait to be read. */
export class BinaryInput {
  #bytes: Uint8Array;
  /** Made at first use: text and bytes need none. */
  #view: DataView | null = null;
  #start = 0;
  #end: number;

  /** @param bytes What is loaded already. They are not copied. */
  constructor(bytes: Uint8Array = EMPTY_BLOCK) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes as numbers, at the offsets that {@linkcode take} gives. */
  get view(): DataView {
    return this.#view ??= viewOf(this.#bytes);
  }

  /** Consumes bytes; returns their offset in {@linkcode view}. */
  take(count: number): number {
    const offset = this.#start;
    if (count > this.#end - offset) this.#refuse(count);
    this.#start = offset + count;
    return offset;
  }

  /** The next bytes, which stay. The array is valid until the next load. */
  peek(count: number): Uint8Array {
    if (count > this.length) this.#refuse(count);
    return this.#bytes.subarray(this.#start, this.#start + count);
  }

  /** Gives all bytes away. */
  detach(): Uint8Array {
    const bytes = this.peek(this.length);
    // The new owner may transfer the buffer, so it must not be of the empty
    // block, which all share, nor have bytes of somebody else.
    const isShared = bytes.length === 0 ||
      this.#bytes.length < this.#bytes.buffer.byteLength;
    // Few bytes do not keep a large block alive.
    const isSparse = bytes.length * 4 < this.#bytes.length;
    this.#replace(EMPTY_BLOCK, 0);
    return isShared || isSparse ? bytes.slice() : bytes;
  }

  /** Room for the next bytes: one byte at least, `most` at most. */
  room(most: number): Uint8Array {
    if (this.length === 0) this.#rewind(most);
    const room = this.#bytes.length - this.#end;
    if (room < Math.min(most, MIN_ROOM)) this.#makeRoom(most);
    return this.#bytes.subarray(this.#end, this.#end + most);
  }

  /** Takes in the first bytes of the last {@linkcode room}. */
  commit(count: number): void {
    this.#end += count;
  }

  /** Keeps the loaded bytes, and never again touches the last room. */
  leaveRoom(): void {
    const bytes = this.peek(this.length).slice();
    this.#replace(bytes, bytes.length);
  }

  #rewind(most: number): void {
    const { length: capacity } = this.#bytes;
    this.#start = 0;
    this.#end = 0;
    if (capacity > MAX_KEPT_CAPACITY && capacity > most * 4) {
      this.#replace(EMPTY_BLOCK, 0);
    }
  }

  #makeRoom(most: number): void {
    const { length } = this;
    const needed = length + Math.min(most, Math.max(LOAD_SIZE, length));
    // To move no more bytes than were read moves each byte once at most.
    if (needed <= this.#bytes.length && length <= this.#start) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = length;
    } else {
      const block = makeBlock(needed);
      block.set(this.peek(length));
      this.#replace(block, length);
    }
  }

  #replace(bytes: Uint8Array, length: number): void {
    this.#bytes = bytes;
    this.#view = null;
    this.#start = 0;
    this.#end = length;
  }

  #refuse(count: number): never {
    throw new BoundsError(
      `Cannot read ${count} bytes: only ${this.length} are loaded`,
    );
  }
}
