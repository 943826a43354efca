import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ClosedError } from "../../../errors/closed_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import type { StreamSocket } from "../../../sockets/stream_socket/stream_socket.ts";
import { ByteOrder } from "../../../sockets/streams/byte_order.ts";
import { DataReader } from "../../../sockets/streams/data_reader.ts";
import { DataWriter } from "../../../sockets/streams/data_writer.ts";
import { InputStreamOptions } from "../../../sockets/streams/input_stream_options.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import { UnicodeEncoding } from "../../../sockets/streams/unicode_encoding.ts";
import { closeAll, openPair } from "../stream_socket/_echo.ts";
import { inputOf } from "./_data_streams.ts";
import { bytesFrom, FakeSink } from "./_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;
const LOOPBACK: Omit<Deno.TestDefinition, "fn" | "name"> = {
  permissions: { net: ["127.0.0.1"] },
};

Deno.test(
  "ByteOrder and UnicodeEncoding have the numbers of WinRT",
  PURE,
  () => {
    assertEquals(ByteOrder, { littleEndian: 0, bigEndian: 1 });
    assertEquals(UnicodeEncoding, { utf8: 0, utf16LE: 1, utf16BE: 2 });
  },
);

Deno.test(
  "DataReaderWriter flow 1: strings after their lengths, through a stream",
  PURE,
  async () => {
    const elements = "Hello;World;1 2 3 4 5;Très bien!;Goodbye".split(";");
    const sink = new FakeSink(() => Infinity);
    const writer = new DataWriter(new OutputStream(sink));
    writer.unicodeEncoding = UnicodeEncoding.utf8;
    writer.byteOrder = ByteOrder.littleEndian;
    for (const element of elements) {
      writer.writeInt32(writer.measureString(element));
      writer.writeString(element);
    }
    const size = await writer.storeAsync();
    assertEquals(await writer.flushAsync(), true);
    writer.detachStream();
    writer.close();

    const reader = new DataReader(inputOf(sink.taken));
    reader.unicodeEncoding = UnicodeEncoding.utf8;
    reader.byteOrder = ByteOrder.littleEndian;
    assertEquals(await reader.loadAsync(size), size);
    const received: string[] = [];
    while (reader.unconsumedBufferLength > 0) {
      received.push(reader.readString(reader.readInt32()));
    }
    reader.close();

    assertEquals(received, elements);
  },
);

Deno.test(
  "DataReaderWriter flow 1 in UTF-16: the length is that of the string",
  PURE,
  () => {
    const elements = ["Hello", "Très bien!", "🦤"];
    const writer = new DataWriter();
    writer.unicodeEncoding = UnicodeEncoding.utf16LE;
    for (const element of elements) {
      writer.writeUInt32(element.length);
      writer.writeString(element);
    }

    const reader = DataReader.fromBuffer(writer.detachBuffer());
    reader.unicodeEncoding = UnicodeEncoding.utf16LE;
    for (const element of elements) {
      assertEquals(reader.readString(reader.readUInt32()), element);
    }
  },
);

Deno.test(
  "DataReaderWriter flow 2: bytes, 4096 a load and 16 a read, until a short load",
  PURE,
  async () => {
    const bytes = bytesFrom(0, 10_000);
    const reader = new DataReader(
      inputOf(bytes.subarray(0, 5000), bytes.subarray(5000)),
    );
    const received: number[] = [];
    const loads: number[] = [];
    for (;;) {
      const count = await reader.loadAsync(4096);
      loads.push(count);
      let row = new Uint8Array(16);
      while (reader.unconsumedBufferLength > 0) {
        if (reader.unconsumedBufferLength < 16) {
          row = new Uint8Array(reader.unconsumedBufferLength);
        }
        reader.readBytes(row);
        received.push(...row);
      }
      if (count < 4096) break;
    }
    reader.close();

    assertEquals(loads, [4096, 4096, 1808]);
    assertEquals(new Uint8Array(received), bytes);
  },
);

Deno.test(
  "Broker flow: context = int32 transfer counter via detachBuffer",
  PURE,
  () => {
    let context: Uint8Array = new Uint8Array(4);
    for (let transfers = 0; transfers < 3; transfers++) {
      const counter = DataReader.fromBuffer(context).readInt32();
      assertEquals(counter, transfers);
      const writer = new DataWriter();
      writer.writeInt32(counter + 1);
      context = writer.detachBuffer();
    }
  },
);

Deno.test(
  "StreamSocket flow: each send wraps the same outputStream anew",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const texts = ["Hello World", "", "Très bien!", "x".repeat(100_000)];
    const received = receiveStrings(server);

    for (const text of texts) await sendString(client, text);
    await client.outputStream.close();

    assertEquals(await received, texts);
    await closeAll(client, server);
  },
);

