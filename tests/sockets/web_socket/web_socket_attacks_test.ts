import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
} from "@std/assert";
import { connect } from "node:net";
import { deflateRawSync } from "node:zlib";
import {
  type MessageWebSocketMessageReceivedEventArgs,
  MessageWebSocketReceiveMode,
  StreamWebSocket,
  WebErrorStatus,
  WebSocketError,
  WebSocketListener,
} from "../../../mod.ts";
import { bytesFrom, concat, isPending, outcome } from "../streams/_fakes.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { encodeFrame } from "./_codec/_frame_model.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { bytesOf } from "./_connection/_frames.ts";
import {
  closedOf,
  failureOf,
  LOOPBACK,
  type MessageEndpoint,
  type Open,
  openServer,
  take,
  testMessages,
  testStreams,
  textOf,
  usedMemory,
} from "./_endpoints.ts";
import {
  BINARY,
  BINARY_START,
  CLOSE,
  closePayload,
  LAST,
  MORE,
  PING,
  PONG,
  type RawPeer,
  RawServer,
  requestHead,
  RSV1,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const { connectionAborted, errorHttpInvalidServerResponse } = WebErrorStatus;

/** The bytes of something that a peer must not send. */
type Attack = (peer: RawPeer) => Uint8Array;

/** What the header of a frame says, and nothing behind it. */
function header(peer: RawPeer, firstByte: number, length: bigint): Uint8Array {
  const template = peer.frame(firstByte, new Uint8Array(64 * KIB));
  new DataView(template.buffer).setBigUint64(2, length);
  return template.slice(0, template.length - 64 * KIB);
}

/** A frame whose length takes more bytes than it has to. */
function longHeader(peer: RawPeer, mark: 126 | 127): Uint8Array {
  const [first = 0, second = 0, ...rest] = peer.frame(BINARY, "abc");
  const size = mark === 126 ? [0, 3] : [0, 0, 0, 0, 0, 0, 0, 3];
  return new Uint8Array([first, second & 0x80 | mark, ...size, ...rest]);
}

function frames(
  ...sent:
    readonly (readonly [firstByte: number, payload?: Uint8Array | string])[]
): Attack {
  return (peer) =>
    concat(sent.map(([firstByte, payload]) => peer.frame(firstByte, payload)));
}

const PROTOCOL_ERRORS: readonly (readonly [name: string, attack: Attack])[] = [
  ["frames of the other side", (peer) => {
    const isMasked = (peer.frame(TEXT)[1] ?? 0) >= 0x80;
    const key = isMasked ? null : new Uint8Array(4);
    return encodeFrame({ firstByte: TEXT, payload: bytesOf("Hello"), key });
  }],
  ...[0x40, 0x20, 0x10, 0x70].flatMap((bits) =>
    [TEXT, TEXT_START, PING, CLOSE].map((first) =>
      [`reserved bits in ${first | bits}`, frames([first | bits])] as const
    )
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    [`the reserved opcode ${opcode}`, frames([0x80 | opcode])] as const
  ),
  ["a fragmented ping", frames([PING & 0x7f, "a"])],
  ["a fragmented close frame", frames([CLOSE & 0x7f])],
  ["a ping of 126 bytes", frames([PING, new Uint8Array(126)])],
  ["a close frame of 126 bytes", frames([CLOSE, new Uint8Array(126)])],
  ["a fragment of no message", frames([MORE, "a"])],
  ["the last fragment of no message", frames([LAST, "b"])],
  ["a message inside of a message", frames([TEXT_START, "a"], [TEXT, "b"])],
  ["a length of 3 in 2 bytes", (peer) => longHeader(peer, 126)],
  ["a length of 3 in 8 bytes", (peer) => longHeader(peer, 127)],
  ["a length of 64 bits", (peer) => header(peer, BINARY, 2n ** 63n)],
  ["a close frame of 1 byte", frames([CLOSE, new Uint8Array([3])])],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) =>
    [`the close code ${code}`, frames([CLOSE, closePayload(code)])] as const
  ),
];

