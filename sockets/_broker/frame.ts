/** No frame is longer, nor is what is read before one is complete. */
export const MAX_FRAME_SIZE: number = 16 * 1024 * 1024;
const LENGTH_SIZE = 4;

/** A text with its length in front: 32 bits, big-endian, then UTF-8. */
export function encodeFrame(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_FRAME_SIZE) {
    throw new RangeError(`Cannot send "${bytes.length}" bytes: too many`);
  }
  const frame = new Uint8Array(LENGTH_SIZE + bytes.length);
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame.set(bytes, LENGTH_SIZE);
  return frame;
}

/** Puts one frame together from what arrives of it. */
export class FrameReader {
  #bytes = new Uint8Array(256);
  #count = 0;

  /** Whether nothing has arrived yet. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * Adds bytes, and returns the text once all of it is there.
   *
   * @throws {RangeError} If it is longer than it may be, or something follows.
   * @throws {TypeError} If it is not UTF-8.
   */
  push(bytes: Uint8Array): string | null {
    this.#append(bytes);
    if (this.#count < LENGTH_SIZE) return null;
    const length = new DataView(this.#bytes.buffer).getUint32(0);
    if (length > MAX_FRAME_SIZE) {
      throw new RangeError(`Cannot read a frame of "${length}" bytes`);
    }
    const end = LENGTH_SIZE + length;
    if (this.#count < end) return null;
    if (this.#count > end) {
      throw new RangeError("Cannot read a frame: more bytes follow it");
    }
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(this.#bytes.subarray(LENGTH_SIZE, end));
  }

  #append(bytes: Uint8Array): void {
    const count = this.#count + bytes.length;
    if (count > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(count, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#count));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#count);
    this.#count = count;
  }
}
