import { abortable } from "@std/async";
import { ignore } from "./_completions.ts";
import { CLOSING, OutputStreamWriter } from "./_output_stream_writer.ts";
import { queueBytes } from "./_byte_outbox.ts";
import { SendQueue } from "./_send_queue.ts";
import { setQueueReader } from "./_stream_queue.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";

export type { OutputStreamSink } from "./output_stream_sink.ts";

/** Options of {@linkcode OutputStream.writeAsync}. */
export interface OutputStreamWriteOptions {
  /**
   * Aborts the write while it has not settled. Part of it may have been sent,
   * so the stream is aborted with it and the connection is torn down, as in
   * WinRT.
   */
  signal?: AbortSignal;
}

/** Options of {@linkcode OutputStream.flushAsync}. */
export interface OutputStreamFlushOptions {
  /** Stops waiting, with the signal's reason. Sending goes on. */
  signal?: AbortSignal;
}

/**
 * A sequence of bytes to write: a `WritableStream<Uint8Array>` that also has
 * the `writeAsync` and `flushAsync` of WinRT's `IOutputStream`.
 *
 * Writes are batched: what is written in one turn of the event loop leaves in
 * as few system calls as possible, in the order of the calls, whether it comes
 * from `writeAsync`, a writer, `pipeTo` or a `DataWriter`.
 *
 * A chunk of less than 4 KiB is copied at the call. A larger one is not: do
 * not change it before its promise has settled. A source that is piped here may
 * fill its chunk again when it is asked for the next one.
 *
 * `pipeTo` ends once the bytes have left. With `preventClose` it does not wait
 * for that, which `flushAsync` does; and when its source fails, what still waits
 * is dropped with the connection.
 *
 * @example Batched sends
 * ```ts
 * import { OutputStream } from "@winrt/sockets/output-stream";
 * import { assertEquals } from "@std/assert";
 *
 * const calls: number[] = [];
 * const stream = new OutputStream({
 *   write(bytes) {
 *     calls.push(bytes.length);
 *     return Promise.resolve(bytes.length);
 *   },
 * });
 *
 * for (let i = 0; i < 1000; i++) stream.writeAsync(new Uint8Array(64));
 * await stream.flushAsync();
 * assertEquals(calls, [64000]);
 * ```
 *
 * @example Write as a web stream
 * ```ts
 * import { OutputStream } from "@winrt/sockets/output-stream";
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const stream = new OutputStream({
 *   write(bytes) {
 *     text += new TextDecoder().decode(bytes);
 *     return Promise.resolve(bytes.length);
 *   },
 * });
 *
 * await new Blob(["hello"]).stream().pipeTo(stream);
 * assertEquals(text, "hello");
 * ```
 */
export class OutputStream extends WritableStream<Uint8Array> {
  readonly #queue: SendQueue;

