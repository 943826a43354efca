import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ClosedError,
  MessageWebSocket,
  ServerMessageWebSocket,
  WebErrorStatus,
} from "../../../mod.ts";
import { isPending, outcome, turn } from "../streams/_fakes.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { bytesOf } from "./_connection/_frames.ts";
import {
  assertStatus,
  closedCodes,
  closedOf,
  failureOf,
  LOOPBACK,
  type MessageEndpoint,
  openBoth,
  testMessages,
  testStreams,
  textOf,
} from "./_endpoints.ts";
import {
  BINARY,
  BINARY_START,
  CLOSE,
  PONG,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

const MIB = 1024 * 1024;
/** More than the system's buffers hold of what a peer does not read. */
const ENDLESS = 32 * MIB;
const { connectionAborted, operationCanceled } = WebErrorStatus;

testMessages(
  ".close() sends the code and the reason, and `closed` tells those of the peer",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    webSocket.close(4001, "är zu");
    assertEquals(await peer.readClose(), [4001, "är zu"]);
    await peer.sendClose(3000, "selber");
    assertEquals(await closed, [3000, "selber"]);
  },
);

testMessages(
  ".close() without a code, or with 1005, sends an empty close frame",
  async (open) => {
    for (const code of [undefined, 1005]) {
      await using pair = await open();
      const { webSocket, peer } = pair;
      const closed = closedOf(webSocket);
      webSocket.close(code);
      assertEquals(await peer.readFrameOf(CLOSE), new Uint8Array(0));
      await peer.send(CLOSE);
      assertEquals(await closed, [1005, ""]);
    }
  },
);

testMessages(
  ".close() sends what was written before, and nothing more",
  async (open) => {
    for (const compression of [false, true]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const { outputStream } = webSocket;
      const writes = Array.from(
        { length: 100 },
        (_, i) => outputStream.writeAsync(new Uint8Array(i)),
      );
      writes.push(outputStream.writeAsync(new Uint8Array(4 * MIB)));
      webSocket.close(1000, "done");
      const late = outcome(outputStream.writeAsync(new Uint8Array(1)));
      for (const size of [...Array(100).keys(), 4 * MIB]) {
        const frame = await peer.readFrame();
        const isCompressed = compression && size >= 1024;
        if (!isCompressed) {
          assertEquals([frame?.firstByte, frame?.payload.length], [
            BINARY,
            size,
          ]);
        }
      }
      assertEquals(
        await peer.readFrame().then((frame) => frame?.firstByte),
        CLOSE,
      );
      await Promise.all(writes);
      assertInstanceOf(await late, ClosedError);
      await peer.sendClose(1000);
      peer[Symbol.dispose]();
    }
  },
);

testMessages(".close() again does nothing, whatever the code", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const codes = closedCodes(webSocket);
  webSocket.close(1000, "first");
  webSocket.close(4000, "second");
  const disposed = webSocket[Symbol.asyncDispose]();
  assertEquals(await peer.readClose(), [1000, "first"]);
  await peer.sendClose(1000);
  peer[Symbol.dispose]();
  await disposed;
  webSocket.close();
  await webSocket[Symbol.asyncDispose]();
  assertEquals(codes, [1000]);
});

testMessages(
  ".close() drops what the peer sends until it answers",
  async (open) => {
    const texts: string[] = [];
    await using pair = await open({}, (webSocket) => {
      webSocket.onmessagereceived = (message) => texts.push(textOf(message));
    });
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    webSocket.close(1000);
    await peer.send(TEXT, "late");
    await peer.send(TEXT_START, "late");
    await peer.sendClose(1001, "bye");
    assertEquals(await closed, [1001, "bye"]);
    assertEquals(texts, []);
  },
);

testMessages(
  ".close() may be called by a handler of messages, and is the end of them",
  async (open) => {
    const texts: string[] = [];
    await using pair = await open({}, (webSocket) => {
      webSocket.onmessagereceived = (message) => {
        texts.push(textOf(message));
        webSocket.close(1000, "enough");
      };
    });
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    await peer.write(
      new Uint8Array([...peer.frame(TEXT, "a"), ...peer.frame(TEXT, "b")]),
    );
    assertEquals(await peer.readClose(), [1000, "enough"]);
    await peer.sendClose(1000);
    assertEquals(await closed, [1000, ""]);
    assertEquals(texts, ["a"]);
  },
);

testMessages(
  ".close() may be called by a handler of `closed`",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes: number[] = [];
    const closed = new Promise<void>((resolve) => {
      webSocket.onclosed = ({ code }) => {
        codes.push(code);
        webSocket.close(4000, "ours");
        resolve();
      };
    });
    await peer.sendClose(1000, "theirs");
    assertEquals(await peer.readClose(), [4000, "ours"]);
    await closed;
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
    assertEquals(codes, [1000]);
  },
);

