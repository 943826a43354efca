import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ArgumentError,
  ClosedError,
  InvalidOperationError,
  MessageWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../../mod.ts";
import {
  callWith,
  CountingSignal,
  isPending,
  outcome,
} from "../streams/_fakes.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { bytesOf } from "./_connection/_frames.ts";
import {
  closedOf,
  failureOf,
  LOOPBACK,
  openBoth,
  openClient,
  openServer,
  testMessages,
  testStreams,
  textOf,
} from "./_endpoints.ts";
import {
  BINARY_START,
  LAST,
  PING,
  PONG,
  type RawPeer,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

/** Waits until everything that the peer has sent before was read. */
async function sync(peer: RawPeer): Promise<void> {
  await peer.send(PING, "sync");
  assertEquals(await peer.readFrameOf(PONG), bytesOf("sync"));
}

testMessages(
  ".pingAsync() resolves with the time of the round trip",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const start = performance.now();
    const pinged = webSocket.pingAsync();
    const payload = await peer.readFrameOf(PING);
    assertEquals(payload.length, 8);
    await peer.send(PONG, payload);
    const time = await pinged;
    assert(time > 0 && time <= performance.now() - start);
  },
);

testMessages(
  ".pingAsync() sends the payload that it is given",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    for (const payload of [bytesOf(""), bytesOf("?"), new Uint8Array(125)]) {
      const pinged = webSocket.pingAsync(payload);
      assertEquals(await peer.readFrameOf(PING), payload);
      await peer.send(PONG, payload);
      assert(await pinged >= 0);
    }
  },
);

testMessages(".pingAsync() refuses what cannot be a payload", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  await assertRejects(
    () => webSocket.pingAsync(new Uint8Array(126)),
    ArgumentError,
    '"126" bytes',
  );
  await assertRejects(
    () => callWith(webSocket.pingAsync, webSocket, "text"),
    ArgumentError,
    "it must be a Uint8Array",
  );
  webSocket.pingAsync(bytesOf("ok")).catch(() => {});
  assertEquals((await peer.readFrame())?.payload, bytesOf("ok"));
});

testMessages(".pingAsync() waits for the pong of its payload", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const pinged = webSocket.pingAsync(bytesOf("a"));
  await peer.send(PONG, "b");
  await peer.send(PONG);
  await sync(peer);
  assert(await isPending(pinged));
  await peer.send(PONG, "a");
  assert(await pinged > 0);
});

testMessages(
  ".pingAsync() is answered by the pong of a later one as well",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const pings = [
      webSocket.pingAsync(),
      webSocket.pingAsync(),
      webSocket.pingAsync(),
    ];
    const last = webSocket.pingAsync(bytesOf("last"));
    const payloads = [];
    for (let i = 0; i < 4; i++) payloads.push(await peer.readFrameOf(PING));
    assertEquals(new Set(payloads.map((payload) => payload.toHex())).size, 4);
    await peer.send(PONG, payloads[2]);
    for (const time of await Promise.all(pings)) assert(time > 0);
    assert(await isPending(last));
    await peer.send(PONG, payloads[3]);
    assert(await last > 0);
  },
);

testMessages(
  ".pingAsync() stops waiting when its signal is aborted",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const reason = new Error("enough");
    const counting = new CountingSignal();
    const pinged = webSocket.pingAsync(undefined, { signal: counting.signal });
    const payload = await peer.readFrameOf(PING);
    counting.controller.abort(reason);
    assertStrictEquals(await outcome(pinged), reason);
    assertEquals(counting.listeners, 0);
    assertStrictEquals(
      await outcome(
        webSocket.pingAsync(undefined, { signal: counting.signal }),
      ),
      reason,
    );
    // The pong is one that nobody waits for.
    await peer.send(PONG, payload);
    const again = webSocket.pingAsync(bytesOf("again"));
    assertEquals(await peer.readFrameOf(PING), bytesOf("again"));
    await peer.send(PONG, "again");
    assert(await again > 0);
  },
);

testMessages(
  ".pingAsync() lets its signal go when it is answered",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const counting = new CountingSignal();
    const pinged = webSocket.pingAsync(undefined, { signal: counting.signal });
    await peer.send(PONG, await peer.readFrameOf(PING));
    await pinged;
    assertEquals(counting.listeners, 0);
  },
);

testMessages(
  ".pingAsync() rejects when the WebSocket is closed",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const pinged = outcome(webSocket.pingAsync());
    webSocket.close(1000);
    assertInstanceOf(await outcome(webSocket.pingAsync()), ClosedError);
    await peer.readClose();
    await peer.sendClose(1000);
    peer[Symbol.dispose]();
    assertInstanceOf(await pinged, WebSocketError);
  },
);

Deno.test(
  "MessageWebSocket.pingAsync() rejects before it is connected, and once it was closed",
  LOOPBACK,
  async () => {
    const webSocket = new MessageWebSocket();
    await assertRejects(() => webSocket.pingAsync(), InvalidOperationError);
    webSocket.close();
    await assertRejects(() => webSocket.pingAsync(), ClosedError);
  },
);

