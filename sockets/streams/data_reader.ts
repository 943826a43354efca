import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import {
  checkByteOrder,
  checkCount,
  checkInputStreamOptions,
  checkUnicodeEncoding,
} from "./_binary_arguments.ts";
import { BinaryInput } from "./_binary_input.ts";
import { ticksToDate, ticksToMs } from "./_date_time.ts";
import { describe } from "./_describe.ts";
import { getGuid, GUID_SIZE } from "./_guid.ts";
import { noteLoad } from "./_loaded_bytes.ts";
import { codeUnitSize, decodeText } from "./_text_encoding.ts";
import { ByteOrder } from "./byte_order.ts";
import { InputStream } from "./input_stream.ts";
import { InputStreamOptions } from "./input_stream_options.ts";
import { UnicodeEncoding } from "./unicode_encoding.ts";

/** Options of {@linkcode DataReader.loadAsync}. */
export interface DataReaderLoadOptions {
  /**
   * Cancels the load, which then rejects with the signal's reason. The stream
   * and its socket stay usable, and no byte is lost.
   */
  signal?: AbortSignal;
}

/**
 * Reads numbers, strings and other values from bytes.
 *
 * `loadAsync` takes bytes from the stream into memory, and the read methods
 * consume them from there. To read past them is a `BoundsError`, and consumes
 * nothing.
 *
 * The reader owns its stream: closing the reader closes it, unless it was
 * detached before.
 *
 * Differences from WinRT: 64-bit integers are bigints, and what was loaded can
 * be read while another load is pending.
 *
 * @example Strings after their lengths
 * ```ts
 * import { DataReader } from "@winrt/sockets/data-reader";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * const received = Promise.withResolvers<string>();
 * const listener = new StreamSocketListener();
 * listener.onconnectionreceived = async ({ socket }) => {
 *   using reader = new DataReader(socket.inputStream);
 *   await reader.loadAsync(4);
 *   const length = reader.readInt32();
 *   await reader.loadAsync(length);
 *   received.resolve(reader.readString(length));
 *   socket.close();
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * const socket = new StreamSocket();
 * await socket.connectAsync("127.0.0.1", listener.information.localPort);
 * await socket.outputStream.writeAsync(new Uint8Array([0, 0, 0, 2, 72, 105]));
 *
 * assertEquals(await received.promise, "Hi");
 * socket.close();
 * listener.close();
 * ```
 *
 * @example Bytes in memory
 * ```ts
 * import { DataReader } from "@winrt/sockets/data-reader";
 * import { assertEquals } from "@std/assert";
 *
 * const reader = DataReader.fromBuffer(
 *   new Uint8Array([1, 0xFF, 0xFE, 0xE2, 0x82, 0xAC]),
 * );
 *
 * assertEquals(reader.readByte(), 1);
 * assertEquals(reader.readInt16(), -2);
 * assertEquals(reader.readString(3), "€");
 * ```
 */
export class DataReader {
  /** What readers begin with that are not to have a stream. */
  static #noStream: InputStream | undefined;

  #input = new BinaryInput();
  #stream: InputStream | null;
  #byteOrder: ByteOrder = ByteOrder.bigEndian;
  #unicodeEncoding: UnicodeEncoding = UnicodeEncoding.utf8;
  #inputStreamOptions: InputStreamOptions = InputStreamOptions.none;
  #loading = false;
  #closed = false;

  /**
   * Makes a reader. Nothing is loaded yet.
   *
   * @param inputStream Where to load the bytes from.
   *
   * @throws {ArgumentError} If `inputStream` is something else.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals } from "@std/assert";
   *
   * const stream = new InputStream({
   *   read: (buffer) => Promise.resolve(buffer.fill(1).length),
   * });
   * const reader = new DataReader(stream);
   * await reader.loadAsync(2);
   *
   * assertEquals(reader.readUInt16(), 257);
   * ```
   */
  constructor(inputStream: InputStream) {
    if (typeof inputStream?.readAsync !== "function") {
      throw new ArgumentError(
        `Cannot read from ${describe(inputStream)}: it must be an InputStream`,
      );
    }
    this.#stream = inputStream;
  }