/** The failure that a WebSocket tells at last, and what comes before. */
async function readToFailure(
  webSocket: MessageEndpoint,
): Promise<
  { readonly error: WebSocketError; readonly texts: readonly string[] }
> {
  const texts: string[] = [];
  const messages = await Array.fromAsync(webSocket);
  const last = messages.pop();
  assert(last !== undefined);
  for (const message of messages) texts.push(textOf(message));
  return { error: failureOf(last), texts };
}

/** Has a peer send what it must not, and sees how that ends. */
async function assertRefused(
  open: Open<MessageEndpoint>,
  attack: Attack,
  closeCode: number,
  options: Parameters<Open<MessageEndpoint>>[0] = {},
): Promise<void> {
  await using pair = await open(options);
  const { webSocket, peer } = pair;
  await peer.send(TEXT, "before");
  await peer.write(concat([attack(peer), peer.frame(TEXT, "behind")]));
  const { error, texts } = await readToFailure(webSocket);
  assertEquals(texts, ["before"]);
  assertEquals(error.closeCode, closeCode);
  assertEquals(error.status, errorHttpInvalidServerResponse);
  assertEquals(await peer.readClose(), [closeCode, ""]);
  assertEquals(await peer.readEnd(), "end");
  assertInstanceOf(
    await outcome(webSocket.outputStream.writeAsync(bytesOf("late"))),
    Error,
  );
  peer[Symbol.dispose]();
  const closed = closedOf(webSocket);
  webSocket.close();
  assertEquals(await closed, [1006, ""]);
}

/** How many bytes a message has; null if it is a failure. */
function sizeOf(
  message: MessageWebSocketMessageReceivedEventArgs,
): number | null {
  try {
    return message.getDataReader().unconsumedBufferLength;
  } catch (error) {
    assertInstanceOf(error, WebSocketError);
    return null;
  }
}

function deflated(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(
    deflateRawSync(bytes, { finishFlush: 2 }).subarray(0, -4),
  );
}

testMessages(
  " ends the connection with 1002 when the peer breaks the protocol",
  async (open) => {
    for (const [name, attack] of PROTOCOL_ERRORS) {
      try {
        await assertRefused(open, attack, 1002);
      } catch (cause) {
        throw new Error(`Cannot pass the test of ${name}`, { cause });
      }
    }
  },
);

testMessages(
  " ends the connection with 1002 for compression that was not agreed to",
  async (open) => {
    await assertRefused(
      open,
      frames([TEXT | RSV1, Uint8Array.fromHex("f248cdc9c90700")]),
      1002,
    );
  },
);

testMessages(
  " ends the connection with 1007 for a text that is not UTF-8, wherever it is cut",
  async (open) => {
    const text = concat([
      bytesOf("é😀"),
      Uint8Array.fromHex("eda080"),
      bytesOf("z"),
    ]);
    for (let cut = 0; cut <= text.length; cut++) {
      await assertRefused(
        open,
        frames([TEXT_START, text.subarray(0, cut)], [PING], [
          LAST,
          text.subarray(cut),
        ]),
        1007,
      );
    }
  },
);

testMessages(
  " ends the connection with 1007 for a close frame whose reason is not UTF-8",
  async (open) => {
    await assertRefused(
      open,
      frames([CLOSE, Uint8Array.fromHex("03e8ff")]),
      1007,
    );
  },
);

testMessages(
  " ends the connection with 1007 for what cannot be inflated",
  async (open) => {
    await assertRefused(
      open,
      frames([BINARY | RSV1, Uint8Array.fromHex("ffffff")]),
      1007,
      { compression: true },
    );
  },
);

