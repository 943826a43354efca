import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import {
  ClosedError,
  MessageWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../../mod.ts";
import { concat, isPending, outcome } from "../streams/_fakes.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { bytesOf } from "./_connection/_frames.ts";
import {
  assertStatus,
  closedCodes,
  closedOf,
  failureOf,
  LOOPBACK,
  openClient,
  openServer,
  testMessages,
  testStreams,
  textOf,
} from "./_endpoints.ts";
import {
  BINARY,
  BINARY_START,
  CLOSE,
  closePayload,
  RawServer,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

const MIB = 1024 * 1024;
/** More than the system's buffers hold of what a peer does not read. */
const ENDLESS = 32 * MIB;
const { connectionAborted } = WebErrorStatus;

testMessages(
  " tells `closed` after the messages before it, and answers with the same code",
  async (open) => {
    const log: string[] = [];
    await using pair = await open({}, (webSocket) => {
      webSocket.onmessagereceived = (message) => log.push(textOf(message));
      webSocket.onclosed = ({ code, reason }) => log.push(`${code} ${reason}`);
    });
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    await peer.write(
      new Uint8Array([
        ...peer.frame(TEXT, "a"),
        ...peer.frame(TEXT, "b"),
        ...peer.frame(CLOSE, closePayload(4999, "bye")),
        ...peer.frame(TEXT, "ignored"),
      ]),
    );
    assertEquals(await peer.readClose(), [4999, "bye"]);
    await closed;
    assertEquals(log, ["a", "b", "4999 bye"]);
  },
);

testMessages(
  " ends the iteration when the peer has closed, behind its messages",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await peer.send(TEXT, "a");
    await peer.send(TEXT_START, "never complete");
    await peer.sendClose(1000);
    const texts: string[] = [];
    for await (const message of webSocket) texts.push(textOf(message));
    assertEquals(texts, ["a"]);
    assertEquals(await peer.readClose(), [1000, ""]);
    await assertRejects(
      () => webSocket.outputStream.writeAsync(new Uint8Array(1)),
      ClosedError,
    );
  },
);

testMessages(
  " sends the replies of who iterates before it answers a close frame",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { outputStream } = webSocket;
    const serving = (async () => {
      for await (const message of webSocket) {
        await outputStream.writeAsync(message.getDataReader().detachBuffer());
      }
      await outputStream.writeAsync(bytesOf("end"));
    })();
    await peer.write(concat([
      ...["a", "b", "c"].map((text) => peer.frame(TEXT, text)),
      peer.frame(CLOSE, closePayload(1000)),
    ]));
    for (const text of ["a", "b", "c", "end"]) {
      assertEquals((await peer.readFrame())?.payload, bytesOf(text));
    }
    assertEquals(await peer.readClose(), [1000, ""]);
    await serving;
  },
);

testMessages(
  " sends the replies of a handler before it answers a close frame",
  async (open) => {
    await using pair = await open({}, (webSocket) => {
      webSocket.onmessagereceived = (message) => {
        const bytes = message.getDataReader().detachBuffer();
        webSocket.outputStream.writeAsync(bytes);
      };
    });
    const { peer } = pair;
    await peer.write(concat([
      ...["a", "b"].map((text) => peer.frame(TEXT, text)),
      peer.frame(CLOSE, closePayload(1000)),
    ]));
    for (const text of ["a", "b"]) {
      assertEquals((await peer.readFrame())?.payload, bytesOf(text));
    }
    assertEquals(await peer.readClose(), [1000, ""]);
  },
);

testMessages(
  " answers a close frame after 2 seconds when who iterates takes no more",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open({ idleTimeout: 1000 });
    const { webSocket, peer } = pair;
    const iterator = webSocket[Symbol.asyncIterator]();
    const first = iterator.next();
    await peer.send(TEXT, "a");
    await first;
    const closed = closedOf(webSocket);
    await peer.send(TEXT, "b");
    await peer.sendClose(1000);
    await closed;
    const answered = peer.readClose();
    clock.pass(1_999);
    assert(await isPending(answered));
    clock.pass(1);
    assertEquals(await answered, [1000, ""]);
    // What came is still there.
    const { value } = await iterator.next();
    assertEquals(value && textOf(value), "b");
  },
);

