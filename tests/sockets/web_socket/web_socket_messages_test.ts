import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  DataReader,
  DataWriter,
  InputStreamOptions,
  type MessageWebSocketMessageReceivedEventArgs,
  MessageWebSocketReceiveMode,
  SocketMessageType,
} from "../../../mod.ts";
import { bytesFrom, concat, isPending } from "../streams/_fakes.ts";
import { inflateFrames } from "./_connection/_compression.ts";
import { bytesOf, type TextFrame } from "./_connection/_frames.ts";
import {
  closedOf,
  type EndpointOptions,
  LOOPBACK,
  type MessageEndpoint,
  openBoth,
  take,
  testMessages,
  testStreams,
  textOf,
} from "./_endpoints.ts";
import {
  BINARY,
  BINARY_START,
  CLOSE,
  LAST,
  MORE,
  PING,
  PONG,
  type RawFrame,
  type RawPeer,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";
import { CuttingRelay } from "./_relay.ts";

const KIB = 1024;
const { partialMessage } = MessageWebSocketReceiveMode;
const { binary, utf8 } = SocketMessageType;

/** The next frames of the peer. */
async function rawFrames(peer: RawPeer, count: number): Promise<RawFrame[]> {
  const frames: RawFrame[] = [];
  while (frames.length < count) {
    const frame = await peer.readFrame();
    if (frame === null) break;
    frames.push(frame);
  }
  return frames;
}

/** The same, to be compared at a glance. */
async function frames(peer: RawPeer, count: number): Promise<TextFrame[]> {
  const decoder = new TextDecoder();
  const frames = await rawFrames(peer, count);
  return frames.map((
    { firstByte, payload },
  ) => [firstByte, decoder.decode(payload)]);
}

/** A part as `text`, or as `text+` if more of the message follows. */
function partOf(message: MessageWebSocketMessageReceivedEventArgs): string {
  return textOf(message) + (message.isMessageComplete ? "" : "+");
}

testMessages(
  " receives whole messages, however they are fragmented",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await peer.send(TEXT, "one");
    await peer.send(TEXT_START, "t");
    await peer.send(PING, "?");
    await peer.send(MORE, "");
    await peer.send(MORE, "w");
    await peer.send(LAST, "o");
    await peer.send(BINARY, "three");
    const messages = await take(webSocket, 3);
    assertEquals(messages.map(textOf), ["one", "two", "three"]);
    assertEquals(messages.map(({ messageType }) => messageType), [
      utf8,
      utf8,
      binary,
    ]);
    assert(messages.every(({ isMessageComplete }) => isMessageComplete));
    assertEquals(await frames(peer, 1), [[PONG, "?"]]);
  },
);

testMessages(" receives empty messages", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  await peer.send(TEXT);
  await peer.send(BINARY_START);
  await peer.send(LAST);
  const [text, bytes] = await take(webSocket, 2);
  assertEquals(text?.getDataReader().unconsumedBufferLength, 0);
  assertEquals(
    await new Response(bytes?.getDataStream()).bytes(),
    new Uint8Array(0),
  );
});

testMessages(" receives messages of every size", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000];
  const sending = peer.write(
    concat(sizes.map((size) => peer.frame(BINARY, bytesFrom(size, size)))),
  );
  const messages = await take(webSocket, sizes.length);
  await sending;
  for (const [i, message] of messages.entries()) {
    const size = sizes[i] ?? 0;
    assertEquals(message.getDataReader().detachBuffer(), bytesFrom(size, size));
  }
});

testMessages(" receives part by part, a character may be cut", async (open) => {
  await using pair = await open({ receiveMode: partialMessage });
  const { webSocket, peer } = pair;
  const [smile, rest] = [
    bytesOf("a😀").subarray(0, 3),
    bytesOf("a😀").subarray(3),
  ];
  await peer.send(TEXT_START, smile);
  const [first] = await take(webSocket, 1);
  assertEquals(first?.isMessageComplete, false);
  assertEquals(first?.messageType, utf8);
  assertEquals(first?.getDataReader().detachBuffer(), smile);
  await peer.send(MORE, rest);
  await peer.send(MORE, "");
  await peer.send(LAST, "z");
  await peer.send(TEXT, "whole");
  const [second, ...others] = await take(webSocket, 4);
  assertEquals(second?.getDataReader().detachBuffer(), rest);
  assertEquals(others.map(partOf), ["+", "z", "whole"]);
});

