import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { Completions, ignore } from "./_completions.ts";
import { describe } from "./_describe.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";
import { giveSlab, SLAB_SIZE, takeSlab } from "./_slab_pool.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";

/** From this size on a chunk is sent as it is: a copy would cost more. */
const UNCOPIED_SIZE = 32 * 1024;
/** More than this queued is back-pressure. */
export const HIGH_WATER_MARK: number = 256 * 1024;

/** Bytes to send in one call of the sink: of a slab, or a caller's chunk. */
interface Segment {
  readonly bytes: Uint8Array;
  /** The length when it was written: the caller may transfer the buffer. */
  readonly length: number;
  /** The slab that nothing needs any more once this is sent. */
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
  /** Which part of the slab is not in a segment yet. */
  #slabStart = 0;
  #slabEnd = 0;
  /** How many bytes were appended and sent since the beginning. */
  #appended = 0;
  #sent = 0;
  #scheduled = false;
  #pumping = false;
  #state: "open" | "closing" | "closed" | "failed" = "open";
  #failure: unknown;
  #closing: Promise<void> | null = null;
  #aborting: Promise<void> | null = null;
  #room: Promise<void> = Promise.resolve();
  /** Settles the room while there is none. */
  #noRoom: PromiseWithResolvers<void> | null = null;

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

  /** Whether {@linkcode abort} ended the queue, or was called after its end. */
  get isAborted(): boolean {
    return this.#aborting !== null;
  }

  /** What {@linkcode close} returned; null if it was not called. */
  get closing(): Promise<void> | null {
    return this.#closing;
  }

  /** How many bytes wait, or are on their way to the kernel. */
  get queuedSize(): number {
    return this.#appended - this.#sent;
  }

  /** How many bytes may be written before there is back-pressure. */
  get desiredSize(): number {
    return HIGH_WATER_MARK - this.queuedSize;
  }

  /**
   * Resolves when there is no back-pressure, rejects on a failure. It is the
   * same promise until there is back-pressure again.
   */
  get room(): Promise<void> {
    if (this.#noRoom === null && this.desiredSize <= 0) {
      this.#noRoom = Promise.withResolvers<void>();
      this.#room = this.#noRoom.promise;
      this.#room.catch(ignore);
    }
    return this.#room;
  }