  /**
   * Makes a reader of bytes that are in memory. It has no stream.
   *
   * @param buffer The bytes. They are not copied: do not change them before
   * they were read.
   * @returns The reader, with all bytes loaded.
   *
   * @throws {ArgumentError} If the buffer is no `Uint8Array`.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 2]));
   *
   * assertEquals(reader.readUInt16(), 258);
   * ```
   */
  static fromBuffer(buffer: Uint8Array): DataReader {
    if (!(buffer instanceof Uint8Array)) {
      throw new ArgumentError(
        `Cannot read from ${describe(buffer)}: it must be a Uint8Array`,
      );
    }
    DataReader.#noStream ??= new InputStream({
      read: () => Promise.resolve(null),
    });
    const reader = new DataReader(DataReader.#noStream);
    reader.#stream = null;
    reader.#input = new BinaryInput(
      // A subclass, such as Node's Buffer, may have other ways to slice.
      new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength),
    );
    return reader;
  }

  /**
   * The order of the bytes of the numbers that are read next.
   *
   * @default {ByteOrder.bigEndian}
   *
   * @throws {ArgumentError} If set to a value that is none of the enum.
   *
   * @example Usage
   * ```ts
   * import { ByteOrder } from "@winrt/sockets/byte-order";
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 0, 0, 0]));
   * reader.byteOrder = ByteOrder.littleEndian;
   *
   * assertEquals(reader.readInt32(), 1);
   * ```
   */
  get byteOrder(): ByteOrder {
    return this.#byteOrder;
  }

  set byteOrder(value: ByteOrder) {
    checkByteOrder(value);
    this.#byteOrder = value;
  }

  /**
   * The encoding of the strings that are read next.
   *
   * @default {UnicodeEncoding.utf8}
   *
   * @throws {ArgumentError} If set to a value that is none of the enum.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { UnicodeEncoding } from "@winrt/sockets/unicode-encoding";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([0x20, 0xAC]));
   * reader.unicodeEncoding = UnicodeEncoding.utf16BE;
   *
   * assertEquals(reader.readString(1), "€");
   * ```
   */
  get unicodeEncoding(): UnicodeEncoding {
    return this.#unicodeEncoding;
  }

  set unicodeEncoding(value: UnicodeEncoding) {
    checkUnicodeEncoding(value);
    this.#unicodeEncoding = value;
  }

  /**
   * How loads end: flags of {@linkcode InputStreamOptions}.
   *
   * With `none` a load waits for all bytes it asked for, or the end. With
   * `partial` it ends as soon as some bytes are there. With `readAhead` the
   * stream may take more from the socket, which later loads get.
   *
   * @default {InputStreamOptions.none}
   *
   * @throws {ArgumentError} If set to other flags.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { InputStreamOptions } from "@winrt/sockets/input-stream-options";
   * import { assertEquals } from "@std/assert";
   *
   * // A source that has 3 bytes at a time.
   * const stream = new InputStream({
   *   read: (buffer) => Promise.resolve(Math.min(3, buffer.length)),
   * });
   * const reader = new DataReader(stream);
   * assertEquals(await reader.loadAsync(256), 256);
   *
   * reader.inputStreamOptions = InputStreamOptions.partial;
   * assertEquals(await reader.loadAsync(256), 3);
   * ```
   */
  get inputStreamOptions(): InputStreamOptions {
    return this.#inputStreamOptions;
  }

  set inputStreamOptions(value: InputStreamOptions) {
    checkInputStreamOptions(value);
    this.#inputStreamOptions = value;
  }

  /**
   * How many bytes were loaded and wait to be read. 0 once the reader was
   * closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array(8));
   * reader.readByte();
   *
   * assertEquals(reader.unconsumedBufferLength, 7);
   * ```
   */
  get unconsumedBufferLength(): number {
    return this.#input.length;
  }

  /**
   * Loads bytes from the stream, behind those that are loaded already.
   *
   * Memory is taken as bytes arrive, whatever the count: it may come from a
   * peer. If the load fails or is cancelled, the bytes that arrived before stay
   * loaded, and the reader is usable further.
   *
   * @param count How many bytes to load: 0 to 4294967295.
   * @param options A signal that cancels the load.
   * @returns How many bytes were loaded. They are fewer than `count` if the
   * stream has ended, or with `InputStreamOptions.partial`; 0 is the end.
   *
   * @throws {ArgumentError} If the count is no integer, or out of range.
   * @throws {ClosedError} If the reader, the stream or its socket was closed.
   * @throws {InvalidOperationError} If there is no stream, or a load is pending
   * (`ERROR_INVALID_OPERATION`).
   * @throws {SocketError} If the socket failed, or was closed during the load
   * (`SocketErrorStatus.operationAborted`).
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let left = 5;
   * const stream = new InputStream({
   *   read(buffer) {
   *     const count = Math.min(left, buffer.length);
   *     left -= count;
   *     return Promise.resolve(count > 0 ? count : null);
   *   },
   * });
   * const reader = new DataReader(stream);
   *
   * assertEquals(await reader.loadAsync(4), 4);
   * assertEquals(await reader.loadAsync(4), 1);
   * assertEquals(await reader.loadAsync(4), 0);
   * assertEquals(reader.unconsumedBufferLength, 5);
   * ```
   */
  async loadAsync(
    count: number,
    options: DataReaderLoadOptions = {},
  ): Promise<number> {
    checkCount(count, "load");
    const stream = this.#idleStream("load");
    options.signal?.throwIfAborted();
    this.#loading = true;
    try {
      return await this.#load(stream, count, options);
    } catch (error) {
      // A read that was given up may still write into the room it was lent.
      this.#input.leaveRoom();
      throw error;
    } finally {
      this.#loading = false;
    }
  }

  /**
   * Reads a boolean: one byte, which is `false` if it is 0.
   *
   * @returns The boolean.
   *
   * @throws {BoundsError} If no byte is loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 0]));
   *
   * assertEquals(reader.readBoolean(), true);
   * assertEquals(reader.readBoolean(), false);
   * ```
   */
  readBoolean(): boolean {
    return this.readByte() !== 0;
  }

  /**
   * Reads a byte.
   *
   * @returns The byte: 0 to 255.
   *
   * @throws {BoundsError} If no byte is loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([255]));
   *
   * assertEquals(reader.readByte(), 255);
   * ```
   */
  readByte(): number {
    const offset = this.#take(1);
    return this.#input.view.getUint8(offset);
  }

  /**
   * Reads bytes into an array, as many as its length.
   *
   * @param value The array to fill, in place.
   *
   * @throws {ArgumentError} If the value is no `Uint8Array` and no array.
   * @throws {BoundsError} If fewer bytes are loaded. The array is unchanged
   * then.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 2, 3]));
   * const bytes = new Uint8Array(2);
   * reader.readBytes(bytes);
   *
   * assertEquals(bytes, new Uint8Array([1, 2]));
   * ```
   */
  readBytes(value: Uint8Array | number[]): void {
    if (!(value instanceof Uint8Array) && !Array.isArray(value)) {
      throw new ArgumentError(
        `Cannot read into ${
          describe(value)
        }: it must be a Uint8Array or an array`,
      );
    }
    const bytes = this.#peek(value.length);
    if (value instanceof Uint8Array) {
      value.set(bytes);
    } else {
      for (const [index, byte] of bytes.entries()) value[index] = byte;
    }
    this.#take(bytes.length);
  }

  /**
   * Reads bytes into a new buffer.
   *
   * @param length How many bytes to read.
   * @returns The bytes, a copy.
   *
   * @throws {ArgumentError} If the length is no integer, or out of range.
   * @throws {BoundsError} If fewer bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 2, 3]));
   *
   * assertEquals(reader.readBuffer(2), new Uint8Array([1, 2]));
   * ```
   */
  readBuffer(length: number): Uint8Array<ArrayBuffer> {
    checkCount(length, "read a buffer of");
    const buffer = this.#peek(length).slice();
    this.#take(length);
    return buffer;
  }

  /**
   * Reads a 16-bit integer.
   *
   * @returns The integer: -32768 to 32767.
   *
   * @throws {BoundsError} If fewer than 2 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([0xFF, 0xFE]));
   *
   * assertEquals(reader.readInt16(), -2);
   * ```
   */
  readInt16(): number {
    const offset = this.#take(2);
    return this.#input.view.getInt16(offset, this.#littleEndian);
  }

  /**
   * Reads a 32-bit integer.
   *
   * @returns The integer: -2147483648 to 2147483647.
   *
   * @throws {BoundsError} If fewer than 4 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([0xFF, 0xFF, 0xFF, 0xFE]),
   * );
   *
   * assertEquals(reader.readInt32(), -2);
   * ```
   */
  readInt32(): number {
    const offset = this.#take(4);
    return this.#input.view.getInt32(offset, this.#littleEndian);
  }

  /**
   * Reads a 64-bit integer.
   *
   * @returns The integer: -2^63 to 2^63 - 1.
   *
   * @throws {BoundsError} If fewer than 8 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1]),
   * );
   *
   * assertEquals(reader.readInt64(), 1n);
   * ```
   */
  readInt64(): bigint {
    const offset = this.#take(8);
    return this.#input.view.getBigInt64(offset, this.#littleEndian);
  }

  /**
   * Reads an unsigned 16-bit integer.
   *
   * @returns The integer: 0 to 65535.
   *
   * @throws {BoundsError} If fewer than 2 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([0xFF, 0xFE]));
   *
   * assertEquals(reader.readUInt16(), 65534);
   * ```
   */
  readUInt16(): number {
    const offset = this.#take(2);
    return this.#input.view.getUint16(offset, this.#littleEndian);
  }

  /**
   * Reads an unsigned 32-bit integer.
   *
   * @returns The integer: 0 to 4294967295.
   *
   * @throws {BoundsError} If fewer than 4 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array(4).fill(0xFF));
   *
   * assertEquals(reader.readUInt32(), 4294967295);
   * ```
   */
  readUInt32(): number {
    const offset = this.#take(4);
    return this.#input.view.getUint32(offset, this.#littleEndian);
  }

  /**
   * Reads an unsigned 64-bit integer.
   *
   * @returns The integer: 0 to 2^64 - 1.
   *
   * @throws {BoundsError} If fewer than 8 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array(8).fill(0xFF));
   *
   * assertEquals(reader.readUInt64(), 2n ** 64n - 1n);
   * ```
   */
  readUInt64(): bigint {
    const offset = this.#take(8);
    return this.#input.view.getBigUint64(offset, this.#littleEndian);
  }

  /**
   * Reads a 32-bit floating-point number (IEEE 754).
   *
   * @returns The number.
   *
   * @throws {BoundsError} If fewer than 4 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([0x3F, 0xC0, 0, 0]));
   *
   * assertEquals(reader.readSingle(), 1.5);
   * ```
   */
  readSingle(): number {
    const offset = this.#take(4);
    return this.#input.view.getFloat32(offset, this.#littleEndian);
  }

  /**
   * Reads a 64-bit floating-point number (IEEE 754).
   *
   * @returns The number.
   *
   * @throws {BoundsError} If fewer than 8 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([0x3F, 0xF8, 0, 0, 0, 0, 0, 0]),
   * );
   *
   * assertEquals(reader.readDouble(), 1.5);
   * ```
   */
  readDouble(): number {
    const offset = this.#take(8);
    return this.#input.view.getFloat64(offset, this.#littleEndian);
  }

  /**
   * Reads a GUID: 16 bytes. The byte order applies to the three groups at its
   * front, as in the GUID structure of Windows.
   *
   * @returns The GUID in lower case, without braces.
   *
   * @throws {BoundsError} If fewer than 16 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { ByteOrder } from "@winrt/sockets/byte-order";
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]),
   * );
   * reader.byteOrder = ByteOrder.littleEndian;
   *
   * assertEquals(reader.readGuid(), "00010203-0405-0607-0809-0a0b0c0d0e0f");
   * ```
   */
  readGuid(): string {
    const offset = this.#take(GUID_SIZE);
    return getGuid(this.#input.view, offset, this.#littleEndian);
  }

  /**
   * Reads a point in time: the ticks of 100 ns since 1601-01-01 UTC, as a
   * 64-bit integer.
   *
   * @returns The point in time. A `Date` counts milliseconds, so it is rounded
   * down; `readInt64` reads the ticks themselves.
   *
   * @throws {BoundsError} If fewer than 8 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([0, 0, 0, 0, 0, 0x98, 0x96, 0x80]),
   * );
   *
   * assertEquals(reader.readDateTime(), new Date("1601-01-01T00:00:01Z"));
   * ```
   */
  readDateTime(): Date {
    return ticksToDate(this.readInt64());
  }

  /**
   * Reads a duration: ticks of 100 ns, as a 64-bit integer.
   *
   * @returns The duration in ms, with a fraction where it has one. Up to 17
   * years it is told to the tick, beyond to the precision of a number.
   *
   * @throws {BoundsError} If fewer than 8 bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(
   *   new Uint8Array([0, 0, 0, 0, 0, 0, 0x3A, 0x98]),
   * );
   *
   * assertEquals(reader.readTimeSpan(), 1.5);
   * ```
   */
  readTimeSpan(): number {
    return ticksToMs(this.readInt64());
  }

  /**
   * Reads a string. A byte order mark is a character of it like any other.
   *
   * @param codeUnitCount The length of the string in code units of the
   * encoding: bytes in UTF-8, pairs of bytes in UTF-16.
   * @returns The string.
   *
   * @throws {ArgumentError} If the count is no integer, or out of range.
   * @throws {BoundsError} If fewer bytes are loaded.
   * @throws {ClosedError} If the reader was closed.
   * @throws {InvalidOperationError} If the bytes are not valid in the encoding
   * (`ERROR_NO_UNICODE_TRANSLATION`), such as when the string ends in the
   * middle of a character. They are not consumed: load and read more, or take
   * them by another method.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([0x61, 0xC3, 0xA9]));
   *
   * assertEquals(reader.readString(3), "aé");
   * ```
   */
  readString(codeUnitCount: number): string {
    checkCount(codeUnitCount, "read a string of");
    const bytes = this.#peek(
      codeUnitCount * codeUnitSize(this.#unicodeEncoding),
    );
    const text = decodeText(bytes, this.#unicodeEncoding);
    this.#take(bytes.length);
    return text;
  }

  /**
   * Takes the bytes that were not read.
   *
   * @returns The bytes; nothing is loaded then. Nobody else uses their
   * `ArrayBuffer`, which may be larger, unless it is that of an array given to
   * {@linkcode DataReader.fromBuffer}.
   *
   * @throws {ClosedError} If the reader was closed.
   * @throws {InvalidOperationError} If a load is pending
   * (`ERROR_INVALID_OPERATION`).
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertEquals } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array([1, 2, 3]));
   * reader.readByte();
   *
   * assertEquals(reader.detachBuffer(), new Uint8Array([2, 3]));
   * assertEquals(reader.unconsumedBufferLength, 0);
   * ```
   */
  detachBuffer(): Uint8Array {
    this.#assertOpen("detach the buffer");
    this.#assertIdle("detach the buffer");
    return this.#input.detach();
  }

  /**
   * Takes the stream, which closing the reader then does not close. Nothing
   * more can be loaded; what is loaded can still be read, and is not part of
   * the stream any more.
   *
   * @returns The stream.
   *
   * @throws {ClosedError} If the reader was closed.
   * @throws {InvalidOperationError} If there is no stream, or a load is pending
   * (`ERROR_INVALID_OPERATION`).
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals, assertStrictEquals } from "@std/assert";
   *
   * const stream = new InputStream({
   *   read: (buffer) => Promise.resolve(buffer.length),
   * });
   * const reader = new DataReader(stream);
   * assertStrictEquals(reader.detachStream(), stream);
   * reader.close();
   *
   * assertEquals((await stream.readAsync(new Uint8Array(3))).length, 3);
   * ```
   */
  detachStream(): InputStream {
    const stream = this.#idleStream("detach the stream");
    this.#stream = null;
    return stream;
  }

  /**
   * Closes the reader, and its stream unless that was detached. A pending load
   * is rejected; what is loaded is dropped. Closing again does nothing.
   *
   * @throws {TypeError} If the stream is locked by a reader of its own. Then
   * nothing is closed.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { assertThrows } from "@std/assert";
   *
   * const reader = DataReader.fromBuffer(new Uint8Array(1));
   * reader.close();
   *
   * assertThrows(() => reader.readByte(), ClosedError);
   * ```
   */
  close(): void {
    if (this.#closed) return;
    this.#stream?.close();
    this.#closed = true;
    this.#input = new BinaryInput();
  }

  /**
   * The same as {@linkcode DataReader.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { InputStream } from "@winrt/sockets/input-stream";
   * import { assertEquals } from "@std/assert";
   *
   * let cancelled = false;
   * const stream = new InputStream({
   *   read: () => Promise.resolve(null),
   *   cancel: () => void (cancelled = true),
   * });
   * {
   *   using reader = new DataReader(stream);
   *   await reader.loadAsync(1);
   * }
   *
   * assertEquals(cancelled, true);
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  get #littleEndian(): boolean {
    return this.#byteOrder === ByteOrder.littleEndian;
  }

  /**
   * Every read is a partial one. So what has arrived is loaded, even if a later
   * read fails, and the room grows with it.
   */
  async #load(
    stream: InputStream,
    count: number,
    options: DataReaderLoadOptions,
  ): Promise<number> {
    const flags = this.#inputStreamOptions | InputStreamOptions.partial;
    const isPartial = flags === this.#inputStreamOptions;
    let loaded = 0;
    while (loaded < count) {
      const room = this.#input.room(count - loaded);
      const bytes = await stream.readAsync(room, room.length, flags, options);
      this.#assertOpen("load");
      if (bytes.length === 0) break;
      this.#input.commit(bytes.length);
      noteLoad(stream, this.#input);
      loaded += bytes.length;
      if (isPartial) break;
    }
    return loaded;
  }

  #take(count: number): number {
    this.#assertOpen("read");
    return this.#input.take(count);
  }

  #peek(count: number): Uint8Array {
    this.#assertOpen("read");
    return this.#input.peek(count);
  }

  #assertOpen(action: string): void {
    if (!this.#closed) return;
    throw new ClosedError(`Cannot ${action}: the reader is closed`);
  }

  #assertIdle(action: string): void {
    if (!this.#loading) return;
    throw new InvalidOperationError(
      `Cannot ${action}: a load is pending, wait for it first`,
      { hresult: HResult.ERROR_INVALID_OPERATION },
    );
  }

  #idleStream(action: string): InputStream {
    this.#assertOpen(action);
    this.#assertIdle(action);
    if (this.#stream !== null) return this.#stream;
    throw new InvalidOperationError(
      `Cannot ${action}: the reader has no stream, only bytes in memory`,
    );
  }
}
