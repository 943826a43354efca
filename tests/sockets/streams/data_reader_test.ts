import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { BoundsError } from "../../../errors/bounds_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { ByteOrder } from "../../../sockets/streams/byte_order.ts";
import { ByteReader } from "../../../sockets/streams/_byte_reader.ts";
import { DataReader } from "../../../sockets/streams/data_reader.ts";
import { InputStream } from "../../../sockets/streams/input_stream.ts";
import { InputStreamOptions } from "../../../sockets/streams/input_stream_options.ts";
import { UnicodeEncoding } from "../../../sockets/streams/unicode_encoding.ts";
import { fromHex, inputOf } from "./_data_streams.ts";
import { STRING_VECTORS, VECTORS } from "./_data_vectors.ts";
import {
  bytesFrom,
  concat,
  CountingSignal,
  FakeSource,
  isPending,
} from "./_fakes.ts";

const { none, partial, readAhead } = InputStreamOptions;
const KIB = 1024;
const PURE = { permissions: "none" } as const;

interface DrivenReader {
  readonly source: FakeSource;
  readonly stream: InputStream;
  readonly reader: DataReader;
}

function makeReader(): DrivenReader {
  const source = new FakeSource();
  const stream = new InputStream(source);
  return { source, stream, reader: new DataReader(stream) };
}

function readerOf(hex: string): DataReader {
  return DataReader.fromBuffer(fromHex(hex));
}

/** All read methods, with the number of bytes that they need. */
const READS: readonly [
  name: string,
  size: number,
  read: (reader: DataReader) => unknown,
][] = [
  ["readBoolean", 1, (reader) => reader.readBoolean()],
  ["readByte", 1, (reader) => reader.readByte()],
  ["readBytes", 5, (reader) => reader.readBytes(new Uint8Array(5))],
  ["readBytes", 5, (reader) => reader.readBytes(new Array<number>(5))],
  ["readBuffer", 5, (reader) => reader.readBuffer(5)],
  ["readInt16", 2, (reader) => reader.readInt16()],
  ["readInt32", 4, (reader) => reader.readInt32()],
  ["readInt64", 8, (reader) => reader.readInt64()],
  ["readUInt16", 2, (reader) => reader.readUInt16()],
  ["readUInt32", 4, (reader) => reader.readUInt32()],
  ["readUInt64", 8, (reader) => reader.readUInt64()],
  ["readSingle", 4, (reader) => reader.readSingle()],
  ["readDouble", 8, (reader) => reader.readDouble()],
  ["readGuid", 16, (reader) => reader.readGuid()],
  ["readDateTime", 8, (reader) => reader.readDateTime()],
  ["readTimeSpan", 8, (reader) => reader.readTimeSpan()],
  ["readString", 5, (reader) => reader.readString(5)],
];

function assertInvalidOperation(error: InvalidOperationError): void {
  assertEquals(error.hresult, HResult.ERROR_INVALID_OPERATION);
  assertEquals(error.hresult >>> 0, 0x800710DD);
}

Deno.test(
  "DataReader has the page-silent defaults: bigEndian, utf8, none",
  PURE,
  () => {
    const reader = DataReader.fromBuffer(new Uint8Array(0));

    assertEquals(reader.byteOrder, ByteOrder.bigEndian);
    assertEquals(reader.unicodeEncoding, UnicodeEncoding.utf8);
    assertEquals(reader.inputStreamOptions, none);
  },
);

Deno.test("DataReader.read…() reads big-endian bytes", PURE, () => {
  for (const { value, bigEndian, read } of VECTORS) {
    const reader = readerOf(bigEndian);
    assertEquals(read(reader), value);
    assertEquals(reader.unconsumedBufferLength, 0);
  }
});

Deno.test(
  "DataReader.read…() reads little-endian bytes when byteOrder says so",
  PURE,
  () => {
    for (const { value, littleEndian, read } of VECTORS) {
      const reader = readerOf(littleEndian);
      reader.byteOrder = ByteOrder.littleEndian;
      assertEquals(read(reader), value);
      assertEquals(reader.unconsumedBufferLength, 0);
    }
  },
);

Deno.test(
  "DataReader.read…() reads values one after the other, of a view too",
  PURE,
  () => {
    const bytes = concat(VECTORS.map(({ bigEndian }) => fromHex(bigEndian)));
    const block = concat([bytesFrom(0, 7), bytes, bytesFrom(0, 9)]);
    const reader = DataReader.fromBuffer(
      block.subarray(7, block.length - 9),
    );

    for (const { value, read } of VECTORS) assertEquals(read(reader), value);
    assertEquals(reader.unconsumedBufferLength, 0);
  },
);

