import type { SendQueue } from "./_send_queue.ts";

/**
 * The writer of an `OutputStream`. Its writes go straight into the send queue,
 * so that they keep their place among the stream's `writeAsync` calls. In
 * every state but the open one it is the standard writer.
 */
export class OutputStreamWriter
  extends WritableStreamDefaultWriter<Uint8Array> {
  readonly #queue: SendQueue;
  #released = false;

  constructor(stream: WritableStream<Uint8Array>, queue: SendQueue) {
    super(stream);
    this.#queue = queue;
  }

  get #direct(): boolean {
    return !this.#released && this.#queue.isOpen;
  }

  override get desiredSize(): number | null {
    return this.#direct ? this.#queue.desiredSize : super.desiredSize;
  }

  override get ready(): Promise<void> {
    return this.#direct ? this.#queue.room : super.ready;
  }

  override async write(chunk?: Uint8Array): Promise<void> {
    if (this.#direct && chunk instanceof Uint8Array) {
      await this.#queue.write(chunk);
    } else {
      await super.write(chunk);
    }
  }

  override close(): Promise<void> {
    if (!this.#released) this.#queue.stop();
    return super.close();
  }

  override releaseLock(): void {
    this.#released = true;
    super.releaseLock();
  }
}