testMessages(
  " ends the connection with 1009 for a message over maxMessageSize, before it has come",
  async (open) => {
    const attacks: Attack[] = [
      frames([BINARY, new Uint8Array(1001)]),
      (peer) => header(peer, BINARY, 65_536n),
      (peer) => header(peer, BINARY_START, 2n ** 53n - 1n),
      (peer) => header(peer, BINARY, 2n ** 63n - 1n),
      (peer) =>
        concat([
          peer.frame(BINARY_START, new Uint8Array(900)),
          header(peer, LAST, 2n ** 40n),
        ]),
      (peer) =>
        concat([
          peer.frame(BINARY_START),
          ...Array(1001).fill(peer.frame(MORE, "a")),
        ]),
    ];
    for (const attack of attacks) {
      await assertRefused(open, attack, 1009, { maxMessageSize: 1000 });
    }
  },
);

testMessages(" takes no memory for what is announced alone", async (open) => {
  for (const maxMessageSize of [Infinity, 2 ** 50]) {
    await using pair = await open({ maxMessageSize });
    const { webSocket, peer } = pair;
    const before = usedMemory();
    await peer.write(header(peer, BINARY, 2n ** 40n));
    await peer.write(new Uint8Array(100 * KIB));
    await peer.conn.closeWrite();
    const { error } = await readToFailure(webSocket);
    assertEquals(error.status, connectionAborted);
    assertLess(usedMemory() - before, 4 * MIB);
  }
});

testMessages(
  " takes a million fragments without bytes for nothing",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const block = concat(Array(10_000).fill(peer.frame(MORE)));
    await peer.send(TEXT_START, "a");
    const before = usedMemory();
    for (let i = 0; i < 100; i++) await peer.write(block);
    await peer.send(LAST, "b");
    const [message] = await take(webSocket, 1);
    assert(message !== undefined);
    assertEquals(textOf(message), "ab");
    assertLess(usedMemory() - before, 16 * MIB);
  },
);

testMessages(
  " keeps the peer waiting that sends 300,000 parts without bytes, which nobody takes",
  async (open) => {
    const { partialMessage } = MessageWebSocketReceiveMode;
    await using pair = await open({ receiveMode: partialMessage });
    const { webSocket, peer } = pair;
    const block = concat(Array(10_000).fill(peer.frame(MORE)));
    await peer.send(TEXT_START, "a");
    const before = usedMemory();
    const sending = sendBlocks(peer, block, 30);
    await turnsOfEventLoop(5000);
    assertLess(usedMemory() - before, 32 * MIB);
    let count = 0;
    for await (const message of webSocket) {
      assert(!message.isMessageComplete);
      if (++count === 300_001) break;
    }
    await sending;
  },
);

testMessages(
  " answers 100,000 pings in order, in bounded memory",
  async (open) => {
    await using pair = await open();
    const { peer } = pair;
    const count = 100_000;
    const before = usedMemory();
    const sending = sendNumbered(peer, PING, count);
    for (let i = 0; i < count; i++) {
      const frame = await peer.readFrame();
      assertEquals(frame?.firstByte, PONG);
      const number = new DataView(frame?.payload.buffer ?? new ArrayBuffer(4))
        .getUint32(0);
      assertEquals(number, i);
    }
    await sending;
    assertLess(usedMemory() - before, 32 * MIB);
  },
);

testMessages(" ignores 100,000 pongs that nobody asked for", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const pinged = webSocket.pingAsync(bytesOf("real"));
  await sendNumbered(peer, PONG, 100_000);
  await peer.send(PONG, await peer.readFrameOf(PING));
  assert(await pinged > 0);
});

testMessages(
  " ends the connection with 1009 for a compression bomb, in bounded memory",
  async (open) => {
    const bomb = deflated(new Uint8Array(64 * MIB));
    const { partialMessage } = MessageWebSocketReceiveMode;
    for (
      const receiveMode of [
        MessageWebSocketReceiveMode.fullMessage,
        partialMessage,
      ]
    ) {
      await using pair = await open({ receiveMode, compression: true });
      const { webSocket, peer } = pair;
      const before = usedMemory();
      await peer.send(BINARY | RSV1, bomb);
      let size = 0;
      for await (const message of webSocket) {
        const part = sizeOf(message);
        assertLess(usedMemory() - before, 64 * MIB);
        if (part === null) assertEquals(failureOf(message).closeCode, 1009);
        else size += part;
      }
      assert(size <= 16 * MIB);
      assertEquals(await peer.readClose(), [1009, ""]);
    }
  },
);

