import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { TextLineStream } from "@std/streams";
import {
  ArgumentError,
  ClosedError,
  EndpointPair,
  HostName,
  InputStreamOptions,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  SocketSslErrorSeverity,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { startDnsServer } from "../addressing/_dns_server.ts";
import {
  closeAll,
  closedPort,
  connectTo,
  echoListener,
  nextSocket,
  openPair,
} from "./_echo.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function statusOf(promise: Promise<unknown>): Promise<SocketErrorStatus> {
  const error = await assertRejects(() => promise, SocketError);
  return error.status;
}

/** A listener of the runtime whose queue is full: a connect to it hangs. */
async function fullListener(): Promise<AsyncDisposable & { port: number }> {
  const listener = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
    tcpBacklog: 0,
  });
  const { port } = listener.addr;
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  return {
    port,
    [Symbol.asyncDispose]() {
      conn.close();
      listener.close();
      return Promise.resolve();
    },
  };
}

Deno.test("StreamSocket.connectAsync() connects to a host and a port", async () => {
  const { client, server } = await openPair();
  await client.outputStream.writeAsync(encoder.encode("hello"));
  const request = await server.inputStream.readAsync(new Uint8Array(5));
  assertEquals(decoder.decode(request), "hello");
  await server.outputStream.writeAsync(request);
  const reply = await client.inputStream.readAsync(new Uint8Array(5));
  assertEquals(decoder.decode(reply), "hello");
  await closeAll(client, server);
});

Deno.test("StreamSocket.connectAsync() takes a HostName, a string, a number and a service name", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { localPort } = listener.information;
  for (
    const [host, service] of [
      [new HostName("127.0.0.1"), localPort],
      ["localhost", Number(localPort)],
    ] as const
  ) {
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync(host, service);
    assertEquals(client.information.remoteServiceName, localPort);
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocket.connectAsync() to localhost tries all loopback addresses", async () => {
  for (const host of ["127.0.0.1", "::1"]) {
    using listener = new StreamSocketListener();
    await listener.bindEndpointAsync(host, "");
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync("localhost", listener.information.localPort);
    assertEquals(client.information.remoteAddress?.rawName, host);
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocket.connectAsync() takes an EndpointPair, null and '' being the system's choice", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  const { localPort } = listener.information;
  await client.connectAsync(
    new EndpointPair(null, "", new HostName("127.0.0.1"), localPort),
    SocketProtectionLevel.plainSocket,
  );
  assertEquals(client.information.remotePort, localPort);
  await closeAll(client, await accepted);
});

Deno.test("StreamSocket.connectAsync() honours the local end of an EndpointPair", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { localPort } = listener.information;
  const from = `${closedPort()}`;
  for (const localHost of [new HostName("127.0.0.2"), null]) {
    const port = localHost === null ? from : "";
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    const remote = new HostName("127.0.0.1");
    await client.connectAsync(
      new EndpointPair(localHost, port, remote, localPort),
    );
    const server = await accepted;
    const { information } = server;
    if (localHost !== null) {
      assertEquals(information.remoteAddress?.rawName, "127.0.0.2");
      assertEquals(client.information.localAddress?.rawName, "127.0.0.2");
    } else {
      assertEquals(information.remotePort, from);
    }
    await closeAll(client, server);
  }
});

Deno.test("StreamSocket.connectAsync() rejects a local address of another family", async () => {
  const client = new StreamSocket();
  const pair = new EndpointPair("::1", "", "127.0.0.1", closedPort());
  assertEquals(
    await statusOf(client.connectAsync(pair)),
    SocketErrorStatus.addressFamilyNotSupported,
  );
  client.close();
});

Deno.test("StreamSocket.connectAsync() connects from an adapter", async () => {
  const adapter = Deno.networkInterfaces()
    .find(({ address }) => address === "127.0.0.1")?.name ?? "";
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  const { localPort } = listener.information;
  await client.connectAsync("127.0.0.1", localPort, undefined, { adapter });
  assertEquals(client.information.localAddress?.rawName, "127.0.0.1");
  await closeAll(client, await accepted);
});

Deno.test("StreamSocket.connectAsync() rejects an adapter that is not there before any I/O", async () => {
  const client = new StreamSocket();
  await assertRejects(
    () => client.connectAsync("127.0.0.1", 9, undefined, { adapter: "nope0" }),
    ArgumentError,
    '"nope0"',
  );
  client.close();
});

