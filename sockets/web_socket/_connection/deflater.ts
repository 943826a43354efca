import { constants, createDeflateRaw, type DeflateRaw } from "node:zlib";

/**
 * What Z_SYNC_FLUSH puts at the end, an empty block, and messages go without
 * (RFC 7692, section 7.2.1).
 */
export const TAIL: Uint8Array = new Uint8Array([0x00, 0x00, 0xff, 0xff]);
/** zlib writes 9 for 8 in a header, but raw it must be 9 (zlib.h). */
const MIN_WINDOW_BITS = 9;

/** How messages are compressed. */
export interface DeflaterOptions {
  /** The base two logarithm of the window, 8 to 15. */
  readonly windowBits: number;
  /** The level of zlib, 0 to 9. */
  readonly level: number;
  /** Whether each message starts anew. */
  readonly forgets: boolean;
}

/** Compresses messages, one part at a time (permessage-deflate, RFC 7692). */
export class Deflater {
  readonly #stream: DeflateRaw;
  readonly #forgets: boolean;
  #output: Uint8Array[] = [];
  #failure: PromiseWithResolvers<never> = Promise.withResolvers();

  constructor({ windowBits, level, forgets }: DeflaterOptions) {
    this.#forgets = forgets;
    this.#stream = createDeflateRaw({
      windowBits: Math.max(windowBits, MIN_WINDOW_BITS),
      level,
    });
    this.#failure.promise.catch(() => {});
    this.#stream.on("data", (bytes: Uint8Array) => this.#output.push(bytes));
    this.#stream.on("error", (error) => this.#failure.reject(error));
    this.#stream.on(
      "close",
      () => this.#failure.reject(new Error("The compression was ended")),
    );
  }

  /**
   * Compresses the next part of a message; the next call comes when this one has
   * ended.
   */
  async deflate(part: Uint8Array, isLast: boolean): Promise<Uint8Array> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.write(part);
    this.#stream.flush(constants.Z_SYNC_FLUSH, resolve);
    await Promise.race([promise, this.#failure.promise]);
    const bytes = concat(this.#output);
    this.#output = [];
    if (!isLast) return bytes;
    if (this.#forgets) this.#stream.reset();
    return bytes.subarray(0, bytes.length - TAIL.length);
  }

  /** Gives the memory of zlib back. */
  close(): void {
    this.#stream.destroy();
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