Deno.test("DataReader.byteOrder applies from the next read on", PURE, () => {
  const reader = readerOf("0102 0102");

  assertEquals(reader.readUInt16(), 0x0102);
  reader.byteOrder = ByteOrder.littleEndian;
  assertEquals(reader.byteOrder, ByteOrder.littleEndian);
  assertEquals(reader.readUInt16(), 0x0201);
});

Deno.test("DataReader.readBoolean() is true for any byte but 0", PURE, () => {
  const reader = readerOf("00 01 02 ff");

  assertEquals([1, 2, 3, 4].map(() => reader.readBoolean()), [
    false,
    true,
    true,
    true,
  ]);
});

Deno.test(
  "DataReader.readBytes() fills the caller's array in place, plain Array or Uint8Array",
  PURE,
  () => {
    const reader = readerOf("01 02 03 04 05 06");
    const array = new Array<number>(2);
    const view = new Uint8Array(4);

    reader.readBytes(array);
    reader.readBytes(view.subarray(1, 3));
    reader.readBytes([]);
    reader.readBytes(new Uint8Array(0));

    assertEquals(array, [1, 2]);
    assertEquals(view, new Uint8Array([0, 3, 4, 0]));
    assertEquals(reader.unconsumedBufferLength, 2);
  },
);

Deno.test(
  "DataReader.readBytes() throws if fewer bytes remain and leaves the array as it was",
  PURE,
  () => {
    const reader = readerOf("01 02");
    const array = [7, 7, 7];
    const bytes = new Uint8Array(3).fill(7);

    assertThrows(() => reader.readBytes(array), BoundsError);
    assertThrows(() => reader.readBytes(bytes), BoundsError);

    assertEquals(array, [7, 7, 7]);
    assertEquals(bytes, new Uint8Array([7, 7, 7]));
    assertEquals(reader.unconsumedBufferLength, 2);
  },
);

Deno.test("DataReader.readBytes() refuses what is no array", PURE, () => {
  const reader = readerOf("01 02");
  for (
    const value of [
      null,
      undefined,
      2,
      "ab",
      new DataView(new ArrayBuffer(2)),
      {},
    ]
  ) {
    assertThrows(
      // @ts-expect-error: what plain JavaScript may pass
      () => reader.readBytes(value),
      ArgumentError,
      "Cannot read into",
    );
  }
});

Deno.test("DataReader.readBuffer() gives a copy", PURE, () => {
  const bytes = fromHex("01 02 03");
  const reader = DataReader.fromBuffer(bytes);

  const buffer = reader.readBuffer(2);
  bytes.fill(9);

  assertEquals(buffer, new Uint8Array([1, 2]));
  assertEquals(buffer.buffer.byteLength, 2);
  assertEquals(reader.readBuffer(0), new Uint8Array(0));
  assertEquals(reader.unconsumedBufferLength, 1);
});

Deno.test(
  "DataReader.readBuffer() gives a copy of a Node Buffer, too",
  PURE,
  () => {
    const bytes = Buffer.from([1, 2, 3]);
    const reader = DataReader.fromBuffer(bytes);

    const buffer = reader.readBuffer(2);
    bytes.fill(9);

    assertEquals(buffer, new Uint8Array([1, 2]));
    assert(!Buffer.isBuffer(buffer));
  },
);

Deno.test("DataReader.readDateTime() rounds down to milliseconds", PURE, () => {
  const dates = [
    ["019db1ded53e8001", "1970-01-01T00:00:00.000Z"],
    ["019db1ded53ea70f", "1970-01-01T00:00:00.000Z"],
    ["019db1ded53ea710", "1970-01-01T00:00:00.001Z"],
    ["019db1ded53e7fff", "1969-12-31T23:59:59.999Z"],
    ["ffffffffffffffff", "1600-12-31T23:59:59.999Z"],
  ] as const;

  for (const [hex, date] of dates) {
    assertEquals(readerOf(hex).readDateTime().toISOString(), date);
  }
});

Deno.test("DataReader.readDateTime() reads every number of ticks", PURE, () => {
  assertEquals(
    readerOf("7fffffffffffffff").readDateTime().toISOString(),
    "+030828-09-14T02:48:05.477Z",
  );
  assertEquals(
    readerOf("8000000000000000").readDateTime().toISOString(),
    "-027627-04-19T21:11:54.522Z",
  );
});

Deno.test("DataReader.readTimeSpan() reads every number of ticks", PURE, () => {
  assertEquals(readerOf("7fffffffffffffff").readTimeSpan(), 922337203685477.6);
  assertEquals(readerOf("8000000000000000").readTimeSpan(), -922337203685477.6);
});