Deno.test("StreamSocket.connectAsync() rejects an adapter beside a local host", async () => {
  const client = new StreamSocket();
  const pair = new EndpointPair("127.0.0.1", "", "127.0.0.1", 9);
  await assertRejects(
    () => client.connectAsync(pair, undefined, { adapter: "lo" }),
    ArgumentError,
    "give one of them",
  );
  client.close();
});

Deno.test("StreamSocket.outputStream.close() right before close() is done by both transports", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { localPort } = listener.information;
  for (const localHost of [null, "127.0.0.1"]) {
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    await client.connectAsync(
      new EndpointPair(localHost, "", "127.0.0.1", localPort),
    );
    const ended = client.outputStream.close();
    client.close();
    await ended;
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocket.connectAsync() rejects wrong arguments before any I/O", async () => {
  const client = new StreamSocket();
  for (
    const call of [
      () => client.connectAsync("not a host", 80),
      () => client.connectAsync("127.0.0.1", ""),
      () => client.connectAsync("127.0.0.1", 65536),
      () => client.connectAsync("127.0.0.1", "not a service"),
      () => client.connectAsync("", 80),
      // @ts-expect-error: what plain JavaScript may pass
      () => client.connectAsync(null, 80),
      // @ts-expect-error: what plain JavaScript may pass
      () => client.connectAsync("127.0.0.1", null),
      // @ts-expect-error: what plain JavaScript may pass
      () => client.connectAsync("127.0.0.1", 80, 77),
      () =>
        // @ts-expect-error: what plain JavaScript may pass
        client.connectAsync("127.0.0.1", 80, undefined, { adapter: null }),
    ]
  ) {
    const error = await assertRejects(call, ArgumentError);
    assertEquals(error.hresult, -2147024809);
  }
  client.close();
});

Deno.test("StreamSocket.connectAsync() rejects levels of Bluetooth, and those that say nothing", async () => {
  const client = new StreamSocket();
  for (
    const level of [
      SocketProtectionLevel.bluetoothEncryptionAllowNullAuthentication,
      SocketProtectionLevel.bluetoothEncryptionWithAuthentication,
      SocketProtectionLevel.unspecified,
    ]
  ) {
    await assertRejects(
      () => client.connectAsync("127.0.0.1", 443, level),
      ArgumentError,
      `"${level}"`,
    );
  }
  client.close();
});

Deno.test("StreamSocket.connectAsync() rejects with connectionRefused, and may be called again", async () => {
  const client = new StreamSocket();
  assertEquals(
    await statusOf(client.connectAsync("127.0.0.1", closedPort())),
    SocketErrorStatus.connectionRefused,
  );
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { server } = await connectTo(listener, client);
  await closeAll(client, server);
});

Deno.test("StreamSocket.connectAsync() rejects with hostNotFound", async () => {
  const client = new StreamSocket();
  const status = await statusOf(client.connectAsync("nope.invalid", 80));
  // Without a resolver that answers, the failure is the temporary one.
  assert(
    status === SocketErrorStatus.hostNotFound ||
      status === SocketErrorStatus.nonAuthoritativeHostNotFound,
  );
  client.close();
});

Deno.test("StreamSocket.connectAsync() rejects a second connect while the first runs and after it", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  const { localPort } = listener.information;
  const connect = client.connectAsync("127.0.0.1", localPort);
  await assertRejects(
    () => client.connectAsync("127.0.0.1", localPort),
    InvalidOperationError,
    "connecting",
  );
  await connect;
  await assertRejects(
    () => client.connectAsync("127.0.0.1", localPort),
    InvalidOperationError,
    "connected",
  );
  await closeAll(client, await accepted);
});

Deno.test("StreamSocket.connectAsync() rejects with the reason of its signal, and may be called again", async () => {
  await using full = await fullListener();
  const client = new StreamSocket();
  const aborted = AbortSignal.abort(new Error("too early"));
  await assertRejects(
    () =>
      client.connectAsync("127.0.0.1", full.port, undefined, {
        signal: aborted,
      }),
    Error,
    "too early",
  );
  const abort = new AbortController();
  const { signal } = abort;
  const connect = client.connectAsync("127.0.0.1", full.port, undefined, {
    signal,
  });
  abort.abort(new Error("enough"));
  await assertRejects(() => connect, Error, "enough");

  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { server } = await connectTo(listener, client);
  await closeAll(client, server);
});

