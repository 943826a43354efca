import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { giveSlab, SLAB_SIZE, takeSlab } from "./_slab_pool.ts";

/** From this size on a chunk is sent from where it is, not copied at the call. */
export const UNCOPIED_SIZE: number = 4 * 1024;
/** Joining chunks of this size costs more than a call for each. */
const UNJOINED_SIZE = 32 * 1024;
/** The most pieces of one call: `IOV_MAX` of Linux, readv(2). */
const MAX_PIECES = 1024;
/** Sent pieces are dropped once there are this many. */
const MAX_SENT = 1024;

/** Bytes in a row: a part of a slab, or a chunk of the caller's. */
interface Piece {
  readonly bytes: Uint8Array;
  /** The length when it was written: the caller may transfer the buffer. */
  readonly length: number;
  readonly isCopied: boolean;
  /** How many of the bytes were sent. */
  sent: number;
  /** The slab that nothing needs any more once this is sent. */
  slab: Uint8Array<ArrayBuffer> | null;
}

/**
 * Bytes that wait to be sent, in order. Small chunks are gathered in slabs,
 * others are kept as they are.
 */
export class ByteBatch {
  readonly #pieces: Piece[] = [];
  /** Pieces before this index were sent. */
  #first = 0;
  /** How many pieces are chunks of the caller's. */
  #uncopied = 0;
  #slab: Uint8Array<ArrayBuffer> | null = null;
  /** Which part of the slab is not in a piece yet. */
  #slabStart = 0;
  #slabEnd = 0;

  /** Whether there is nothing to send. */
  get isEmpty(): boolean {
    return this.#first === this.#pieces.length &&
      this.#slabStart === this.#slabEnd;
  }

  /** Whether there are chunks of the caller's, which were not copied. */
  get hasUncopied(): boolean {
    return this.#uncopied > 0;
  }

  /** Appends a chunk that is not empty; tells whether that has filled a slab. */
  append(chunk: Uint8Array): boolean {
    const { length } = chunk;
    if (length >= UNCOPIED_SIZE) {
      this.#cut();
      this.#push(chunk, false);
      this.#uncopied++;
      return false;
    }
    const isFull = this.#slabEnd + length > SLAB_SIZE;
    if (isFull) this.#seal();
    this.#slab ??= takeSlab();
    this.#slab.set(chunk, this.#slabEnd);
    this.#slabEnd += length;
    return isFull;
  }

  /** The first piece. */
  first(): Uint8Array {
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

  /** All pieces, but not more than one call takes. */
  all(): Uint8Array[] {
    this.#seal();
    const end = Math.min(this.#first + MAX_PIECES, this.#pieces.length);
    return this.#pieces.slice(this.#first, end).map(rest);
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
  }

  /** Drops all. Slabs are left alone: a call may still read them. */
  clear(): void {
    this.#pieces.length = 0;
    this.#first = 0;
    this.#uncopied = 0;
    this.#slab = null;
    this.#slabStart = 0;
    this.#slabEnd = 0;
  }

  #at(index: number): Piece {
    const piece = this.#pieces[index];
    if (piece === undefined) throw new RangeError("Nothing is left to send");
    return piece;
  }

  #push(bytes: Uint8Array, isCopied: boolean): void {
    const { length } = bytes;
    this.#pieces.push({ bytes, length, isCopied, sent: 0, slab: null });
  }

  #drop(piece: Piece): void {
    this.#release(piece);
    this.#first++;
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

  #release({ slab, isCopied }: Piece): void {
    if (slab !== null) giveSlab(slab);
    if (!isCopied) this.#uncopied--;
  }

  /** Makes a piece of what was gathered; the slab goes on to be filled. */
  #cut(): void {
    if (this.#slab === null || this.#slabStart === this.#slabEnd) return;
    this.#push(this.#slab.subarray(this.#slabStart, this.#slabEnd), true);
    this.#slabStart = this.#slabEnd;
  }

  /** The same, and the slab is given back once all of it was sent. */
  #seal(): void {
    if (this.#slab === null) return;
    this.#cut();
    this.#at(this.#pieces.length - 1).slab = this.#slab;
    this.#slab = null;
    this.#slabStart = 0;
    this.#slabEnd = 0;
  }

  /** Copies small pieces from the front into one. */
  #join(): Piece {
    const slab = takeSlab();
    let length = 0;
    let end = this.#first;
    for (; end < this.#pieces.length; end++) {
      const piece = this.#at(end);
      const bytes = rest(piece);
      if (!isSmall(piece) || length + bytes.length > SLAB_SIZE) break;
      slab.set(bytes, length);
      length += bytes.length;
      this.#release(piece);
    }
    const bytes = slab.subarray(0, length);
    const joined: Piece = { bytes, length, isCopied: true, sent: 0, slab };
    // In the place of the last of them, since the array may be long.
    this.#first = end - 1;
    this.#pieces[this.#first] = joined;
    return joined;
  }
}

function isSmall({ length }: Piece): boolean {
  return length < UNJOINED_SIZE;
}

function rest({ bytes, length, sent }: Piece): Uint8Array {
  if (bytes.length !== length) throw takenAway(length);
  return sent === 0 ? bytes : bytes.subarray(sent);
}

function takenAway(length: number): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot send "${length}" bytes: their buffer was transferred or resized before they were sent`,
  );
}
