/** Copies up to this size share a block of memory. */
const MAX_SHARED_SIZE = 16 * 1024;
const BLOCK_SIZE = 64 * 1024;

/**
 * Copies datagrams out of buffers that are used again. To share memory costs
 * far less than to allocate it for each.
 */
export class DatagramCopies {
  #block = new Uint8Array(0);
  #used = 0;

  copy(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { length } = bytes;
    if (length > MAX_SHARED_SIZE) return bytes.slice();
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(BLOCK_SIZE);
      this.#used = 0;
    }
    const start = this.#used;
    this.#block.set(bytes, start);
    this.#used = start + length;
    return this.#block.subarray(start, start + length);
  }
}