Deno.test(
  "DataReader.readString() reads the three encodings in units of the encoding",
  PURE,
  () => {
    for (const encoding of Object.values(UnicodeEncoding)) {
      const unit = encoding === UnicodeEncoding.utf8 ? 1 : 2;
      for (const { text, bytes } of STRING_VECTORS) {
        const encoded = fromHex(bytes[encoding]);
        const reader = DataReader.fromBuffer(encoded);
        reader.unicodeEncoding = encoding;
        assertEquals(reader.unicodeEncoding, encoding);
        // assertEquals() may be slow to compare texts, and tell less.
        assertStrictEquals(reader.readString(encoded.length / unit), text);
        assertEquals(reader.unconsumedBufferLength, 0);
      }
    }
  },
);

Deno.test(
  "DataReader.readString() fails with 0x80070459 on malformed bytes and keeps them",
  PURE,
  () => {
    const malformed: [UnicodeEncoding, string][] = [
      // A character that is cut off, at the end and in front.
      [UnicodeEncoding.utf8, "61c3"],
      [UnicodeEncoding.utf8, "a961"],
      // What is no byte of UTF-8, an overlong form, and a surrogate.
      [UnicodeEncoding.utf8, "ff"],
      [UnicodeEncoding.utf8, "c0af"],
      [UnicodeEncoding.utf8, "eda080"],
      [UnicodeEncoding.utf8, "61".repeat(200) + "c3"],
      // Halves of surrogate pairs.
      [UnicodeEncoding.utf16LE, "6100 3ed8"],
      [UnicodeEncoding.utf16LE, "a4dd 6100"],
      [UnicodeEncoding.utf16BE, "0061 d83e"],
    ];

    for (const [encoding, hex] of malformed) {
      const reader = readerOf(hex);
      reader.unicodeEncoding = encoding;
      const { unconsumedBufferLength } = reader;
      const unit = encoding === UnicodeEncoding.utf8 ? 1 : 2;
      const error = assertThrows(
        () => reader.readString(unconsumedBufferLength / unit),
        InvalidOperationError,
        `Cannot read a string of ${unconsumedBufferLength} bytes: they are no valid UTF-`,
      );
      assertEquals(error.hresult >>> 0, 0x80070459);
      assert(error.cause instanceof TypeError);
      assertEquals(reader.unconsumedBufferLength, unconsumedBufferLength);
      assertEquals(reader.readBuffer(unconsumedBufferLength), fromHex(hex));
    }
  },
);

Deno.test(
  "DataReader.readString() reads a character once its rest is loaded",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    reader.inputStreamOptions = partial;

    source.giveBytes(fromHex("61c3"));
    await reader.loadAsync(10);
    assertThrows(() => reader.readString(2), InvalidOperationError);
    source.giveBytes(fromHex("a9"));
    await reader.loadAsync(10);

    assertEquals(reader.readString(3), "aé");
  },
);

Deno.test(
  "DataReader.read…() past the loaded data throws E_BOUNDS and consumes nothing",
  PURE,
  () => {
    for (const [name, size, read] of READS) {
      for (let length = 0; length < size; length++) {
        const reader = DataReader.fromBuffer(bytesFrom(1, length));
        const error = assertThrows(
          () => read(reader),
          BoundsError,
          `Cannot read ${size} bytes: only ${length} are loaded`,
          name,
        );
        assertEquals(error.hresult >>> 0, 0x8000000B);
        assertEquals(reader.detachBuffer(), bytesFrom(1, length));
      }
    }
  },
);

Deno.test(
  "DataReader.readBuffer() and readString() refuse a count that is no UInt32",
  PURE,
  () => {
    const reader = readerOf("01 02");
    for (const count of [-1, 0.5, NaN, Infinity, 2 ** 32]) {
      assertThrows(
        () => reader.readBuffer(count),
        ArgumentError,
        String(count),
      );
      assertThrows(
        () => reader.readString(count),
        ArgumentError,
        String(count),
      );
    }
    // @ts-expect-error: what plain JavaScript may pass
    assertThrows(() => reader.readBuffer("1"), ArgumentError, '"1"');
    assertThrows(
      () => reader.readString(2 ** 32 - 1),
      BoundsError,
      "Cannot read 4294967295 bytes: only 2 are loaded",
    );
    assertEquals(reader.unconsumedBufferLength, 2);
  },
);

