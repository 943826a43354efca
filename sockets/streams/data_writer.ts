import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import {
  checkByteOrder,
  checkInteger,
  checkNumber,
  checkSingle,
  checkUnicodeEncoding,
  toInteger64,
} from "./_binary_arguments.ts";
import { UNCOPIED_SIZE } from "./_byte_batch.ts";
import { BinaryOutput } from "./_binary_output.ts";
import { ignore } from "./_completions.ts";
import { dateToTicks, msToTicks } from "./_date_time.ts";
import { describe } from "./_describe.ts";
import { GUID_SIZE, parseGuid, setGuid } from "./_guid.ts";
import { queueOf } from "./_stream_queue.ts";
import { encodeText, measureText } from "./_text_encoding.ts";
import { ByteOrder } from "./byte_order.ts";
import { OutputStream } from "./output_stream.ts";
import { UnicodeEncoding } from "./unicode_encoding.ts";

/** Options of {@linkcode DataWriter.storeAsync}. */
export interface DataWriterStoreOptions {
  /**
   * Aborts the store while it has not settled. Part of the bytes may have been
   * sent, so the stream is aborted with it. A signal that is aborted before the
   * call leaves the bytes in the writer.
   */
  signal?: AbortSignal;
}

/** Options of {@linkcode DataWriter.flushAsync}. */
export interface DataWriterFlushOptions {
  /** Stops waiting, with the signal's reason. Sending goes on. */
  signal?: AbortSignal;
}

/**
 * Writes numbers, strings and other values as bytes.
 *
 * The write methods gather the bytes in memory. `storeAsync` gives all of them
 * to the stream, as one write; without a stream `detachBuffer` returns them.
 *
 * The writer owns its stream: closing the writer closes it, unless it was
 * detached before. Bytes that were not stored by then are dropped, as in WinRT.
 *
 * Differences from WinRT: 64-bit integers are bigints (the write methods take
 * safe integers, too), and what a type cannot hold is refused, never wrapped. So
 * are strings with half of a surrogate pair, also in UTF-16, where WinRT copies
 * the code units: everything that was written can be read.
 *
 * @example Strings after their lengths
 * ```ts
 * import { DataReader } from "@winrt/sockets/data-reader";
 * import { DataWriter } from "@winrt/sockets/data-writer";
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
 * const writer = new DataWriter(socket.outputStream);
 * writer.writeInt32(writer.measureString("Hello World"));
 * writer.writeString("Hello World");
 * assertEquals(await writer.storeAsync(), 15);
 *
 * assertEquals(await received.promise, "Hello World");
 * socket.close();
 * listener.close();
 * ```
 *
 * @example Without a stream
 * ```ts
 * import { DataWriter } from "@winrt/sockets/data-writer";
 * import { assertEquals } from "@std/assert";
 *
 * const writer = new DataWriter();
 * writer.writeByte(1);
 * writer.writeInt16(-2);
 * writer.writeString("€");
 *
 * assertEquals(
 *   writer.detachBuffer(),
 *   new Uint8Array([1, 0xFF, 0xFE, 0xE2, 0x82, 0xAC]),
 * );
 * ```
 */
export class DataWriter {
  readonly #output = new BinaryOutput();
  #stream: OutputStream | null;
  #byteOrder: ByteOrder = ByteOrder.bigEndian;
  #unicodeEncoding: UnicodeEncoding = UnicodeEncoding.utf8;
  #pendingStores = 0;
  /** The write of the last store, and what that store returned. */
  #written: Promise<number> | null = null;
  #stored: Promise<number> = Promise.resolve(0);
  /** The closing of the stream, from `close()` on. */
  #closing: Promise<void> | null = null;

