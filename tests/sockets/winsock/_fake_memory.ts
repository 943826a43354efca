import { assert } from "@std/assert";
import type { VectorLayout } from "../../../sockets/winsock/_buffer_vector.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Addresses of buffers that only a test knows. */
export class FakeMemory {
  readonly #buffers: ArrayBuffer[] = [];

  /** So many bytes are between two buffers, at least. */
  readonly #step = 2 ** 32;

  /** The address of bytes; the same for the same. */
  readonly addressOf = (bytes: Bytes): bigint => {
    const known = this.#buffers.indexOf(bytes.buffer);
    const index = known < 0 ? this.#buffers.push(bytes.buffer) - 1 : known;
    return BigInt((index + 1) * this.#step + bytes.byteOffset);
  };

  /** The bytes at an address. */
  at(address: bigint, length: number): Bytes {
    const index = Math.floor(Number(address) / this.#step) - 1;
    const buffer = this.#buffers[index];
    assert(buffer !== undefined);
    return new Uint8Array(buffer, Number(address) % this.#step, length);
  }

  /** The buffers of an array of `struct iovec` or `WSABUF`. */
  buffersOf(array: Bytes, layout: VectorLayout, count: number): Bytes[] {
    const view = new DataView(array.buffer, array.byteOffset);
    return Array.from({ length: count }, (_, i) => {
      const start = i * layout.size;
      const address = view.getBigUint64(start + layout.address, true);
      return this.at(address, view.getUint32(start + layout.length, true));
    });
  }
}
