import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { ByteReader } from "./_byte_reader.ts";
import { describe } from "./_describe.ts";
import { PullSource } from "./_pull_source.ts";
import { InputStreamOptions } from "./input_stream_options.ts";
import type { InputStreamSource } from "./input_stream_source.ts";

export type { InputStreamSource } from "./input_stream_source.ts";

/** Options of {@linkcode InputStream.readAsync}. */
export interface InputStreamReadOptions {
  /**
   * Cancels the read, which then rejects with the signal's reason. The stream
   * and its socket stay usable, and bytes that arrive later serve the next
   * read.
   */
  signal?: AbortSignal;
}

/**
 * A sequence of bytes to read: a `ReadableStream<Uint8Array>` of type
 * `"bytes"` that also has the `readAsync` of WinRT's `IInputStream`.
 *
 * `readAsync` goes straight to the source. Reading as a web stream pulls from
 * the same source, so both ways may be used one after the other and no byte is
 * lost in between; while a reader holds the lock, `readAsync` is refused.
 *
 * Differences from WinRT: cancelling a read leaves the connection open, and
 * overlapping reads are served in the order of the calls.
 *
 * @example Read with `readAsync`
 * ```ts
 * import { InputStream } from "@winrt/sockets/input-stream";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("hello");
 * let sent = false;
 * const stream = new InputStream({
 *   read(buffer) {
 *     if (sent) return Promise.resolve(null);
 *     sent = true;
 *     buffer.set(bytes);
 *     return Promise.resolve(bytes.length);
 *   },
 * });
 *
 * const line = await stream.readAsync(new Uint8Array(1024));
 * assertEquals(new TextDecoder().decode(line), "hello");
 * ```
 *
 * @example Read as a web stream
 * ```ts
 * import { InputStream } from "@winrt/sockets/input-stream";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = [1, 2, 3];
 * const stream = new InputStream({
 *   read(buffer) {
 *     const next = chunks.shift();
 *     if (next === undefined) return Promise.resolve(null);
 *     buffer[0] = next;
 *     return Promise.resolve(1);
 *   },
 * });
 *
 * const seen = [];
 * for await (const chunk of stream) seen.push(...chunk);
 * assertEquals(seen, [1, 2, 3]);
 * ```
 */
export class InputStream extends ReadableStream<Uint8Array<ArrayBuffer>> {
  readonly #reader: ByteReader;
  readonly #source: PullSource;

  /**
   * Makes a stream over a source of bytes.
   *
   * @param source Where the bytes come from. It is not read before somebody
   * reads the stream.
   *
   * @example Usage
   * ```ts
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals } from "@std/assert";
   *
   * const empty = new InputStream({ read: () => Promise.resolve(null) });
   * assertEquals((await empty.readAsync(new Uint8Array(8))).length, 0);
   * ```
   */
  constructor(source: InputStreamSource) {
    const reader = source instanceof ByteReader
      ? source
      : new ByteReader(source);
    const pullSource = new PullSource(reader);
    super(pullSource, { highWaterMark: 0 });
    this.#reader = reader;
    this.#source = pullSource;
  }

  /**
   * Reads bytes into a buffer.
   *
   * Reads are served in the order of the calls. An error of the source comes
   * after the bytes that arrived before it: a read that fails has consumed
   * nothing.
   *
   * @param buffer Where to put the bytes. It is lent to the stream until the
   * promise settles; after `cancelIOAsync()` on the socket, until the next
   * read settles.
   * @param count How many bytes to read, 0 to the length of `buffer`.
   * @default {buffer.length}
   * @param options How the read ends: flags of {@linkcode InputStreamOptions}.
   * With `none` it waits for `count` bytes or the end, with `partial` for one
   * byte at least. `readAhead` may take more from the source, for later reads.
   * @default {InputStreamOptions.none}
   * @param readOptions A signal that cancels this read alone.
   * @returns The part of `buffer` that was filled. Of length 0 at the end.
   *
   * @throws {ArgumentError} If the buffer is no `Uint8Array`, or the count or
   * the options are out of range.
   * @throws {InvalidOperationError} If a reader has the stream locked.
   * @throws {ClosedError} If the stream or its socket was closed.
   * @throws {SocketError} If the socket failed, or was closed during the read
   * (`SocketErrorStatus.operationAborted`).
   *
   * @example Usage
   * ```ts
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { InputStreamOptions } from "@winrt/sockets/input-stream-options";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = new InputStream({
   *   read: (buffer) => Promise.resolve(buffer.fill(7).length),
   * });
   * const header = await stream.readAsync(new Uint8Array(4));
   * assertEquals(header, new Uint8Array([7, 7, 7, 7]));
   *
   * const some = await stream.readAsync(
   *   new Uint8Array(1024),
   *   100,
   *   InputStreamOptions.partial,
   * );
   * assertEquals(some.length, 100);
   * ```
   */
  readAsync(
    buffer: Uint8Array,
    count: number = buffer?.length,
    options: InputStreamOptions = InputStreamOptions.none,
    readOptions: InputStreamReadOptions = {},
  ): Promise<Uint8Array> {
    try {
      checkReadArguments(buffer, count, options);
      this.#assertUnlocked();
    } catch (error) {
      return Promise.reject(error);
    }
    if (count === 0) return Promise.resolve(buffer.subarray(0, 0));
    // A reader that let go in the middle of a read leaves bytes behind.
    if (!this.#source.settled) this.#source.takeBack(this);
    return this.#reader.readPart(buffer, {
      size: count,
      minimum: options & InputStreamOptions.partial ? 1 : count,
      readAhead: (options & InputStreamOptions.readAhead) !== 0,
      signal: readOptions.signal,
    });
  }

  #assertUnlocked(): void {
    if (!this.locked) return;
    throw new InvalidOperationError(
      "Cannot read: a reader locks the stream, release its lock first",
    );
  }

  /**
   * Stops reading, as `cancel()` does: pending and later reads are rejected,
   * what arrives is dropped, and a socket goes on sending. Closing again does
   * nothing, and closing a stream whose socket is closed does nothing.
   *
   * @throws {TypeError} If a reader has the stream locked.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertRejects } from "@std/assert";
   *
   * const stream = new InputStream({ read: () => Promise.resolve(null) });
   * stream.close();
   * await assertRejects(() => stream.readAsync(new Uint8Array(1)), ClosedError);
   * ```
   */
  close(): void {
    if (this.locked) {
      throw new TypeError("Cannot close the input stream: a reader locks it");
    }
    this.#source.error(
      new ClosedError("Cannot read: the input stream is closed"),
    );
    this.#reader.cancel(undefined);
  }

  /**
   * The same as {@linkcode InputStream.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let cancelled = false;
   * {
   *   using _stream = new InputStream({
   *     read: () => Promise.resolve(null),
   *     cancel: () => void (cancelled = true),
   *   });
   * }
   * assertEquals(cancelled, true);
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }
}

function checkReadArguments(
  buffer: Uint8Array,
  count: number,
  options: InputStreamOptions,
): void {
  if (!(buffer instanceof Uint8Array)) {
    throw new ArgumentError(
      `Cannot read into ${describe(buffer)}: the buffer must be a Uint8Array`,
    );
  }
  if (!Number.isInteger(count) || count < 0 || count > buffer.length) {
    throw new ArgumentError(
      `Cannot read "${count}" bytes: the count must be a whole number from 0 to the ${buffer.length} of the buffer`,
    );
  }
  if (!Number.isInteger(options) || options < 0 || options > 3) {
    throw new ArgumentError(
      `Cannot read with the options "${options}": they are flags of InputStreamOptions`,
    );
  }
}
