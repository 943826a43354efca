import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  ClosedError,
  HostName,
  InvalidOperationError,
  MessageWebSocket,
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  WebErrorStatus,
  type WebSocketEndpoint,
  WebSocketError,
  WebSocketListener,
  WebSocketListenerConnectionReceivedEventArgs as Request,
} from "../../../mod.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { isPending, outcome } from "../streams/_fakes.ts";
import {
  closeAll,
  listen,
  listenSecurely,
  nextError,
  nextRequest,
  ON_LOOPBACK,
  urlOf,
} from "./_client_listener.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { connectRaw, type RawPeer, shakeHandsRaw } from "./_raw_peer.ts";

const NO_PERMISSION = { permissions: "none" } as const;
const { tls12 } = SocketProtectionLevel;

/** Connects a client to a path, which tells it from others. */
function connect(
  listener: WebSocketListener,
  path = "",
): { webSocket: MessageWebSocket; connected: Promise<void> } {
  const webSocket = new MessageWebSocket();
  const connected = webSocket.connectAsync(urlOf(listener) + path);
  // Some tests look at it later, when it has been rejected already.
  connected.catch(() => {});
  return { webSocket, connected };
}

/** Clients that connect, and say nothing. */
async function connectSilently(
  { information }: WebSocketListener,
  count: number,
): Promise<RawPeer[]> {
  const peers: RawPeer[] = [];
  for (let i = 0; i < count; i++) {
    peers.push(await connectRaw(information.localPort));
  }
  return peers;
}

/** Waits until each of them has seen the end, which it does not answer. */
async function untilEnded(peers: readonly RawPeer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.readEnd()));
  for (const peer of peers) peer[Symbol.dispose]();
}

Deno.test(
  "WebSocketListener has no port before it is bound",
  NO_PERMISSION,
  () => {
    using listener = new WebSocketListener();
    const { control, information } = listener;
    assertEquals(information.localPort, "");
    assertEquals(control.serverCertificate, null);
    assertEquals(listener.onconnectionreceived, null);
    assertEquals(listener.onerror, null);
    assertStrictEquals(listener.control, control);
    assertStrictEquals(listener.information, information);
  },
);

Deno.test(
  "WebSocketListener refuses to be bound with wrong arguments, or without the permission",
  NO_PERMISSION,
  async () => {
    using listener = new WebSocketListener();
    for (
      const bind of [
        () => listener.bindServiceNameAsync("not a service"),
        () => listener.bindServiceNameAsync(65_536),
        // @ts-expect-error: what plain JavaScript may pass
        () => listener.bindServiceNameAsync("", 77),
        () => listener.bindEndpointAsync("not a host", ""),
        // @ts-expect-error: what plain JavaScript may pass
        () => listener.bindEndpointAsync(undefined, ""),
      ]
    ) await assertRejects(bind, ArgumentError);
    await assertRejects(
      () => listener.bindEndpointAsync("127.0.0.1", "", tls12),
      InvalidOperationError,
      "control.serverCertificate",
    );
    await assertRejects(
      () => listener.bindEndpointAsync("127.0.0.1", ""),
      Deno.errors.NotCapable,
    );
    assertEquals(listener.information.localPort, "");
  },
);

Deno.test(
  "WebSocketListener.bindServiceNameAsync() listens on all local addresses",
  { permissions: { net: ["0.0.0.0", "[::]", "127.0.0.1"] } },
  async () => {
    using listener = new WebSocketListener();
    await listener.bindServiceNameAsync("");
    const requested = nextRequest(listener);
    const { webSocket, connected } = connect(listener);
    const server = await (await requested).acceptMessageWebSocketAsync();
    await connected;
    await closeAll(webSocket, server);
  },
);