  static {
    setQueueReader((stream) => stream.#queue);
  }

  /**
   * Makes a stream over a sink of bytes.
   *
   * @param sink Where the bytes go. It is not called before something is
   * written.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = new OutputStream({
   *   write: (bytes) => Promise.resolve(bytes.length),
   * });
   * assertEquals(await stream.writeAsync(new Uint8Array(3)), 3);
   * ```
   */
  constructor(sink: OutputStreamSink) {
    const queue = sink instanceof SendQueue ? sink : queueBytes(sink);
    super({
      start: (controller) => follow(queue, controller),
      write: (chunk) => writeThrough(queue, chunk),
      close: () => queue.close(),
      abort: (reason) => queue.abort(reason),
    });
    this.#queue = queue;
  }

  /**
   * Writes bytes. The call appends them to the batch; the batch is sent before
   * the event loop turns, or at {@linkcode OutputStream.flushAsync}.
   *
   * Not awaiting the promise is fine: a failure then shows at the next
   * `flushAsync`, and every later write is rejected with it.
   *
   * A write that has resolved was taken as a whole. In a large batch small
   * writes of one length in a row, 8 KiB of them at most, may share a promise:
   * it resolves when all of them were taken, and rejects if one was not.
   *
   * @param bytes What to write. Of length 0 it resolves at once and sends
   * nothing.
   * @param options A signal that aborts the write.
   * @returns The number of bytes written, once the operating system has taken
   * all of them. While the peer does not read, the promise does not settle.
   *
   * @throws {ArgumentError} If `bytes` is no `Uint8Array`.
   * @throws {ClosedError} If the stream or its socket was closed.
   * @throws {InvalidOperationError} If the buffer of a large chunk was
   * transferred or resized before it was sent. What came before it is sent, and
   * then the stream is aborted.
   * @throws {SocketError} If the socket failed before all bytes were taken.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * const sent: number[] = [];
   * const stream = new OutputStream({
   *   write(bytes) {
   *     sent.push(...bytes);
   *     return Promise.resolve(bytes.length);
   *   },
   * });
   * stream.writeAsync(new Uint8Array([1, 2]));
   * assertEquals(await stream.writeAsync(new Uint8Array([3])), 1);
   * assertEquals(sent, [1, 2, 3]);
   * ```
   */
  writeAsync(
    bytes: Uint8Array,
    options?: OutputStreamWriteOptions,
  ): Promise<number> {
    const signal = options?.signal;
    return signal === undefined
      ? this.#queue.write(bytes)
      : this.#writeUntil(bytes, signal);
  }

  /**
   * Sends what is in the batch now and waits for it.
   *
   * @param options A signal that stops the waiting.
   * @returns `true`, once every write before the call has completed.
   *
   * @throws {SocketError} If one of them failed.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let sent = 0;
   * const stream = new OutputStream({
   *   write(bytes) {
   *     sent += bytes.length;
   *     return Promise.resolve(bytes.length);
   *   },
   * });
   * stream.writeAsync(new Uint8Array(10));
   * stream.writeAsync(new Uint8Array(20));
   * assertEquals(await stream.flushAsync(), true);
   * assertEquals(sent, 30);
   * ```
   */
  flushAsync(options?: OutputStreamFlushOptions): Promise<boolean> {
    const signal = options?.signal;
    if (signal === undefined) return this.#queue.flush().then(isFlushed);
    if (signal.aborted) return Promise.reject(signal.reason);
    return abortable(this.#queue.flush(), signal).then(isFlushed);
  }

  /**
   * Sends what was written and then ends the stream: on a socket the peer sees
   * the end of the data (FIN), and reading goes on. Closing again does
   * nothing, and closing a stream whose socket is closed does nothing.
   *
   * @returns A promise that resolves when all bytes were handed over. It
   * rejects if they could not be, unless the stream was aborted before.
   *
   * @throws {SocketError} If the socket failed.
   * @throws {TypeError} If a writer has the stream locked: close the writer.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let closed = false;
   * const stream = new OutputStream({
   *   write: (bytes) => Promise.resolve(bytes.length),
   *   close: () => void (closed = true),
   * });
   * await stream.close();
   * await stream.close();
   * assertEquals(closed, true);
   * ```
   */
  override async close(): Promise<void> {
    if (this.#queue.pausing !== null) await this.#queue.pausing;
    if (this.locked) {
      // It tells so.
      await super.close();
    } else if (this.#queue.isOpen) {
      const writer = this.getWriter();
      const closed = writer.close();
      writer.releaseLock();
      await closed;
    } else if (!this.#queue.isAborted) {
      await this.#queue.finish();
    }
  }

  /**
   * Locks the stream for a writer. Its writes are batched like
   * {@linkcode OutputStream.writeAsync} and keep their place among them; its
   * `ready` and `desiredSize` tell how much is queued.
   *
   * @returns The writer.
   *
   * @throws {TypeError} If the stream is locked already.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let sent = 0;
   * const stream = new OutputStream({
   *   write(bytes) {
   *     sent += bytes.length;
   *     return Promise.resolve(bytes.length);
   *   },
   * });
   * const writer = stream.getWriter();
   * await writer.write(new Uint8Array(5));
   * await writer.close();
   * assertEquals(sent, 5);
   * ```
   */
  override getWriter(): WritableStreamDefaultWriter<Uint8Array> {
    return new OutputStreamWriter(this, this.#queue);
  }

  /**
   * The same as {@linkcode OutputStream.close}, for `await using`.
   *
   * @returns A promise that resolves when all bytes were handed over.
   *
   * @example Usage
   * ```ts
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let sent = 0;
   * {
   *   await using stream = new OutputStream({
   *     write(bytes) {
   *       sent += bytes.length;
   *       return Promise.resolve(bytes.length);
   *     },
   *   });
   *   stream.writeAsync(new Uint8Array(5));
   * }
   * assertEquals(sent, 5);
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #writeUntil(bytes: Uint8Array, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const onAbort = (): void => void this.#queue.abort(signal.reason);
    const written = this.#queue.write(bytes).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
    if (this.#queue.tellsFailureOf(bytes)) written.catch(ignore);
    signal.addEventListener("abort", onAbort, { once: true });
    return written;
  }
}

function isFlushed(): true {
  return true;
}

/** Errors the web stream as soon as the queue fails, and the reverse. */
function follow(
  queue: SendQueue,
  controller: WritableStreamDefaultController,
): void {
  queue.onFailure = (error) => controller.error(error);
  if (queue.failure !== null) controller.error(queue.failure.error);
  // abort() of a web stream waits for the write in progress, which may wait
  // for a peer that never reads. The signal is told at once.
  controller.signal.addEventListener("abort", () => {
    // The stream is on its way to the error itself, and tells the outcome.
    queue.onFailure = null;
    queue.sendOfWebStream();
    queue.abort(controller.signal.reason).catch(ignore);
  });
}

/** A write by way of the web stream's own queue, such as that of `pipeTo`. */
async function writeThrough(
  queue: SendQueue,
  chunk: Uint8Array,
): Promise<void> {
  if (chunk === CLOSING) return await queue.drain();
  try {
    await queue.writeOfWebStream(chunk);
  } catch (error) {
    // This errors the web stream, which then cannot close the sink any more.
    // What it has taken before is still sent.
    if (queue.isOpen) {
      await queue.drain();
      await queue.abort(error);
    }
    throw error;
  }
}
