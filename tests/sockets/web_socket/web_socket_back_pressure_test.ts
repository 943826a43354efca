import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { deflateRawSync } from "node:zlib";
import {
  MessageWebSocketReceiveMode,
  type OutputStream,
  WebSocketError,
} from "../../../mod.ts";
import { bytesFrom, concat, isPending, outcome } from "../streams/_fakes.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { bytesOf } from "./_connection/_frames.ts";
import {
  type MessageEndpoint,
  testMessages,
  testStreams,
  textOf,
  usedMemory,
} from "./_endpoints.ts";
import { BINARY, PING, PONG, type RawPeer, RSV1, TEXT } from "./_raw_peer.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** More than the system's buffers hold of what a peer does not read. */
const ENDLESS = 64 * MIB;

/** What was written until a write waits, and more. */
interface Filled {
  /** How many messages, of 1 MiB each. */
  readonly count: number;
  readonly written: Promise<unknown>;
}

/** Writes until a write waits, and one more. */
async function fill(outputStream: OutputStream): Promise<Filled> {
  const chunk = new Uint8Array(MIB);
  for (let count = 2; count * MIB < ENDLESS; count++) {
    const waiting = outcome(outputStream.writeAsync(chunk));
    if (!await isStuck(waiting)) continue;
    return { count, written: outcome(outputStream.writeAsync(chunk)) };
  }
  throw new Error("The peer has read");
}

/** Has the peer send messages until one waits. */
async function fillPeer(peer: RawPeer): Promise<Filled> {
  const message = peer.frame(BINARY, new Uint8Array(MIB));
  for (let count = 1; count * MIB < ENDLESS; count++) {
    const written = outcome(peer.write(message));
    if (await isStuck(written)) return { count, written };
  }
  throw new Error("The app has taken");
}

/** Reads what {@linkcode fill} has written. */
async function readFilled(
  peer: RawPeer,
  { count, written }: Filled,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    assertEquals((await peer.readFrame())?.payload.length, MIB);
  }
  assertEquals(await written, MIB);
}

/** Takes what {@linkcode fillPeer} has sent. */
async function takeFilled(
  webSocket: MessageEndpoint,
  { count, written }: Filled,
): Promise<void> {
  let received = 0;
  for await (const message of webSocket) {
    assertEquals(message.getDataReader().unconsumedBufferLength, MIB);
    if (++received === count) break;
  }
  await written;
}

/**
 * Whether something does not settle for a while. The runtime looks for what has
 * come over the network once in dozens of turns alone.
 */
async function isStuck(promise: Promise<unknown>): Promise<boolean> {
  for (let i = 0; i < 30; i++) {
    if (!await isPending(promise)) return false;
    await turnsOfEventLoop(100);
  }
  return true;
}

testMessages(
  ".outputStream tells of back-pressure while the peer reads nothing, and goes on",
  async (open) => {
    for (const compression of [false, { threshold: Number.MAX_SAFE_INTEGER }]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const filled = await fill(webSocket.outputStream);
      const writer = webSocket.outputStream.getWriter();
      assert((writer.desiredSize ?? 0) < 0);
      const { ready } = writer;
      assert(await isPending(ready));
      await readFilled(peer, filled);
      await ready;
      assert((writer.desiredSize ?? 0) > 0);
      writer.releaseLock();
    }
  },
);

testMessages(
  ".outputStream takes no more from a pipe than it can send",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    let pulled = 0;
    const source = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(MIB));
      },
    }, { highWaterMark: 0 });
    const piped = outcome(source.pipeTo(webSocket.outputStream));
    let before;
    do {
      before = pulled;
      await turnsOfEventLoop(3000);
    } while (pulled > before);
    assert(pulled * MIB < ENDLESS, `${pulled} MiB`);
    peer[Symbol.dispose]();
    assertInstanceOf(await piped, WebSocketError);
  },
);

