import type { ByteReader } from "./_byte_reader.ts";

/** The reason that {@linkcode PullSource.release} gives to a pull. */
const released = Symbol("released");

type Chunk = Uint8Array<ArrayBuffer>;

/** Feeds a web stream from a {@linkcode ByteReader}, one pull at a time. */
export class PullSource implements UnderlyingSource<Chunk> {
  readonly type = "bytes";
  readonly #reader: ByteReader;
  #controller: ReadableByteStreamController | null = null;
  #pulling: Promise<void> | null = null;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Whether the queue of the web stream holds bytes. */
  get hasQueued(): boolean {
    // With a high-water mark of 0, the desired size is minus what is queued.
    return (this.#controller?.desiredSize ?? 0) < 0;
  }

  /** Whether no pull runs and nothing is queued. */
  get settled(): boolean {
    return this.#pulling === null && !this.hasQueued;
  }

  start(controller: ReadableStreamController<Chunk>): void {
    // The type "bytes" always brings this kind; the union does not know.
    if (controller instanceof ReadableByteStreamController) {
      this.#controller = controller;
    }
  }

  pull(): Promise<void> {
    if (this.#controller === null) return Promise.resolve();
    this.#pulling = this.#pull(this.#controller)
      .finally(() => this.#pulling = null);
    return this.#pulling;
  }

  cancel(reason: unknown): void | Promise<void> {
    return this.#reader.cancel(reason);
  }

  /** Ends a pull that nobody waits for; its bytes serve the next read. */
  async release(): Promise<void> {
    if (this.#pulling === null) return;
    this.#reader.cancelPending(released);
    await this.#pulling;
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const view = controller.byobRequest?.view;
    const block = view
      ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      : new Uint8Array(this.#reader.blockSize);
    let count;
    try {
      count = await this.#reader.read(block);
    } catch (error) {
      if (error === released) return;
      throw error;
    }
    if (count === null) {
      controller.close();
      controller.byobRequest?.respond(0);
    } else if (view) {
      controller.byobRequest?.respond(count);
    } else {
      this.#reader.adaptBlockSize(count, block.length);
      controller.enqueue(compact(block, count));
    }
  }
}

/** A small chunk does not keep a large block alive. */
function compact(block: Chunk, count: number): Chunk {
  return count * 4 < block.length
    ? block.slice(0, count)
    : block.subarray(0, count);
}