Deno.test("StreamSocket.connectAsync() rejects as aborted when the socket is closed meanwhile", async () => {
  await using full = await fullListener();
  const client = new StreamSocket();
  const connect = client.connectAsync("127.0.0.1", full.port);
  client.close();
  assertEquals(await statusOf(connect), SocketErrorStatus.operationAborted);
  await assertRejects(
    () => client.connectAsync("127.0.0.1", full.port),
    ClosedError,
  );
});

Deno.test("StreamSocket.connectAsync() tries the addresses one by one when attempts are serialized", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  client.control.serializeConnectionAttempts = true;
  await client.connectAsync("localhost", listener.information.localPort);
  await closeAll(client, await accepted);
});

Deno.test("StreamSocket.connectAsync() asks the name server that is given, and tries every address", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.2", "");
  await using dns = await startDnsServer({
    "many.example": { A: ["127.0.0.3", "127.0.0.2"] },
  });
  const nameServer = { ipAddress: "127.0.0.1", port: dns.port };
  for (const serialize of [false, true]) {
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    client.control.serializeConnectionAttempts = serialize;
    const { localPort } = listener.information;
    await client.connectAsync("many.example", localPort, undefined, {
      nameServer,
    });
    assertEquals(client.information.remoteAddress?.rawName, "127.0.0.2");
    assertEquals(client.information.remoteHostName?.rawName, "many.example");
    await closeAll(client, await accepted);
  }
});

Deno.test("StreamSocket.connectAsync() resolves a service by SRV and tries the next target when one fails", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const port = Number(listener.information.localPort);
  await using dns = await startDnsServer({
    "_chat._tcp.srv.example": {
      SRV: [
        { priority: 1, weight: 0, port: closedPort(), target: "a.srv.example" },
        { priority: 2, weight: 0, port, target: "b.srv.example" },
      ],
    },
    "a.srv.example": { A: ["127.0.0.1"] },
    "b.srv.example": { A: ["127.0.0.1"] },
  });
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  await client.connectAsync("srv.example", "chat", undefined, {
    nameServer: { ipAddress: "127.0.0.1", port: dns.port },
  });
  assertEquals(client.information.remotePort, `${port}`);
  assertEquals(client.information.remoteServiceName, "chat");
  await closeAll(client, await accepted);
});

Deno.test("StreamSocket.getEndpointPairsAsync() gives one pair per resolved server, best first; ports may differ", async () => {
  await using dns = await startDnsServer({
    "_chat._tcp.srv.example": {
      SRV: [
        { priority: 2, weight: 0, port: 2000, target: "b.srv.example" },
        { priority: 1, weight: 0, port: 1000, target: "a.srv.example" },
      ],
    },
    "a.srv.example": { A: ["127.0.0.1", "127.0.0.2"] },
    "b.srv.example": { A: ["127.0.0.3"] },
  });
  const pairs = await StreamSocket.getEndpointPairsAsync(
    "srv.example",
    "chat",
    undefined,
    { nameServer: { ipAddress: "127.0.0.1", port: dns.port } },
  );
  assertEquals(
    pairs.map((pair) =>
      `${pair.remoteHostName.canonicalName} ${pair.remoteServiceName}`
    ),
    ["127.0.0.1 1000", "127.0.0.2 1000", "127.0.0.3 2000"],
  );
});

Deno.test("StreamSocket.information tells both ends, also after the close", async () => {
  const { client, server } = await openPair();
  const { information } = client;
  assertStrictEquals(information, client.information);
  for (let round = 0; round < 2; round++) {
    assertEquals(information.localAddress?.rawName, "127.0.0.1");
    assertEquals(information.localPort, server.information.remotePort);
    assertEquals(information.remoteAddress?.rawName, "127.0.0.1");
    assertEquals(information.remotePort, server.information.localPort);
    assertEquals(information.remoteHostName?.rawName, "127.0.0.1");
    assertEquals(information.remoteServiceName, information.remotePort);
    assertEquals(server.information.remoteHostName, null);
    assertEquals(server.information.remoteServiceName, "");
    await closeAll(client, server);
  }
});

