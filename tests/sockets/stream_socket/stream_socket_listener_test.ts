import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  ClosedError,
  HostName,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  StreamSocket,
  StreamSocketListener,
  StreamSocketListenerConnectionReceivedEventArgs,
} from "../../../mod.ts";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { closeAll, connectTo, nextSocket } from "./_echo.ts";
import { run } from "./_run.ts";

type Received = StreamSocketListenerConnectionReceivedEventArgs;

async function boundListener(): Promise<StreamSocketListener> {
  const listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  return listener;
}

async function connect(listener: StreamSocketListener): Promise<StreamSocket> {
  const client = new StreamSocket();
  await client.connectAsync("127.0.0.1", listener.information.localPort);
  return client;
}

/** Resolves with the next event, and leaves no handler behind. */
function nextEvent(listener: StreamSocketListener): Promise<Received> {
  return new Promise((resolve) =>
    listener.addEventListener("connectionreceived", resolve, { once: true })
  );
}

Deno.test("StreamSocketListener raises one connectionreceived per connection, whose socket is already connected", async () => {
  using listener = await boundListener();
  const events: Received[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  listener.addEventListener("connectionreceived", (event) => {
    if (events.push(event) === 3) resolve();
  });
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(await connect(listener));
  await all;
  const ports = events.map(({ socket }) => socket.information.remotePort);
  assertEquals(
    ports,
    clients.map((client) => client.information.localPort),
  );
  const [event] = events;
  assertInstanceOf(event, StreamSocketListenerConnectionReceivedEventArgs);
  assertEquals(event.type, "connectionreceived");
  assertStrictEquals(event.target, listener);
  assertStrictEquals(event.socket, event.socket);
  await closeAll(...clients, ...events.map(({ socket }) => socket));
});

Deno.test("StreamSocketListener.onconnectionreceived is a handler that can be replaced and removed", async () => {
  using listener = await boundListener();
  assertEquals(listener.onconnectionreceived, null);
  const seen: string[] = [];
  const sockets: StreamSocket[] = [];
  const first = ({ socket }: Received): void => {
    seen.push("first");
    sockets.push(socket);
  };
  listener.onconnectionreceived = first;
  assertStrictEquals(listener.onconnectionreceived, first);
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.onconnectionreceived = ({ socket }) => {
    seen.push("second");
    sockets.push(socket);
    resolve();
  };
  const client = await connect(listener);
  await promise;
  assertEquals(seen, ["second"]);
  listener.onconnectionreceived = null;
  const other = await connect(listener);
  const later = await nextEvent(listener);
  assertEquals(seen, ["second"]);
  await closeAll(client, other, later.socket, ...sockets);
});

Deno.test("StreamSocketListener keeps connections that arrive before there is a handler", async () => {
  using listener = await boundListener();
  const clients = [];
  for (let i = 0; i < 5; i++) clients.push(await connect(listener));
  const sockets: StreamSocket[] = [];
  await new Promise<void>((resolve) => {
    listener.onconnectionreceived = ({ socket }) => {
      if (sockets.push(socket) === 5) resolve();
    };
  });
  await closeAll(...clients, ...sockets);
});

Deno.test("StreamSocketListener keeps connections while its handler is removed", async () => {
  using listener = await boundListener();
  const first = nextEvent(listener);
  const clients = [await connect(listener)];
  const sockets = [(await first).socket];
  clients.push(await connect(listener), await connect(listener));
  sockets.push((await nextEvent(listener)).socket);
  sockets.push((await nextEvent(listener)).socket);
  assertEquals(new Set(sockets).size, 3);
  await closeAll(...clients, ...sockets);
});

Deno.test("StreamSocketListener respects once, signal, capture and doubled handlers", async () => {
  using listener = await boundListener();
  const abort = new AbortController();
  let aborted = 0;
  let doubled = 0;
  const sockets: StreamSocket[] = [];
  const handler = ({ socket }: Received): void => {
    doubled++;
    sockets.push(socket);
  };
  listener.addEventListener("connectionreceived", () => aborted++, {
    signal: abort.signal,
  });
  abort.abort();
  listener.addEventListener("connectionreceived", handler);
  listener.addEventListener("connectionreceived", handler);
  listener.addEventListener("connectionreceived", null);
  const event = nextEvent(listener);
  const client = await connect(listener);
  await event;
  assertEquals([aborted, doubled], [0, 1]);
  listener.removeEventListener("connectionreceived", handler);
  await closeAll(client, ...sockets);
});

Deno.test("StreamSocketListener delivers to a once handler that arms itself again", async () => {
  using listener = await boundListener();
  const sockets: StreamSocket[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  function arm(): void {
    listener.addEventListener("connectionreceived", ({ socket }) => {
      arm();
      if (sockets.push(socket) === 3) resolve();
    }, { once: true });
  }
  arm();
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(await connect(listener));
  await promise;
  await closeAll(...clients, ...sockets);
});

Deno.test("StreamSocketListener keeps a handler that was added again when the signal of its first time aborts", async () => {
  using listener = await boundListener();
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<StreamSocket>();
  const handler = ({ socket }: Received): void => resolve(socket);
  const { signal } = abort;
  listener.addEventListener("connectionreceived", handler, { signal });
  listener.removeEventListener("connectionreceived", handler);
  listener.addEventListener("connectionreceived", handler);
  abort.abort();
  const client = await connect(listener);
  await closeAll(client, await promise);
});

Deno.test("StreamSocketListener.onconnectionreceived takes what is not callable for null, and is apart from added handlers", async () => {
  using listener = await boundListener();
  // @ts-expect-error: what plain JavaScript may pass
  listener.onconnectionreceived = undefined;
  assertEquals(listener.onconnectionreceived, null);
  const { promise, resolve } = Promise.withResolvers<StreamSocket>();
  const handler = ({ socket }: Received): void => resolve(socket);
  listener.addEventListener("connectionreceived", handler);
  listener.onconnectionreceived = handler;
  listener.onconnectionreceived = null;
  const client = await connect(listener);
  await closeAll(client, await promise);
});

Deno.test("StreamSocketListener calls handler objects, with the listener as the target", async () => {
  using listener = await boundListener();
  const { promise, resolve } = Promise.withResolvers<Event>();
  const handler = { handleEvent: resolve };
  listener.addEventListener("connectionreceived", handler);
  const client = await connect(listener);
  const event = await promise;
  assertStrictEquals(event.currentTarget ?? event.target, listener);
  assertInstanceOf(event, StreamSocketListenerConnectionReceivedEventArgs);
  await closeAll(client, event.socket);
});

Deno.test({
  name: "StreamSocketListener serves a client behind peers that reset at once",
  ignore: !hasNativeSockets(),
  async fn() {
    using listener = await boundListener();
    const { localPort } = listener.information;
    for (let i = 0; i < 30; i++) {
      const transport = await connectTcp({
        hostname: "127.0.0.1",
        port: Number(localPort),
      });
      transport.reset();
    }
    const sockets: StreamSocket[] = [];
    const client = await connect(listener);
    const { localPort: own } = client.information;
    for await (const { socket } of listener) {
      sockets.push(socket);
      if (socket.information.remotePort === own) break;
    }
    await closeAll(client, ...sockets);
  },
});

Deno.test("StreamSocketListener iteration that is left while it waits takes no connection", async () => {
  using listener = await boundListener();
  const iterator = listener[Symbol.asyncIterator]();
  const step = iterator.next();
  await iterator.return?.();
  assertEquals((await step).done, true);
  assertEquals((await iterator.next()).done, true);
  const { client, server } = await connectTo(listener);
  await closeAll(client, server);
});

Deno.test("StreamSocketListener.cancelIOAsync() lets a handler that is set right after it receive", async () => {
  using listener = await boundListener();
  listener.onconnectionreceived = () => {};
  await listener.cancelIOAsync();
  const event = nextEvent(listener);
  listener.onconnectionreceived = null;
  const client = await connect(listener);
  await closeAll(client, (await event).socket);
});

Deno.test("StreamSocketListener.close() closes what was accepted ahead from several addresses", async () => {
  // The resource sanitizer tells if one of the sockets stays open.
  const listener = new StreamSocketListener();
  await listener.bindEndpointAsync("localhost", "");
  const clients = [new StreamSocket(), new StreamSocket()];
  const accepted = nextSocket(listener);
  await Promise.all(
    ["127.0.0.1", "::1"].map((host, i) =>
      clients[i]?.connectAsync(host, listener.information.localPort)
    ),
  );
  const server = await accepted;
  await Promise.resolve();
  listener.close();
  await closeAll(server, ...clients);
});

Deno.test("StreamSocketListener gives connections by iteration, one accept for each step", async () => {
  using listener = await boundListener();
  const clients = [await connect(listener), await connect(listener)];
  const sockets: StreamSocket[] = [];
  for await (const { socket } of listener) {
    sockets.push(socket);
    if (sockets.length === 2) break;
  }
  // Leaving the loop does not close the listener.
  const third = await connectTo(listener);
  await closeAll(...clients, ...sockets, third.client, third.server);
});

Deno.test("StreamSocketListener iterations share the connections", async () => {
  using listener = await boundListener();
  const accepted = [nextSocket(listener), nextSocket(listener)];
  const clients = [await connect(listener), await connect(listener)];
  const [one, two] = await Promise.all(accepted);
  assertNotStrictEquals(one, two);
  await closeAll(...clients, ...(await Promise.all(accepted)));
});

Deno.test("StreamSocketListener iteration ends when the listener is closed", async () => {
  const listener = await boundListener();
  const sockets = Array.fromAsync(listener);
  listener.close();
  assertEquals(await sockets, []);
  assertEquals(await Array.fromAsync(listener), []);
});

Deno.test("StreamSocketListener iteration before a bind rejects with InvalidOperationError", async () => {
  using listener = new StreamSocketListener();
  await assertRejects(() => Array.fromAsync(listener), InvalidOperationError);
});

Deno.test("StreamSocketListener.cancelIOAsync() rejects a pending step as aborted, and loses no connection", async () => {
  using listener = await boundListener();
  const step = nextSocket(listener);
  const rejected = assertRejects(() => step, SocketError);
  await listener.cancelIOAsync();
  assertEquals((await rejected).status, SocketErrorStatus.operationAborted);
  const { client, server } = await connectTo(listener);
  assertEquals(
    server.information.remotePort,
    client.information.localPort,
  );
  await closeAll(client, server);
});

Deno.test("StreamSocketListener.cancelIOAsync() pauses events until the next handler", async () => {
  using listener = await boundListener();
  const sockets: StreamSocket[] = [];
  listener.onconnectionreceived = ({ socket }) => sockets.push(socket);
  await listener.cancelIOAsync();
  const client = await connect(listener);
  assertEquals(sockets.length, 0);
  const event = await nextEvent(listener);
  assertStrictEquals(event.socket, sockets[0]);
  await closeAll(client, event.socket);
});

Deno.test("StreamSocketListener.cancelIOAsync() rejects with ClosedError after close()", async () => {
  const listener = new StreamSocketListener();
  listener.close();
  await assertRejects(() => listener.cancelIOAsync(), ClosedError);
});

Deno.test("StreamSocketListener.bindServiceNameAsync() listens on all local addresses", async () => {
  using listener = new StreamSocketListener();
  await listener.bindServiceNameAsync("", SocketProtectionLevel.plainSocket);
  assertMatch(listener.information.localPort, /^\d+$/);
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync(host, listener.information.localPort);
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocketListener.bindServiceNameAsync() listens on the addresses of an adapter", async () => {
  const adapter = Deno.networkInterfaces()
    .find(({ address }) => address === "127.0.0.1")?.name ?? "";
  using listener = new StreamSocketListener();
  await listener.bindServiceNameAsync("", undefined, { adapter });
  const { client, server } = await connectTo(listener);
  assertEquals(server.information.localAddress?.rawName, "127.0.0.1");
  await closeAll(client, server);
});

Deno.test("StreamSocketListener.bindEndpointAsync() takes a HostName, a name, an address, and null for all", async () => {
  for (const host of [new HostName("127.0.0.1"), "localhost", "::1", null]) {
    using listener = new StreamSocketListener();
    await listener.bindEndpointAsync(host, 0);
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync(
      host === "::1" ? host : "127.0.0.1",
      listener.information.localPort,
    );
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocketListener.bindEndpointAsync() to localhost listens on all loopback addresses", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("localhost", "");
  for (const host of ["127.0.0.1", "::1"]) {
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync(host, listener.information.localPort);
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocketListener.bindEndpointAsync() rejects with cannotAssignRequestedAddress for the address of another machine", async () => {
  using listener = new StreamSocketListener();
  const error = await assertRejects(
    () => listener.bindEndpointAsync("203.0.113.1", ""),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.cannotAssignRequestedAddress);
});

Deno.test("StreamSocketListener rejects wrong arguments before any I/O", async () => {
  using listener = new StreamSocketListener();
  for (
    const call of [
      () => listener.bindServiceNameAsync("not a service"),
      () => listener.bindServiceNameAsync(65536),
      () => listener.bindEndpointAsync("not a host", ""),
      // @ts-expect-error: what plain JavaScript may pass
      () => listener.bindEndpointAsync(undefined, ""),
      // @ts-expect-error: what plain JavaScript may pass
      () => listener.bindServiceNameAsync(null),
      // @ts-expect-error: what plain JavaScript may pass
      () => listener.bindServiceNameAsync("", 77),
      // @ts-expect-error: what plain JavaScript may pass
      () => listener.bindServiceNameAsync("", 0, { adapter: null }),
      () => listener.bindServiceNameAsync("", 0, { adapter: "nope0" }),
    ]
  ) {
    const error = await assertRejects(call, ArgumentError);
    assertEquals(error.hresult, -2147024809);
  }
  await assertRejects(
    () => listener.bindServiceNameAsync("", SocketProtectionLevel.tls12),
    InvalidOperationError,
    "control.serverCertificate",
  );
});

Deno.test("StreamSocketListener.bindServiceNameAsync() rejects with addressAlreadyInUse, and may be called again", async () => {
  using first = await boundListener();
  using second = new StreamSocketListener();
  const { localPort } = first.information;
  const error = await assertRejects(
    () => second.bindEndpointAsync("127.0.0.1", localPort),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
  second.control.keepAlive = true;
  await second.bindEndpointAsync("127.0.0.1", "");
  assertMatch(second.information.localPort, /^\d+$/);
});

Deno.test("StreamSocketListener.bindServiceNameAsync() rejects a second bind while the first runs and after it", async () => {
  using listener = new StreamSocketListener();
  const bind = listener.bindEndpointAsync("127.0.0.1", "");
  await assertRejects(
    () => listener.bindServiceNameAsync(""),
    InvalidOperationError,
  );
  await bind;
  const { localPort } = listener.information;
  await assertRejects(
    () => listener.bindServiceNameAsync(""),
    InvalidOperationError,
  );
  assertEquals(listener.information.localPort, localPort);
});

Deno.test("StreamSocketListener.close() during a bind rejects it as aborted", async () => {
  const listener = new StreamSocketListener();
  const bind = listener.bindEndpointAsync("localhost", "");
  listener.close();
  const error = await assertRejects(() => bind, SocketError);
  assertEquals(error.status, SocketErrorStatus.operationAborted);
  await assertRejects(() => listener.bindServiceNameAsync(""), ClosedError);
});

Deno.test("StreamSocketListener.close() leaves accepted sockets alive and the port known", async () => {
  const listener = await boundListener();
  const { localPort } = listener.information;
  const { client, server } = await connectTo(listener);
  listener.close();
  listener.close();
  assertEquals(listener.information.localPort, localPort);
  await client.outputStream.writeAsync(new Uint8Array([5]));
  const bytes = await server.inputStream.readAsync(new Uint8Array(1));
  assertEquals(bytes[0], 5);
  await closeAll(client, server);
});

Deno.test("StreamSocketListener.close() refuses further connections", async () => {
  const listener = await boundListener();
  const { localPort } = listener.information;
  await listener[Symbol.asyncDispose]();
  using client = new StreamSocket();
  const error = await assertRejects(
    () => client.connectAsync("127.0.0.1", localPort),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.connectionRefused);
});

Deno.test("StreamSocketListener.control is copied to the accepted sockets", async () => {
  using listener = new StreamSocketListener();
  listener.control.keepAlive = true;
  listener.control.noDelay = false;
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { client, server } = await connectTo(listener);
  assertEquals(server.control.keepAlive, true);
  assertEquals(server.control.noDelay, false);
  assertThrows(() => server.control.keepAlive = false, InvalidOperationError);
  await closeAll(client, server);
});

Deno.test("StreamSocketListener.control.maxPendingConnections bounds the sockets that are open", async () => {
  using listener = new StreamSocketListener();
  listener.control.maxPendingConnections = 2;
  await listener.bindEndpointAsync("127.0.0.1", "");
  const sockets: StreamSocket[] = [];
  let arrived = Promise.withResolvers<void>();
  listener.onconnectionreceived = ({ socket }) => {
    sockets.push(socket);
    arrived.resolve();
  };
  const clients = [];
  for (let i = 0; i < 6; i++) clients.push(await connect(listener));
  for (let count = 1; count <= 6; count++) {
    while (sockets.length < count) {
      await arrived.promise;
      arrived = Promise.withResolvers<void>();
    }
    assert(sockets.length <= count + 1);
    await closeAll(...sockets.slice(count - 1, count));
  }
  await closeAll(...clients, ...sockets);
});

Deno.test("StreamSocketListener.onerror is a handler that can be replaced and removed", () => {
  using listener = new StreamSocketListener();
  let count = 0;
  const handler = (): void => void count++;
  listener.onerror = () => count += 100;
  listener.onerror = handler;
  assertStrictEquals(listener.onerror, handler);
  listener.dispatchEvent(new ErrorEvent("error"));
  assertEquals(count, 1);
  listener.onerror = null;
  listener.dispatchEvent(new ErrorEvent("error"));
  assertEquals(count, 1);
});

Deno.test("StreamSocketListener goes on after handlers that throw, which surface as the platform's errors", async () => {
  // In a program of its own, since the test runner takes such errors as its own.
  const { code, stdout, stderr } = await run("_handlers_that_throw.ts", [
    "--allow-net",
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout.trimEnd().split("\n"), [
    "error thrown",
    "unhandledrejection rejected",
    "error thrown",
    "unhandledrejection rejected",
    "connections 2",
  ]);
  assertEquals(code, 0);
});

Deno.test({
  name:
    "StreamSocketListener.bindServiceNameAsync() rejects with NotCapable without the permission",
  permissions: { net: false },
  async fn() {
    using listener = new StreamSocketListener();
    await assertRejects(
      () => listener.bindServiceNameAsync(""),
      Deno.errors.NotCapable,
    );
  },
});

for (const grant of ["localhost", "127.0.0.1"]) {
  Deno.test({
    name:
      `StreamSocketListener.bindEndpointAsync() to localhost listens where it may with the permission for ${grant}`,
    permissions: { net: ["localhost", grant] },
    async fn() {
      using listener = new StreamSocketListener();
      await listener.bindEndpointAsync("localhost", "");
      const accepted = nextSocket(listener);
      const client = new StreamSocket();
      await client.connectAsync("localhost", listener.information.localPort);
      await closeAll(client, await accepted);
    },
  });
}