Deno.test(
  "DataReader properties refuse values that are not of their enum",
  PURE,
  () => {
    const reader = readerOf("");
    for (const value of [-1, 3, 4, 0.5, "1", null, undefined]) {
      // @ts-expect-error: what plain JavaScript may pass
      assertThrows(() => reader.byteOrder = value, ArgumentError, "byteOrder");
      assertThrows(
        // @ts-expect-error: what plain JavaScript may pass
        () => reader.unicodeEncoding = value,
        ArgumentError,
        "unicodeEncoding",
      );
    }
    for (const value of [-1, 4, 0.5, NaN]) {
      assertThrows(
        () => reader.inputStreamOptions = value,
        ArgumentError,
        `Cannot set inputStreamOptions to ${value}`,
      );
    }
    assertEquals(reader.byteOrder, ByteOrder.bigEndian);
    assertEquals(reader.unicodeEncoding, UnicodeEncoding.utf8);
    reader.inputStreamOptions = partial | readAhead;
    assertEquals(reader.inputStreamOptions, partial | readAhead);
  },
);

Deno.test("DataReader.constructor() refuses what is no stream", PURE, () => {
  for (const stream of [null, undefined, 1, {}, new Uint8Array(1)]) {
    assertThrows(
      // @ts-expect-error: what plain JavaScript may pass
      () => new DataReader(stream),
      ArgumentError,
      "it must be an InputStream",
    );
  }
});

Deno.test(
  "DataReader.fromBuffer() is pre-loaded and does not copy",
  PURE,
  () => {
    const bytes = fromHex("01 02 03");
    const reader = DataReader.fromBuffer(bytes);

    assertEquals(reader.unconsumedBufferLength, 3);
    const rest = reader.detachBuffer();
    assertEquals(rest, bytes);
    assertStrictEquals(rest.buffer, bytes.buffer);
  },
);

Deno.test("DataReader.fromBuffer() has no stream", PURE, async () => {
  const reader = readerOf("01 02 03");

  const error = await assertRejects(
    () => reader.loadAsync(1),
    InvalidOperationError,
    "Cannot load: the reader has no stream",
  );
  assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
  assertThrows(() => reader.detachStream(), InvalidOperationError);
  assertEquals(reader.unconsumedBufferLength, 3);
});

Deno.test(
  "DataReader.fromBuffer() makes readers that do not share anything",
  PURE,
  () => {
    const [a, b] = [readerOf("01"), readerOf("02")];
    a.close();

    assertEquals(b.readByte(), 2);
  },
);

Deno.test("DataReader.fromBuffer() refuses what is no Uint8Array", PURE, () => {
  for (const buffer of [null, undefined, [1, 2], new ArrayBuffer(2), "ab"]) {
    assertThrows(
      // @ts-expect-error: what plain JavaScript may pass
      () => DataReader.fromBuffer(buffer),
      ArgumentError,
      "it must be a Uint8Array",
    );
  }
});

Deno.test(
  "DataReader.fromBuffer() takes the bytes of shared memory",
  PURE,
  () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(4));
    bytes.set([0x48, 0x69, 1, 2]);
    const reader = DataReader.fromBuffer(bytes);

    assertEquals(reader.readString(2), "Hi");
    assertEquals(reader.readUInt16(), 0x0102);
  },
);

Deno.test(
  "DataReader.loadAsync() with none resolves n, or fewer when the stream ended, 0 at EOF",
  PURE,
  async () => {
    const reader = new DataReader(
      inputOf(bytesFrom(0, 3), bytesFrom(3, 1), bytesFrom(4, 4)),
    );

    assertEquals(await reader.loadAsync(6), 6);
    assertEquals(await reader.loadAsync(6), 2);
    assertEquals(await reader.loadAsync(6), 0);
    assertEquals(await reader.loadAsync(6), 0);
    assertEquals(reader.detachBuffer(), bytesFrom(0, 8));
  },
);

Deno.test(
  "DataReader.loadAsync() with none waits for all bytes",
  PURE,
  async () => {
    const { source, reader } = makeReader();

    const load = reader.loadAsync(4);
    source.give(1, 2, 3);
    assert(await isPending(load));
    source.give(4, 5);
    assertEquals(await load, 4);
    assertEquals(reader.readInt32(), 0x01020304);
    assertEquals(await reader.loadAsync(1), 1);
    assertEquals(reader.readByte(), 5);
  },
);

Deno.test(
  "DataReader.loadAsync() with partial resolves 1..n, 0 = EOF",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    reader.inputStreamOptions = partial;

    const load = reader.loadAsync(4);
    assert(await isPending(load));
    source.give(1, 2, 3);
    assertEquals(await load, 3);
    source.give(4, 5, 6, 7, 8, 9);
    assertEquals(await reader.loadAsync(4), 4);
    assertEquals(await reader.loadAsync(4), 2);
    source.end();
    assertEquals(await reader.loadAsync(4), 0);
    assertEquals(reader.unconsumedBufferLength, 9);
  },
);