testMessages(
  " answers a close frame at once when who iterated has left, or another does",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    // Each iteration ends with its step.
    for (const text of ["a", "b"]) {
      await peer.send(TEXT, text);
      for await (const message of webSocket) {
        assertEquals(textOf(message), text);
        break;
      }
    }
    await peer.send(TEXT, "c");
    await peer.sendClose(1000);
    assertEquals(await peer.readClose(), [1000, ""]);
  },
);

testStreams(
  " answers a close frame once all was read, or after 2 seconds",
  async (open) => {
    for (const reads of [true, false]) {
      using clock = new FakeClock();
      await using pair = await open();
      const { webSocket, peer } = pair;
      const closed = closedOf(webSocket);
      await peer.send(BINARY, "abc");
      await peer.sendClose(1000);
      await closed;
      const answered = peer.readClose();
      assert(await isPending(answered));
      if (reads) await webSocket.inputStream.readAsync(new Uint8Array(3));
      else clock.pass(2_000);
      assertEquals(await answered, [1000, ""]);
    }
  },
);

testMessages(
  " answers an empty close frame with an empty one, and tells 1005",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    await peer.send(CLOSE);
    assertEquals(await peer.readFrameOf(CLOSE), new Uint8Array(0));
    assertEquals(await closed, [1005, ""]);
  },
);

testMessages(
  " sends what was written before it answers a close frame",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { outputStream } = webSocket;
    const writes = Promise.all(
      Array.from(
        { length: 20 },
        () => outputStream.writeAsync(new Uint8Array(MIB)),
      ),
    );
    await peer.sendClose(1000);
    for (let i = 0; i < 20; i++) {
      assertEquals((await peer.readFrame())?.payload.length, MIB);
    }
    assertEquals(await peer.readClose(), [1000, ""]);
    await writes;
  },
);

testMessages(
  " is closed once when both sides close at the same time",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes = closedCodes(webSocket);
    const closed = closedOf(webSocket);
    webSocket.close(4000, "ours");
    await peer.sendClose(4001, "theirs");
    assertEquals(await closed, [4001, "theirs"]);
    assertEquals(await peer.readClose(), [4000, "ours"]);
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
    assertEquals(codes, [4001]);
  },
);

testMessages(
  " raises no `closed` when the connection is lost, but a last message that tells it",
  async (open) => {
    const last = Promise.withResolvers<WebSocketError>();
    await using pair = await open({}, (webSocket) => {
      webSocket.onmessagereceived = (message) =>
        last.resolve(failureOf(message));
    });
    const { webSocket, peer } = pair;
    const { outputStream } = webSocket;
    const codes = closedCodes(webSocket);
    const written = outcome(outputStream.writeAsync(new Uint8Array(ENDLESS)));
    await turnsOfEventLoop(5);
    peer[Symbol.dispose]();
    assertStatus(await last.promise, connectionAborted);
    assertInstanceOf(await written, WebSocketError);
    const refused = await outcome(outputStream.writeAsync(new Uint8Array(1)));
    assertInstanceOf(refused, WebSocketError);
    assertInstanceOf(await outcome(webSocket.pingAsync()), WebSocketError);
    assertEquals(codes, []);
  },
);

testMessages(
  " rejects pings when the connection is lost or closed",
  async (open) => {
    for (const loses of [true, false]) {
      await using pair = await open();
      const { webSocket, peer } = pair;
      const pinged = outcome(webSocket.pingAsync());
      await peer.readFrame();
      if (loses) peer[Symbol.dispose]();
      else await peer.sendClose(1000);
      if (!loses) await peer.readClose();
      peer[Symbol.dispose]();
      assertStatus(await pinged, connectionAborted);
    }
  },
);

testStreams(
  ".inputStream ends when the peer has closed, behind its bytes",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    await peer.send(BINARY, "ab");
    await peer.send(TEXT, "c");
    await peer.sendClose(1000, "bye");
    assertEquals(
      await webSocket.inputStream.readAsync(new Uint8Array(3)),
      bytesOf("abc"),
    );
    assertEquals(
      await webSocket.inputStream.readAsync(new Uint8Array(3)),
      new Uint8Array(0),
    );
    assertEquals(await closed, [1000, "bye"]);
    // What came before is the end that it has, also after a close here.
    webSocket.close();
    assertEquals(
      await webSocket.inputStream.readAsync(new Uint8Array(3)),
      new Uint8Array(0),
    );
  },
);

