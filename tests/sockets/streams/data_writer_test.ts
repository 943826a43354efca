import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { ByteOrder } from "../../../sockets/streams/byte_order.ts";
import { DataWriter } from "../../../sockets/streams/data_writer.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import { UnicodeEncoding } from "../../../sockets/streams/unicode_encoding.ts";
import { fromHex } from "./_data_streams.ts";
import { STRING_VECTORS, VECTORS } from "./_data_vectors.ts";
import {
  bytesFrom,
  concat,
  CountingSignal,
  FakeSink,
  isPending,
  turn,
} from "./_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

interface DrivenWriter {
  readonly sink: FakeSink;
  readonly stream: OutputStream;
  readonly writer: DataWriter;
}

/** A writer whose sink takes nothing until the test tells it to. */
function makeHeldWriter(): DrivenWriter {
  const sink = new FakeSink();
  const stream = new OutputStream(sink);
  return { sink, stream, writer: new DataWriter(stream) };
}

/** A writer whose sink takes everything at once. */
function makeWriter(): DrivenWriter {
  const sink = new FakeSink(() => Infinity);
  const stream = new OutputStream(sink);
  return { sink, stream, writer: new DataWriter(stream) };
}

function reset(): SocketError {
  return new SocketError("Cannot write: reset", HResult.WSAECONNRESET);
}

/** All write methods, with a value for each. */
const WRITES: readonly ((writer: DataWriter) => unknown)[] = [
  ...VECTORS.map(({ write }) => write),
  (writer) => writer.writeBytes([1]),
  (writer) => writer.writeBuffer(new Uint8Array(1)),
  (writer) => writer.writeString("a"),
];

function assertInvalidOperation(error: InvalidOperationError): void {
  assertEquals(error.hresult, HResult.ERROR_INVALID_OPERATION);
  assertEquals(error.hresult >>> 0, 0x800710DD);
}

/** Asserts that a call is refused with the value in the message. */
function assertRefuses(
  writer: DataWriter,
  call: () => unknown,
  value: unknown,
): void {
  const { unstoredBufferLength } = writer;
  const error = assertThrows(call, ArgumentError, `Cannot write ${value}`);
  assertEquals(error.hresult >>> 0, 0x80070057);
  assertEquals(writer.unstoredBufferLength, unstoredBufferLength);
}

Deno.test(
  "DataWriter has the page-silent defaults: bigEndian, utf8",
  PURE,
  () => {
    const writer = new DataWriter();

    assertEquals(writer.byteOrder, ByteOrder.bigEndian);
    assertEquals(writer.unicodeEncoding, UnicodeEncoding.utf8);
    assertEquals(writer.unstoredBufferLength, 0);
  },
);

Deno.test("DataWriter.write…() writes big-endian bytes", PURE, () => {
  const writer = new DataWriter();
  for (const { member, value, bigEndian, write } of VECTORS) {
    write(writer);
    const message = `${member} ${value}`;
    assertEquals(writer.detachBuffer(), fromHex(bigEndian), message);
  }
});

Deno.test(
  "DataWriter.write…() writes little-endian bytes when byteOrder says so",
  PURE,
  () => {
    const writer = new DataWriter();
    writer.byteOrder = ByteOrder.littleEndian;
    assertEquals(writer.byteOrder, ByteOrder.littleEndian);
    for (const { member, value, littleEndian, write } of VECTORS) {
      write(writer);
      const message = `${member} ${value}`;
      assertEquals(writer.detachBuffer(), fromHex(littleEndian), message);
    }
  },
);

Deno.test("DataWriter.write…() only buffers in memory", PURE, async () => {
  const { sink, writer } = makeWriter();
  const expected = concat(VECTORS.map(({ bigEndian }) => fromHex(bigEndian)));

  for (const { write } of VECTORS) write(writer);
  await turn();

  assertEquals(sink.calls, []);
  assertEquals(writer.unstoredBufferLength, expected.length);
  assertEquals(writer.detachBuffer(), expected);
  assertEquals(writer.unstoredBufferLength, 0);
});

Deno.test("DataWriter.byteOrder applies from the next write on", PURE, () => {
  const writer = new DataWriter();
  writer.writeUInt16(0x0102);
  writer.byteOrder = ByteOrder.littleEndian;
  writer.writeUInt16(0x0102);

  assertEquals(writer.detachBuffer(), fromHex("0102 0201"));
});