testMessages(
  " receives a large frame in parts of about 64 KiB, while it comes",
  async (open) => {
    await using pair = await open({ receiveMode: partialMessage });
    const { webSocket, peer } = pair;
    const payload = bytesFrom(3, 1000 * KIB);
    const bytes = peer.frame(BINARY, payload);
    const half = peer.write(bytes.subarray(0, 500 * KIB));
    const parts: Uint8Array[] = [];
    let ends = 0;
    for await (const message of webSocket) {
      const part = message.getDataReader().detachBuffer();
      parts.push(part);
      assert(part.length <= 128 * KIB);
      assert(part.length >= 64 * KIB || message.isMessageComplete);
      const size = parts.reduce((sum, { length }) => sum + length, 0);
      // The rest is not sent before some of it was received.
      if (parts.length === 1) {
        await half;
        peer.write(bytes.subarray(500 * KIB));
      }
      if (message.isMessageComplete) ends++;
      if (size === payload.length) break;
    }
    assertEquals(concat(parts), payload);
    assertEquals(ends, 1);
  },
);

testMessages(" gives parts to handlers and iterators in turn", async (open) => {
  const seen: string[] = [];
  await using pair = await open({}, (webSocket) => {
    webSocket.onmessagereceived = (message) => seen.push(textOf(message));
  });
  const { webSocket, peer } = pair;
  const iterator = webSocket[Symbol.asyncIterator]();
  const first = iterator.next();
  await peer.write(
    concat(["a", "b", "c"].map((text) => peer.frame(TEXT, text))),
  );
  const { value } = await first;
  assertEquals(value && textOf(value), "a");
  await peer.send(PING);
  await frames(peer, 1);
  assertEquals(seen, ["b", "c"]);
});

testMessages(" keeps messages for the next iteration", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  await peer.write(
    concat(["a", "b", "c"].map((text) => peer.frame(TEXT, text))),
  );
  for (const text of ["a", "b", "c"]) {
    for await (const message of webSocket) {
      assertEquals(textOf(message), text);
      break;
    }
  }
  // A step that was left takes nothing.
  const left = webSocket[Symbol.asyncIterator]();
  const step = left.next();
  await left.return?.();
  assertEquals((await step).done, true);
  await peer.send(TEXT, "d");
  assertEquals((await take(webSocket, 1)).map(textOf), ["d"]);
});

testMessages(
  ".control.messageType is that of the messages that are written from then on",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { outputStream, control } = webSocket;
    outputStream.writeAsync(bytesOf("a"));
    control.messageType = utf8;
    outputStream.writeAsync(bytesOf("b"));
    webSocket.sendNonfinalFrameAsync(bytesOf("c"));
    control.messageType = binary;
    webSocket.sendFinalFrameAsync(bytesOf("d"));
    outputStream.writeAsync(bytesOf("e"));
    await outputStream.flushAsync();
    assertEquals(await frames(peer, 5), [
      [BINARY, "a"],
      [TEXT, "b"],
      [TEXT_START, "c"],
      [LAST, "d"],
      [BINARY, "e"],
    ]);
  },
);

testMessages(
  ".outputStream sends in the order of the calls, whatever wrote",
  async (open) => {
    for (const compression of [false, { threshold: 1000 }]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const { outputStream } = webSocket;
      outputStream.writeAsync(bytesOf("1"));
      const writer = outputStream.getWriter();
      writer.write(bytesOf("2"));
      outputStream.writeAsync(bytesOf("3"));
      writer.write(bytesOf("4"));
      writer.releaseLock();
      webSocket.sendNonfinalFrameAsync(bytesOf("5"));
      webSocket.sendFinalFrameAsync(bytesOf("6"));
      const dataWriter = new DataWriter(outputStream);
      dataWriter.writeString("7");
      dataWriter.writeString("8");
      const stored = dataWriter.storeAsync();
      outputStream.writeAsync(bytesOf("9"));
      const pipe = ReadableStream.from([bytesOf("10"), bytesOf("11")]);
      await pipe.pipeTo(outputStream, { preventClose: true });
      outputStream.writeAsync(bytesOf("12"));
      assertEquals(await stored, 2);
      dataWriter.detachStream();
      await outputStream.flushAsync();
      const messages = await inflateFrames(await rawFrames(peer, 11));
      assertEquals(
        messages.map(([, text]) => text),
        ["1", "2", "3", "4", "56", "78", "9", "10", "11", "12"],
      );
    }
  },
);

