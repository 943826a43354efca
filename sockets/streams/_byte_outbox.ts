import { ByteBatch, UNCOPIED_SIZE } from "./_byte_batch.ts";
import type { Outbox } from "./_outbox.ts";
import { SendQueue } from "./_send_queue.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";

/** One call takes so much at most. */
const MAX_CALL_SIZE = 4 * 1024 * 1024;
/** Below this a copy into one piece costs less than a call for the pieces. */
const MIN_AT_ONCE = 64 * 1024;

/** What can be done with a sink of the library's own. */
export interface ByteSinkExtras {
  /**
   * Hands over as many of the bytes as can be without waiting, in order; throws
   * if the sink has failed.
   *
   * @returns How many; less than all of them if the sink's `write` has to wait
   * for the rest. Undefined while that cannot be done.
   */
  readonly writeNow?: ((pieces: readonly Uint8Array[]) => number) | undefined;
  /** What a rejection of the sink's `write` means. */
  readonly explain?: (error: unknown) => unknown;
  /** Called once, when the sink is closed or nothing more can be sent. */
  readonly onEnd?: () => void;
}

/** A queue of bytes for a sink. */
export function queueBytes(
  sink: OutputStreamSink,
  extras: ByteSinkExtras = {},
): SendQueue {
  const outbox = new ByteOutbox(sink, extras);
  return new SendQueue(outbox, {
    ...extras,
    close: () => sink.close?.(),
    abort: (reason) => sink.abort?.(reason),
  });
}

/** Bytes, without boundaries: small chunks are sent as one. */
export class ByteOutbox implements Outbox {
  readonly refusesSome = false;
  readonly #sink: OutputStreamSink;
  readonly #extras: ByteSinkExtras;
  readonly #batch = new ByteBatch();
  /** The length of what the sink has now; 0 if it has nothing. */
  #pending = 0;
  /** Whether the sink took only a part without waiting. */
  #hasToWait = false;

  constructor(sink: OutputStreamSink, extras: ByteSinkExtras) {
    this.#sink = sink;
    this.#extras = extras;
  }

  get isEmpty(): boolean {
    return this.#batch.isEmpty;
  }

  sizeOf(length: number): number {
    return length;
  }

  refuse(): null {
    return null;
  }

  /** What it sends, for those who append in another way. */
  get batch(): ByteBatch {
    return this.#batch;
  }

  append(chunk: Uint8Array, isLent: boolean): boolean {
    // Those of a web stream come here as long as they are worth a copy.
    return this.#batch.append(chunk, isLent ? Infinity : UNCOPIED_SIZE);
  }

  send(): number | Promise<number> {
    const isForOneCall = this.#batch.uncopiedSize >= MIN_AT_ONCE &&
      this.#extras.writeNow !== undefined;
    if (!isForOneCall) return this.#write(this.#batch.joined());
    const pieces = this.#batch.upTo(MAX_CALL_SIZE);
    const count = pieces.length > 1 && !this.#hasToWait
      ? this.#handOver(pieces)
      : 0;
    // The others follow in one call as soon as there is room.
    return count === 0 ? this.#write(this.#batch.first()) : count;
  }

  take(size: number): void {
    const length = this.#pending;
    this.#pending = 0;
    if (length > 0 && !isCountOf(size, length)) {
      throw wrongCount("write", size, length);
    }
    this.#batch.take(size);
  }

  clear(): void {
    this.#batch.clear();
  }

  #handOver(pieces: readonly Uint8Array[]): number | Promise<number> {
    try {
      const count = this.#extras.writeNow?.(pieces) ?? 0;
      this.#hasToWait = count < sizeOf(pieces);
      return count;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #write(bytes: Uint8Array): Promise<number> {
    // Its own, since the sink may transfer the bytes.
    this.#pending = bytes.length;
    this.#hasToWait = false;
    try {
      // A sink in JavaScript may return what is no promise.
      return Promise.resolve(this.#sink.write(bytes));
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((size, { length }) => size + length, 0);
}