Deno.test(
  "WebSocketListener.bindEndpointAsync() rejects with addressAlreadyInUse, and may be called again, but once only",
  ON_LOOPBACK,
  async () => {
    using first = await listen();
    using second = new WebSocketListener();
    const host = new HostName("127.0.0.1");
    const error = await assertRejects(
      () => second.bindEndpointAsync(host, first.information.localPort),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
    await assertRejects(
      () => Array.fromAsync(second),
      InvalidOperationError,
      "the listener is not bound",
    );
    await second.bindEndpointAsync(host, 0);
    const { localPort } = second.information;
    assertMatch(localPort, /^[1-9]\d*$/);
    await assertRejects(
      () => second.bindEndpointAsync(host, 0),
      InvalidOperationError,
    );
    assertEquals(second.information.localPort, localPort);
    assertThrows(
      () => second.control.keepAlive = true,
      InvalidOperationError,
    );
  },
);

Deno.test(
  "WebSocketListener.close() ends everything, and may be called again",
  ON_LOOPBACK,
  async () => {
    const listener = await listen();
    const url = urlOf(listener);
    const waiting = Array.fromAsync(listener);
    assertEquals(await isPending(waiting), true);
    listener.close();
    listener.close();
    await listener[Symbol.asyncDispose]();
    assertEquals(await waiting, []);
    assertEquals(await Array.fromAsync(listener), []);
    await assertRejects(() => listener.bindServiceNameAsync(""), ClosedError);
    // The accept that was waiting has to end.
    await turnsOfEventLoop(20);
    using webSocket = new MessageWebSocket();
    const error = await assertRejects(
      () => webSocket.connectAsync(url),
      WebSocketError,
    );
    assertEquals(error.status, WebErrorStatus.cannotConnect);
  },
);

Deno.test(
  "WebSocketListener.close() during a bind rejects that",
  { permissions: { net: ["127.0.0.1", "localhost", "[::1]"] } },
  async () => {
    const listener = new WebSocketListener();
    const binding = outcome(listener.bindEndpointAsync("localhost", ""));
    listener.close();
    assertInstanceOf(await binding, SocketError);
    assertEquals(await Array.fromAsync(listener), []);
  },
);

Deno.test(
  "WebSocketListener.close() leaves nothing behind, whenever it comes after a bind",
  ON_LOOPBACK,
  async () => {
    for (let microtasks = 0; microtasks < 10; microtasks++) {
      const listener = new WebSocketListener();
      const errors: unknown[] = [];
      listener.onerror = ({ error }) => errors.push(error);
      listener.onconnectionreceived = (request) => request.rejectAsync(403);
      const binding = outcome(listener.bindEndpointAsync("127.0.0.1", ""));
      for (let i = 0; i < microtasks; i++) await null;
      listener.close();
      await binding;
      await turnsOfEventLoop(20);
      assertEquals(await Array.fromAsync(listener), []);
      assertEquals(errors, []);
    }
  },
);

Deno.test(
  "WebSocketListener raises one connectionreceived for each client",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const paths = new Set<string>();
    const servers: WebSocketEndpoint[] = [];
    listener.addEventListener("connectionreceived", async (request) => {
      assertInstanceOf(request, Request);
      assertEquals(request.type, "connectionreceived");
      assertStrictEquals(request.target, listener);
      paths.add(request.url.pathname);
      servers.push(await request.acceptMessageWebSocketAsync());
    });
    const clients = ["a", "b", "c"].map((path) => connect(listener, path));
    await Promise.all(clients.map(({ connected }) => connected));
    assertEquals(paths, new Set(["/a", "/b", "/c"]));
    await closeAll(...clients.map(({ webSocket }) => webSocket), ...servers);
  },
);

Deno.test(
  "WebSocketListener.onconnectionreceived can be replaced and removed, and then clients wait",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    listener.onconnectionreceived = (request) => request.rejectAsync(500);
    const reject = (request: Request): unknown => request.rejectAsync(503);
    listener.onconnectionreceived = reject;
    assertStrictEquals(listener.onconnectionreceived, reject);
    const { connected } = connect(listener);
    const error = await assertRejects(() => connected, WebSocketError);
    assertEquals(error.status, WebErrorStatus.serviceUnavailable);
    listener.onconnectionreceived = null;
    const other = connect(listener);
    assert(await isPending(outcome(other.connected)));
    const served = new Promise<WebSocketEndpoint>((resolve) => {
      listener.addEventListener(
        "connectionreceived",
        (request) => resolve(request.acceptMessageWebSocketAsync()),
        { once: true },
      );
    });
    await other.connected;
    await closeAll(other.webSocket, await served);
  },
);