testStreams(
  ".inputStream fails when the connection is lost, behind its bytes",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes = closedCodes(webSocket);
    await peer.send(BINARY_START, "ab");
    peer[Symbol.dispose]();
    assertEquals(
      await webSocket.inputStream.readAsync(new Uint8Array(2)),
      bytesOf("ab"),
    );
    for (let i = 0; i < 2; i++) {
      assertStatus(
        await outcome(webSocket.inputStream.readAsync(new Uint8Array(3))),
        connectionAborted,
      );
    }
    assertEquals(codes, []);
  },
);

Deno.test(
  "ServerMessageWebSocket ends the connection first (RFC 6455, 7.1.1)",
  LOOPBACK,
  async () => {
    for (const isPeerFirst of [false, true]) {
      await using pair = await openServer();
      const { webSocket, peer } = pair;
      if (!isPeerFirst) webSocket.close(1000);
      if (!isPeerFirst) await peer.readClose();
      await peer.sendClose(1000);
      assertEquals(await peer.readEnd(), "end");
      peer[Symbol.dispose]();
      await webSocket[Symbol.asyncDispose]();
    }
  },
);

Deno.test(
  "MessageWebSocket waits for the server to end the connection (RFC 6455, 7.1.1)",
  LOOPBACK,
  async () => {
    for (const isPeerFirst of [false, true]) {
      await using pair = await openClient();
      const { webSocket, peer } = pair;
      if (isPeerFirst) await peer.sendClose(1000);
      else webSocket.close(1000);
      await peer.readClose();
      if (!isPeerFirst) await peer.sendClose(1000);
      const ended = peer.readEnd();
      await turnsOfEventLoop(20);
      assert(await isPending(ended));
      await peer.conn.closeWrite();
      assertEquals(await ended, "end");
      await webSocket[Symbol.asyncDispose]();
    }
  },
);

testMessages(
  " leaves a peer that does not end the connection after both close frames, after 2 seconds",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    webSocket.close(1000);
    await peer.readClose();
    await peer.sendClose(1000);
    assertEquals(await closed, [1000, ""]);
    const disposed = webSocket[Symbol.asyncDispose]();
    await turnsOfEventLoop(20);
    clock.pass(1_999);
    assert(await isPending(disposed));
    clock.pass(1);
    await disposed;
    assertEquals(clock.timerCount, 0);
  },
);

testMessages(
  " drops what a peer sends behind its close frame, however much",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    webSocket.close(1000);
    await peer.readClose();
    await peer.sendClose(1000);
    await peer.write(new Uint8Array(4 * MIB));
    await peer.conn.closeWrite();
    await webSocket[Symbol.asyncDispose]();
    assertEquals(await peer.readEnd(), "end");
  },
);

testMessages(
  " is gone when the peer breaks off behind its close frame",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    // More than can be sent: the answer will wait behind it.
    const written = outcome(
      webSocket.outputStream.writeAsync(new Uint8Array(ENDLESS)),
    );
    await peer.sendClose(1001);
    assertEquals(await closed, [1001, ""]);
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
    assertInstanceOf(await written, WebSocketError);
  },
);

Deno.test(
  "MessageWebSocket tells of a close frame that came with the answer of the server",
  LOOPBACK,
  async () => {
    using server = new RawServer();
    await using webSocket = new MessageWebSocket();
    const connected = webSocket.connectAsync(server.url);
    using peer = await server.next();
    await peer.write(concat([
      bytesOf(peer.acceptHead()),
      peer.frame(TEXT, "a"),
      peer.frame(CLOSE, closePayload(1013, "busy")),
    ]));
    await connected;
    const closed = closedOf(webSocket);
    const messages = await Array.fromAsync(webSocket);
    assertEquals(messages.map(textOf), ["a"]);
    assertEquals(await closed, [1013, "busy"]);
  },
);