  /**
   * Makes a writer.
   *
   * @param outputStream Where to store the bytes. Without it they only leave
   * by {@linkcode DataWriter.detachBuffer}.
   *
   * @throws {ArgumentError} If `outputStream` is something else.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
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
   * const writer = new DataWriter(stream);
   * writer.writeUInt16(258);
   * await writer.storeAsync();
   *
   * assertEquals(sent, [1, 2]);
   * ```
   */
  constructor(outputStream?: OutputStream) {
    if (
      outputStream !== undefined &&
      typeof outputStream?.writeAsync !== "function"
    ) {
      throw new ArgumentError(
        `Cannot write to ${describe(outputStream)}: it must be an OutputStream`,
      );
    }
    this.#stream = outputStream ?? null;
  }

  /**
   * The order of the bytes of the numbers that are written next.
   *
   * @default {ByteOrder.bigEndian}
   *
   * @throws {ArgumentError} If set to a value that is none of the enum.
   *
   * @example Usage
   * ```ts
   * import { ByteOrder } from "@winrt/sockets/byte-order";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.byteOrder = ByteOrder.littleEndian;
   * writer.writeInt32(1);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([1, 0, 0, 0]));
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
   * The encoding of the strings that are written next.
   *
   * @default {UnicodeEncoding.utf8}
   *
   * @throws {ArgumentError} If set to a value that is none of the enum.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { UnicodeEncoding } from "@winrt/sockets/unicode-encoding";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.unicodeEncoding = UnicodeEncoding.utf16BE;
   * writer.writeString("€");
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([0x20, 0xAC]));
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
   * How many bytes were written and wait to be stored. 0 once the writer was
   * closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeDouble(1.5);
   *
   * assertEquals(writer.unstoredBufferLength, 8);
   * ```
   */
  get unstoredBufferLength(): number {
    return this.#output.length;
  }

  /**
   * Writes a boolean: one byte, 1 or 0.
   *
   * @param value What to write.
   *
   * @throws {ArgumentError} If the value is no boolean.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeBoolean(true);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([1]));
   * ```
   */
  writeBoolean(value: boolean): void {
    if (typeof value !== "boolean") {
      throw new ArgumentError(
        `Cannot write ${describe(value)} as Boolean: it must be true or false`,
      );
    }
    const offset = this.#reserve(1);
    this.#output.view.setUint8(offset, value ? 1 : 0);
  }

  /**
   * Writes a byte.
   *
   * @param value What to write: 0 to 255.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeByte(255);
   * assertThrows(() => writer.writeByte(256), ArgumentError, "256");
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([255]));
   * ```
   */
  writeByte(value: number): void {
    checkInteger(value, "Byte", 0, 0xFF);
    const offset = this.#reserve(1);
    this.#output.view.setUint8(offset, value);
  }

  /**
   * Writes bytes.
   *
   * @param value What to write. The bytes are copied.
   *
   * @throws {ArgumentError} If the value is no `Uint8Array` and no array of
   * integers from 0 to 255. Nothing is written then.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeBytes([1, 2]);
   * writer.writeBytes(new Uint8Array([3]));
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([1, 2, 3]));
   * ```
   */
  writeBytes(value: Uint8Array | readonly number[]): void {
    if (Array.isArray(value)) {
      for (const byte of value) checkInteger(byte, "Byte", 0, 0xFF);
    } else if (!(value instanceof Uint8Array)) {
      throw new ArgumentError(
        `Cannot write ${
          describe(value)
        } as bytes: it must be a Uint8Array or an array of numbers`,
      );
    }
    this.#append(value);
  }

  /**
   * Writes a buffer, or part of it.
   *
   * @param buffer What to write. The bytes are copied.
   * @param start Where to begin, in bytes from the start of `buffer`.
   * @default {0}
   * @param count How many bytes to write.
   * @default {buffer.length - start}
   *
   * @throws {ArgumentError} If the buffer is no `Uint8Array`, or the part is
   * not within it.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeBuffer(new Uint8Array([1, 2, 3, 4]), 1, 2);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([2, 3]));
   * ```
   */
  writeBuffer(
    buffer: Uint8Array,
    start: number = 0,
    count: number = buffer?.length - (Number.isInteger(start) ? start : 0),
  ): void {
    if (!(buffer instanceof Uint8Array)) {
      throw new ArgumentError(
        `Cannot write ${describe(buffer)} as a buffer: it must be a Uint8Array`,
      );
    }
    const isWithin = Number.isInteger(start) && Number.isInteger(count) &&
      start >= 0 && count >= 0 && start + count <= buffer.length;
    if (!isWithin) {
      throw new ArgumentError(
        `Cannot write ${describe(count)} bytes from ${
          describe(start)
        } on: the buffer has ${buffer.length}`,
      );
    }
    this.#append(buffer.subarray(start, start + count));
  }