Deno.test("StreamSocket.information before connect has null addresses and empty ports", () => {
  using socket = new StreamSocket();
  const { information } = socket;
  assertEquals(information.localAddress, null);
  assertEquals(information.localPort, "");
  assertEquals(information.remoteAddress, null);
  assertEquals(information.remotePort, "");
  assertEquals(information.remoteHostName, null);
  assertEquals(information.remoteServiceName, "");
  assertEquals(information.protectionLevel, SocketProtectionLevel.plainSocket);
  assertEquals(information.serverCertificate, null);
  assertEquals(information.serverCertificateErrors, []);
  assertEquals(
    information.serverCertificateErrorSeverity,
    SocketSslErrorSeverity.none,
  );
  assertEquals(information.serverIntermediateCertificates, []);
  assertEquals(information.sessionKey, null);
  assertEquals(information.roundTripTimeStatistics, {
    variance: 0,
    max: 0,
    min: 0,
    sum: 0,
  });
  assertEquals(information.bandwidthStatistics.outboundBandwidthPeaked, false);
});

Deno.test("StreamSocket.information tells an IPv4 peer of a dual-stack listener by its IPv4 address", async () => {
  using listener = new StreamSocketListener();
  await listener.bindServiceNameAsync("");
  const { client, server } = await connectTo(listener);
  assertEquals(server.information.remoteAddress?.rawName, "127.0.0.1");
  assertEquals(server.information.localAddress?.rawName, "127.0.0.1");
  await closeAll(client, server);
});

Deno.test("StreamSocket.inputStream and outputStream before connect throw InvalidOperationError", () => {
  const socket = new StreamSocket();
  assertThrows(() => socket.inputStream, InvalidOperationError);
  assertThrows(() => socket.outputStream, InvalidOperationError);
  socket.close();
  assertThrows(() => socket.inputStream, ClosedError);
  assertThrows(() => socket.outputStream, ClosedError);
});

Deno.test("StreamSocket.close() rejects pending reads as aborted, and later use as closed", async () => {
  const { client, server } = await openPair();
  const { inputStream, outputStream } = client;
  const read = inputStream.readAsync(new Uint8Array(1));
  const queued = inputStream.readAsync(new Uint8Array(1));
  client.close();
  assertEquals(await statusOf(read), SocketErrorStatus.operationAborted);
  assertEquals(await statusOf(queued), SocketErrorStatus.operationAborted);
  await assertRejects(
    () => inputStream.readAsync(new Uint8Array(1)),
    ClosedError,
  );
  await assertRejects(
    () => outputStream.writeAsync(new Uint8Array(1)),
    ClosedError,
  );
  await assertRejects(() => client.cancelIOAsync(), ClosedError);
  client.close();
  await closeAll(client, server);
});

Deno.test("StreamSocket.close() leaves streams that are first taken after it closed", async () => {
  const { client, server } = await openPair();
  client.close();
  await assertRejects(
    () => client.inputStream.readAsync(new Uint8Array(1)),
    ClosedError,
  );
  await assertRejects(
    () => client.outputStream.writeAsync(new Uint8Array(1)),
    ClosedError,
  );
  await closeAll(client, server);
});

Deno.test("StreamSocket.close() still sends what was written", async () => {
  const { client, server } = await openPair();
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const writes = [];
  for (let i = 0; i < 100; i++) {
    writes.push(client.outputStream.writeAsync(bytes));
  }
  client.close();
  let received = 0;
  for await (const chunk of server.inputStream) received += chunk.length;
  assertEquals(received, 6_553_600);
  assertEquals(await Promise.all(writes), writes.map(() => 65_536));
  await closeAll(client, server);
});

Deno.test("StreamSocket.close() ends with a FIN when no data is unread", async () => {
  const { client, server } = await openPair();
  await server.outputStream.writeAsync(new Uint8Array(3));
  await client.inputStream.readAsync(new Uint8Array(3));
  await closeAll(client);
  assertEquals(
    await server.inputStream.readAsync(new Uint8Array(1)),
    new Uint8Array(0),
  );
  await closeAll(server);
});

Deno.test({
  name: "StreamSocket.close() ends with an RST when data is unread",
  ignore: !hasNativeSockets(),
  async fn() {
    const { client, server } = await openPair();
    await server.outputStream.writeAsync(new Uint8Array(3));
    await client.inputStream.readAsync(new Uint8Array(1));
    await closeAll(client);
    assertEquals(
      await statusOf(server.inputStream.readAsync(new Uint8Array(1))),
      SocketErrorStatus.connectionResetByPeer,
    );
    await closeAll(server);
  },
});