testMessages(
  " ends the connection with 1009 for more than maxMessageSize once inflated",
  async (open) => {
    const attack = frames([BINARY | RSV1, deflated(new Uint8Array(1001))]);
    await assertRefused(open, attack, 1009, {
      maxMessageSize: 1000,
      compression: true,
    });
    await assertRefused(open, attack, 1009, {
      compression: { maxInflatedSize: 1000 },
    });
  },
);

testMessages(" ignores what comes behind a close frame", async (open) => {
  const texts: string[] = [];
  await using pair = await open({}, (webSocket) => {
    webSocket.onmessagereceived = (message) => texts.push(textOf(message));
  });
  const { webSocket, peer } = pair;
  const closed = closedOf(webSocket);
  await peer.write(
    concat([
      peer.frame(CLOSE, closePayload(1000)),
      peer.frame(TEXT, "a"),
      peer.frame(PING),
      new Uint8Array(1000).fill(0xff),
    ]),
  );
  assertEquals(await closed, [1000, ""]);
  assertEquals(await peer.readFrame().then((frame) => frame?.firstByte), CLOSE);
  assertEquals(texts, []);
});

testMessages(
  " tells that the connection is lost when it ends in the middle of a frame",
  async (open) => {
    const cut: Attack[] = [
      (peer) => peer.frame(TEXT, "Hello").subarray(0, 1),
      (peer) => header(peer, TEXT, 70_000n).subarray(0, 5),
      (peer) => peer.frame(TEXT, "Hello").subarray(0, -1),
      (peer) => peer.frame(TEXT_START, "Hello"),
      (peer) => peer.frame(PING, "Hello").subarray(0, -1),
      () => new Uint8Array(0),
    ];
    for (const attack of cut) {
      await using pair = await open();
      const { webSocket, peer } = pair;
      await peer.write(attack(peer));
      peer[Symbol.dispose]();
      const { error, texts } = await readToFailure(webSocket);
      assertEquals([error.status, error.closeCode], [connectionAborted, null]);
      assertEquals(texts, []);
    }
  },
);

testStreams(
  " fails the reads with the failure of the protocol, behind what was right",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await peer.write(concat([peer.frame(TEXT, "ok"), peer.frame(0x83)]));
    const { inputStream } = webSocket;
    assertEquals(await inputStream.readAsync(new Uint8Array(2)), bytesOf("ok"));
    const error = await outcome(inputStream.readAsync(new Uint8Array(1)));
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.closeCode, 1002);
    assertEquals(await peer.readClose(), [1002, ""]);
  },
);

testStreams(
  " passes messages of any size on, since it keeps none",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await peer.write(header(peer, BINARY, 2n ** 53n - 1n));
    // Of a masked frame every fourth byte is the same.
    await peer.write(new Uint8Array(200 * KIB));
    const read = await webSocket.inputStream.readAsync(
      new Uint8Array(200 * KIB),
    );
    assertEquals(read.length, 200 * KIB);
  },
);

testMessages(
  " leaves an attacker that does not read its close frame, after 2 seconds",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open();
    const { webSocket, peer } = pair;
    const written = outcome(
      webSocket.outputStream.writeAsync(new Uint8Array(32 * MIB)),
    );
    await peer.write(peer.frame(0x83));
    const { error } = await readToFailure(webSocket);
    assertEquals(error.closeCode, 1002);
    assert(await isPending(written));
    clock.pass(2000);
    assertInstanceOf(await written, WebSocketError);
    await webSocket[Symbol.asyncDispose]();
    assertEquals(clock.timerCount, 0);
  },
);