  /** Appends a chunk; resolves with its length once the kernel has it. */
  write(chunk: Uint8Array | undefined): Promise<number> {
    if (!(chunk instanceof Uint8Array)) {
      return Promise.reject(
        new ArgumentError(
          `Cannot write ${describe(chunk)}: it must be a Uint8Array`,
        ),
      );
    }
    if (this.#state !== "open") return this.#refuse();
    if (chunk.length === 0) return writeNothing(chunk);
    const copied = chunk.length < UNCOPIED_SIZE;
    if (copied && this.#slabEnd + chunk.length > SLAB_SIZE) {
      this.#seal(true);
      this.#kick();
    }
    if (copied) this.#gather(chunk);
    else this.#pass(chunk);
    this.#appended += chunk.length;
    this.#schedule();
    return this.#completions.add(this.#appended, chunk.length);
  }

  /**
   * Whether a write of the chunk can only fail with the sink. flush() tells
   * such a failure too, so a write that nobody awaits must not end the process
   * as an unhandled rejection. What else a write throws are faults of its
   * caller, that nothing else would tell.
   */
  tellsFailureOf(chunk: unknown): boolean {
    return chunk instanceof Uint8Array && this.#state !== "closing" &&
      this.#state !== "closed";
  }

  /** Starts sending what is queued, without waiting for the turn to end. */
  send(): void {
    if (this.queuedSize > 0) this.#kick();
  }

  /** Resolves when all that was written before has been sent. */
  flush(): Promise<void> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    if (this.queuedSize === 0) return Promise.resolve();
    const flushed = this.#completions.add(this.#appended, 0).then(ignore);
    flushed.catch(ignore);
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
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Drops what is queued, rejects its writes and aborts the sink. */
  abort(reason: unknown): Promise<void> {
    this.#aborting ??= this.#abort(reason);
    return this.#aborting;
  }

  async #abort(reason: unknown): Promise<void> {
    if (this.#state === "failed" || this.#state === "closed") return;
    this.#drop(reason);
    let aborted;
    try {
      aborted = this.#sink.abort?.(reason);
    } finally {
      this.#onEnd?.();
    }
    await aborted;
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
    if (this.failure !== null) return;
    this.#state = "closed";
    this.#onEnd?.();
  }

  #refuse(): Promise<never> {
    if (this.#state !== "failed") {
      return Promise.reject(
        new ClosedError("Cannot write: the output stream is closed"),
      );
    }
    const refused = Promise.reject(this.#failure);
    refused.catch(ignore);
    return refused;
  }

  #schedule(): void {
    if (this.#scheduled || this.#pumping) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#kick();
    });
  }

  #pass(chunk: Uint8Array): void {
    this.#seal(false);
    this.#segments.push({ bytes: chunk, length: chunk.length, slab: null });
  }

  #gather(chunk: Uint8Array): void {
    this.#slab ??= takeSlab();
    this.#slab.set(chunk, this.#slabEnd);
    this.#slabEnd += chunk.length;
  }

  /** Makes a segment of what was gathered. */
  #seal(last: boolean): void {
    if (this.#slab === null) return;
    this.#segments.push({
      bytes: this.#slab.subarray(this.#slabStart, this.#slabEnd),
      length: this.#slabEnd - this.#slabStart,
      slab: last ? this.#slab : null,
    });
    this.#slabStart = this.#slabEnd;
    if (last) this.#forgetSlab();
  }

  #forgetSlab(): void {
    this.#slab = null;
    this.#slabStart = 0;
    this.#slabEnd = 0;
  }

  #kick(): void {
    if (!this.#pumping) this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (;;) {
        if (this.#segments.length === 0) this.#seal(true);
        const segment = this.#segments.shift();
        if (segment === undefined) break;
        await this.#send(segment);
        if (segment.slab !== null) giveSlab(segment.slab);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pumping = false;
    }
  }

  async #send({ bytes, length }: Segment): Promise<void> {
    for (let offset = 0; offset < length;) {
      if (bytes.length !== length) throw takenAway(length);
      const rest = offset === 0 ? bytes : bytes.subarray(offset);
      const count = await this.#sink.write(rest);
      if (this.#state === "failed") return;
      if (!isCountOf(count, length - offset)) {
        throw wrongCount("write", count, length - offset);
      }
      offset += count;
      this.#sent += count;
      this.#completions.advance(this.#sent);
      if (this.#noRoom !== null && this.desiredSize > 0) {
        this.#noRoom.resolve();
        this.#noRoom = null;
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#state === "failed") return;
    this.#drop(error);
    this.#onEnd?.();
  }

  #drop(error: unknown): void {
    this.#state = "failed";
    this.#failure = error;
    this.#segments.length = 0;
    this.#forgetSlab();
    this.#appended = this.#sent;
    this.#completions.fail(error);
    this.#noRoom ??= Promise.withResolvers<void>();
    this.#noRoom.reject(error);
    this.#room = this.#noRoom.promise;
    this.#room.catch(ignore);
    this.onFailure?.(error);
  }
}

function writeNothing(chunk: Uint8Array): Promise<number> {
  const { buffer } = chunk;
  if (!(buffer instanceof ArrayBuffer) || !buffer.detached) {
    return Promise.resolve(0);
  }
  return Promise.reject(
    new ArgumentError("Cannot write the bytes: their buffer was transferred"),
  );
}

function takenAway(length: number): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot send "${length}" bytes: their buffer was transferred or resized before they were sent`,
  );
}