Deno.test(
  "DataReader.loadAsync() with readAhead lets the stream take more",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    reader.inputStreamOptions = readAhead;
    source.giveBytes(bytesFrom(0, 100));

    assertEquals(await reader.loadAsync(4), 4);
    assertEquals(await reader.loadAsync(4), 4);

    assertEquals(source.sizes, [4 * KIB]);
    assertEquals(reader.detachBuffer(), bytesFrom(0, 8));
  },
);

Deno.test(
  "DataReader.loadAsync() with partial and readAhead does both",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    reader.inputStreamOptions = partial | readAhead;
    source.giveBytes(bytesFrom(0, 6));

    assertEquals(await reader.loadAsync(4), 4);
    assertEquals(await reader.loadAsync(4), 2);
    assertEquals(source.sizes, [4 * KIB]);
  },
);

Deno.test("DataReader.loadAsync() appends to unread bytes", PURE, async () => {
  const reader = new DataReader(inputOf(bytesFrom(0, 1000)));

  let read = 0;
  for (let count = 1; count < 40; count++) {
    await reader.loadAsync(count);
    const bytes = reader.readBuffer(count >> 1);
    assertEquals(bytes, bytesFrom(read, count >> 1));
    read += bytes.length;
  }
  const rest = reader.unconsumedBufferLength;
  assertEquals(reader.detachBuffer(), bytesFrom(read, rest));
});

Deno.test("DataReader.loadAsync() resolves 0 for 0 bytes", PURE, async () => {
  const { source, reader } = makeReader();

  assertEquals(await reader.loadAsync(0), 0);
  assertEquals(source.sizes, []);
});

Deno.test(
  "DataReader.loadAsync() refuses a count that is no UInt32 before it reads",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    for (const count of [-1, 0.5, NaN, Infinity, 2 ** 32]) {
      await assertRejects(
        () => reader.loadAsync(count),
        ArgumentError,
        `Cannot load ${count}: the count must be a whole number`,
      );
    }
    // @ts-expect-error: what plain JavaScript may pass
    await assertRejects(() => reader.loadAsync("4"), ArgumentError, '"4"');
    assertEquals(source.sizes, []);
  },
);

Deno.test(
  "DataReader.loadAsync() takes memory as bytes arrive, not as a peer announces them",
  PURE,
  async () => {
    const { source, reader } = makeReader();

    const load = reader.loadAsync(0xFFFFFFFF);
    source.giveBytes(bytesFrom(0, 10));
    assert(await isPending(load));
    assertEquals(source.sizes.length, 2);
    assert(Math.max(...source.sizes) <= 64 * KIB);

    const total = 1024 * KIB;
    source.giveBytes(bytesFrom(10, total - 10));
    source.end();
    assertEquals(await load, total);
    assert(Math.max(...source.sizes) <= 2 * total);
    const bytes = reader.detachBuffer();
    assert(bytes.buffer.byteLength <= 4 * total);
    assertEquals(bytes, bytesFrom(0, total));
  },
);

Deno.test(
  "DataReader.loadAsync() gives up the memory of a large load when little is needed",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    source.giveBytes(bytesFrom(0, 1024 * KIB + 8));
    await reader.loadAsync(1024 * KIB);
    reader.readBuffer(1024 * KIB);

    await reader.loadAsync(8);

    const room = source.buffers.at(-1)?.buffer.byteLength ?? Infinity;
    assert(room <= 1024);
    assertEquals(reader.detachBuffer(), bytesFrom(1024 * KIB, 8));
  },
);

Deno.test(
  "DataReader.loadAsync() does not grow while all is read",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    reader.inputStreamOptions = partial;
    for (let i = 0; i < 100; i++) {
      source.giveBytes(bytesFrom(i, 16 * KIB));
      // A message goes on in the next load.
      await reader.loadAsync(16 * KIB);
      reader.readBuffer(reader.unconsumedBufferLength - 10);
    }

    assert(Math.max(...source.sizes) <= 16 * KIB);
    source.giveBytes(bytesFrom(0, 16 * KIB));
    await reader.loadAsync(16 * KIB);
    assert(reader.detachBuffer().buffer.byteLength <= 32 * KIB);
  },
);

