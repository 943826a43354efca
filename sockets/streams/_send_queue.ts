import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { Completions } from "./_completions.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";
import { giveSlab, SLAB_SIZE, takeSlab } from "./_slab_pool.ts";

/** From this size on a chunk is sent as it is: a copy would cost more. */
const UNCOPIED_SIZE = 32 * 1024;
/** More than this queued is back-pressure. */
export const HIGH_WATER_MARK: number = 256 * 1024;

/** Bytes to send in one call of the sink: a slab, or a chunk of the caller. */
interface Segment {
  readonly bytes: Uint8Array;
  readonly slab: Uint8Array<ArrayBuffer> | null;
}

/**
 * Collects writes and sends them in order, in as few calls as can be: small
 * chunks are gathered in slabs, large ones are passed through. One call of the
 * sink runs at a time, and what is written meanwhile goes out with the next.
 */
export class SendQueue implements OutputStreamSink {
  readonly #sink: OutputStreamSink;
  readonly #onEnd: (() => void) | undefined;
  readonly #segments: Segment[] = [];
  readonly #completions = new Completions();
  #slab: Uint8Array<ArrayBuffer> | null = null;
  #slabLength = 0;
  /** How many bytes were appended and sent since the beginning. */
  #appended = 0;
  #sent = 0;
  #scheduled = false;
  #pumping = false;
  #state: "open" | "closing" | "failed" = "open";
  #failure: unknown;
  #closed: Promise<void> | null = null;
  #aborted: Promise<void> | null = null;
  #room: PromiseWithResolvers<void> | null = null;

  /** Called once when the sink fails, with the error. */
  onFailure: ((error: unknown) => void) | null = null;

  /**
   * @param sink Where the bytes go.
   * @param onEnd Called once, when the sink is closed or nothing more can be
   * sent.
   */
  constructor(sink: OutputStreamSink, onEnd?: () => void) {
    this.#sink = sink;
    this.#onEnd = onEnd;
  }

  /** Whether writes are taken. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** The error that ended the queue, wrapped; null if there is none. */
  get failure(): { readonly error: unknown } | null {
    return this.#state === "failed" ? { error: this.#failure } : null;
  }

  /** How many bytes wait, or are on their way to the kernel. */
  get queuedSize(): number {
    return this.#appended - this.#sent;
  }

  /** How many bytes may be written before there is back-pressure. */
  get desiredSize(): number {
    return HIGH_WATER_MARK - this.queuedSize;
  }

  /** Resolves when there is no back-pressure, rejects on a failure. */
  get room(): Promise<void> {
    if (this.desiredSize > 0) return Promise.resolve();
    if (this.#room === null) {
      this.#room = Promise.withResolvers<void>();
      this.#room.promise.catch(() => {});
    }
    return this.#room.promise;
  }

  /** Appends a chunk; resolves with its length once the kernel has it. */
  write(chunk: Uint8Array): Promise<number> {
    if (!(chunk instanceof Uint8Array)) {
      return Promise.reject(
        new ArgumentError(`Cannot write "${chunk}": it must be a Uint8Array`),
      );
    }
    if (this.#state !== "open") return Promise.reject(this.#refusal());
    if (chunk.length === 0) return Promise.resolve(0);
    this.#append(chunk);
    return this.#completions.add(this.#appended, chunk.length);
  }

  /** Resolves when all that was written before has been sent. */
  flush(): Promise<void> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    if (this.queuedSize === 0) return Promise.resolve();
    const flushed = this.#completions.add(this.#appended, 0).then(() => {});
    flushed.catch(() => {});
    this.#kick();
    return flushed;
  }

  /** Takes no more writes. */
  stop(): void {
    if (this.#state === "open") this.#state = "closing";
  }

  /** Takes no more writes, sends what is queued, then closes the sink. */
  close(): Promise<void> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Drops what is queued, rejects its writes and aborts the sink. */
  abort(reason: unknown): Promise<void> {
    this.#aborted ??= this.#abort(reason);
    return this.#aborted;
  }

  async #abort(reason: unknown): Promise<void> {
    if (this.#state === "failed") return;
    this.#fail(reason);
    await this.#sink.abort?.(reason);
  }

  async #close(): Promise<void> {
    this.stop();
    await this.flush();
    try {
      await this.#sink.close?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#onEnd?.();
  }

  #refusal(): unknown {
    return this.#state === "failed"
      ? this.#failure
      : new ClosedError("Cannot write: the output stream is closed");
  }

  #append(chunk: Uint8Array): void {
    this.#appended += chunk.length;
    if (chunk.length >= UNCOPIED_SIZE) {
      this.#seal();
      this.#segments.push({ bytes: chunk, slab: null });
    } else {
      this.#gather(chunk);
    }
    if (!this.#scheduled && !this.#pumping) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#kick();
      });
    }
  }

  #gather(chunk: Uint8Array): void {
    if (this.#slabLength + chunk.length > SLAB_SIZE) {
      this.#seal();
      this.#kick();
    }
    this.#slab ??= takeSlab();
    this.#slab.set(chunk, this.#slabLength);
    this.#slabLength += chunk.length;
  }

  #seal(): void {
    if (this.#slab === null) return;
    const bytes = this.#slab.subarray(0, this.#slabLength);
    this.#segments.push({ bytes, slab: this.#slab });
    this.#slab = null;
    this.#slabLength = 0;
  }

  #kick(): void {
    if (!this.#pumping) this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (;;) {
        if (this.#segments.length === 0) this.#seal();
        const segment = this.#segments.shift();
        if (segment === undefined) break;
        await this.#send(segment.bytes);
        if (segment.slab !== null) giveSlab(segment.slab);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pumping = false;
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const count = await this.#sink.write(rest);
      if (this.#state === "failed") return;
      this.#sent += count;
      this.#completions.advance(this.#sent);
      if (this.#room !== null && this.desiredSize > 0) {
        this.#room.resolve();
        this.#room = null;
      }
      rest = rest.subarray(count);
    }
  }

  #fail(error: unknown): void {
    if (this.#state === "failed") return;
    this.#state = "failed";
    this.#failure = error;
    this.#segments.length = 0;
    this.#slab = null;
    this.#slabLength = 0;
    this.#completions.fail(error);
    this.#room?.reject(error);
    this.#room = null;
    this.onFailure?.(error);
    this.#onEnd?.();
  }
}
