import { setImmediate } from "node:timers";
import { constants, createInflateRaw, type InflateRaw } from "node:zlib";
import { CloseCode } from "../_codec/close_code.ts";
import { TAIL } from "./deflater.ts";
import { ProtocolFailure } from "../_codec/protocol_failure.ts";

/** How messages are decompressed. */
export interface InflaterOptions {
  /** The base two logarithm of the window, 8 to 15. */
  readonly windowBits: number;
  /** Whether each message starts anew. */
  readonly forgets: boolean;
  /** How many bytes a message may have once inflated. */
  readonly maxSize: number;
}

/** Takes bytes; a promise keeps the next ones waiting. */
type Put = (bytes: Uint8Array) => void | Promise<void>;

/** Decompresses messages, one part at a time (permessage-deflate, RFC 7692). */
export class Inflater {
  readonly #options: InflaterOptions;
  #stream: InflateRaw | null = null;
  /** How much of the message has come. */
  #size = 0;
  #put: Put = () => {};
  /** What the bytes that have come wait for. */
  #putting: Promise<void> = Promise.resolve();
  #failure: PromiseWithResolvers<never> = newFailure();

  constructor(options: InflaterOptions) {
    this.#options = options;
  }

  /**
   * Decompresses the next part of a message; the next call comes when this one
   * has ended.
   *
   * @param put Takes what comes out, at most 64 KiB at a time.
   *
   * @throws {ProtocolFailure} If it is no such data, or too much of it.
   */
  async inflate(part: Uint8Array, isLast: boolean, put: Put): Promise<void> {
    const stream = this.#stream ??= this.#open();
    this.#put = put;
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.write(part);
    if (isLast) stream.write(TAIL);
    stream.flush(constants.Z_SYNC_FLUSH, resolve);
    await Promise.race([promise, this.#failure.promise]);
    await Promise.race([this.#drained(stream), this.#failure.promise]);
    if (isLast) this.#finishMessage(stream);
  }

  /** Gives the memory of zlib back. */
  close(): void {
    this.#stream?.destroy();
  }

  #open(): InflateRaw {
    const { windowBits } = this.#options;
    const stream = createInflateRaw({ windowBits, chunkSize: CHUNK_SIZE });
    this.#failure = newFailure();
    const { reject } = this.#failure;
    stream.on("data", (bytes: Uint8Array) => this.#take(stream, bytes));
    stream.on("error", () => reject(notDeflated()));
    stream.on("close", () => reject(new Error("The inflation was ended")));
    return stream;
  }

  #take(stream: InflateRaw, bytes: Uint8Array): void {
    try {
      this.#count(bytes.length);
      const putting = this.#put(bytes);
      if (putting === undefined) return;
      stream.pause();
      this.#putting = putting.then(() => void stream.resume());
    } catch (error) {
      this.#failure.reject(error);
      stream.destroy();
    }
  }

  #count(size: number): void {
    this.#size += size;
    const { maxSize } = this.#options;
    if (this.#size <= maxSize) return;
    throw new ProtocolFailure(
      CloseCode.messageTooBig,
      `Cannot receive the message: it has more than "${maxSize}" bytes once inflated, which compression.maxInflatedSize allows`,
    );
  }

  /** Resolves when all that has come out was put. */
  async #drained(stream: InflateRaw): Promise<void> {
    await this.#putting;
    while (stream.readableLength > 0 && !stream.destroyed) {
      // It flows again in a later tick, which microtasks alone would hold off.
      await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#putting;
    }
  }

  #finishMessage(stream: InflateRaw): void {
    this.#size = 0;
    // A block with BFINAL set ends the stream (RFC 7692, section 7.2.3.4).
    if (stream.readableEnded) {
      this.close();
      this.#stream = null;
    } else if (this.#options.forgets) {
      stream.reset();
    }
  }
}

const CHUNK_SIZE = 64 * 1024;

function newFailure(): PromiseWithResolvers<never> {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  return failure;
}

function notDeflated(): ProtocolFailure {
  return new ProtocolFailure(
    CloseCode.invalidPayload,
    "Cannot receive the message: it cannot be inflated",
  );
}