Deno.test(
  "ServerMessageWebSocket tells that the connection is lost when the client resets it in the middle of a frame",
  LOOPBACK,
  async () => {
    using listener = new WebSocketListener();
    await listener.bindEndpointAsync("127.0.0.1", "");
    const socket = connect(Number(listener.information.localPort), "127.0.0.1");
    socket.write(requestHead());
    for await (const request of listener) {
      await using webSocket = await request.acceptMessageWebSocketAsync();
      const iterator = webSocket[Symbol.asyncIterator]();
      socket.write(Uint8Array.fromHex("8185000000004865"));
      socket.write(Uint8Array.fromHex("6c"), () => socket.resetAndDestroy());
      const { value } = await iterator.next();
      assert(value !== undefined);
      assertEquals(failureOf(value).status, connectionAborted);
      break;
    }
  },
);

Deno.test(
  "ServerMessageWebSocket reads frames that come with the request, and refuses junk",
  LOOPBACK,
  async () => {
    using listener = new WebSocketListener();
    await listener.bindEndpointAsync("127.0.0.1", "");
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(listener.information.localPort),
    });
    const frame = encodeFrame({
      firstByte: TEXT,
      payload: bytesOf("early"),
      key: new Uint8Array([1, 2, 3, 4]),
    });
    await conn.write(
      concat([
        bytesOf(requestHead()),
        frame,
        bytesOf("\r\n\r\nGET / HTTP/1.1"),
      ]),
    );
    for await (const request of listener) {
      await using webSocket = await request.acceptMessageWebSocketAsync();
      const { error, texts } = await readToFailure(webSocket);
      assertEquals(texts, ["early"]);
      assertEquals(error.closeCode, 1002);
      conn.close();
      break;
    }
  },
);

Deno.test(
  "StreamWebSocket reads frames that come with the answer, and refuses junk",
  LOOPBACK,
  async () => {
    using server = new RawServer();
    await using webSocket = new StreamWebSocket();
    const connected = webSocket.connectAsync(server.url);
    using peer = await server.next();
    await peer.write(concat([
      bytesOf(peer.acceptHead()),
      peer.frame(BINARY, "early"),
      bytesOf("\r\n<html>"),
    ]));
    await connected;
    const { inputStream } = webSocket;
    assertEquals(
      await inputStream.readAsync(new Uint8Array(5)),
      bytesOf("early"),
    );
    const error = await outcome(inputStream.readAsync(new Uint8Array(1)));
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.closeCode, 1002);
  },
);

Deno.test(
  "ServerMessageWebSocket stays well when another one is attacked",
  LOOPBACK,
  async () => {
    await using good = await openServer();
    await assertRefused(openServer, frames([0x83]), 1002);
    await good.peer.send(TEXT, "still here");
    const [message] = await take(good.webSocket, 1);
    assertEquals(message && textOf(message), "still here");
  },
);

testMessages(
  " takes a stream of bytes that make no sense for nothing else than that",
  async (open) => {
    for (let seed = 0; seed < 20; seed++) {
      await using pair = await open({ compression: seed % 2 === 0 });
      const { webSocket, peer } = pair;
      const noise = bytesFrom(seed, 5000).map((byte, i) =>
        byte * 31 + seed * i * i
      );
      await peer.write(noise);
      await peer.conn.closeWrite();
      for await (const message of webSocket) sizeOf(message);
    }
  },
);

async function sendBlocks(
  peer: RawPeer,
  block: Uint8Array,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) await peer.write(block);
}

/** Sends control frames with the numbers from 0 on, in blocks. */
async function sendNumbered(
  peer: RawPeer,
  firstByte: number,
  count: number,
): Promise<void> {
  const step = 1000;
  const payload = new Uint8Array(4);
  for (let start = 0; start < count; start += step) {
    const frames = Array.from({ length: step }, (_, i) => {
      new DataView(payload.buffer).setUint32(0, start + i);
      return peer.frame(firstByte, payload);
    });
    await peer.write(concat(frames));
  }
}
