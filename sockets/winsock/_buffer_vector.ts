type Bytes = Uint8Array<ArrayBuffer>;

/** The most buffers of one call: `IOV_MAX` of Linux and macOS. */
export const MAX_BUFFERS = 1024;
/** V8 keeps what is no larger than this on its heap, where it may move. */
const MAX_SMALL_SIZE = 64;
/** No call moves more (send(2), and the length of a `WSABUF`). */
const MAX_SIZE = 0x7fffffff;

/** Where a `struct iovec` or a `WSABUF` has its members. */
export interface VectorLayout {
  readonly size: number;
  readonly address: number;
  readonly length: number;
}

/** The array of buffers of a call. */
export class BufferVector {
  readonly bytes: Bytes;
  readonly #view: DataView;
  readonly #layout: VectorLayout;
  readonly #addressOf: (bytes: Bytes) => bigint;
  /** Stands for the small buffers. */
  readonly #copies = new Uint8Array(MAX_BUFFERS * MAX_SMALL_SIZE);

  constructor(layout: VectorLayout, addressOf: (bytes: Bytes) => bigint) {
    this.bytes = new Uint8Array(MAX_BUFFERS * layout.size);
    this.#view = new DataView(this.bytes.buffer);
    this.#layout = layout;
    this.#addressOf = addressOf;
  }

  /** Takes the buffers of a call, {@linkcode MAX_BUFFERS} at most. */
  fill(buffers: readonly Bytes[]): void {
    const { size, address, length } = this.#layout;
    for (const [i, buffer] of buffers.entries()) {
      const bytes = isSmall(buffer) ? this.#copyOf(i, buffer) : buffer;
      const start = i * size;
      this.#view.setBigUint64(start + address, this.#addressOf(bytes), true);
      // The upper half of a size_t stays 0.
      const count = Math.min(buffer.length, MAX_SIZE);
      this.#view.setUint32(start + length, count, true);
    }
  }

  /** Hands over what a call has received in the place of small buffers. */
  handOver(buffers: readonly Bytes[]): void {
    for (const [i, buffer] of buffers.entries()) {
      if (!isSmall(buffer)) continue;
      const start = i * MAX_SMALL_SIZE;
      buffer.set(this.#copies.subarray(start, start + buffer.length));
    }
  }

  #copyOf(index: number, buffer: Bytes): Bytes {
    const start = index * MAX_SMALL_SIZE;
    this.#copies.set(buffer, start);
    return this.#copies.subarray(start, start + MAX_SMALL_SIZE);
  }
}

function isSmall({ buffer }: Bytes): boolean {
  return buffer.byteLength <= MAX_SMALL_SIZE;
}