Deno.test("DataWriter grows without losing bytes", PURE, () => {
  const writer = new DataWriter();
  for (let i = 0; i < 100_000; i++) writer.writeUInt32(i);
  const bytes = writer.detachBuffer();

  assertEquals(bytes.length, 400_000);
  assert(bytes.buffer.byteLength < 2 * 400_000);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < 100_000; i++) {
    if (view.getUint32(i * 4) !== i) assertEquals(view.getUint32(i * 4), i);
  }
});

Deno.test(
  "DataWriter.writeString() writes the three encodings and returns bytes",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const encoding of Object.values(UnicodeEncoding)) {
      writer.unicodeEncoding = encoding;
      assertEquals(writer.unicodeEncoding, encoding);
      for (const { text, bytes } of STRING_VECTORS) {
        const expected = fromHex(bytes[encoding]);
        assertEquals(writer.measureString(text), expected.length);
        assertEquals(writer.unstoredBufferLength, 0);
        assertEquals(writer.writeString(text), expected.length);
        assertEquals(writer.detachBuffer(), expected);
      }
    }
  },
);

Deno.test("DataWriter.writeString() encodes as the runtime does", PURE, () => {
  const encoder = new TextEncoder();
  const text = fc.string({ unit: "binary", maxLength: 600, size: "max" });
  fc.assert(fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
    const writer = new DataWriter();
    for (const text of texts) {
      const { length } = encoder.encode(text);
      assertEquals(writer.measureString(text), length);
      assertEquals(writer.writeString(text), length);
    }
    assertEquals(writer.detachBuffer(), encoder.encode(texts.join("")));
  }));
});

Deno.test(
  "DataWriter.writeString() refuses half of a surrogate pair in every encoding",
  PURE,
  () => {
    const writer = new DataWriter();
    const texts = [
      ["\uD800", "U+D800", 0],
      ["ab\uDC00", "U+DC00", 2],
      ["🦤\uD83Ea", "U+D83E", 2],
      ["a".repeat(100) + "\uDFFF🦤", "U+DFFF", 100],
    ] as const;

    for (const encoding of Object.values(UnicodeEncoding)) {
      writer.unicodeEncoding = encoding;
      for (const [text, unit, index] of texts) {
        const message =
          `a string with "${unit}" at index ${index}: it is half of a surrogate pair`;
        assertThrows(() => writer.writeString(text), ArgumentError, message);
        assertThrows(() => writer.measureString(text), ArgumentError, message);
      }
    }
    assertEquals(writer.unstoredBufferLength, 0);
  },
);

Deno.test(
  "DataWriter.writeString() and measureString() refuse what is no string",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const value of [null, undefined, 1, ["a"], new String("a")]) {
      // @ts-expect-error: what plain JavaScript may pass
      assertThrows(() => writer.writeString(value), ArgumentError);
      // @ts-expect-error: what plain JavaScript may pass
      assertThrows(() => writer.measureString(value), ArgumentError);
    }
    assertEquals(writer.unstoredBufferLength, 0);
  },
);

Deno.test(
  "DataWriter.write…() refuses integers that the type cannot hold",
  PURE,
  () => {
    const writer = new DataWriter();
    writer.writeByte(1);
    const ranges = [
      [(value: number) => writer.writeByte(value), 0, 255],
      [(value: number) => writer.writeInt16(value), -32768, 32767],
      [(value: number) => writer.writeUInt16(value), 0, 65535],
      [(value: number) => writer.writeInt32(value), -2147483648, 2147483647],
      [(value: number) => writer.writeUInt32(value), 0, 4294967295],
    ] as const;

    for (const [write, min, max] of ranges) {
      for (const value of [min - 1, max + 1, 0.5, NaN, Infinity, -Infinity]) {
        assertRefuses(writer, () => write(value), value);
      }
      write(min);
      write(max);
      write(-0);
    }
    assertThrows(
      () => writer.writeByte(256),
      ArgumentError,
      "Cannot write 256 as Byte: it must be a whole number from 0 to 255",
    );
  },
);