testMessages(
  ".close() inside of a message sends the close frame",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    webSocket.sendNonfinalFrameAsync(bytesOf("begun"));
    webSocket.close(1000);
    assertEquals((await peer.readFrame())?.firstByte, BINARY_START);
    assertEquals(await peer.readClose(), [1000, ""]);
  },
);

testMessages(
  ".close() rejects what cannot be sent when the peer reads nothing, after 10 seconds",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open();
    const { webSocket } = pair;
    const closed = closedOf(webSocket);
    const written = outcome(
      webSocket.outputStream.writeAsync(new Uint8Array(ENDLESS)),
    );
    webSocket.close(1000);
    await turnsOfEventLoop(20);
    clock.pass(9_999);
    assert(await isPending(closed));
    clock.pass(1);
    assertStatus(await written, operationCanceled);
    assertEquals(await closed, [1006, ""]);
    await webSocket[Symbol.asyncDispose]();
    assertEquals(clock.timerCount, 0);
  },
);

testMessages(
  ".close() gives up a peer that does not answer after 10 seconds, with 1006",
  async (open) => {
    using clock = new FakeClock();
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    webSocket.close(1000, "hello?");
    assertEquals(await peer.readClose(), [1000, "hello?"]);
    // It is alive, but does not answer.
    await peer.send(TEXT, "la la la");
    await turnsOfEventLoop(20);
    clock.pass(9_999);
    assert(await isPending(closed));
    clock.pass(1);
    assertEquals(await closed, [1006, ""]);
    await webSocket[Symbol.asyncDispose]();
    assertEquals(clock.timerCount, 0);
  },
);

testMessages(
  ".close() tells 1006 when the peer ends the connection without a close frame",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes = closedCodes(webSocket);
    const closed = closedOf(webSocket);
    webSocket.close(1000);
    await peer.readClose();
    peer[Symbol.dispose]();
    assertEquals(await closed, [1006, ""]);
    await webSocket[Symbol.asyncDispose]();
    assertEquals(codes, [1006]);
  },
);

testMessages(
  ".close() tells 1006 after the connection was lost",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes = closedCodes(webSocket);
    peer[Symbol.dispose]();
    for await (const message of webSocket) {
      assertStatus(
        failureOf(message),
        connectionAborted,
      );
    }
    assertEquals(codes, []);
    webSocket.close(1000);
    await webSocket[Symbol.asyncDispose]();
    await turn();
    assertEquals(codes, [1006]);
  },
);

testMessages(
  ".outputStream.close() sends 1000, while the input still flows",
  async (open) => {
    for (const compression of [false, true]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const closed = closedOf(webSocket);
      const written = webSocket.outputStream.writeAsync(bytesOf("last"));
      await webSocket.outputStream.close();
      await written;
      assertEquals((await peer.readFrame())?.firstByte, BINARY);
      assertEquals(await peer.readClose(), [1000, ""]);
      await assertRejects(
        () => webSocket.outputStream.writeAsync(bytesOf("no")),
        ClosedError,
      );
      await assertRejects(
        () => webSocket.sendFinalFrameAsync(bytesOf("no")),
        ClosedError,
      );
      await peer.send(TEXT, "still here");
      await peer.sendClose(4000, "now");
      const texts: string[] = [];
      for await (const message of webSocket) texts.push(textOf(message));
      assertEquals(texts, ["still here"]);
      assertEquals(await closed, [4000, "now"]);
    }
  },
);

testMessages(
  ".outputStream.close() is what close() of a writer and a pipe do",
  async (open) => {
    for (const pipes of [false, true]) {
      await using pair = await open();
      const { webSocket, peer } = pair;
      const { outputStream } = webSocket;
      if (pipes) {
        await ReadableStream.from([bytesOf("a")]).pipeTo(outputStream);
      } else {
        const writer = outputStream.getWriter();
        writer.write(bytesOf("a"));
        await writer.close();
      }
      assertEquals((await peer.readFrame())?.payload, bytesOf("a"));
      assertEquals(await peer.readClose(), [1000, ""]);
    }
  },
);

testMessages(
  ".close() after outputStream.close() sends no other close frame, and drops the input",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const closed = closedOf(webSocket);
    await webSocket.outputStream.close();
    webSocket.close(4000, "for good");
    await peer.send(TEXT, "dropped");
    await peer.sendClose(1000, "same to you");
    assertEquals(await closed, [1000, "same to you"]);
    assertEquals(await peer.readClose(), [1000, ""]);
    assertEquals(await Array.fromAsync(webSocket), []);
  },
);

testMessages(
  ".outputStream.close() and a lost connection are told by a last message",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const codes = closedCodes(webSocket);
    await webSocket.outputStream.close();
    await peer.readClose();
    peer[Symbol.dispose]();
    const failures = await Array.fromAsync(webSocket, failureOf);
    assertEquals(failures.map(({ status }) => status), [connectionAborted]);
    assertEquals(codes, []);
  },
);