testMessages(
  ".outputStream sends an empty message for an empty chunk",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    assertEquals(await webSocket.outputStream.writeAsync(new Uint8Array(0)), 0);
    assertEquals(await webSocket.sendFinalFrameAsync(new Uint8Array(0)), 0);
    assertEquals(await frames(peer, 2), [[BINARY, ""], [BINARY, ""]]);
  },
);

testMessages(".outputStream sends 10,000 messages in order", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const { outputStream } = webSocket;
  for (let i = 0; i < 10_000; i++) outputStream.writeAsync(bytesOf(`${i}`));
  const flushed = outputStream.flushAsync();
  const received = await frames(peer, 10_000);
  assertEquals(await flushed, true);
  assertEquals(
    received,
    Array.from({ length: 10_000 }, (_, i) => [BINARY, `${i}`]),
  );
});

testMessages(
  ".sendFinalFrameAsync() resolves with how many bytes of the app were written",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const sizes = [1, 5_000, 100_000];
    const writes = sizes.map((size) =>
      webSocket.sendFinalFrameAsync(new Uint8Array(size))
    );
    for (const size of sizes) {
      assertEquals((await peer.readFrame())?.payload.length, size);
    }
    assertEquals(await Promise.all(writes), sizes);
  },
);

testStreams(
  ".inputStream flows while a message is still arriving",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const bytes = peer.frame(BINARY, bytesFrom(1, 10 * KIB));
    const header = bytes.length - 10 * KIB;
    const { inputStream } = webSocket;
    for (const [start, end] of [[0, 1], [1, 5], [5, 9 * KIB]] as const) {
      await peer.write(
        bytes.subarray(start === 0 ? 0 : header + start, header + end),
      );
      const read = await inputStream.readAsync(new Uint8Array(end - start));
      assertEquals(read, bytesFrom(1, 10 * KIB).subarray(start, end));
    }
  },
);

testStreams(
  ".inputStream has the bytes of all messages in a row, text as well",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { inputStream } = webSocket;
    await peer.send(TEXT, "Hell");
    await peer.send(BINARY);
    await peer.send(BINARY_START, "o ");
    await peer.send(PING, "?");
    await peer.send(LAST, "World");
    assertEquals(
      await inputStream.readAsync(new Uint8Array(5)),
      bytesOf("Hello"),
    );
    assertEquals(
      await inputStream.readAsync(new Uint8Array(6)),
      bytesOf(" World"),
    );
  },
);

testStreams(
  ".inputStream serves a DataReader, BYOB reads and pipes",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { inputStream } = webSocket;
    const dataReader = new DataReader(inputStream);
    dataReader.inputStreamOptions = InputStreamOptions.partial;
    await peer.send(BINARY, "abc");
    assertEquals(await dataReader.loadAsync(100), 3);
    assertEquals(dataReader.readString(3), "abc");
    dataReader.detachStream();

    const byob = inputStream.getReader({ mode: "byob" });
    await peer.send(BINARY, "defgh");
    const { value } = await byob.read(new Uint8Array(3));
    assertEquals(value, new Uint8Array(bytesOf("def")));
    byob.releaseLock();

    await peer.send(BINARY, "ij");
    await peer.send(CLOSE);
    assertEquals(concat(await Array.fromAsync(inputStream)), bytesOf("ghij"));
  },
);