  /**
   * Writes a 16-bit integer.
   *
   * @param value What to write: -32768 to 32767.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeInt16(-2);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([0xFF, 0xFE]));
   * ```
   */
  writeInt16(value: number): void {
    checkInteger(value, "Int16", -0x8000, 0x7FFF);
    const offset = this.#reserve(2);
    this.#output.view.setInt16(offset, value, this.#littleEndian);
  }

  /**
   * Writes a 32-bit integer.
   *
   * @param value What to write: -2147483648 to 2147483647.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeInt32(-2);
   *
   * assertEquals(
   *   writer.detachBuffer(),
   *   new Uint8Array([0xFF, 0xFF, 0xFF, 0xFE]),
   * );
   * ```
   */
  writeInt32(value: number): void {
    checkInteger(value, "Int32", -0x80000000, 0x7FFFFFFF);
    const offset = this.#reserve(4);
    this.#output.view.setInt32(offset, value, this.#littleEndian);
  }

  /**
   * Writes a 64-bit integer.
   *
   * @param value What to write: -2^63 to 2^63 - 1. A number, as ported code
   * may have it, must be a safe integer.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeInt64(1n);
   *
   * assertEquals(
   *   writer.detachBuffer(),
   *   new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1]),
   * );
   * ```
   */
  writeInt64(value: bigint | number): void {
    this.#writeInt64(toInteger64(value, "Int64"));
  }

  /**
   * Writes an unsigned 16-bit integer.
   *
   * @param value What to write: 0 to 65535.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeUInt16(65534);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([0xFF, 0xFE]));
   * ```
   */
  writeUInt16(value: number): void {
    checkInteger(value, "UInt16", 0, 0xFFFF);
    const offset = this.#reserve(2);
    this.#output.view.setUint16(offset, value, this.#littleEndian);
  }

  /**
   * Writes an unsigned 32-bit integer.
   *
   * @param value What to write: 0 to 4294967295.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeUInt32(4294967295);
   *
   * assertEquals(
   *   writer.detachBuffer(),
   *   new Uint8Array([0xFF, 0xFF, 0xFF, 0xFF]),
   * );
   * ```
   */
  writeUInt32(value: number): void {
    checkInteger(value, "UInt32", 0, 0xFFFFFFFF);
    const offset = this.#reserve(4);
    this.#output.view.setUint32(offset, value, this.#littleEndian);
  }

  /**
   * Writes an unsigned 64-bit integer.
   *
   * @param value What to write: 0 to 2^64 - 1. A number, as ported code may
   * have it, must be a safe integer.
   *
   * @throws {ArgumentError} If the value is no integer, or out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeUInt64(2n ** 64n - 1n);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array(8).fill(0xFF));
   * ```
   */
  writeUInt64(value: bigint | number): void {
    const integer = toInteger64(value, "UInt64");
    const offset = this.#reserve(8);
    this.#output.view.setBigUint64(offset, integer, this.#littleEndian);
  }

  /**
   * Writes a 32-bit floating-point number (IEEE 754).
   *
   * @param value What to write. It is rounded to the nearest such number.
   *
   * @throws {ArgumentError} If the value is no number, or a finite one that is
   * out of range.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeSingle(1.5);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([0x3F, 0xC0, 0, 0]));
   * ```
   */
  writeSingle(value: number): void {
    checkSingle(value);
    const offset = this.#reserve(4);
    this.#output.view.setFloat32(offset, value, this.#littleEndian);
  }