Deno.test(
  "DataWriter.writeInt64() and writeUInt64() refuse what they cannot hold",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const value of [-(2n ** 63n) - 1n, 2n ** 63n]) {
      assertRefuses(
        writer,
        () => writer.writeInt64(value),
        `${value}n as Int64`,
      );
    }
    for (const value of [-1n, 2n ** 64n]) {
      const text = `${value}n as UInt64`;
      assertRefuses(writer, () => writer.writeUInt64(value), text);
    }
    for (const value of [0.5, NaN, 2 ** 53, Infinity]) {
      assertRefuses(writer, () => writer.writeInt64(value), value);
      assertRefuses(writer, () => writer.writeUInt64(value), value);
    }
    assertRefuses(writer, () => writer.writeUInt64(-1), -1);
  },
);

Deno.test(
  "DataWriter.writeInt64() and writeUInt64() take safe integers",
  PURE,
  () => {
    const writer = new DataWriter();
    writer.writeInt64(-2);
    writer.writeInt64(Number.MIN_SAFE_INTEGER);
    writer.writeUInt64(Number.MAX_SAFE_INTEGER);

    assertEquals(
      writer.detachBuffer(),
      fromHex("fffffffffffffffe ffe0000000000001 001fffffffffffff"),
    );
  },
);

Deno.test(
  "DataWriter.writeSingle() refuses finite numbers out of range",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const value of [1e39, -1e39, Number.MAX_VALUE]) {
      assertRefuses(writer, () => writer.writeSingle(value), value);
    }
    writer.writeSingle(3.4028234663852886e38);
    // What is nearer to the largest than to infinity is rounded to it.
    writer.writeSingle(3.40282350e38);
    writer.writeSingle(1e-50);

    assertEquals(writer.detachBuffer(), fromHex("7f7fffff 7f7fffff 00000000"));
  },
);

Deno.test("DataWriter.writeBytes() copies arrays and views", PURE, () => {
  const writer = new DataWriter();
  const bytes = fromHex("01 02 03 04");
  const array = [5, 6];

  writer.writeBytes(bytes.subarray(1, 3));
  writer.writeBytes(array);
  writer.writeBytes([]);
  bytes.fill(9);
  array.fill(9);

  assertEquals(writer.detachBuffer(), fromHex("02 03 05 06"));
});

Deno.test(
  "DataWriter.writeBytes() writes nothing of an array with a bad number",
  PURE,
  () => {
    const writer = new DataWriter();
    writer.writeByte(7);
    for (const bad of [256, -1, 0.5, NaN]) {
      assertRefuses(writer, () => writer.writeBytes([1, 2, bad]), bad);
    }
    assertRefuses(writer, () => writer.writeBytes(new Array(2)), "undefined");
    for (const value of [null, undefined, 1, "ab", new ArrayBuffer(1)]) {
      // @ts-expect-error: what plain JavaScript may pass
      assertThrows(() => writer.writeBytes(value), ArgumentError);
    }

    assertEquals(writer.detachBuffer(), fromHex("07"));
  },
);

Deno.test(
  "DataWriter.writeBuffer() writes a buffer or a part of it",
  PURE,
  () => {
    const writer = new DataWriter();
    const buffer = bytesFrom(0, 10);

    writer.writeBuffer(buffer);
    writer.writeBuffer(buffer, 8);
    writer.writeBuffer(buffer, 2, 3);
    writer.writeBuffer(buffer, 10);
    writer.writeBuffer(buffer, 10, 0);
    writer.writeBuffer(buffer.subarray(5), 1, 1);
    buffer.fill(9);

    assertEquals(
      writer.detachBuffer(),
      concat([bytesFrom(0, 10), fromHex("08 09 02 03 04 06")]),
    );
  },
);

Deno.test(
  "DataWriter.writeBuffer() refuses parts that are not within the buffer",
  PURE,
  () => {
    const writer = new DataWriter();
    const buffer = new Uint8Array(4);
    const parts: [start: number, count?: number][] = [
      [5],
      [-1],
      [0.5],
      [NaN],
      [0, 5],
      [2, 3],
      [0, -1],
      [0, 0.5],
      [-1, 2],
      [0, Infinity],
    ];

    for (const part of parts) {
      assertThrows(
        () => writer.writeBuffer(buffer, ...part),
        ArgumentError,
        "the buffer has 4",
      );
    }
    for (const value of [null, undefined, [1], new ArrayBuffer(1)]) {
      assertThrows(
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBuffer(value),
        ArgumentError,
        "it must be a Uint8Array",
      );
    }
    assertEquals(writer.unstoredBufferLength, 0);
  },
);