testMessages(
  " answers pings with their payload, also inside of a message",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await peer.send(PING);
    await peer.send(TEXT_START, "a");
    await peer.send(PING, new Uint8Array(125).fill(7));
    await peer.send(LAST, "b");
    assertEquals(await peer.readFrameOf(PONG), new Uint8Array(0));
    assertEquals(await peer.readFrameOf(PONG), new Uint8Array(125).fill(7));
    for await (const message of webSocket) {
      assertEquals(textOf(message), "ab");
      break;
    }
  },
);

testMessages(
  " sends pings and pongs between the fragments of a message",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    webSocket.sendNonfinalFrameAsync(bytesOf("a"));
    const pinged = webSocket.pingAsync(bytesOf("?"));
    await peer.send(PING, "!");
    const first = [];
    for (let i = 0; i < 3; i++) first.push((await peer.readFrame())?.firstByte);
    assertEquals(first, [BINARY_START, PING, PONG]);
    await peer.send(PONG, "?");
    await pinged;
    webSocket.sendFinalFrameAsync(bytesOf("b"));
    assertEquals((await peer.readFrame())?.firstByte, LAST);
  },
);

Deno.test(
  "MessageWebSocket and ServerMessageWebSocket ping each other",
  LOOPBACK,
  async () => {
    await using both = await openBoth();
    const { client, server } = both;
    const times = await Promise.all([
      client.pingAsync(),
      server.pingAsync(bytesOf("?")),
      client.pingAsync(),
    ]);
    assert(times.every((time) => time > 0));
  },
);

testMessages(" with an idleTimeout keeps a peer that answers", async (open) => {
  using clock = new FakeClock();
  await using pair = await open({ idleTimeout: 1000 });
  const { webSocket, peer } = pair;
  for (let i = 0; i < 5; i++) {
    clock.pass(500);
    assertEquals(await peer.readFrameOf(PING), new Uint8Array(0));
    await peer.send(PONG);
    await sync(peer);
  }
  await peer.send(TEXT, "alive");
  for await (const message of webSocket) {
    assertEquals(textOf(message), "alive");
    break;
  }
});

testMessages(
  " with an idleTimeout does not ask a peer that sends",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open({ idleTimeout: 1000 });
    const { webSocket, peer } = pair;
    for (let i = 0; i < 5; i++) {
      clock.pass(400);
      await peer.send(TEXT, `${i}`);
      await sync(peer);
    }
    webSocket.outputStream.writeAsync(bytesOf("next"));
    assertEquals((await peer.readFrame())?.payload, bytesOf("next"));
  },
);

testMessages(
  " with an idleTimeout tells the time-out of a peer that does not answer",
  async (open) => {
    using clock = new FakeClock();
    const last = Promise.withResolvers<WebSocketError>();
    await using pair = await open({ idleTimeout: 1000 }, (webSocket) => {
      webSocket.onmessagereceived = (message) =>
        last.resolve(failureOf(message));
    });
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    const pinged = outcome(webSocket.pingAsync());
    clock.pass(500);
    await peer.readFrameOf(PING);
    clock.pass(500);
    const error = await last.promise;
    assertEquals(error.status, WebErrorStatus.timeout);
    assertStrictEquals(await pinged, error);
    assertStrictEquals(
      await outcome(webSocket.outputStream.writeAsync(bytesOf("late"))),
      error,
    );
    assert(["end", "reset"].includes(await peer.readEnd()));
    await turnsOfEventLoop(5);
    assert(await isPending(closed));
  },
);

testMessages(
  " with an idleTimeout finds a dead peer by the clock",
  async (open) => {
    await using pair = await open({ idleTimeout: 60 });
    const { webSocket, peer } = pair;
    const failures = await Array.fromAsync(webSocket, failureOf);
    assertEquals(failures.map(({ status }) => status), [
      WebErrorStatus.timeout,
    ]);
    assertEquals(await peer.readFrameOf(PING), new Uint8Array(0));
  },
);

testStreams(
  " with an idleTimeout fails the reads of a peer that does not answer",
  async (open) => {
    await using pair = await open({ idleTimeout: 60 });
    const { webSocket } = pair;
    const error = await outcome(
      webSocket.inputStream.readAsync(new Uint8Array(1)),
    );
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.status, WebErrorStatus.timeout);
  },
);

Deno.test(
  "MessageWebSocket sends pongs that nobody asked for, and ServerMessageWebSocket none",
  LOOPBACK,
  async () => {
    using clock = new FakeClock();
    await using client = await openClient();
    await using server = await openServer();
    clock.pass(90_000);
    await Promise.all(
      [client, server].map(({ webSocket }) =>
        webSocket.outputStream.writeAsync(bytesOf("next"))
      ),
    );
    for (let i = 0; i < 3; i++) {
      const frame = await client.peer.readFrame();
      assertEquals([frame?.firstByte, frame?.payload.length], [PONG, 0]);
    }
    assertEquals((await client.peer.readFrame())?.payload, bytesOf("next"));
    assertEquals((await server.peer.readFrame())?.payload, bytesOf("next"));
  },
);