Deno.test(
  "DataReader.loadAsync() keeps the bytes that arrived when it fails midway",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    const failure = new SocketError(
      "Cannot read: reset",
      HResult.WSAECONNRESET,
    );

    const load = reader.loadAsync(10);
    source.give(1, 2, 3);
    assert(await isPending(load));
    source.fail(failure);
    const error = await assertRejects(() => load, SocketError);

    assertStrictEquals(error, failure);
    assertEquals(reader.unconsumedBufferLength, 3);
    assertEquals(reader.readByte(), 1);
    // Usable further: the stream goes on to tell its failure.
    await assertRejects(() => reader.loadAsync(1), SocketError);
    assertEquals(reader.detachBuffer(), new Uint8Array([2, 3]));
    assertStrictEquals(typeof reader.detachStream().readAsync, "function");
  },
);

Deno.test(
  "DataReader.loadAsync() rejects with the signal's reason and loses no byte",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    const counting = new CountingSignal();
    const reason = new Error("enough");

    const load = reader.loadAsync(10, { signal: counting.signal });
    source.give(1, 2, 3);
    assert(await isPending(load));
    counting.controller.abort(reason);
    assertStrictEquals(await assertRejects(() => load), reason);
    assertEquals(reader.unconsumedBufferLength, 3);
    assertEquals(counting.listeners, 0);

    source.give(4, 5);
    assertEquals(await reader.loadAsync(2), 2);
    assertEquals(reader.detachBuffer(), new Uint8Array([1, 2, 3, 4, 5]));
  },
);

Deno.test(
  "DataReader.loadAsync() removes its abort listener when it is done",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    const { signal, ...counting } = new CountingSignal();

    source.give(1, 2);
    await reader.loadAsync(2, { signal });

    assertEquals(counting.listeners, 0);
  },
);

Deno.test(
  "DataReader.loadAsync() does not read when the signal is aborted before",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    const reason = new Error("never");
    const options = { signal: AbortSignal.abort(reason) };

    assertStrictEquals(
      await assertRejects(() => reader.loadAsync(1, options)),
      reason,
    );
    assertEquals(source.sizes, []);
    source.give(1);
    assertEquals(await reader.loadAsync(1), 1);
  },
);

Deno.test(
  "DataReader.loadAsync() never lets a read that was given up change loaded bytes",
  PURE,
  async () => {
    // After cancelIOAsync() the source still has the buffer that it was lent.
    const source = new FakeSource();
    const bytes = new ByteReader(source);
    const reader = new DataReader(new InputStream(bytes));
    reader.inputStreamOptions = partial;
    source.giveBytes(bytesFrom(0, 8));
    await reader.loadAsync(8);
    reader.readBuffer(6);

    const load = reader.loadAsync(8);
    const reason = new Error("cancelled");
    bytes.cancelPending(reason);
    assertStrictEquals(await assertRejects(() => load), reason);
    const rest = reader.loadAsync(8);
    source.giveBytes(bytesFrom(8, 8));

    assertEquals(await rest, 8);
    source.buffers[1]?.fill(0xFF);
    assertEquals(reader.detachBuffer(), bytesFrom(6, 10));
  },
);

Deno.test(
  "DataReader.loadAsync() during a load fails with 0x800710DD",
  PURE,
  async () => {
    const { source, reader } = makeReader();

    const load = reader.loadAsync(4);
    assertInvalidOperation(
      await assertRejects(
        () => reader.loadAsync(4),
        InvalidOperationError,
        "Cannot load: a load is pending",
      ),
    );
    source.give(1, 2, 3, 4, 5);

    assertEquals(await load, 4);
    assertEquals(await reader.loadAsync(1), 1);
  },
);

Deno.test(
  "DataReader.detachStream() and detachBuffer() during a load fail with 0x800710DD",
  PURE,
  async () => {
    const { source, stream, reader } = makeReader();

    const load = reader.loadAsync(4);
    assertInvalidOperation(
      assertThrows(() => reader.detachStream(), InvalidOperationError),
    );
    assertInvalidOperation(
      assertThrows(() => reader.detachBuffer(), InvalidOperationError),
    );
    source.give(1, 2, 3, 4);

    assertEquals(await load, 4);
    assertStrictEquals(reader.detachStream(), stream);
  },
);

Deno.test("DataReader.read…() works during a load", PURE, async () => {
  const { source, reader } = makeReader();
  source.give(1, 2, 3, 4);
  await reader.loadAsync(4);

  const load = reader.loadAsync(4);
  assertEquals(reader.readUInt16(), 0x0102);
  source.give(5, 6, 7);
  assert(await isPending(load));
  assertEquals(reader.readUInt16(), 0x0304);
  source.give(8);
  assertEquals(await load, 4);
  assertEquals(reader.readUInt32(), 0x05060708);
});