  /**
   * Writes a 64-bit floating-point number (IEEE 754).
   *
   * @param value What to write.
   *
   * @throws {ArgumentError} If the value is no number.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeDouble(1.5);
   *
   * assertEquals(
   *   writer.detachBuffer(),
   *   new Uint8Array([0x3F, 0xF8, 0, 0, 0, 0, 0, 0]),
   * );
   * ```
   */
  writeDouble(value: number): void {
    checkNumber(value, "Double");
    const offset = this.#reserve(8);
    this.#output.view.setFloat64(offset, value, this.#littleEndian);
  }

  /**
   * Writes a GUID: 16 bytes. The byte order applies to the three groups at its
   * front, as in the GUID structure of Windows.
   *
   * @param value What to write, in either case, with or without braces.
   *
   * @throws {ArgumentError} If the value is no GUID.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { ByteOrder } from "@winrt/sockets/byte-order";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.byteOrder = ByteOrder.littleEndian;
   * writer.writeGuid("00010203-0405-0607-0809-0a0b0c0d0e0f");
   *
   * assertEquals(
   *   writer.detachBuffer(),
   *   new Uint8Array([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]),
   * );
   * ```
   */
  writeGuid(value: string): void {
    const guid = parseGuid(value);
    const offset = this.#reserve(GUID_SIZE);
    setGuid(this.#output.view, offset, guid, this.#littleEndian);
  }

  /**
   * Writes a point in time: the ticks of 100 ns since 1601-01-01 UTC, as a
   * 64-bit integer.
   *
   * @param value What to write.
   *
   * @throws {ArgumentError} If the value is no valid `Date`, or more than
   * 29,227 years away from 1601.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeDateTime(new Date("1601-01-01T00:00:01Z"));
   *
   * const reader = DataReader.fromBuffer(writer.detachBuffer());
   * assertEquals(reader.readInt64(), 10_000_000n);
   * ```
   */
  writeDateTime(value: Date): void {
    this.#writeInt64(dateToTicks(value));
  }

  /**
   * Writes a duration: ticks of 100 ns, as a 64-bit integer.
   *
   * @param value What to write, in ms. It is rounded to the nearest tick.
   *
   * @throws {ArgumentError} If the value is no finite number, or more than
   * 29,227 years.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataReader } from "@winrt/sockets/data-reader";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeTimeSpan(1.5);
   *
   * const reader = DataReader.fromBuffer(writer.detachBuffer());
   * assertEquals(reader.readInt64(), 15_000n);
   * ```
   */
  writeTimeSpan(value: number): void {
    this.#writeInt64(msToTicks(value));
  }

  /**
   * Writes a string, without its length and without a terminator.
   *
   * @param value What to write.
   * @returns How many bytes that took.
   *
   * @throws {ArgumentError} If the value is no string, or has half of a
   * surrogate pair, which is no text in any encoding.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * assertEquals(writer.writeString("aé"), 3);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([0x61, 0xC3, 0xA9]));
   * ```
   */
  writeString(value: string): number {
    this.#assertOpen("write");
    return encodeText(value, this.#unicodeEncoding, this.#output);
  }

  /**
   * Measures a string, without writing it.
   *
   * @param value What to measure.
   * @returns How many bytes {@linkcode DataWriter.writeString} would take. The
   * reference does not say whether these are bytes or code units; for the
   * `readString` of a reader in UTF-16 divide by 2.
   *
   * @throws {ArgumentError} If the value is no string, or has half of a
   * surrogate pair.
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { UnicodeEncoding } from "@winrt/sockets/unicode-encoding";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * assertEquals(writer.measureString("aé"), 3);
   * writer.unicodeEncoding = UnicodeEncoding.utf16LE;
   * assertEquals(writer.measureString("aé"), 4);
   * ```
   */
  measureString(value: string): number {
    this.#assertOpen("measure");
    return measureText(value, this.#unicodeEncoding);
  }

  /**
   * Stores all bytes that were written, as one write of the stream.
   *
   * More may be written and stored before it has settled: stores are batched
   * like the stream's own `writeAsync`, and keep their place among its calls.
   *
   * Not awaiting the promise is fine, as with the stream's `writeAsync`: a
   * failure of the socket shows at the next `flushAsync` or store, too. The
   * bytes of a store that failed are gone.
   *
   * @param options A signal that aborts the store.
   * @returns How many bytes were stored, once the stream has taken them.
   *
   * @throws {ClosedError} If the writer, the stream or its socket was closed.
   * @throws {InvalidOperationError} If there is no stream.
   * @throws {SocketError} If the socket failed before all bytes were taken.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter(
   *   new OutputStream({ write: (bytes) => Promise.resolve(bytes.length) }),
   * );
   * writer.writeString("Hello, World!");
   *
   * assertEquals(await writer.storeAsync(), 13);
   * assertEquals(writer.unstoredBufferLength, 0);
   * ```
   */
  storeAsync(options: DataWriterStoreOptions = {}): Promise<number> {
    let stream: OutputStream;
    try {
      stream = this.#ownStream("store");
      options.signal?.throwIfAborted();
    } catch (error) {
      return Promise.reject(error);
    }
    const bytes = this.#output.detach();
    const written = stream.writeAsync(bytes, options);
    const isCopied = isQueued(stream) && bytes.length < UNCOPIED_SIZE;
    if (isCopied) this.#output.recycle(bytes);
    // Neighbours may share a promise.
    if (written !== this.#written) {
      this.#written = written;
      this.#stored = this.#follow(written, isCopied ? null : bytes);
      const isTold = isQueued(stream) && queueOf(stream).tellsFailureOf(bytes);
      if (isTold) this.#stored.catch(ignore);
    }
    return this.#stored;
  }

  /**
   * Flushes the stream. It does not store: do that before.
   *
   * @param options A signal that stops the waiting.
   * @returns `true`, once every write of the stream before the call has
   * completed, a pending store included.
   *
   * @throws {ClosedError} If the writer was closed.
   * @throws {InvalidOperationError} If there is no stream.
   * @throws {SocketError} If one of the writes failed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
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
   * const writer = new DataWriter(stream);
   * writer.writeInt32(1);
   * writer.storeAsync();
   * await writer.flushAsync();
   *
   * assertEquals(sent, 4);
   * ```
   */
  async flushAsync(options: DataWriterFlushOptions = {}): Promise<boolean> {
    return await this.#ownStream("flush").flushAsync(options);
  }

  /**
   * Takes the bytes that were not stored.
   *
   * @returns The bytes; the writer is empty then and may be used further. They
   * may be part of a larger `ArrayBuffer`.
   *
   * @throws {ClosedError} If the writer was closed.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.writeInt16(258);
   *
   * assertEquals(writer.detachBuffer(), new Uint8Array([1, 2]));
   * assertEquals(writer.unstoredBufferLength, 0);
   * ```
   */
  detachBuffer(): Uint8Array<ArrayBuffer> {
    this.#assertOpen("detach the buffer");
    return this.#output.detach();
  }

  /**
   * Takes the stream, which closing the writer then does not close. The bytes
   * that were not stored stay in the writer.
   *
   * @returns The stream.
   *
   * @throws {ClosedError} If the writer was closed.
   * @throws {InvalidOperationError} If there is no stream, or a store is
   * pending (`ERROR_INVALID_OPERATION`).
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { OutputStream } from "@winrt/sockets/output-stream";
   * import { assertEquals, assertStrictEquals } from "@std/assert";
   *
   * const stream = new OutputStream({
   *   write: (bytes) => Promise.resolve(bytes.length),
   * });
   * const writer = new DataWriter(stream);
   * assertStrictEquals(writer.detachStream(), stream);
   * writer.close();
   *
   * assertEquals(await stream.writeAsync(new Uint8Array(3)), 3);
   * ```
   */
  detachStream(): OutputStream {
    const stream = this.#ownStream("detach the stream");
    if (this.#pendingStores > 0) {
      throw new InvalidOperationError(
        "Cannot detach the stream: a store is pending, wait for it first",
        { hresult: HResult.ERROR_INVALID_OPERATION },
      );
    }
    this.#stream = null;
    return stream;
  }

  /**
   * Closes the writer, and its stream unless that was detached: what was stored
   * is still sent, what was not is dropped. On a socket the peer then sees the
   * end of the data. Closing again does nothing.
   *
   * It does not wait; whether the stream could be closed is for
   * {@linkcode DataWriter.[Symbol.asyncDispose]} to tell.
   *
   * @throws {TypeError} If another writer has the stream locked. Then nothing
   * is closed.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertThrows } from "@std/assert";
   *
   * const writer = new DataWriter();
   * writer.close();
   *
   * assertThrows(() => writer.writeByte(1), ClosedError);
   * ```
   */
  close(): void {
    this.#close();
  }

  /**
   * The same as {@linkcode DataWriter.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
   * import { assertEquals } from "@std/assert";
   *
   * function encode(value: number): Uint8Array {
   *   using writer = new DataWriter();
   *   writer.writeUInt16(value);
   *   return writer.detachBuffer();
   * }
   *
   * assertEquals(encode(258), new Uint8Array([1, 2]));
   * ```
   */
  [Symbol.dispose](): void {
    this.#close();
  }

  /**
   * The same as {@linkcode DataWriter.close}, for `await using`.
   *
   * @returns A promise that resolves when the stream is closed: all bytes that
   * were stored have been handed over. It rejects if they could not be.
   *
   * @example Usage
   * ```ts
   * import { DataWriter } from "@winrt/sockets/data-writer";
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
   * {
   *   await using writer = new DataWriter(stream);
   *   writer.writeInt32(1);
   *   writer.storeAsync();
   * }
   *
   * assertEquals(sent, 4);
   * ```
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  get #littleEndian(): boolean {
    return this.#byteOrder === ByteOrder.littleEndian;
  }

  #reserve(count: number): number {
    this.#assertOpen("write");
    return this.#output.reserve(count);
  }

  #append(bytes: ArrayLike<number>): void {
    this.#assertOpen("write");
    this.#output.append(bytes);
  }

  #writeInt64(value: bigint): void {
    const offset = this.#reserve(8);
    this.#output.view.setBigInt64(offset, value, this.#littleEndian);
  }

  /** @param unused What can be used again once it was written. */
  async #follow(
    written: Promise<number>,
    unused: Uint8Array<ArrayBuffer> | null,
  ): Promise<number> {
    this.#pendingStores++;
    try {
      const count = await written;
      if (unused !== null) this.#output.recycle(unused);
      return count;
    } finally {
      this.#pendingStores--;
    }
  }

  #close(): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    if (this.#stream?.locked) {
      throw new TypeError("Cannot close the writer: its stream is locked");
    }
    this.#output.detach();
    this.#closing = this.#stream?.close() ?? Promise.resolve();
    // A failure is for those to see who wait for it. Closing a writer after
    // its socket has failed is no error.
    this.#closing.catch(ignore);
    return this.#closing;
  }

  #assertOpen(action: string): void {
    if (this.#closing === null) return;
    throw new ClosedError(`Cannot ${action}: the writer is closed`);
  }

  #ownStream(action: string): OutputStream {
    this.#assertOpen(action);
    if (this.#stream !== null) return this.#stream;
    throw new InvalidOperationError(
      `Cannot ${action}: the writer has no stream, use detachBuffer() to take the bytes`,
    );
  }
}

/** Whether writes go straight into the queue, since no subclass changed that. */
function isQueued(stream: OutputStream): boolean {
  return stream.writeAsync === OutputStream.prototype.writeAsync;
}