Deno.test(
  "Guide flow: the server echoes a uint32 length and a string",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const text = "Hello, World!";
    await Promise.all([send(client), echo(server)]);
    const reader = new DataReader(client.inputStream);
    assertEquals(await reader.loadAsync(4), 4);
    const length = reader.readUInt32();
    assertEquals(await reader.loadAsync(length), length);

    assertEquals(reader.readString(length), text);
    await closeAll(client, server);

    async function send(socket: StreamSocket): Promise<void> {
      const writer = new DataWriter(socket.outputStream);
      writer.writeUInt32(writer.measureString(text));
      writer.writeString(text);
      await writer.storeAsync();
      writer.detachStream();
    }

    async function echo(socket: StreamSocket): Promise<void> {
      const reader = new DataReader(socket.inputStream);
      const writer = new DataWriter(socket.outputStream);
      await reader.loadAsync(4);
      const length = reader.readUInt32();
      await reader.loadAsync(length);
      writer.writeUInt32(length);
      writer.writeBuffer(reader.detachBuffer());
      assertEquals(await writer.storeAsync(), 4 + length);
      reader.detachStream();
      writer.detachStream();
    }
  },
);

Deno.test(
  "Guide flow: batched sends, and the receiver loops partial loadAsync(256) until 0",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const { outputStream } = client;
    for (let i = 0; i < 5; i++) {
      outputStream.writeAsync(bytesFrom(i * 300, 300));
    }
    await outputStream.flushAsync();
    const writer = new DataWriter(outputStream);
    writer.writeBytes(bytesFrom(1500, 500));
    await writer.storeAsync();
    await writer[Symbol.asyncDispose]();

    const reader = new DataReader(server.inputStream);
    reader.inputStreamOptions = InputStreamOptions.partial;
    while (await reader.loadAsync(256) > 0);

    assertEquals(reader.detachBuffer(), bytesFrom(0, 2000));
    await closeAll(client, server);
  },
);

Deno.test(
  "DataReader and DataWriter move large messages through sockets",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const size = 3 * 1024 * KIB + 7;
    const received = receiveMessage(server);
    const writer = new DataWriter(client.outputStream);
    writer.writeUInt32(size);
    writer.writeBytes(bytesFrom(0, size));
    assertEquals(await writer.storeAsync(), size + 4);

    const message = await received;
    assertEquals(message.length, size);
    assertEquals(
      message.findIndex((byte, index) => byte !== index % 251),
      -1,
    );
    await closeAll(client, server);

    async function receiveMessage(socket: StreamSocket): Promise<Uint8Array> {
      const reader = new DataReader(socket.inputStream);
      await reader.loadAsync(4);
      const length = reader.readUInt32();
      assertEquals(await reader.loadAsync(length), length);
      return reader.readBuffer(length);
    }
  },
);

Deno.test(
  "Closing reader/writer/stream after its socket must not throw",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const reader = new DataReader(client.inputStream);
    const writer = new DataWriter(client.outputStream);
    const load = assertRejects(() => reader.loadAsync(1), SocketError);
    await closeAll(client, server);
    assertEquals((await load).status, SocketErrorStatus.operationAborted);

    reader.close();
    writer.close();
    await writer[Symbol.asyncDispose]();

    assertThrows(() => reader.readByte(), ClosedError);
    assertThrows(() => writer.writeByte(1), ClosedError);
  },
);

Deno.test(
  "DataWriter.close() on a socket sends FIN and leaves reading open",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const writer = new DataWriter(client.outputStream);
    writer.writeByte(1);
    await writer.storeAsync();
    writer.close();

    const atServer = new DataReader(server.inputStream);
    assertEquals(await atServer.loadAsync(2), 1);
    await server.outputStream.writeAsync(new Uint8Array([2]));
    const atClient = new DataReader(client.inputStream);
    assertEquals(await atClient.loadAsync(1), 1);
    assertEquals(atClient.readByte(), 2);
    await closeAll(client, server);
  },
);

Deno.test(
  "DataReader.loadAsync() left pending ends with cancelIOAsync() and loses no byte",
  LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const reader = new DataReader(client.inputStream);
    reader.inputStreamOptions = InputStreamOptions.partial;
    const load = assertRejects(() => reader.loadAsync(250), SocketError);
    await client.cancelIOAsync();
    assertEquals((await load).status, SocketErrorStatus.operationAborted);
    assertStrictEquals(reader.detachStream(), client.inputStream);

    await server.outputStream.writeAsync(bytesFrom(0, 10));
    const next = new DataReader(client.inputStream);
    assertEquals(await next.loadAsync(10), 10);
    assertEquals(next.detachBuffer(), bytesFrom(0, 10));
    await closeAll(client, server);
  },
);