Deno.test("DataWriter.writeGuid() takes braces and either case", PURE, () => {
  const writer = new DataWriter();
  writer.writeGuid("{00112233-4455-6677-8899-AABBCCDDEEFF}");
  assertEquals(
    writer.detachBuffer(),
    fromHex("00112233445566778899aabbccddeeff"),
  );

  for (
    const value of [
      "",
      "00112233445566778899aabbccddeeff",
      "{00112233-4455-6677-8899-aabbccddeeff",
      "00112233-4455-6677-8899-aabbccddeefg",
      "00112233-4455-6677-8899-aabbccddeeff\n",
      " 00112233-4455-6677-8899-aabbccddeeff",
    ]
  ) {
    assertRefuses(writer, () => writer.writeGuid(value), '"');
  }
});

Deno.test(
  "DataWriter.writeDateTime() refuses what 64-bit ticks cannot hold",
  PURE,
  () => {
    const writer = new DataWriter();
    const first = new Date("-027627-04-19T21:11:54.523Z");
    const last = new Date("+030828-09-14T02:48:05.477Z");
    writer.writeDateTime(first);
    writer.writeDateTime(last);
    assertEquals(
      writer.detachBuffer(),
      fromHex("80000000000016b0 7fffffffffffe950"),
    );

    for (const date of [new Date(NaN), new Date(8.64e15), new Date(-8.64e15)]) {
      assertRefuses(writer, () => writer.writeDateTime(date), "");
    }
    const before = new Date(first.getTime() - 1);
    const after = new Date(last.getTime() + 1);
    assertRefuses(
      writer,
      () => writer.writeDateTime(before),
      "-027627-04-19T21",
    );
    assertRefuses(
      writer,
      () => writer.writeDateTime(after),
      "+030828-09-14T02",
    );
  },
);

Deno.test("DataWriter.writeTimeSpan() rounds to the nearest tick", PURE, () => {
  const writer = new DataWriter();
  writer.writeTimeSpan(0.00004);
  writer.writeTimeSpan(0.00006);
  writer.writeTimeSpan(-0.00006);
  writer.writeTimeSpan(86_400_000.1234);

  assertEquals(
    writer.detachBuffer(),
    fromHex(
      "0000000000000000 0000000000000001 ffffffffffffffff 000000c92a69c4d2",
    ),
  );
});

Deno.test(
  "DataWriter.writeTimeSpan() refuses what 64-bit ticks cannot hold",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const ms of [NaN, Infinity, -Infinity, 922337203685478, -1e300]) {
      assertRefuses(writer, () => writer.writeTimeSpan(ms), ms);
    }
  },
);