Deno.test(
  "DataReader.detachBuffer() gives the remaining buffer and leaves the reader empty",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    source.giveBytes(bytesFrom(0, 9));
    await reader.loadAsync(6);
    reader.readUInt16();

    const rest = reader.detachBuffer();
    assertEquals(rest, bytesFrom(2, 4));
    assertEquals(reader.unconsumedBufferLength, 0);
    assertThrows(() => reader.readByte(), BoundsError);
    assertEquals(reader.detachBuffer(), new Uint8Array(0));
    // What was given away is not used again.
    assertEquals(await reader.loadAsync(3), 3);
    assertEquals(rest, bytesFrom(2, 4));
    assertEquals(reader.detachBuffer(), bytesFrom(6, 3));
  },
);

Deno.test(
  "DataReader.detachBuffer() shares no memory with other readers when it is empty",
  PURE,
  () => {
    const stream = inputOf();
    const empty = new DataReader(stream).detachBuffer();
    assertNotStrictEquals(
      empty.buffer,
      new DataReader(stream).detachBuffer().buffer,
    );

    const { buffer } = empty;
    assert(buffer instanceof ArrayBuffer);
    structuredClone(buffer, { transfer: [buffer] });
    assertEquals(new DataReader(stream).detachBuffer().length, 0);
  },
);

Deno.test(
  "DataReader.detachStream() leaves the stream open and the loaded bytes readable",
  PURE,
  async () => {
    const { source, stream, reader } = makeReader();
    source.give(1, 2, 3);
    await reader.loadAsync(2);

    assertStrictEquals(reader.detachStream(), stream);
    assertEquals(reader.readByte(), 1);
    const error = await assertRejects(
      () => reader.loadAsync(1),
      InvalidOperationError,
      "Cannot load: the reader has no stream",
    );
    assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
    assertThrows(() => reader.detachStream(), InvalidOperationError);
    reader.close();

    assertEquals(source.cancelReasons, []);
    const next = new DataReader(stream);
    assertEquals(await next.loadAsync(1), 1);
    assertEquals(next.readByte(), 3);
  },
);

Deno.test(
  "DataReader.close() closes the stream, and later calls fail with RO_E_CLOSED",
  PURE,
  async () => {
    const { source, stream, reader } = makeReader();
    source.giveBytes(bytesFrom(0, 32));
    await reader.loadAsync(32);

    reader.close();
    reader.close();

    assertEquals(source.cancelReasons.length, 1);
    await assertRejects(() => stream.readAsync(new Uint8Array(1)), ClosedError);
    assertEquals(reader.unconsumedBufferLength, 0);
    for (const [name, , read] of READS) {
      const error = assertThrows(
        () => read(reader),
        ClosedError,
        "Cannot read: the reader is closed",
        name,
      );
      assertEquals(error.hresult >>> 0, 0x80000013);
    }
    assertThrows(() => reader.readBuffer(0), ClosedError);
    assertThrows(() => reader.readString(0), ClosedError);
    assertThrows(() => reader.readBytes([]), ClosedError);
    assertThrows(() => reader.detachBuffer(), ClosedError);
    assertThrows(() => reader.detachStream(), ClosedError);
    await assertRejects(() => reader.loadAsync(1), ClosedError);
  },
);

Deno.test("DataReader.close() rejects a pending load", PURE, async () => {
  const { source, reader } = makeReader();

  const load = reader.loadAsync(4);
  source.give(1);
  assert(await isPending(load));
  reader.close();

  await assertRejects(() => load, ClosedError);
  assertEquals(reader.unconsumedBufferLength, 0);
});

Deno.test(
  "DataReader.close() wins over a load whose bytes have just arrived",
  PURE,
  async () => {
    const { source, reader } = makeReader();
    source.give(1, 2, 3, 4);

    const load = reader.loadAsync(4);
    // The source has given the bytes by now; the load has not gone on.
    await Promise.resolve();
    reader.close();

    await assertRejects(() => load, ClosedError);
    assertEquals(reader.unconsumedBufferLength, 0);
  },
);

Deno.test(
  "DataReader.close() after its stream was closed does not throw",
  PURE,
  () => {
    const { stream, reader } = makeReader();
    stream.close();

    reader.close();

    assertThrows(() => reader.readByte(), ClosedError);
  },
);