Deno.test({
  name:
    "StreamSocket.close() ends with an RST when data was read ahead and nobody took it",
  ignore: !hasNativeSockets(),
  async fn() {
    const { client, server } = await openPair();
    await server.outputStream.writeAsync(new Uint8Array(3));
    await client.inputStream.readAsync(
      new Uint8Array(1),
      1,
      InputStreamOptions.readAhead,
    );
    await closeAll(client);
    assertEquals(
      await statusOf(server.inputStream.readAsync(new Uint8Array(1))),
      SocketErrorStatus.connectionResetByPeer,
    );
    await closeAll(server);
  },
});

Deno.test("StreamSocket.close() before the close of its streams leaves that without effect", async () => {
  const { client, server } = await openPair();
  const { inputStream, outputStream } = client;
  await closeAll(client);
  inputStream.close();
  await outputStream.close();
  await closeAll(server);
});

Deno.test("StreamSocket.outputStream.close() half-closes and leaves reading open", async () => {
  const { client, server } = await openPair();
  client.outputStream.writeAsync(encoder.encode("last words"));
  await client.outputStream.close();
  const text = await new Response(server.inputStream).text();
  assertEquals(text, "last words");
  await server.outputStream.writeAsync(encoder.encode("bye"));
  const reply = await client.inputStream.readAsync(new Uint8Array(3));
  assertEquals(decoder.decode(reply), "bye");
  await closeAll(client, server);
});

Deno.test("StreamSocket.inputStream.close() leaves sending open", async () => {
  const { client, server } = await openPair();
  client.inputStream.close();
  await client.outputStream.writeAsync(new Uint8Array([7]));
  const bytes = await server.inputStream.readAsync(new Uint8Array(1));
  assertEquals(bytes[0], 7);
  await closeAll(client, server);
});

Deno.test("StreamSocket.inputStream.close() does not cost the peer what is sent after it", async () => {
  // The resource sanitizer tells if the sockets stay open.
  const { client, server } = await openPair();
  await client.outputStream.writeAsync(new Uint8Array(100_000));
  server.inputStream.close();
  const sent = new Blob([new Uint8Array(1_000_000)]).stream()
    .pipeTo(server.outputStream);
  const received = await new Response(client.inputStream).bytes();
  assertEquals(received.length, 1_000_000);
  await client.outputStream.close();
  await sent;
});

Deno.test("StreamSocket closes itself when both directions have ended", async () => {
  // The resource sanitizer tells if the sockets stay open.
  const { client, server } = await openPair();
  const echo = server.inputStream.pipeTo(server.outputStream);
  await client.outputStream.writeAsync(new Uint8Array([1]));
  await client.outputStream.close();
  assertEquals((await new Response(client.inputStream).bytes())[0], 1);
  await echo;
});

Deno.test("StreamSocket.outputStream.abort() drops what is queued and resets the connection", async () => {
  const { client, server } = await openPair();
  const writes = Promise.allSettled(
    Array.from(
      { length: 400 },
      () => client.outputStream.writeAsync(new Uint8Array(65_536)),
    ),
  );
  const read = client.inputStream.readAsync(new Uint8Array(1));
  const aborted = assertRejects(() => read, SocketError);
  await client.outputStream.abort(new Error("enough"));
  const last = (await writes).at(-1);
  assertEquals(last?.status, "rejected");
  await aborted;
  await assertRejects(async () => {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const { length } = await server.inputStream.readAsync(buffer);
      if (length < buffer.length) throw new Error("ended");
    }
  });
  await closeAll(client, server);
});

Deno.test("StreamSocket.close() of a socket whose peer reads no more is ended by abort()", async () => {
  const { client, server } = await openPair();
  for (let i = 0; i < 400; i++) {
    client.outputStream.writeAsync(new Uint8Array(65_536));
  }
  const closed = closeAll(client);
  await client.outputStream.abort(new Error("enough"));
  await closed;
  await closeAll(server);
});

Deno.test("StreamSocket.cancelIOAsync() rejects pending reads as aborted, and the socket stays usable", async () => {
  const { client, server } = await openPair();
  const reads = [
    client.inputStream.readAsync(new Uint8Array(1)),
    client.inputStream.readAsync(new Uint8Array(1)),
  ].map(statusOf);
  await client.cancelIOAsync();
  assertEquals(await Promise.all(reads), [
    SocketErrorStatus.operationAborted,
    SocketErrorStatus.operationAborted,
  ]);
  await server.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
  assertEquals(
    await client.inputStream.readAsync(new Uint8Array(3)),
    new Uint8Array([1, 2, 3]),
  );
  await closeAll(client, server);
});

