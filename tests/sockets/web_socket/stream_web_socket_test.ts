import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ClosedError,
  InvalidOperationError,
  StreamWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../../mod.ts";
import { isPending, outcome } from "../streams/_fakes.ts";
import { ON_LOOPBACK } from "./_client_listener.ts";
import { closeWithPeer } from "./_client_raw.ts";
import {
  BINARY,
  LAST,
  PING,
  PONG,
  type RawPeer,
  RawServer,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

interface StreamWithPeer {
  readonly webSocket: StreamWebSocket;
  readonly peer: RawPeer;
}

async function openWithPeer(): Promise<StreamWithPeer> {
  using server = new RawServer();
  const webSocket = new StreamWebSocket();
  const [peer] = await Promise.all([
    server.accept(),
    webSocket.connectAsync(server.url),
  ]);
  return { webSocket, peer };
}

Deno.test(
  "StreamWebSocket has the defaults of WinRT",
  { permissions: "none" },
  () => {
    using webSocket = new StreamWebSocket();
    const { control, information } = webSocket;
    assertEquals(control.noDelay, true);
    assertEquals(information.protocol, null);
    assertEquals(information.localAddress, null);
    assertEquals(webSocket.onclosed, null);
    assertEquals(webSocket.onservercustomvalidationrequested, null);
    assertStrictEquals(webSocket.control, control);
    assertStrictEquals(webSocket.information, information);
  },
);

Deno.test(
  "StreamWebSocket has no streams before connectAsync() and after close()",
  { permissions: "none" },
  () => {
    const webSocket = new StreamWebSocket();
    const message = "it is not connected, call connectAsync first";
    const streams = [
      () => webSocket.inputStream,
      () => webSocket.outputStream,
    ];
    for (const stream of streams) {
      assertThrows(stream, InvalidOperationError, message);
    }
    webSocket.close();
    for (const stream of streams) assertThrows(stream, ClosedError);
  },
);

Deno.test(
  "StreamWebSocket has the same streams at each call, also after close()",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const { inputStream, outputStream } = webSocket;
    assertStrictEquals(webSocket.inputStream, inputStream);
    assertStrictEquals(webSocket.outputStream, outputStream);
    await closeWithPeer(webSocket, peer);
    assertStrictEquals(webSocket.inputStream, inputStream);
    assertStrictEquals(webSocket.outputStream, outputStream);
  },
);

Deno.test(
  "StreamWebSocket.inputStream has the bytes of all messages in a row, of text as well",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    await peer.send(BINARY, "ab");
    await peer.send(BINARY);
    await peer.send(TEXT_START, "cd\xE9");
    await peer.send(PING, "between");
    await peer.send(LAST, "e");
    await peer.send(TEXT, "fg");
    const bytes = await webSocket.inputStream.readAsync(new Uint8Array(9));
    assertEquals(new TextDecoder().decode(bytes), "abcd\xE9efg");
    const pong = await peer.readFrameOf(PONG);
    assertEquals(new TextDecoder().decode(pong), "between");
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "StreamWebSocket.outputStream sends each write as a binary message, and nothing for no bytes",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const { outputStream } = webSocket;
    outputStream.writeAsync(new Uint8Array([1, 2]));
    assertEquals(await outputStream.writeAsync(new Uint8Array(0)), 0);
    await outputStream.writeAsync(new Uint8Array([3]));
    for (const bytes of [[1, 2], [3]]) {
      const frame = await peer.readFrame();
      assertEquals(frame?.firstByte, BINARY);
      assertEquals(frame?.payload, new Uint8Array(bytes));
    }
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "StreamWebSocket.inputStream ends when the server closes",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const closed = new Promise<[number, string]>((resolve) => {
      webSocket.onclosed = ({ code, reason }) => resolve([code, reason]);
    });
    await peer.send(BINARY, "last");
    await peer.sendClose(1001, "going");
    const text = new Response(webSocket.inputStream).text();
    assertEquals(await text, "last");
    assertEquals(await closed, [1001, "going"]);
    assertEquals(await peer.readClose(), [1001, "going"]);
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
  },
);

Deno.test(
  "StreamWebSocket.close() rejects a pending read with operationCanceled",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const reading = outcome(
      webSocket.inputStream.readAsync(new Uint8Array(1)),
    );
    assertEquals(await isPending(reading), true);
    await closeWithPeer(webSocket, peer);
    const error = await reading;
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.status, WebErrorStatus.operationCanceled);
    await assertRejects(
      () => webSocket.outputStream.writeAsync(new Uint8Array(1)),
      ClosedError,
    );
  },
);

Deno.test(
  "StreamWebSocket.outputStream rejects a flush with ClosedError once the WebSocket is closed",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const { outputStream } = webSocket;
    assertEquals(await outputStream.flushAsync(), true);
    await closeWithPeer(webSocket, peer);
    await assertRejects(() => outputStream.flushAsync(), ClosedError);
  },
);

Deno.test(
  "StreamWebSocket.addEventListener() takes any event, and raises no messagereceived",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const types: string[] = [];
    const note = ({ type }: Event): void => void types.push(type);
    for (const type of ["messagereceived", "closed", "other"]) {
      webSocket.addEventListener(type, note);
    }
    webSocket.addEventListener("removed", note);
    webSocket.removeEventListener("removed", note);
    await peer.send(BINARY, "a");
    await webSocket.inputStream.readAsync(new Uint8Array(1));
    webSocket.dispatchEvent(new Event("other"));
    webSocket.dispatchEvent(new Event("removed"));
    await closeWithPeer(webSocket, peer);
    assertEquals(types, ["other", "closed"]);
  },
);
