import { ignore } from "./_completions.ts";
import type { SendQueue } from "./_send_queue.ts";

/**
 * What a web stream writes before it is closed, and that waits until the queue
 * is empty. The close itself must not: while one is in progress, abort() takes
 * the failure of the close for its own (Streams Standard,
 * `WritableStreamFinishInFlightCloseWithError`).
 */
export const CLOSING: Uint8Array = new Uint8Array(0);

/**
 * The writer of an `OutputStream`. Its writes go straight into the send queue,
 * so that they keep their place among the stream's `writeAsync` calls. All
 * else is that of the standard writer, save for what the queue knows better
 * while it is open.
 */
export class OutputStreamWriter
  extends WritableStreamDefaultWriter<Uint8Array> {
  readonly #queue: SendQueue;
  #released = false;
  /** The last write of the queue, and the same without a value. */
  #lastWrite: Promise<number> | null = null;
  #written: Promise<void> = Promise.resolve();
  #room: Promise<void> | null = null;
  #ready: PromiseWithResolvers<void> | null = null;

  constructor(stream: WritableStream<Uint8Array>, queue: SendQueue) {
    super(stream);
    this.#queue = queue;
  }

  get #direct(): boolean {
    return !this.#released && this.#queue.isOpen;
  }

  override get desiredSize(): number | null {
    const isWaiting = !this.#released && this.#queue.isClosing;
    return this.#direct || isWaiting
      ? this.#queue.desiredSize
      : super.desiredSize;
  }

  override get ready(): Promise<void> {
    if (!this.#direct) return super.ready;
    const { room } = this.#queue;
    if (this.#ready === null || room !== this.#room) {
      this.#room = room;
      // One of the writer's own, that releaseLock() can reject.
      this.#ready = Promise.withResolvers<void>();
      this.#ready.promise.catch(ignore);
      room.then(this.#ready.resolve, this.#ready.reject);
    }
    return this.#ready.promise;
  }

  override write(chunk?: Uint8Array): Promise<void> {
    if (this.#released) return super.write(chunk);
    const write = this.#queue.write(chunk);
    // Neighbours may share a promise.
    if (write !== this.#lastWrite) {
      this.#lastWrite = write;
      this.#written = write.then(ignore);
      if (this.#queue.tellsFailureOf(chunk)) this.#written.catch(ignore);
    }
    return this.#written;
  }

  override close(): Promise<void> {
    if (!this.#direct) return super.close();
    this.#queue.close().catch(ignore);
    // Nobody has to wait for room any more.
    this.#ready?.resolve();
    super.write(CLOSING).catch(ignore);
    return super.close();
  }

  override releaseLock(): void {
    this.#released = true;
    this.#ready?.reject(
      new TypeError("Cannot tell when the stream is ready: the writer let go"),
    );
    super.releaseLock();
  }
}
