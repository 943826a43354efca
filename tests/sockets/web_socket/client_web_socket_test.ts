import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ClientWebSocket,
  ClosedError,
  InvalidOperationError,
  MessageWebSocket,
  StreamWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../../mod.ts";
import { EndpointState } from "../../../sockets/web_socket/_endpoint_state.ts";
import { isPending, outcome } from "../streams/_fakes.ts";
import { closeAll, ON_LOOPBACK, openPair } from "./_client_listener.ts";
import { closeWithPeer } from "./_client_raw.ts";
import { STEPS } from "./_client_steps.ts";
import { RawServer } from "./_raw_peer.ts";

/** Connects once more, to a server that accepts it. */
async function assertConnectsAgain(webSocket: MessageWebSocket): Promise<void> {
  webSocket.onservercustomvalidationrequested = null;
  webSocket.control.proxy = null;
  webSocket.setRequestHeader("X-Huge", "");
  const { server } = await openPair(webSocket);
  await closeAll(webSocket, server);
}

for (const { name, stall } of STEPS) {
  Deno.test(
    `ClientWebSocket.connectAsync() rejects with the reason of a signal that is aborted in ${name}, and can be called again`,
    ON_LOOPBACK,
    async () => {
      const webSocket = new MessageWebSocket();
      const abort = new AbortController();
      const { signal } = abort;
      const { connecting, left } = await stall(webSocket, { signal });
      assertEquals(await isPending(connecting), true);
      const reason = new Error("no more interest");
      abort.abort(reason);
      assertStrictEquals(await connecting, reason);
      await left;
      assertEquals(webSocket.information.protocol, null);
      await assertConnectsAgain(webSocket);
    },
  );

  Deno.test(
    `ClientWebSocket.close() ends a connect in ${name}`,
    ON_LOOPBACK,
    async () => {
      const webSocket = new MessageWebSocket();
      let closed = 0;
      webSocket.onclosed = () => closed++;
      const { connecting, left } = await stall(webSocket);
      webSocket.close(1000, "not needed");
      const error = await connecting;
      assertInstanceOf(error, WebSocketError);
      assertEquals(error.status, WebErrorStatus.operationCanceled);
      assertEquals(
        error.message,
        "Cannot connect: the WebSocket was closed",
      );
      await left;
      await assertRejects(() => webSocket.connectAsync("ws://a"), ClosedError);
      assertEquals(closed, 0);
    },
  );

  Deno.test(
    `ClientWebSocket[Symbol.asyncDispose]() waits for the end of a connect in ${name}`,
    ON_LOOPBACK,
    async () => {
      const webSocket = new MessageWebSocket();
      const { connecting, left } = await stall(webSocket);
      await webSocket[Symbol.asyncDispose]();
      assertEquals(await isPending(connecting), false);
      await left;
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() does no I/O with a signal that is aborted",
  { permissions: "none" },
  async () => {
    using webSocket = new MessageWebSocket();
    const reason = new Error("too late");
    const connecting = outcome(webSocket.connectAsync("ws://127.0.0.1/", {
      signal: AbortSignal.abort(reason),
    }));
    assertStrictEquals(await connecting, reason);
    webSocket.control.idleTimeout = 1;
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects when it is aborted before there is a connection",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const abort = new AbortController();
    const { signal } = abort;
    const connecting = outcome(webSocket.connectAsync(server.url, { signal }));
    abort.abort("at once");
    assertEquals(await connecting, "at once");
    await webSocket[Symbol.asyncDispose]();
  },
);

/** Calls something so many microtasks after the next digest of WebCrypto. */
function afterDigest(microtasks: number, run: () => void): Disposable {
  const { subtle } = crypto;
  const { digest } = subtle;
  async function countDown(): Promise<void> {
    for (let i = 0; i < microtasks; i++) await null;
    run();
  }
  subtle.digest = async (algorithm, data) => {
    const hash = await digest.call(subtle, algorithm, data);
    countDown();
    return hash;
  };
  return { [Symbol.dispose]: () => void (subtle.digest = digest) };
}

/** More than there are from the check of the answer to the end of a connect. */
const MICROTASKS = 16;

for (
  const [how, end] of [
    [
      "an abort",
      (_: MessageWebSocket, abort: AbortController) => abort.abort(),
    ],
    ["a close", (webSocket: MessageWebSocket) => webSocket.close()],
  ] as const
) {
  Deno.test(
    `ClientWebSocket.connectAsync() leaves nothing open, whenever ${how} comes after the answer`,
    ON_LOOPBACK,
    async () => {
      using server = new RawServer();
      const errors: unknown[] = [];
      for (let microtasks = 0; microtasks < MICROTASKS; microtasks++) {
        const webSocket = new MessageWebSocket();
        const abort = new AbortController();
        using _ = afterDigest(microtasks, () => end(webSocket, abort));
        const { signal } = abort;
        const connecting = webSocket.connectAsync(server.url, { signal });
        const connected = outcome(connecting);
        using peer = await server.accept();
        const error = await connected;
        errors.push(error);
        if (error === undefined) await closeWithPeer(webSocket, peer);
        else await peer.readEnd();
        await webSocket[Symbol.asyncDispose]();
      }
      assertNotEquals(errors[0], undefined);
      assertEquals(errors.at(-1), undefined);
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() does not heed a signal that is aborted later",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const abort = new AbortController();
    const { signal } = abort;
    const [peer] = await Promise.all([
      server.accept(),
      webSocket.connectAsync(server.url, { signal }),
    ]);
    abort.abort();
    await peer.send(0x89, "there?");
    assertEquals(
      new TextDecoder().decode(await peer.readFrameOf(0x8A)),
      "there?",
    );
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() and setRequestHeader() refuse to be called while it connects, which goes on",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const connecting = webSocket.connectAsync(server.url);
    await assertRejects(
      () => webSocket.connectAsync(server.url),
      InvalidOperationError,
      "Cannot connect: the WebSocket is connecting already, use a new one",
    );
    assertThrows(
      () => webSocket.setRequestHeader("X-Late", "1"),
      InvalidOperationError,
      "Cannot set a request header: the WebSocket is connecting already",
    );
    using peer = await server.accept();
    await connecting;
    assertEquals(peer.header("X-Late"), null);
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() and setRequestHeader() refuse to be called when it is connected, which it stays",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    await assertRejects(
      () => client.connectAsync("ws://127.0.0.1/"),
      InvalidOperationError,
      "Cannot connect: the WebSocket is connected already, use a new one",
    );
    assertThrows(
      () => client.setRequestHeader("X-Late", "1"),
      InvalidOperationError,
      "is connected already",
    );
    await client.pingAsync();
    await closeAll(client, server);
    await assertRejects(
      () => client.connectAsync("ws://127.0.0.1/"),
      ClosedError,
      "Cannot use the WebSocket: it is closed",
    );
    assertThrows(() => client.setRequestHeader("X-Late", "1"), ClosedError);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() can be called again after a failure, with the headers that were set",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    webSocket.setRequestHeader("X-First", "1");
    const refused = outcome(webSocket.connectAsync(server.url));
    using peer = await server.next();
    await peer.write("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    assertInstanceOf(await refused, WebSocketError);
    await peer.readEnd();
    webSocket.setRequestHeader("X-Second", "2");
    webSocket.control.supportedProtocols.push("chat");
    webSocket.onmessagereceived = () => {};
    const connected = webSocket.connectAsync(`${server.url}again`);
    using other = await server.accept("Sec-WebSocket-Protocol: chat");
    await connected;
    assertMatch(other.head, /^GET \/again HTTP/);
    assertEquals(other.header("X-First"), "1");
    assertEquals(other.header("X-Second"), "2");
    assertEquals(webSocket.information.protocol, "chat");
    assertEquals(
      other.header("Sec-WebSocket-Key") === peer.header("Sec-WebSocket-Key"),
      false,
    );
    await closeWithPeer(webSocket, other);
  },
);

for (const Class of [MessageWebSocket, StreamWebSocket]) {
  Deno.test(
    `${Class.name} refuses everything after close(), which may be called before connectAsync() and again`,
    { permissions: "none" },
    async () => {
      const webSocket = new Class();
      const types: string[] = [];
      webSocket.onclosed = ({ type }) => types.push(type);
      webSocket.close(1000, "never used");
      webSocket.close();
      await webSocket[Symbol.asyncDispose]();
      const uri = "ws://127.0.0.1/";
      await assertRejects(() => webSocket.connectAsync(uri), ClosedError);
      await assertRejects(() => webSocket.pingAsync(), ClosedError);
      assertThrows(() => webSocket.outputStream, ClosedError);
      assertThrows(() => webSocket.setRequestHeader("A", "b"), ClosedError);
      assertEquals(webSocket.information.protocol, null);
      assertEquals(webSocket.control.idleTimeout, 0);
      assertEquals(types, []);
    },
  );
}

Deno.test(
  "ClientWebSocket cannot be made of something else than its state",
  { permissions: "none" },
  () => {
    class OfNothing extends ClientWebSocket {
      constructor(state: object) {
        super(state);
      }
    }
    assertThrows(() => new OfNothing({}), TypeError, "Not the state");
    assertThrows(
      () => new OfNothing(new EndpointState([])),
      TypeError,
      "Not the state of a WebSocket of a client",
    );
  },
);
