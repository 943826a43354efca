import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { giveSlab, SLAB_SIZE, takeSlab } from "./_slab_pool.ts";

/** From this size on a chunk is sent from where it is, not copied at the call. */
export const UNCOPIED_SIZE: number = 4 * 1024;
/** Joining chunks of this size costs more than a call for each. */
const UNJOINED_SIZE = 32 * 1024;
/** Sent pieces are dropped once there are this many. */
const MAX_SENT = 1024;

/** Memory that small chunks are gathered in. */
interface Slab {
  bytes: Uint8Array<ArrayBuffer>;
  /** How many pieces are parts of it. */
  pieces: number;
  /** Whether nothing is added to it any more. */
  isSealed: boolean;
}

/** Puts bytes in the place of a chunk, such as a frame with it. */
export interface ChunkWriter {
  /** Writes all of them. */
  write(chunk: Uint8Array, target: Uint8Array, offset: number): void;
}

/** Bytes that are made when it is their turn, from a large chunk. */
export interface LateBytes {
  /** How many there are. */
  readonly length: number;
  /**
   * Makes those from an offset on, as many as fit, at the start of the target;
   * throws if the chunk was taken away.
   *
   * @returns How many.
   */
  make(offset: number, target: Uint8Array): number;
}

/** Bytes in a row: a part of a slab, or a chunk of the caller's. */
interface Piece {
  readonly bytes: Uint8Array;
  /** The length when it was written: the caller may transfer the buffer. */
  readonly length: number;
  /** How many of the bytes were sent. */
  sent: number;
  /** Null for a chunk of the caller's. */
  readonly slab: Slab | null;
  /** What makes the bytes when it is their turn. */
  readonly late?: LateBytes;
}

const NO_BYTES = new Uint8Array(0);
/** In the place of a piece that was sent. */
const SENT: Piece = { bytes: NO_BYTES, length: 0, sent: 0, slab: null };
const COPIER: ChunkWriter = {
  write(chunk, target, offset) {
    target.set(chunk, offset);
  },
};

/**
 * Bytes that wait to be sent, in order. Small chunks are gathered in slabs,
 * others are kept as they are.
 */
export class ByteBatch {
  readonly #pieces: Piece[] = [];
  /** Pieces before this index were sent. */
  #first = 0;
  /** How many bytes the chunks of the caller's have together. */
  #uncopiedSize = 0;
  #slab: Slab | null = null;
  /** Which part of the slab is not in a piece yet. */
  #slabStart = 0;
  #slabEnd = 0;

  /** Whether there is nothing to send. */
  get isEmpty(): boolean {
    return this.#first === this.#pieces.length &&
      this.#slabStart === this.#slabEnd;
  }

  /** The size of the chunks of the caller's, which were not copied. */
  get uncopiedSize(): number {
    return this.#uncopiedSize;
  }

  /**
   * Appends a chunk that is not empty; tells whether that has filled a slab.
   *
   * @param maxCopied Chunks of this size or more are not copied; at most
   * {@linkcode SLAB_SIZE}.
   */
  append(chunk: Uint8Array, maxCopied: number = UNCOPIED_SIZE): boolean {
    const { length } = chunk;
    if (length >= maxCopied) {
      this.#cut();
      this.#pieces.push({ bytes: chunk, length, sent: 0, slab: null });
      this.#uncopiedSize += length;
      return false;
    }
    return this.appendBy(COPIER, chunk, length);
  }

