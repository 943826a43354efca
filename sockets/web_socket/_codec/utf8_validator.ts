import { isUtf8 } from "node:buffer";

/** From this size on the call is faster than the loop, measured. */
const LONG_SIZE = 128;

/**
 * Checks UTF-8 that comes in chunks, cut anywhere. The loop is the decoder of
 * https://encoding.spec.whatwg.org/#utf-8-decoder
 */
export class Utf8Validator {
  /** How many bytes the character lacks. */
  #needed = 0;
  /** Between which values its next byte must be. */
  #lower = 0x80;
  #upper = 0xbf;

  /** Whether the bytes do not end inside of a character. */
  get isComplete(): boolean {
    return this.#needed === 0;
  }

  /**
   * Takes the next bytes. False as soon as nothing that could follow would
   * make them UTF-8; only `reset()` may be called then.
   */
  push(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if (length < LONG_SIZE) return this.#check(bytes, 0, length);
    const start = this.#needed;
    const end = findBoundary(bytes);
    return this.#check(bytes, 0, start) &&
      isUtf8(bytes.subarray(start, end)) &&
      this.#check(bytes, end, length);
  }

  /** Starts anew. */
  reset(): void {
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }

  #check(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (this.#needed > 0) {
        if (byte < this.#lower || byte > this.#upper) return false;
        this.#needed--;
        this.#lower = 0x80;
        this.#upper = 0xbf;
      } else if (byte >= 0x80 && !this.#start(byte)) {
        return false;
      }
    }
    return true;
  }

  /** Takes the first byte of a character of several. */
  #start(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#needed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    // No overlong forms, no surrogates, nothing above U+10FFFF.
    if (byte === 0xe0) this.#lower = 0xa0;
    else if (byte === 0xed) this.#upper = 0x9f;
    else if (byte === 0xf0) this.#lower = 0x90;
    else if (byte === 0xf4) this.#upper = 0x8f;
    return true;
  }
}

/** Where the last character starts if it may be cut, else the end. */
function findBoundary(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let i = length - 1; i >= length - 3; i--) {
    if ((bytes[i] ?? 0) >= 0xc0) return i;
  }
  return length;
}