Deno.test(
  "DataReader.close() leaves a reader open whose stream is locked",
  PURE,
  async () => {
    const { source, stream, reader } = makeReader();
    const lock = stream.getReader();

    assertThrows(() => reader.close(), TypeError, "lock");
    lock.releaseLock();
    source.give(7);
    await reader.loadAsync(1);
    assertEquals(reader.readByte(), 7);
    reader.close();

    assertEquals(source.cancelReasons.length, 1);
  },
);

Deno.test("DataReader[Symbol.dispose]() closes", PURE, () => {
  const { source, stream } = makeReader();
  {
    using _reader = new DataReader(stream);
  }

  assertEquals(source.cancelReasons.length, 1);
});

Deno.test(
  "DataReader.loadAsync() is refused while another reader has the stream locked",
  PURE,
  async () => {
    const { source, stream, reader } = makeReader();
    const lock = stream.getReader();

    await assertRejects(
      () => reader.loadAsync(1),
      InvalidOperationError,
      "lock",
    );
    lock.releaseLock();
    source.give(1);

    assertEquals(await reader.loadAsync(1), 1);
  },
);

Deno.test(
  "DataReader throws nothing but BoundsError and 0x80070459 on any bytes",
  PURE,
  () => {
    const read = fc.oneof(
      fc.constantFrom(...READS.map(([, , read]) => read)),
      fc.nat(40).map((count) => (reader: DataReader) =>
        reader.readString(count)
      ),
      fc.nat(40).map((count) => (reader: DataReader) =>
        reader.readBuffer(count)
      ),
      fc.constantFrom(...Object.values(ByteOrder)).map((order) =>
      (
        reader: DataReader,
      ) => reader.byteOrder = order),
      fc.constantFrom(...Object.values(UnicodeEncoding)).map((encoding) =>
      (
        reader: DataReader,
      ) => reader.unicodeEncoding = encoding),
    );
    const bytes = fc.uint8Array({ maxLength: 200 });

    fc.assert(fc.property(bytes, fc.array(read), (bytes, reads) => {
      const reader = DataReader.fromBuffer(bytes);
      for (const read of reads) {
        const { unconsumedBufferLength } = reader;
        try {
          read(reader);
        } catch (error) {
          if (error instanceof InvalidOperationError) {
            assertEquals(error.hresult, HResult.ERROR_NO_UNICODE_TRANSLATION);
          } else {
            assert(error instanceof BoundsError);
          }
          assertEquals(reader.unconsumedBufferLength, unconsumedBufferLength);
        }
      }
      const rest = reader.unconsumedBufferLength;
      assertEquals(reader.detachBuffer(), bytes.subarray(bytes.length - rest));
    }));
  },
);

Deno.test(
  "DataReader throws nothing but ArgumentError and BoundsError on any argument",
  PURE,
  () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      const reader = readerOf("01 02 03");
      const calls: (() => unknown)[] = [
        // @ts-expect-error: what plain JavaScript may pass
        () => reader.readBytes(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => reader.readBuffer(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => reader.readString(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => DataReader.fromBuffer(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => new DataReader(value),
      ];
      for (const call of calls) {
        try {
          call();
        } catch (error) {
          assert(
            error instanceof ArgumentError || error instanceof BoundsError,
          );
        }
      }
    }));
  },
);

Deno.test(
  "DataReader reads what was sent, however it is cut and loaded",
  PURE,
  async () => {
    const size = fc.oneof(fc.nat(40), fc.nat(3000), fc.nat(200 * KIB));
    const step = fc.record({
      load: size,
      read: fc.double({ min: 0, max: 1, noNaN: true }),
      options: fc.constantFrom(none, partial, readAhead, partial | readAhead),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { maxLength: 10 }),
        fc.array(step, { maxLength: 20 }),
        async (sizes, steps) => {
          const total = sizes.reduce((sum, size) => sum + size, 0);
          let position = 0;
          const reader = new DataReader(inputOf(
            ...sizes.filter((size) => size > 0).map((size) => {
              position += size;
              return bytesFrom(position - size, size);
            }),
          ));
          let loaded = 0;
          let read = 0;
          for (const { load, read: share, options } of steps) {
            reader.inputStreamOptions = options;
            const count = await reader.loadAsync(load);
            const left = Math.min(load, total - loaded);
            if ((options & partial) === 0) assertEquals(count, left);
            assert(count <= left && (count > 0 || left === 0));
            loaded += count;
            assertEquals(reader.unconsumedBufferLength, loaded - read);
            const length = Math.floor((loaded - read) * share);
            const bytes = reader.readBuffer(length);
            assert(Buffer.compare(bytes, bytesFrom(read, length)) === 0);
            read += length;
          }
        },
      ),
      { numRuns: 60 },
    );
  },
);