  /**
   * Appends what a writer puts in the place of a chunk; tells whether that has
   * filled a slab.
   *
   * @param size How many bytes that is; at most {@linkcode SLAB_SIZE}.
   */
  appendBy(writer: ChunkWriter, chunk: Uint8Array, size: number): boolean {
    const isFull = this.#slabEnd + size > SLAB_SIZE;
    if (isFull) this.#seal();
    this.#slab ??= newSlab();
    writer.write(chunk, this.#slab.bytes, this.#slabEnd);
    this.#slabEnd += size;
    return isFull;
  }

  /** Appends bytes that are made when it is their turn. */
  appendLate(late: LateBytes): void {
    this.#cut();
    const slab: Slab = { bytes: NO_BYTES, pieces: 1, isSealed: true };
    const { length } = late;
    this.#pieces.push({ bytes: NO_BYTES, length, sent: 0, slab, late });
  }

  /** The first piece. */
  first(): Uint8Array {
    // Nothing is added to its slab any more: a sink may transfer what it gets.
    if (this.#first === this.#pieces.length) this.#seal();
    return rest(this.#at(this.#first));
  }

  /** The first piece, joined with those behind it while they are small. */
  joined(): Uint8Array {
    const large = this.#pieces[this.#first];
    if (large !== undefined && !isSmall(large)) return rest(large);
    this.#seal();
    const first = this.#at(this.#first);
    const second = this.#pieces[this.#first + 1];
    const isAlone = second === undefined || !isSmall(second);
    return rest(isAlone ? first : this.#join());
  }

  /** The first piece, and those behind it up to this size together. */
  upTo(size: number): Uint8Array[] {
    this.#cut();
    const piece = this.#at(this.#first);
    const first = rest(piece);
    const pieces = [first];
    // Of late bytes it may be the beginning alone.
    if (piece.late) return pieces;
    let sum = first.length;
    for (let i = this.#first + 1; i < this.#pieces.length; i++) {
      const piece = this.#at(i);
      sum += piece.length;
      // What comes before a chunk that was taken away can be sent.
      if (sum > size || isTakenAway(piece) || piece.late) break;
      pieces.push(piece.bytes);
    }
    return pieces;
  }

  /** Takes out bytes from the front that were sent. */
  take(count: number): void {
    while (count > 0) {
      const piece = this.#at(this.#first);
      const taken = Math.min(count, piece.length - piece.sent);
      piece.sent += taken;
      count -= taken;
      if (piece.sent === piece.length) this.#drop(piece);
    }
    // An idle socket keeps no slab.
    if (this.isEmpty) this.#seal();
  }

  /** Drops all. Slabs are left alone: a call may still read them. */
  clear(): void {
    this.#pieces.length = 0;
    this.#first = 0;
    this.#uncopiedSize = 0;
    this.#slab = null;
    this.#slabStart = 0;
    this.#slabEnd = 0;
  }

  #at(index: number): Piece {
    const piece = this.#pieces[index];
    if (piece === undefined) throw new RangeError("Nothing is left to send");
    return piece;
  }

  #drop(piece: Piece): void {
    this.#release(piece);
    // The caller's chunk is not kept from the garbage collector.
    this.#pieces[this.#first++] = SENT;
    if (this.#first === this.#pieces.length) {
      this.#pieces.length = 0;
      this.#first = 0;
    } else if (
      this.#first >= MAX_SENT && this.#first * 2 >= this.#pieces.length
    ) {
      // A batch that never runs empty does not grow without bounds.
      this.#pieces.splice(0, this.#first);
      this.#first = 0;
    }
  }

  #release({ slab, length }: Piece): void {
    if (slab === null) {
      this.#uncopiedSize -= length;
    } else {
      slab.pieces--;
      giveBackUnused(slab);
    }
  }

  /** Makes a piece of what was gathered; the slab goes on to be filled. */
  #cut(): void {
    const slab = this.#slab;
    if (slab === null || this.#slabStart === this.#slabEnd) return;
    const bytes = slab.bytes.subarray(this.#slabStart, this.#slabEnd);
    this.#pieces.push({ bytes, length: bytes.length, sent: 0, slab });
    slab.pieces++;
    this.#slabStart = this.#slabEnd;
  }

  /** The same, and the slab is given back once all of it was sent. */
  #seal(): void {
    const slab = this.#slab;
    if (slab === null) return;
    this.#cut();
    slab.isSealed = true;
    giveBackUnused(slab);
    this.#slab = null;
    this.#slabStart = 0;
    this.#slabEnd = 0;
  }

  /** Copies small pieces from the front into one. */
  #join(): Piece {
    const slab = newSlab();
    let length = 0;
    let end = this.#first;
    for (; end < this.#pieces.length; end++) {
      const piece = this.#at(end);
      const size = piece.length - piece.sent;
      if (!isSmall(piece) || length + size > SLAB_SIZE) break;
      // What comes before it can be sent.
      if (end > this.#first && isTakenAway(piece)) break;
      slab.bytes.set(rest(piece), length);
      length += size;
      this.#release(piece);
      this.#pieces[end] = SENT;
    }
    slab.pieces = 1;
    slab.isSealed = true;
    const bytes = slab.bytes.subarray(0, length);
    const joined: Piece = { bytes, length, sent: 0, slab };
    // In the place of the last of them, since the array may be long.
    this.#first = end - 1;
    this.#pieces[this.#first] = joined;
    return joined;
  }
}

function newSlab(): Slab {
  return { bytes: takeSlab(), pieces: 0, isSealed: false };
}

function giveBackUnused({ bytes, pieces, isSealed }: Slab): void {
  if (isSealed && pieces === 0) giveSlab(bytes);
}

function isSmall({ length, late }: Piece): boolean {
  return length < UNJOINED_SIZE && late === undefined;
}

/** Whether the caller has transferred or resized the buffer. */
function isTakenAway({ bytes, length, late }: Piece): boolean {
  return bytes.length !== length && late === undefined;
}

function rest(piece: Piece): Uint8Array {
  const { bytes, length, sent, slab, late } = piece;
  if (late !== undefined && slab !== null) return makeLate(late, sent, slab);
  if (isTakenAway(piece)) throw takenAway(length);
  return sent === 0 ? bytes : bytes.subarray(sent);
}

function makeLate(late: LateBytes, sent: number, slab: Slab): Uint8Array {
  // The sink may have transferred the last one.
  if (slab.bytes.length !== SLAB_SIZE) slab.bytes = takeSlab();
  return slab.bytes.subarray(0, late.make(sent, slab.bytes));
}

/** The error of a chunk that cannot be sent any more. */
export function takenAway(length: number): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot send "${length}" bytes: their buffer was transferred or resized before they were sent`,
  );
}