testMessages(
  ".outputStream.abort() breaks the connection off without a close frame",
  async (open) => {
    for (const compression of [false, true]) {
      await using pair = await open({ compression });
      const { webSocket, peer } = pair;
      const codes = closedCodes(webSocket);
      const iterator = webSocket[Symbol.asyncIterator]();
      const last = iterator.next();
      const reason = new Error("no more");
      const written = outcome(
        webSocket.outputStream.writeAsync(new Uint8Array(ENDLESS)),
      );
      await webSocket.outputStream.abort(reason);
      assertStrictEquals(await written, reason);
      const { value } = await last;
      assert(value !== undefined);
      assertStatus(failureOf(value), connectionAborted);
      assertEquals((await iterator.next()).done, true);
      assert(["end", "reset"].includes(await peer.readEnd()));
      assertEquals(codes, []);
    }
  },
);

testStreams(
  ".close() cancels the reads that are pending, and those that come",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const { inputStream } = webSocket;
    const pending = outcome(inputStream.readAsync(new Uint8Array(1)));
    await turn();
    webSocket.close(1000);
    assertStatus(await pending, operationCanceled);
    assertEquals(await peer.readClose(), [1000, ""]);
    await peer.send(BINARY, "dropped");
    await peer.sendClose(1000);
    assertStatus(
      await outcome(inputStream.readAsync(new Uint8Array(1))),
      operationCanceled,
    );
  },
);

testStreams(
  ".close() cancels who reads the web stream, or iterates over it",
  async (open) => {
    await using pair = await open();
    const { webSocket } = pair;
    const iterated = outcome(Array.fromAsync(webSocket.inputStream));
    await turn();
    webSocket.close(1000);
    assertStatus(await iterated, operationCanceled);
  },
);

testStreams(
  ".outputStream.close() sends 1000, while the input still flows",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    const text = new Response(webSocket.inputStream).text();
    await webSocket.outputStream.close();
    assertEquals(await peer.readClose(), [1000, ""]);
    await peer.send(BINARY, "still ");
    await peer.send(BINARY, "here");
    await peer.sendClose(1000);
    assertEquals(await text, "still here");
  },
);

testStreams(".outputStream.abort() fails the reads", async (open) => {
  await using pair = await open();
  const { webSocket, peer } = pair;
  const pending = outcome(webSocket.inputStream.readAsync(new Uint8Array(1)));
  await webSocket.outputStream.abort();
  assertStatus(await pending, connectionAborted);
  assert(["end", "reset"].includes(await peer.readEnd()));
});

testStreams(
  ".inputStream.cancel() drops what comes, and the WebSocket stays",
  async (open) => {
    await using pair = await open();
    const { webSocket, peer } = pair;
    await webSocket.inputStream.cancel();
    await peer.send(BINARY, new Uint8Array(4 * MIB));
    const pinged = webSocket.pingAsync();
    await peer.send(PONG, await peer.readFrameOf(0x89));
    assert(await pinged > 0);
    await webSocket.outputStream.writeAsync(bytesOf("a"));
    assertEquals((await peer.readFrame())?.payload, bytesOf("a"));
  },
);

testMessages(".close() right after it was opened", async (open) => {
  const opened = Promise.withResolvers<MessageEndpoint>();
  const opening = open({}, (webSocket) => opened.resolve(webSocket));
  const webSocket = await opened.promise;
  // That of a client is still connecting.
  if (webSocket instanceof MessageWebSocket) await opening;
  const closed = closedOf(webSocket);
  webSocket.close(1000, "changed my mind");
  await using pair = await opening;
  assertEquals(await pair.peer.readClose(), [1000, "changed my mind"]);
  await pair.peer.sendClose(1000);
  assertEquals(await closed, [1000, ""]);
});

testMessages(
  ".outputStream.abort() right after it was opened",
  async (open) => {
    await using pair = await open();
    await pair.webSocket.outputStream.abort();
    const failures = await Array.fromAsync(pair.webSocket, failureOf);
    assertEquals(failures.map(({ status }) => status), [connectionAborted]);
  },
);

Deno.test(
  "MessageWebSocket and ServerMessageWebSocket close each other",
  LOOPBACK,
  async () => {
    for (const Closer of [MessageWebSocket, ServerMessageWebSocket]) {
      await using pair = await openBoth();
      const all = [pair.client, pair.server];
      const closed = all.map(closedOf);
      for (const webSocket of all) {
        if (webSocket instanceof Closer) webSocket.close(4321, "bye");
      }
      assertEquals(await Promise.all(closed), [[4321, "bye"], [4321, "bye"]]);
      await Promise.all(
        all.map((webSocket) => webSocket[Symbol.asyncDispose]()),
      );
    }
  },
);