testMessages(
  " keeps the peer waiting while the app takes no messages, and goes on",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await takeFilled(webSocket, await fillPeer(peer));
  },
);

testMessages(" takes no messages while they have no handler", async (open) => {
  await using pair = await open({}, (webSocket) => {
    webSocket.addEventListener("messagereceived", () => {}, { once: true });
  });
  const { peer } = pair;
  const { written } = await fillPeer(peer);
  peer[Symbol.dispose]();
  await written;
});

testMessages(
  " keeps the peer waiting while the app takes no parts of a message",
  async (open) => {
    const { partialMessage } = MessageWebSocketReceiveMode;
    await using pair = await open({ receiveMode: partialMessage });
    const { webSocket, peer } = pair;
    const writing = peer.send(BINARY, new Uint8Array(ENDLESS));
    assert(await isStuck(writing));
    let received = 0;
    for await (const message of webSocket) {
      received += message.getDataReader().unconsumedBufferLength;
      if (message.isMessageComplete) break;
    }
    await writing;
    assertEquals(received, ENDLESS);
  },
);

testMessages(" inflates no more than the app takes", async (open) => {
  await using pair = await open({ compression: true });
  const { webSocket, peer } = pair;
  const size = MIB;
  const count = 60;
  const deflated = deflateRawSync(new Uint8Array(size), { finishFlush: 2 })
    .subarray(0, -4);
  const frame = peer.frame(BINARY | RSV1, new Uint8Array(deflated));
  const before = usedMemory();
  for (let i = 0; i < count; i++) await peer.write(frame);
  await turnsOfEventLoop(3000);
  assert(usedMemory() - before < 16 * MIB);
  let received = 0;
  for await (const message of webSocket) {
    assertEquals(message.getDataReader().unconsumedBufferLength, size);
    if (++received === count) break;
  }
});

testMessages(
  " answers the last ping alone of a flood, while the peer reads nothing",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const filled = await fill(webSocket.outputStream);
    const before = usedMemory();
    const count = 50_000;
    const pings = Array.from(
      { length: count },
      (_, i) => peer.frame(PING, `${i}`.padStart(100)),
    );
    await peer.write(concat(pings));
    // Behind the pings, so that they were read.
    await peer.send(TEXT, "end");
    for await (const message of webSocket) {
      assertEquals(textOf(message), "end");
      break;
    }
    assert(usedMemory() - before < 40 * MIB);
    await readFilled(peer, filled);
    const pong = await peer.readFrame();
    assertEquals(pong?.firstByte, PONG);
    assertEquals(pong?.payload, bytesOf(`${count - 1}`.padStart(100)));
    await peer.send(PING, "next");
    assertEquals(await peer.readFrameOf(PONG), bytesOf("next"));
  },
);

testMessages(
  ".control.idleTimeout does not run while the app takes nothing",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open({ idleTimeout: 1000 });
    const { webSocket, peer } = pair;
    const filled = await fillPeer(peer);
    clock.pass(60_000);
    await takeFilled(webSocket, filled);
    await webSocket.outputStream.writeAsync(bytesOf("alive"));
    assertEquals(await peer.readFrameOf(BINARY), bytesOf("alive"));
  },
);

testStreams(
  ".inputStream keeps the peer waiting while nobody reads, and goes on",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const payload = bytesFrom(0, 64 * KIB);
    const writing = peer.send(BINARY, new Uint8Array(ENDLESS));
    assert(await isStuck(writing));
    let received = 0;
    const block = new Uint8Array(MIB);
    while (received < ENDLESS) {
      received += (await webSocket.inputStream.readAsync(block)).length;
    }
    await writing;
    await peer.send(BINARY, payload);
    assertEquals(
      await webSocket.inputStream.readAsync(new Uint8Array(payload.length)),
      payload,
    );
  },
);

testStreams(
  ".outputStream tells of back-pressure while the peer reads nothing, and goes on",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await readFilled(peer, await fill(webSocket.outputStream));
  },
);