Deno.test(
  "What DataWriter writes DataReader reads, in both orders and all encodings",
  PURE,
  () => {
    const command = fc.tuple(
      fc.oneof(
        ...typed((writer, value) => writer.writeBoolean(value), {
          value: fc.boolean(),
          read: (reader) => reader.readBoolean(),
        }),
        ...typed((writer, value) => writer.writeByte(value), {
          value: fc.nat(255),
          read: (reader) => reader.readByte(),
        }),
        ...typed((writer, value) => writer.writeInt16(value), {
          value: fc.integer({ min: -32768, max: 32767 }),
          read: (reader) => reader.readInt16(),
        }),
        ...typed((writer, value) => writer.writeUInt16(value), {
          value: fc.nat(65535),
          read: (reader) => reader.readUInt16(),
        }),
        ...typed((writer, value) => writer.writeInt32(value), {
          value: fc.integer(),
          read: (reader) => reader.readInt32(),
        }),
        ...typed((writer, value) => writer.writeUInt32(value), {
          value: fc.nat(0xFFFFFFFF),
          read: (reader) => reader.readUInt32(),
        }),
        ...typed((writer, value) => writer.writeInt64(value), {
          value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          read: (reader) => reader.readInt64(),
        }),
        ...typed((writer, value) => writer.writeUInt64(value), {
          value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          read: (reader) => reader.readUInt64(),
        }),
        ...typed((writer, value) => writer.writeSingle(value), {
          value: fc.float(),
          read: (reader) => reader.readSingle(),
        }),
        ...typed((writer, value) => writer.writeDouble(value), {
          value: fc.double(),
          read: (reader) => reader.readDouble(),
        }),
        ...typed((writer, value) => writer.writeGuid(value), {
          value: fc.uuid(),
          read: (reader) => reader.readGuid(),
        }),
        ...typed((writer, value) => writer.writeDateTime(value), {
          value: fc.date({
            min: new Date(-900_000_000_000_000),
            max: new Date(900_000_000_000_000),
            noInvalidDate: true,
          }),
          read: (reader) => reader.readDateTime(),
        }),
        // To the tick up to 17 years, 2^39 ms. There is no -0 in ticks.
        ...typed((writer, value) => writer.writeTimeSpan(value), {
          value: fc.maxSafeInteger().map((ticks) =>
            ticks % (2 ** 39 * 10_000) / 10_000 + 0
          ),
          read: (reader) => reader.readTimeSpan(),
        }),
        ...typed((writer, value) => writer.writeBytes(value), {
          value: fc.uint8Array({ maxLength: 300 }),
          read: (reader, { length }) => reader.readBuffer(length),
        }),
        ...typed((writer, value) => writer.writeBytes(value), {
          value: fc.array(fc.nat(255)),
          read: (reader, { length }) => {
            const bytes = new Array<number>(length);
            reader.readBytes(bytes);
            return bytes;
          },
        }),
        ...typed((writer, value) => writer.writeString(value), {
          value: fc.string({ unit: "binary", maxLength: 60 }),
          read: (reader, value) => reader.readString(unitsOf(reader, value)),
        }),
      ),
      fc.constantFrom(...Object.values(ByteOrder)),
      fc.constantFrom(...Object.values(UnicodeEncoding)),
    );

    fc.assert(fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const writer = new DataWriter();
      for (const [{ write }, byteOrder, unicodeEncoding] of commands) {
        Object.assign(writer, { byteOrder, unicodeEncoding });
        write(writer);
      }
      const { unstoredBufferLength } = writer;
      const bytes = writer.detachBuffer();
      assertEquals(bytes.length, unstoredBufferLength);
      const reader = DataReader.fromBuffer(bytes);
      for (const [{ value, read }, byteOrder, unicodeEncoding] of commands) {
        Object.assign(reader, { byteOrder, unicodeEncoding });
        assertEquals(read(reader), value);
      }
      assertEquals(reader.unconsumedBufferLength, 0);
    }));
  },
);

/** A write and the read that belongs to it. */
interface Command {
  readonly value: unknown;
  write(writer: DataWriter): unknown;
  read(reader: DataReader): unknown;
}

function typed<T>(
  write: (writer: DataWriter, value: T) => unknown,
  { value, read }: {
    value: fc.Arbitrary<T>;
    read: (reader: DataReader, value: T) => T;
  },
): [fc.Arbitrary<Command>] {
  return [value.map((value) => ({
    value,
    write: (writer) => write(writer, value),
    read: (reader) => read(reader, value),
  }))];
}

/** How many code units a text has in the encoding of the reader. */
function unitsOf(reader: DataReader, text: string): number {
  return reader.unicodeEncoding === UnicodeEncoding.utf8
    ? new TextEncoder().encode(text).length
    : text.length;
}

async function sendString(socket: StreamSocket, text: string): Promise<void> {
  const writer = new DataWriter(socket.outputStream);
  writer.writeInt32(writer.measureString(text));
  writer.writeString(text);
  await writer.storeAsync();
  writer.detachStream();
}

/** Reads strings until the peer has closed. */
async function receiveStrings(socket: StreamSocket): Promise<string[]> {
  const reader = new DataReader(socket.inputStream);
  const texts: string[] = [];
  while (await reader.loadAsync(4) === 4) {
    const length = reader.readInt32();
    if (await reader.loadAsync(length) !== length) break;
    texts.push(reader.readString(length));
  }
  assert(reader.unconsumedBufferLength === 0);
  return texts;
}