Deno.test(
  "WebSocketListener iterates over clients again after an iteration was left",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const paths: string[] = [];
    for (const path of ["first", "second"]) {
      const { connected } = connect(listener, path);
      for await (const request of listener) {
        paths.push(request.url.pathname);
        await Promise.all([
          request.rejectAsync(403),
          assertRejects(() => connected, WebSocketError),
        ]);
        break;
      }
    }
    assertEquals(paths, ["/first", "/second"]);
  },
);

Deno.test(
  "WebSocketListener.onerror can be replaced and removed",
  NO_PERMISSION,
  () => {
    using listener = new WebSocketListener();
    let count = 0;
    const handler = (): void => void count++;
    listener.onerror = () => count += 100;
    listener.onerror = handler;
    assertStrictEquals(listener.onerror, handler);
    listener.dispatchEvent(new ErrorEvent("error"));
    listener.onerror = null;
    listener.addEventListener("error", handler);
    listener.removeEventListener("error", handler);
    listener.dispatchEvent(new ErrorEvent("error"));
    assertEquals(count, 1);
  },
);

Deno.test(
  "WebSocketListener.close() leaves WebSockets that were accepted, and clients that it has told of",
  ON_LOOPBACK,
  async () => {
    const listener = await listen();
    const accepted = nextRequest(listener);
    const first = connect(listener);
    const server = await (await accepted).acceptMessageWebSocketAsync();
    await first.connected;
    const told = nextRequest(listener);
    const second = connect(listener);
    const request = await told;
    listener.close();
    await first.webSocket.pingAsync();
    const other = await request.acceptMessageWebSocketAsync();
    await second.connected;
    await second.webSocket.pingAsync();
    await closeAll(first.webSocket, server, second.webSocket, other);
  },
);

Deno.test(
  "WebSocketListener.close() ends the handshakes that go on, without an error event",
  ON_LOOPBACK,
  async () => {
    const listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    const errors: unknown[] = [];
    listener.onerror = ({ error }) => errors.push(error);
    const silent = await connectSilently(listener, 3);
    await silent[0]?.write("GET / HTTP/1.1\r\nHost: a\r\n");
    // Whoever comes behind them is served, so they were accepted.
    await assertRejects(() => connect(listener).connected, WebSocketError);
    listener.close();
    await untilEnded(silent);
    assertEquals(errors, []);
  },
);

Deno.test(
  "WebSocketListener.close() drops clients that nobody was told of",
  ON_LOOPBACK,
  async () => {
    const listener = await listen();
    const requested = nextRequest(listener);
    const peers = await Promise.all(
      Array.from({ length: 3 }, () => connect(listener)),
    );
    await (await requested).rejectAsync(403);
    await turnsOfEventLoop(20);
    listener.close();
    for (const { connected } of peers) {
      await assertRejects(() => connected, WebSocketError);
    }
  },
);

Deno.test(
  "WebSocketListener.control.maxPendingConnections bounds the clients that are open",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      configure: ({ control }) => control.maxPendingConnections = 1,
    });
    const requests: Request[] = [];
    let onRequest = Promise.withResolvers<void>();
    listener.onconnectionreceived = (request) => {
      requests.push(request);
      onRequest.resolve();
    };
    const clients = [connect(listener), connect(listener)];
    for (let count = 1; count <= clients.length; count++) {
      await onRequest.promise;
      onRequest = Promise.withResolvers();
      await turnsOfEventLoop(20);
      assertEquals(requests.length, count);
      await requests[count - 1]?.rejectAsync(403);
    }
    for (const { connected } of clients) {
      await assertRejects(() => connected, WebSocketError);
    }
  },
);