Deno.test(
  "DataWriter.writeBuffer() refuses a start that cannot be made a number",
  PURE,
  () => {
    const writer = new DataWriter();
    for (const start of [[{ toString: "" }], Symbol("start"), 1n]) {
      assertThrows(
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBuffer(new Uint8Array(4), start),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  "DataWriter throws nothing but ArgumentError on any argument",
  PURE,
  () => {
    const { stream } = makeHeldWriter();
    fc.assert(fc.property(fc.anything(), fc.anything(), (value, other) => {
      const writer = new DataWriter(stream);
      const calls: (() => unknown)[] = [
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBoolean(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeByte(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBytes(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBuffer(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeBuffer(new Uint8Array(4), value, other),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeInt32(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeInt64(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeSingle(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeDouble(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeGuid(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeDateTime(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeTimeSpan(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.writeString(value),
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.byteOrder = value,
        // @ts-expect-error: what plain JavaScript may pass
        () => writer.unicodeEncoding = value,
        // @ts-expect-error: what plain JavaScript may pass
        () => new DataWriter(value),
      ];
      for (const call of calls) {
        const { unstoredBufferLength } = writer;
        try {
          call();
        } catch (error) {
          assertInstanceOf(error, ArgumentError);
          assertEquals(writer.unstoredBufferLength, unstoredBufferLength);
        }
      }
    }));
  },
);

Deno.test("DataWriter.writeBoolean() refuses what is no boolean", PURE, () => {
  const writer = new DataWriter();
  for (const value of [0, 1, "true", null, undefined]) {
    // @ts-expect-error: what plain JavaScript may pass
    assertThrows(() => writer.writeBoolean(value), ArgumentError, "Boolean");
  }
});

Deno.test("DataWriter.constructor() refuses what is no stream", PURE, () => {
  for (const stream of [null, 1, {}, new Uint8Array(1), new WritableStream()]) {
    assertThrows(
      // @ts-expect-error: what plain JavaScript may pass
      () => new DataWriter(stream),
      ArgumentError,
      "it must be an OutputStream",
    );
  }
});

Deno.test(
  "DataWriter.storeAsync() sends everything buffered as one write, resolves byte count",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    writer.writeInt32(5);
    writer.writeString("Hello");

    const store = writer.storeAsync();
    assertEquals(writer.unstoredBufferLength, 0);
    assert(await isPending(store));
    assertEquals(sink.pending, fromHex("00000005 48656c6c6f"));
    await sink.take();

    assertEquals(await store, 9);
    assertEquals(sink.calls.length, 1);
  },
);

Deno.test(
  "DataWriter.storeAsync() resolves 0 when nothing is buffered",
  PURE,
  async () => {
    const { sink, writer } = makeWriter();

    assertEquals(await writer.storeAsync(), 0);
    assertEquals(sink.calls, []);
  },
);

Deno.test(
  "DataWriter.storeAsync() stores again once the store before is done",
  PURE,
  async () => {
    const { sink, writer } = makeWriter();
    for (let i = 0; i < 10; i++) {
      writer.writeBytes(bytesFrom(i * 10, 10));
      assertEquals(await writer.storeAsync(), 10);
    }

    assertEquals(sink.calls.length, 10);
    assertEquals(sink.taken, bytesFrom(0, 100));
  },
);

Deno.test(
  "DataWriter.storeAsync() never changes the bytes of a pending store",
  PURE,
  async () => {
    for (const size of [10, 40 * KIB, 200 * KIB]) {
      const { sink, writer } = makeHeldWriter();
      writer.writeBytes(bytesFrom(0, size));
      const first = writer.storeAsync();
      await turn();
      writer.writeBytes(bytesFrom(100, size));
      assertEquals(writer.unstoredBufferLength, size);
      await sink.take();
      assertEquals(await first, size);
      assertEquals(sink.taken, bytesFrom(0, size));

      const second = writer.storeAsync();
      await turn();
      await sink.take();
      assertEquals(await second, size);
      assertEquals(sink.calls[1], bytesFrom(100, size));
    }
  },
);

Deno.test(
  "DataWriter.storeAsync() does not use the memory of what was detached",
  PURE,
  async () => {
    const { writer } = makeWriter();
    writer.writeBytes(bytesFrom(0, 10));
    await writer.storeAsync();
    writer.writeBytes(bytesFrom(10, 10));
    const detached = writer.detachBuffer();
    writer.writeBytes(bytesFrom(20, 10));
    await writer.storeAsync();

    assertEquals(detached, bytesFrom(10, 10));
  },
);

Deno.test(
  "DataWriter.storeAsync() goes on when a sink has transferred the bytes",
  PURE,
  async () => {
    const received: Uint8Array[] = [];
    const stream = new OutputStream({
      write(bytes) {
        const { length, buffer } = bytes;
        assertInstanceOf(buffer, ArrayBuffer);
        received.push(structuredClone(bytes, { transfer: [buffer] }));
        return Promise.resolve(length);
      },
    });
    const writer = new DataWriter(stream);
    for (let i = 0; i < 3; i++) {
      writer.writeBytes(bytesFrom(i, 40 * KIB));
      assertEquals(await writer.storeAsync(), 40 * KIB);
    }

    assertEquals(received, [0, 1, 2].map((i) => bytesFrom(i, 40 * KIB)));
  },
);

Deno.test(
  "DataWriter.storeAsync() keeps the order among the writes of the stream",
  PURE,
  async () => {
    const { sink, stream, writer } = makeWriter();
    stream.writeAsync(fromHex("01"));
    writer.writeByte(2);
    writer.storeAsync();
    stream.writeAsync(fromHex("03"));
    await stream.flushAsync();

    assertEquals(sink.calls, [fromHex("01 02 03")]);
  },
);

Deno.test(
  "DataWriter.storeAsync() fails on streamless `new DataWriter()` (use detachBuffer)",
  PURE,
  async () => {
    const writer = new DataWriter();
    writer.writeByte(1);

    const error = await assertRejects(
      () => writer.storeAsync(),
      InvalidOperationError,
      "Cannot store: the writer has no stream, use detachBuffer() to take the bytes",
    );
    assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
    await assertRejects(() => writer.flushAsync(), InvalidOperationError);
    assertThrows(() => writer.detachStream(), InvalidOperationError);
    assertEquals(writer.detachBuffer(), fromHex("01"));
  },
);

Deno.test(
  "DataWriter.detachStream() during a store fails with 0x800710DD",
  PURE,
  async () => {
    const { sink, stream, writer } = makeHeldWriter();
    writer.writeByte(1);
    const stores = [writer.storeAsync()];
    await turn();
    writer.writeByte(2);
    stores.push(writer.storeAsync());
    await sink.take();

    assertInvalidOperation(
      assertThrows(
        () => writer.detachStream(),
        InvalidOperationError,
        "Cannot detach the stream: a store is pending",
      ),
    );
    await sink.take();
    assertEquals(await Promise.all(stores), [1, 1]);
    assertStrictEquals(writer.detachStream(), stream);
  },
);

Deno.test(
  "DataWriter.storeAsync() sends the stores of one turn in one call, in order",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const stores: Promise<number>[] = [];
    for (let i = 0; i < 100; i++) {
      writer.writeBytes(bytesFrom(10 * i, 10));
      stores.push(writer.storeAsync());
    }
    await turn();
    await sink.take();

    assertEquals(await Promise.all(stores), Array(100).fill(10));
    assertEquals(sink.taken, bytesFrom(0, 1000));
    assertEquals(sink.calls.length, 1);
  },
);

Deno.test(
  "DataWriter.storeAsync() rejects when the socket fails, and the bytes are gone",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const failure = reset();
    writer.writeByte(1);
    const store = writer.storeAsync();
    writer.writeByte(2);
    await turn();
    await sink.fail(failure);

    assertStrictEquals(await assertRejects(() => store), failure);
    assertEquals(writer.unstoredBufferLength, 1);
    assertStrictEquals(await assertRejects(() => writer.storeAsync()), failure);
    assertEquals(writer.unstoredBufferLength, 0);
  },
);

Deno.test(
  "DataWriter.storeAsync() that nobody awaits does not end the process when it fails",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const failure = reset();
    writer.writeByte(1);
    writer.storeAsync();
    const flushed = assertRejects(() => writer.flushAsync());
    await turn();
    await sink.fail(failure);

    assertStrictEquals(await flushed, failure);
  },
);

Deno.test(
  "DataWriter.detachStream() fails during a store, whatever other stores are done",
  PURE,
  async () => {
    const { sink, stream, writer } = makeHeldWriter();
    writer.writeByte(1);
    const pending = writer.storeAsync();
    assertEquals(await writer.storeAsync(), 0);
    assertThrows(() => writer.detachStream(), InvalidOperationError);

    writer.writeByte(2);
    const { signal } = new AbortController();
    const second = writer.storeAsync({ signal });
    await sink.take();
    assertThrows(() => writer.detachStream(), InvalidOperationError);
    await sink.take();
    assertEquals(await Promise.all([pending, second]), [1, 1]);
    assertStrictEquals(writer.detachStream(), stream);
  },
);

Deno.test(
  "DataWriter.storeAsync() leaves its memory to a stream that writes in a way of its own",
  PURE,
  async () => {
    const kept: Uint8Array[] = [];
    class Keeping extends OutputStream {
      override writeAsync(bytes: Uint8Array): Promise<number> {
        kept.push(bytes);
        return Promise.resolve(bytes.length);
      }
    }
    const stream = new Keeping({ write: (b) => Promise.resolve(b.length) });
    const writer = new DataWriter(stream);
    const stores = [1, 2, 3].map((byte) => {
      writer.writeByte(byte);
      return writer.storeAsync();
    });
    assertEquals(kept.map(([byte]) => byte), [1, 2, 3]);
    assertEquals(await Promise.all(stores), [1, 1, 1]);
  },
);

Deno.test(
  "DataWriter.storeAsync() that nobody awaits is not silent on a closed stream",
  PURE,
  async () => {
    const { stream, writer } = makeWriter();
    await stream.close();
    const reasons = new Set<unknown>();
    const note = (event: PromiseRejectionEvent): void => {
      event.preventDefault();
      reasons.add(event.reason);
    };
    addEventListener("unhandledrejection", note);
    writer.writeByte(1);
    writer.storeAsync();
    await turn();
    removeEventListener("unhandledrejection", note);
    const [reason] = [...reasons];
    assert(reason instanceof ClosedError);
  },
);

Deno.test(
  "DataWriter.storeAsync() with a signal that is aborted before keeps the bytes",
  PURE,
  async () => {
    const { sink, writer } = makeWriter();
    const reason = new Error("never");
    writer.writeByte(1);

    const options = { signal: AbortSignal.abort(reason) };
    assertStrictEquals(
      await assertRejects(() => writer.storeAsync(options)),
      reason,
    );
    assertEquals(await writer.storeAsync(), 1);
    assertEquals(sink.taken, fromHex("01"));
  },
);

Deno.test(
  "DataWriter.storeAsync() aborts the stream when the signal is aborted",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const counting = new CountingSignal();
    const reason = new Error("enough");
    writer.writeByte(1);
    const store = writer.storeAsync({ signal: counting.signal });
    await turn();
    counting.controller.abort(reason);

    assertStrictEquals(await assertRejects(() => store), reason);
    assertEquals(sink.abortReasons, [reason]);
    assertEquals(counting.listeners, 0);
    assertStrictEquals(await assertRejects(() => writer.storeAsync()), reason);
    await sink.take();
  },
);

Deno.test(
  "DataWriter.storeAsync() never changes the bytes of a store that was aborted",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const controller = new AbortController();
    writer.writeBytes(bytesFrom(0, 40 * KIB));
    const store = writer.storeAsync({ signal: controller.signal });
    await turn();
    controller.abort();
    await assertRejects(() => store, DOMException);

    // The system may still be sending.
    writer.writeBytes(bytesFrom(100, 40 * KIB));
    assertEquals(sink.pending, bytesFrom(0, 40 * KIB));
    await sink.take();
  },
);

Deno.test(
  "DataWriter.storeAsync() removes its abort listener when it is done",
  PURE,
  async () => {
    const { writer } = makeWriter();
    const counting = new CountingSignal();
    writer.writeByte(1);
    const store = writer.storeAsync({ signal: counting.signal });
    assertEquals(counting.listeners, 1);
    await store;

    assertEquals(counting.listeners, 0);
  },
);

Deno.test(
  "DataWriter.flushAsync() flushes the stream, does not store",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    writer.writeByte(1);
    assertEquals(await writer.flushAsync(), true);
    assertEquals(sink.pending, null);

    const store = writer.storeAsync();
    const flush = writer.flushAsync();
    assert(await isPending(flush));
    await sink.take();
    assertEquals(await flush, true);
    assertEquals(await store, 1);
  },
);

Deno.test(
  "DataWriter.flushAsync() stops waiting when the signal is aborted",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const controller = new AbortController();
    const reason = new Error("enough");
    writer.writeByte(1);
    const store = writer.storeAsync();
    const flush = writer.flushAsync({ signal: controller.signal });
    await turn();
    controller.abort(reason);

    assertStrictEquals(await assertRejects(() => flush), reason);
    await sink.take();
    assertEquals(await store, 1);
  },
);

Deno.test("DataWriter.detachBuffer() works during a store", PURE, async () => {
  const { sink, writer } = makeHeldWriter();
  writer.writeByte(1);
  const store = writer.storeAsync();
  writer.writeByte(2);

  assertEquals(writer.detachBuffer(), fromHex("02"));
  await turn();
  await sink.take();
  assertEquals(await store, 1);
  assertEquals(sink.taken, fromHex("01"));
});

Deno.test(
  "DataWriter.detachBuffer() shares no memory with other writers when it is empty",
  PURE,
  () => {
    const empty = new DataWriter().detachBuffer();
    assertNotStrictEquals(empty.buffer, new DataWriter().detachBuffer().buffer);

    structuredClone(empty, { transfer: [empty.buffer] });
    assertEquals(new DataWriter().detachBuffer().length, 0);
  },
);

Deno.test(
  "DataWriter.detachStream() leaves the stream open and the bytes in the writer",
  PURE,
  async () => {
    const { sink, stream, writer } = makeWriter();
    writer.writeByte(1);

    assertStrictEquals(writer.detachStream(), stream);
    assertEquals(writer.unstoredBufferLength, 1);
    await assertRejects(() => writer.storeAsync(), InvalidOperationError);
    await assertRejects(() => writer.flushAsync(), InvalidOperationError);
    assertThrows(() => writer.detachStream(), InvalidOperationError);
    writer.close();
    await turn();

    assertEquals(sink.closed, 0);
    assertEquals(await stream.writeAsync(fromHex("02")), 1);
    assertEquals(sink.taken, fromHex("02"));
  },
);

Deno.test(
  "DataWriter.close() closes the stream, drops what was not stored, and later calls fail with RO_E_CLOSED",
  PURE,
  async () => {
    const { sink, stream, writer } = makeWriter();
    writer.writeByte(1);
    const store = writer.storeAsync();
    writer.writeByte(2);

    writer.close();
    writer.close();
    assertEquals(await store, 1);
    await turn();

    assertEquals(sink.closed, 1);
    assertEquals(sink.taken, fromHex("01"));
    await assertRejects(() => stream.writeAsync(fromHex("02")), ClosedError);
    assertEquals(writer.unstoredBufferLength, 0);
    for (const write of WRITES) {
      const error = assertThrows(
        () => write(writer),
        ClosedError,
        "Cannot write: the writer is closed",
      );
      assertEquals(error.hresult >>> 0, 0x80000013);
    }
    assertThrows(() => writer.measureString("a"), ClosedError);
    assertThrows(() => writer.detachBuffer(), ClosedError);
    assertThrows(() => writer.detachStream(), ClosedError);
    await assertRejects(() => writer.storeAsync(), ClosedError);
    await assertRejects(() => writer.flushAsync(), ClosedError);
  },
);

Deno.test(
  "DataWriter.close() after its stream has failed must not throw",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    writer.writeByte(1);
    const store = writer.storeAsync();
    await turn();
    await sink.fail(reset());
    await assertRejects(() => store, SocketError);

    writer.close();
    await turn();
  },
);

Deno.test(
  "DataWriter.close() after its stream was closed must not throw",
  PURE,
  async () => {
    const { sink, stream, writer } = makeWriter();
    await stream.close();

    writer.close();
    await turn();
    assertEquals(sink.closed, 1);
  },
);

Deno.test(
  "DataWriter.close() does not end the process when the stream cannot be closed",
  PURE,
  async () => {
    const { sink, stream } = makeWriter();
    sink.closing = Promise.reject(reset());
    {
      using _writer = new DataWriter(stream);
    }
    await turn();

    assertEquals(sink.closed, 1);
  },
);

Deno.test(
  "DataWriter.close() leaves a writer open whose stream is locked",
  PURE,
  async () => {
    const { sink, stream, writer } = makeWriter();
    const lock = stream.getWriter();

    assertThrows(() => writer.close(), TypeError, "lock");
    lock.releaseLock();
    writer.writeByte(1);
    await writer.storeAsync();
    writer.close();
    await turn();

    assertEquals(sink.taken, fromHex("01"));
    assertEquals(sink.closed, 1);
  },
);

Deno.test("DataWriter[Symbol.dispose]() closes", PURE, async () => {
  const { sink, stream } = makeWriter();
  {
    using _writer = new DataWriter(stream);
  }
  await turn();

  assertEquals(sink.closed, 1);
});

Deno.test(
  "DataWriter[Symbol.asyncDispose]() waits until the stream is closed",
  PURE,
  async () => {
    const { sink, writer } = makeHeldWriter();
    const closing = Promise.withResolvers<void>();
    sink.closing = closing.promise;
    writer.writeByte(1);
    writer.storeAsync();

    const disposed = writer[Symbol.asyncDispose]();
    assert(await isPending(disposed));
    await sink.take();
    assert(await isPending(disposed));
    closing.resolve();
    await disposed;
    await writer[Symbol.asyncDispose]();

    assertEquals(sink.closed, 1);
  },
);

Deno.test(
  "DataWriter[Symbol.asyncDispose]() rejects when the stream cannot be closed",
  PURE,
  async () => {
    const { sink, writer } = makeWriter();
    const failure = reset();
    sink.closing = Promise.reject(failure);

    assertStrictEquals(
      await assertRejects(() => writer[Symbol.asyncDispose]()),
      failure,
    );
  },
);

Deno.test(
  "DataWriter[Symbol.asyncDispose]() is done at once without a stream",
  PURE,
  async () => {
    await using writer = new DataWriter();
    writer.writeByte(1);
  },
);
