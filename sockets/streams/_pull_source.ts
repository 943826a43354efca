import type { ByteReader } from "./_byte_reader.ts";

/** The reason that {@linkcode PullSource.takeBack} gives to a pull. */
const released = Symbol("released");

type Chunk = Uint8Array<ArrayBuffer>;
type Controller = ReadableByteStreamController;

interface Pull {
  readonly block: Chunk;
  /** Whether the web stream may not have the bytes any more. */
  released: boolean;
}

/** What was taken out of the web stream. */
interface Taken {
  readonly reads: readonly Promise<ReadableStreamReadResult<Chunk>>[];
  /** How many bytes at the end are none of the source's. */
  readonly padding: number;
}

const NOTHING: Taken = { reads: [], padding: 0 };

/** Feeds a web stream from a {@linkcode ByteReader}, one pull at a time. */
export class PullSource implements UnderlyingSource<Chunk> {
  readonly type = "bytes";
  readonly #reader: ByteReader;
  #controller: Controller | null = null;
  #pulling: Promise<void> | null = null;
  #pull: Pull | null = null;

  constructor(reader: ByteReader) {
    this.#reader = reader;
    reader.hasAhead = () => !this.settled;
  }

  /** Whether the web stream has no byte, and none is on its way to it. */
  get settled(): boolean {
    return this.#pulling === null && !this.#controller?.byobRequest &&
      !this.#hasQueued;
  }

  get #hasQueued(): boolean {
    // With a high-water mark of 0, the desired size is minus what is queued.
    return (this.#controller?.desiredSize ?? 0) < 0;
  }

  start(controller: ReadableStreamController<Chunk>): void {
    // The type "bytes" always brings this kind; the union does not know.
    if (controller instanceof ReadableByteStreamController) {
      this.#controller = controller;
    }
  }

  pull(): Promise<void> {
    if (this.#controller === null) return Promise.resolve();
    this.#pulling = this.#feed(this.#controller)
      .finally(() => this.#pulling = null);
    return this.#pulling;
  }

  cancel(reason: unknown): void | Promise<void> {
    return this.#reader.cancel(reason);
  }

  /** Drops what the web stream holds; its reads reject with `error`. */
  error(error: unknown): void {
    this.#controller?.error(error);
  }

  /**
   * Gives everything that the web stream holds back to the reader, and lets the
   * pull go that nobody waits for. Reads that are made from now on come after.
   *
   * @param stream The web stream, which is not locked.
   */
  takeBack(stream: ReadableStream<Chunk>): void {
    this.#reader.hold(this.#giveBack(this.#drain(stream), this.#pulling));
    if (this.#pull === null) return;
    this.#pull.released = true;
    this.#reader.cancelRead(this.#pull.block, released);
  }

  /** Empties the web stream; it is not locked any more when this returns. */
  #drain(stream: ReadableStream<Chunk>): Taken {
    // The view of a read whose reader let go would stay first in line. It
    // comes into the queue, with what it holds, by one byte more.
    const request = this.#controller?.byobRequest;
    request?.respond(1);
    if (!this.#hasQueued) return NOTHING;
    const reads = [];
    const reader = stream.getReader();
    while (this.#hasQueued) reads.push(reader.read());
    reader.releaseLock();
    return { reads, padding: request ? 1 : 0 };
  }

  async #giveBack(taken: Taken, pulling: Promise<void> | null): Promise<void> {
    // A failure of the pull errors the web stream, and awaits the next read.
    await Promise.allSettled([pulling]);
    const results = await Promise.all(taken.reads);
    const chunks = results.flatMap(({ value }) => value ?? []);
    const last = chunks.pop();
    if (last === undefined) return;
    this.#reader.unread(last.subarray(0, last.length - taken.padding));
    for (const chunk of chunks.reverse()) this.#reader.unread(chunk);
  }

  async #feed(controller: Controller): Promise<void> {
    const { blockSize } = this.#reader;
    const view = controller.byobRequest?.view;
    // Not the view itself: Deno does not wake a reader for what comes by the
    // view of an earlier reader, and `takeBack` may transfer it at any time.
    const block = new Uint8Array(
      Math.min(view?.byteLength ?? blockSize, blockSize),
    );
    const pull = this.#pull = { block, released: false };
    let count;
    try {
      count = await this.#reader.read(block);
    } catch (error) {
      if (error === released) return;
      throw error;
    } finally {
      this.#pull = null;
    }
    if (count === null) {
      if (!pull.released) close(controller);
    } else if (pull.released) {
      this.#reader.unread(block.slice(0, count));
    } else {
      this.#reader.adaptBlockSize(count, block.length);
      controller.enqueue(compact(block, count));
    }
  }
}

function close(controller: Controller): void {
  controller.close();
  controller.byobRequest?.respond(0);
}

/** A small chunk does not keep a large block alive. */
function compact(block: Chunk, count: number): Chunk {
  return count * 4 < block.length
    ? block.slice(0, count)
    : block.subarray(0, count);
}