Deno.test("StreamSocket.cancelIOAsync() resolves when pending writes are terminal", async () => {
  const { client, server } = await openPair();
  let settled = false;
  client.outputStream.writeAsync(new Uint8Array(8 << 20))
    .then(() => settled = true);
  const cancelled = client.cancelIOAsync();
  await server.inputStream.readAsync(new Uint8Array(8 << 20));
  await cancelled;
  assertEquals(settled, true);
  await closeAll(client, server);
});

Deno.test("StreamSocket.cancelIOAsync() stops waiting with the reason of its signal", async () => {
  const { client, server } = await openPair();
  client.outputStream.writeAsync(new Uint8Array(32 << 20));
  const abort = new AbortController();
  const cancelled = client.cancelIOAsync({ signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => cancelled, Error, "enough");
  await client.outputStream.abort();
  await closeAll(client, server);
});

Deno.test("StreamSocket.cancelIOAsync() ends a pending connect, and the socket may connect again at once", async () => {
  await using full = await fullListener();
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const accepted = nextSocket(listener);
  const client = new StreamSocket();
  const status = statusOf(client.connectAsync("127.0.0.1", full.port));
  await client.cancelIOAsync();
  await client.connectAsync("127.0.0.1", listener.information.localPort);
  assertEquals(await status, SocketErrorStatus.operationAborted);
  await closeAll(client, await accepted);
});

Deno.test("InputStream.readAsync() of a socket is cancelled alone by its signal, and no byte is lost", async () => {
  const { client, server } = await openPair();
  const abort = new AbortController();
  const { signal } = abort;
  const read = client.inputStream.readAsync(new Uint8Array(8), 8, 0, {
    signal,
  });
  abort.abort(new Error("enough"));
  await assertRejects(() => read, Error, "enough");
  await server.outputStream.writeAsync(new Uint8Array([4, 5, 6]));
  const bytes = await client.inputStream.readAsync(new Uint8Array(3));
  assertEquals(bytes, new Uint8Array([4, 5, 6]));
  await closeAll(client, server);
});

Deno.test(
  "StreamSocket rejects pending reads and writes when the peer resets",
  {
    ignore: !hasNativeSockets(),
  },
  async () => {
    const { client, server } = await openPair();
    const read = client.inputStream.readAsync(new Uint8Array(1));
    const write = client.outputStream.writeAsync(new Uint8Array(32 << 20));
    const failed = Promise.all([statusOf(read), statusOf(write)]);
    await server.outputStream.abort();
    for (const status of await failed) {
      assertNotEquals(status, SocketErrorStatus.unknown);
    }
    await closeAll(client, server);
  },
);

Deno.test("StreamSocket streams work as plain web streams", async () => {
  using listener = await echoListener();
  const client = new StreamSocket();
  await client.connectAsync("127.0.0.1", listener.information.localPort);
  const sent = new Blob(["one\ntwo\nthree\n"]).stream()
    .pipeTo(client.outputStream);
  const lines = client.inputStream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  assertEquals(await Array.fromAsync(lines), ["one", "two", "three"]);
  await sent;
  await closeAll(client);
});

Deno.test("StreamSocket streams serve BYOB readers and tee", async () => {
  const { client, server } = await openPair();
  await server.outputStream.writeAsync(encoder.encode("abcdef"));
  await server.outputStream.close();
  const reader = client.inputStream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(3));
  assertInstanceOf(value, Uint8Array);
  assertEquals(decoder.decode(value), "abc");
  reader.releaseLock();
  const [one, two] = client.inputStream.tee();
  const texts = await Promise.all([
    new Response(one).text(),
    new Response(two).text(),
  ]);
  assertEquals(texts, ["def", "def"]);
  await closeAll(client, server);
});

Deno.test({
  name:
    "StreamSocket.connectAsync() rejects with NotCapable without the permission",
  permissions: { net: false },
  async fn() {
    using socket = new StreamSocket();
    await assertRejects(
      () => socket.connectAsync("127.0.0.1", 9),
      Deno.errors.NotCapable,
    );
  },
});