testStreams(
  ".outputStream sends a binary message for each write, and none for no bytes",
  async (open) => {
    for (const compression of [false, { threshold: 1000 }]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const { outputStream } = webSocket;
      assertEquals(await outputStream.writeAsync(new Uint8Array(0)), 0);
      await outputStream.writeAsync(bytesOf("a"));
      await ReadableStream.from([bytesOf("b"), new Uint8Array(0), bytesOf("c")])
        .pipeTo(outputStream);
      assertEquals(await frames(peer, 4), [[BINARY, "a"], [BINARY, "b"], [
        BINARY,
        "c",
      ], [CLOSE, "\x03\ufffd"]]);
    }
  },
);

testStreams(
  ".inputStream leaves a read that is pending until bytes come",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const reading = webSocket.inputStream.readAsync(new Uint8Array(4));
    await peer.send(BINARY);
    await peer.send(PING);
    await frames(peer, 1);
    assert(await isPending(reading));
    await peer.send(BINARY, "ab");
    await peer.send(BINARY, "cd");
    assertEquals(await reading, bytesOf("abcd"));
  },
);

/** A message of a property: its frames, and whether it is text. */
interface Sent {
  readonly isText: boolean;
  readonly frames: readonly Uint8Array[];
}

const text = fc.string({ unit: "grapheme", maxLength: 40 }).map(bytesOf);
const ascii = fc.nat(200 * KIB).map((size) =>
  bytesFrom(size, size).map((byte) => byte & 0x7f)
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.nat(200 * KIB).map((size) => bytesFrom(size, size)),
);
const message: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({
    isText: fc.constant(true),
    frames: fc.array(fc.oneof(text, ascii), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    isText: fc.constant(false),
    frames: fc.array(bytes, { minLength: 1, maxLength: 3 }),
  }),
);

function send(webSocket: MessageEndpoint, { isText, frames }: Sent): void {
  webSocket.control.messageType = isText ? utf8 : binary;
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) {
    webSocket.outputStream.writeAsync(only);
    return;
  }
  for (const [i, frame] of frames.entries()) {
    if (i < frames.length - 1) webSocket.sendNonfinalFrameAsync(frame);
    else webSocket.sendFinalFrameAsync(frame);
  }
}

/** Sends messages from one end to the other. */
async function assertTransfer(
  from: MessageEndpoint,
  to: MessageEndpoint,
  messages: readonly Sent[],
): Promise<void> {
  const receiving = take(to, messages.length);
  for (const message of messages) send(from, message);
  await from.outputStream.flushAsync();
  for (const [i, received] of (await receiving).entries()) {
    assertEquals(received.messageType === utf8, messages[i]?.isText);
    assertEquals(
      received.getDataReader().detachBuffer(),
      concat(messages[i]?.frames ?? []),
    );
  }
}

/** Exchanges any messages, by a relay that cuts them anew. */
async function assertExchanges(
  compression: NonNullable<EndpointOptions["compression"]>,
): Promise<void> {
  const messages = fc.array(message, { maxLength: 6 });
  const size = fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 64 * KIB }),
  );
  const cuts = fc.array(size, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(messages, messages, cuts, async (ours, theirs, cuts) => {
      await using both = await openBoth(
        { compression },
        (port) => new CuttingRelay(port, cuts),
      );
      const { client, server } = both;
      await Promise.all([
        assertTransfer(client, server, ours),
        assertTransfer(server, client, theirs),
      ]);
      const closed = closedOf(server);
      client.close(4000, "done");
      assertEquals(await closed, [4000, "done"]);
    }),
    { numRuns: 12 },
  );
}

const { permissions } = LOOPBACK;
const BOTH_WAYS = [
  ["without native calls", { permissions }],
  ["by native calls if there are some", {
    permissions: { ...permissions, ffi: "inherit" },
  }],
] as const;

for (const [how, options] of BOTH_WAYS) {
  Deno.test(
    `MessageWebSocket and ServerMessageWebSocket exchange any messages, however TCP cuts them, ${how}`,
    options,
    () => assertExchanges(false),
  );
  Deno.test(
    `MessageWebSocket and ServerMessageWebSocket exchange any compressed messages, however TCP cuts them, ${how}`,
    options,
    () => assertExchanges({ threshold: 100 }),
  );
}