Deno.test(
  "WebSocketListener serves a client at once behind 100 that say nothing",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    const silent = await connectSilently(listener, 100);
    const start = performance.now();
    await assertRejects(() => connect(listener).connected, WebSocketError);
    // Nobody has to give way.
    assertLess(performance.now() - start, 2_000);
    listener.close();
    await untilEnded(silent);
  },
);

Deno.test(
  "WebSocketListener lets those give way that say nothing, when there are more than it reads from at once",
  ON_LOOPBACK,
  async () => {
    using clock = new FakeClock();
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    const errors: unknown[] = [];
    listener.onerror = ({ error }) => errors.push(error);
    const silent = await connectSilently(listener, 130);
    let isServed = false;
    const { connected } = connect(listener);
    connected.catch(() => isServed = true);
    // Those of 128 heads, of the next client that waits, and of the last one.
    while (clock.timerCount < 130) await turnsOfEventLoop(1);
    clock.pass(1_999);
    assertEquals(errors, []);
    clock.pass(1);
    while (!isServed) {
      await turnsOfEventLoop(1);
      clock.pass(1);
    }
    listener.close();
    await untilEnded(silent);
    assert(errors.length > 0);
    for (const error of errors) {
      assertInstanceOf(error, WebSocketError);
      assertEquals(error.status, WebErrorStatus.timeout);
      assertMatch(
        error.message,
        /^Cannot accept a WebSocket from "127\.0\.0\.1:\d+": the request took longer than "2000" ms, and others waited$/,
      );
    }
  },
);

Deno.test(
  "WebSocketListener serves 100 clients that come at once, none of which gives way",
  ON_LOOPBACK,
  async () => {
    const servers: WebSocketEndpoint[] = [];
    using listener = await listen({
      async answer(request) {
        servers.push(await request.acceptMessageWebSocketAsync());
      },
    });
    const errors: unknown[] = [];
    listener.onerror = ({ error }) => errors.push(error);
    const clients = Array.from({ length: 100 }, () => connect(listener));
    await Promise.all(clients.map(({ connected }) => connected));
    await closeAll(...clients.map(({ webSocket }) => webSocket), ...servers);
    assertEquals(errors, []);
    assertEquals(servers.length, 100);
  },
);

Deno.test(
  "WebSocketListener over TLS has wss: clients, and tells of those that do not speak TLS",
  ON_LOOPBACK,
  async () => {
    using listener = await listenSecurely();
    listener.onconnectionreceived = null;
    const failed = nextError(listener);
    const requested = nextRequest(listener);
    using plain = await connectRaw(listener.information.localPort, "GET / ");
    await plain.readEnd();
    assertInstanceOf(await failed, SocketError);
    const { root } = await goodIdentities();
    const webSocket = new MessageWebSocket();
    webSocket.control.trustedRootCertificates = [root];
    const connected = webSocket.connectAsync(urlOf(listener));
    const request = await requested;
    assertEquals(request.url.href, urlOf(listener));
    assertEquals(request.socketInformation.protectionLevel, tls12);
    const server = await request.acceptMessageWebSocketAsync();
    await connected;
    await webSocket.pingAsync();
    await closeAll(webSocket, server);
  },
);

Deno.test(
  "WebSocketListener keeps what a client sends before it is accepted",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const requested = nextRequest(listener);
    const shaken = shakeHandsRaw(listener.information.localPort);
    const request = await requested;
    const server = await request.acceptStreamWebSocketAsync();
    using peer = await shaken;
    await peer.send(0x82, "early");
    const bytes = await server.inputStream.readAsync(new Uint8Array(5));
    assertEquals(new TextDecoder().decode(bytes), "early");
    await peer.sendClose(1000);
    await peer.readEnd();
    peer[Symbol.dispose]();
    await closeAll(server);
  },
);
