import { Duplex } from "node:stream";
import type { StreamTransport } from "./stream_transport.ts";

/** How much is read at first, since most connections wait most of the time. */
const MIN_BLOCK_SIZE = 4 * 1024;
/** Several TLS records, which have 16 KiB at most (RFC 8446, section 5.1). */
const MAX_BLOCK_SIZE = 64 * 1024;

/**
 * The connection under a `TLSSocket` of node:tls, which takes any stream.
 *
 * It reads when it is told to, so that there is back-pressure, which node:tls
 * has not. And TLS gets what was read at once, so that it is known whether the
 * end of TLS came before that of the connection, which node:tls does not tell.
 */
export class TlsCarrier {
  readonly #transport: StreamTransport;
  #block: Uint8Array<ArrayBuffer> | null = null;
  #blockSize = MIN_BLOCK_SIZE;
  #pulling: Promise<boolean> | null = null;
  #written: Promise<void> = Promise.resolve();
  #lastWords: Uint8Array | null = null;

  /** What TLS reads from and writes to. */
  readonly stream: Duplex;
  /**
   * Gives what TLS has not written, which is the alert that tells the peer why
   * it ends: node:tls of Deno 2.9.6 does not write that to a stream.
   */
  drain: (() => Uint8Array | null) | null = null;
  /** Why the connection could not be written to, not classified. */
  writeFailure: { readonly error: unknown } | null = null;
  /** Told of that, which node:tls of Deno 2.9.6 may not tell to who writes. */
  onWriteFailure: ((error: unknown) => void) | null = null;

  constructor(transport: StreamTransport) {
    this.#transport = transport;
    this.stream = new Duplex({
      allowHalfOpen: true,
      autoDestroy: false,
      // It is read by `pull`.
      read: () => {},
      write: (chunk, _encoding, callback) => this.#write(chunk, callback),
      destroy: (error, callback) => {
        // Afterwards TLS has forgotten it.
        this.#lastWords ??= this.drain?.() ?? null;
        callback(error);
      },
    });
  }

  /**
   * Reads once, and gives TLS what has come. Resolves with whether something
   * came; rejects, not classified, if the connection has failed. Whoever calls
   * meanwhile waits for the same.
   */
  pull(): Promise<boolean> {
    this.#pulling ??= this.#pull().finally(() => this.#pulling = null);
    return this.#pulling;
  }

  /** What TLS has to say at its end; null if that is nothing. */
  get lastWords(): Uint8Array | null {
    return this.#lastWords ?? this.drain?.() ?? null;
  }

  /** Resolves when all that TLS has written so far was sent, or cannot be. */
  get written(): Promise<void> {
    return this.#written;
  }

  async #pull(): Promise<boolean> {
    const block = this.#takeBlock();
    const count = await this.#transport.read(block);
    if (count === null) return false;
    this.stream.push(block.subarray(0, count));
    // TLS has taken a copy.
    this.#block = block;
    if (count === block.length) this.#blockSize = MAX_BLOCK_SIZE;
    else if (count < MIN_BLOCK_SIZE) this.#blockSize = MIN_BLOCK_SIZE;
    return true;
  }

  /** A block of the size for the next read, which nobody else uses. */
  #takeBlock(): Uint8Array<ArrayBuffer> {
    const block = this.#block;
    this.#block = null;
    return block?.length === this.#blockSize
      ? block
      : new Uint8Array(this.#blockSize);
  }

  #write(chunk: Uint8Array, callback: (error?: Error) => void): void {
    this.#written = this.#writeAll(chunk).then(
      () => callback(),
      (error) => {
        this.writeFailure ??= { error };
        this.onWriteFailure?.(error);
        callback(error instanceof Error ? error : new Error(`${error}`));
      },
    );
  }

  async #writeAll(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.length > 0) {
      rest = rest.subarray(await this.#transport.write(rest));
    }
  }
}
