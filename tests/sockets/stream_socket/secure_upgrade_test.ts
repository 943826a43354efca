import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ArgumentError,
  type Certificate,
  ClosedError,
  DataReader,
  InputStreamOptions,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus as Status,
  SocketProtectionLevel,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { Tap } from "../_transport/_tap.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { assertContent, contentAt } from "./_content.ts";
import { closeAll, nextSocket, openPair, type SocketPair } from "./_echo.ts";

const { tls12 } = SocketProtectionLevel;
const PERMISSIONS = { net: ["127.0.0.1"] };
const ON_LOOPBACK = { permissions: PERMISSIONS };
/** RFC 8446, section 5.1. */
const HANDSHAKE = 22;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Two plain sockets; the client trusts the server. */
async function openTrusting(collects = false): Promise<SocketPair> {
  const { root } = await goodIdentities();
  return await openPair(({ control }) => {
    control.trustedRootCertificates.push(root);
    control.collectTlsInformation = collects;
  });
}

/** Makes both ends secure. */
async function secure({ client, server }: SocketPair): Promise<void> {
  const { server: certificate } = await goodIdentities();
  await Promise.all([
    server.acceptSslAsync(certificate),
    client.upgradeToSslAsync(tls12, "localhost"),
  ]);
}

/** Reads exactly so many bytes. */
function readBytes(
  { inputStream }: StreamSocket,
  size: number,
): Promise<Uint8Array> {
  return inputStream.readAsync(new Uint8Array(size));
}

/** Sends some bytes each way. */
async function assertTalk({ client, server }: SocketPair): Promise<void> {
  for (const [from, to] of [[client, server], [server, client]] as const) {
    await from.outputStream.writeAsync(contentAt(0, 10_000));
    assertContent(await readBytes(to, 10_000), 0);
  }
}

/** A client that is connected, and a peer that does what a test says. */
interface ClientAndPeer {
  readonly client: StreamSocket;
  readonly peer: Deno.TcpConn;
}

async function openWithPeer(): Promise<ClientAndPeer> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { root } = await goodIdentities();
  const client = new StreamSocket();
  client.control.trustedRootCertificates.push(root);
  const [peer] = await Promise.all([
    listener.accept(),
    client.connectAsync("127.0.0.1", listener.addr.port),
  ]);
  return { client, peer };
}

/** Throws unless nothing more can be done with the socket. */
async function assertClosed(socket: StreamSocket): Promise<void> {
  await assertRejects(() => readBytes(socket, 1));
  await assertRejects(() => socket.outputStream.writeAsync(new Uint8Array(1)));
  await assertRejects(
    () => socket.upgradeToSslAsync(tls12, "localhost"),
    InvalidOperationError,
  );
}

for (const collects of [false, true]) {
  const how = collects ? "node:tls" : "the runtime's TLS";

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} sends what was written before in plain text, then nothing but TLS`,
    ON_LOOPBACK,
    async () => {
      const { root, server: certificate } = await goodIdentities();
      using listener = new StreamSocketListener();
      await listener.bindEndpointAsync("127.0.0.1", "");
      await using tap = new Tap(Number(listener.information.localPort));
      await using client = new StreamSocket();
      client.control.trustedRootCertificates.push(root);
      client.control.collectTlsInformation = collects;
      const accepted = nextSocket(listener);
      await client.connectAsync("127.0.0.1", tap.port);
      await using server = await accepted;
      const size = 300_000;
      for (let i = 0; i < size; i += 1000) {
        client.outputStream.writeAsync(contentAt(i, 1000));
      }
      const upgraded = client.upgradeToSslAsync(tls12, "localhost");
      assertContent(await readBytes(server, size), 0);
      server.outputStream.writeAsync(new Uint8Array(0));
      await server.acceptSslAsync(certificate);
      await upgraded;
      await assertTalk({ client, server });
      assertContent(tap.toServer.bytes.subarray(0, size), 0);
      const [first] = tap.toServer.recordsFrom(size);
      assertEquals(first?.type, HANDSHAKE);
      for (const direction of [tap.toServer, tap.toClient]) {
        const start = direction === tap.toServer ? size : 0;
        const types = direction.recordsFrom(start).map(({ type }) => type);
        assert(types.every((type) => type >= 20 && type <= 23), `${types}`);
      }
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} keeps the streams, and both sides tell of TLS`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(collects);
      const { client, server } = pair;
      const streams = [client, server].map((socket) => [
        socket.inputStream,
        socket.outputStream,
      ]);
      await assertTalk(pair);
      await secure(pair);
      await assertTalk(pair);
      for (const [i, socket] of [client, server].entries()) {
        const [input, output] = streams[i] ?? [];
        assertStrictEquals(socket.inputStream, input);
        assertStrictEquals(socket.outputStream, output);
        assertEquals(socket.information.protectionLevel, tls12);
      }
      const { serverCertificate } = client.information;
      assertEquals(serverCertificate?.subject, "Server");
      assertEquals(server.information.serverCertificate, null);
      assertEquals(server.information.clientCertificate, null);
      assertMatch(server.information.tlsProtocol, /^TLSv1\.3$/);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} goes on with web streams that are in use`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(collects);
      const { client, server } = pair;
      const writer = client.outputStream.getWriter();
      await writer.write(encoder.encode("STARTTLS"));
      assertEquals(decoder.decode(await readBytes(server, 8)), "STARTTLS");
      await secure(pair);
      await writer.write(encoder.encode("secret"));
      await writer.close();
      const rest = await new Response(server.inputStream).text();
      assertEquals(rest, "secret");
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} refuses writes, and reads wait for secure data`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(collects);
      const { client, server } = pair;
      const upgraded = client.upgradeToSslAsync(tls12, "localhost");
      await assertRejects(
        () => client.outputStream.writeAsync(new Uint8Array(1)),
        InvalidOperationError,
        "wait for that",
      );
      const first = readBytes(client, 2);
      const second = readBytes(client, 3);
      const { server: certificate } = await goodIdentities();
      await server.acceptSslAsync(certificate);
      await server.outputStream.writeAsync(new Uint8Array([1, 2, 3, 4, 5]));
      await upgraded;
      assertEquals(await first, new Uint8Array([1, 2]));
      assertEquals(await second, new Uint8Array([3, 4, 5]));
      await assertTalk(pair);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} fails if the server has sent plain text, which is never read`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(collects);
      const { client, server } = pair;
      await server.outputStream.writeAsync(
        encoder.encode("220 go\r\nEVIL\r\n"),
      );
      assertEquals(decoder.decode(await readBytes(client, 8)), "220 go\r\n");
      const { server: certificate } = await goodIdentities();
      const accepting = server.acceptSslAsync(certificate)
        .catch((error) => error);
      const error = await assertRejects(
        () => client.upgradeToSslAsync(tls12, "localhost"),
        SocketError,
      );
      assertEquals(error.status, Status.softwareCausedConnectionAbort);
      assertMatch(error.message, /what came is not TLS$/);
      await assertClosed(client);
      assert(await accepting instanceof SocketError);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} gives up with the reason of the signal, and closes the connection`,
    {
      permissions: PERMISSIONS,
      // Without them the runtime leaves the connection open until the server says something.
      ignore: !collects && !hasNativeSockets(),
    },
    async () => {
      const { client, peer } = await openWithPeer();
      client.control.collectTlsInformation = collects;
      const abort = new AbortController();
      const options = { signal: abort.signal };
      const upgraded = client.upgradeToSslAsync(tls12, "localhost", options);
      await readSome(peer);
      const reason = new Error("enough");
      abort.abort(reason);
      const error = await assertRejects(() => upgraded);
      assertStrictEquals(error, reason);
      await assertGone(peer);
      await assertClosed(client);
      peer.close();
      await closeAll(client);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} gives up after the handshakeTimeout`,
    ON_LOOPBACK,
    async () => {
      const { client, peer } = await openWithPeer();
      client.control.collectTlsInformation = collects;
      client.control.handshakeTimeout = 20;
      const error = await assertRejects(
        () => client.upgradeToSslAsync(tls12, "localhost"),
        SocketError,
      );
      assertEquals(error.status, Status.connectionTimedOut);
      assertMatch(error.message, /longer than "20" ms$/);
      await assertClosed(client);
      peer.close();
      await closeAll(client);
    },
  );

  for (const ending of ["close", "cancelIOAsync"] as const) {
    Deno.test(
      `StreamSocket.${ending}() ends an upgradeToSslAsync() by ${how} as aborted, and the connection`,
      ON_LOOPBACK,
      async () => {
        const { client, peer } = await openWithPeer();
        client.control.collectTlsInformation = collects;
        const upgraded = assertRejects(
          () => client.upgradeToSslAsync(tls12, "localhost"),
          SocketError,
        );
        await readSome(peer);
        if (ending === "close") await closeAll(client);
        else await client.cancelIOAsync();
        const { status } = await upgraded;
        assertEquals(status, Status.operationAborted);
        if (ending === "cancelIOAsync") await assertClosed(client);
        peer.close();
        await closeAll(client);
      },
    );
  }

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} fails when the server leaves in the handshake`,
    ON_LOOPBACK,
    async () => {
      const { client, peer } = await openWithPeer();
      client.control.collectTlsInformation = collects;
      const upgraded = assertRejects(
        () => client.upgradeToSslAsync(tls12, "localhost"),
        SocketError,
      );
      await readSome(peer);
      peer.close();
      const { status } = await upgraded;
      assertEquals(status, Status.connectionResetByPeer);
      await assertClosed(client);
      await closeAll(client);
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} fails when its outputStream is aborted meanwhile, and closes the connection`,
    ON_LOOPBACK,
    async () => {
      const { client, peer } = await openWithPeer();
      client.control.collectTlsInformation = collects;
      const upgraded = assertRejects(
        () => client.upgradeToSslAsync(tls12, "localhost"),
        SocketError,
      );
      await readSome(peer);
      await client.outputStream.abort("enough");
      assertEquals((await upgraded).status, Status.operationAborted);
      await assertGone(peer);
      await closeAll(client);
      peer.close();
    },
  );

  Deno.test(
    `StreamSocket.upgradeToSslAsync() by ${how} ends TLS at once if its outputStream is closed meanwhile`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(collects);
      const { client, server } = pair;
      const { server: certificate } = await goodIdentities();
      const upgraded = client.upgradeToSslAsync(tls12, "localhost");
      await turnsOfEventLoop(5);
      const closed = client.outputStream.close();
      await server.acceptSslAsync(certificate);
      await upgraded;
      await closed;
      await assertRejects(
        () => client.outputStream.writeAsync(new Uint8Array(1)),
        ClosedError,
      );
      assertEquals((await readBytes(server, 1)).length, 0);
      await server.outputStream.writeAsync(contentAt(0, 100));
      assertContent(await readBytes(client, 100), 0);
      await closeAll(client, server);
    },
  );
}

/** Waits for something to come. */
async function readSome(conn: Deno.TcpConn): Promise<void> {
  await conn.read(new Uint8Array(4096));
}

/** Throws unless the other end is gone, whatever it has said before. */
async function assertGone(conn: Deno.TcpConn): Promise<void> {
  try {
    while (await conn.read(new Uint8Array(4096)) !== null);
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionReset);
  }
}

Deno.test(
  "StreamSocket.upgradeToSslAsync() refuses levels without TLS, and bad names, before anything else",
  { permissions: "none" },
  async () => {
    using socket = new StreamSocket();
    const {
      plainSocket,
      unspecified,
      bluetoothEncryptionAllowNullAuthentication,
      bluetoothEncryptionWithAuthentication,
    } = SocketProtectionLevel;
    for (
      const level of [
        plainSocket,
        unspecified,
        bluetoothEncryptionAllowNullAuthentication,
        bluetoothEncryptionWithAuthentication,
        99,
        "tls12",
        undefined,
      ]
    ) {
      await assertRejects(
        // @ts-expect-error: what plain JavaScript may pass
        () => socket.upgradeToSslAsync(level, "localhost"),
        ArgumentError,
        `"${level}"`,
      );
    }
    for (const name of ["", "a b", "a:1", null, 5]) {
      await assertRejects(
        // @ts-expect-error: what plain JavaScript may pass
        () => socket.upgradeToSslAsync(tls12, name),
        ArgumentError,
      );
    }
  },
);

Deno.test(
  "StreamSocket.acceptSslAsync() refuses bad arguments before anything else",
  { permissions: "none" },
  async () => {
    const { root, server } = await goodIdentities();
    using socket = new StreamSocket();
    const calls: readonly [unknown, unknown, string][] = [
      [null, {}, "null"],
      ["pem", {}, '"pem"'],
      [root, {}, "private key"],
      [server, { clientCertificateMode: 3 }, '"3"'],
      [server, { handshakeTimeout: 0 }, '"0"'],
      [server, { handshakeTimeout: NaN }, '"NaN"'],
      [server, { handshakeTimeout: "5" }, '"5"'],
    ];
    for (const [certificate, options, message] of calls) {
      await assertRejects(
        // @ts-expect-error: what plain JavaScript may pass
        () => socket.acceptSslAsync(certificate, options),
        ArgumentError,
        message,
      );
    }
  },
);

/** Both ways to make a connection secure. */
const WAYS: readonly {
  readonly name: string;
  readonly call: (
    socket: StreamSocket,
    options?: { signal?: AbortSignal },
  ) => Promise<void>;
}[] = [
  {
    name: "upgradeToSslAsync",
    call: (socket, options) =>
      socket.upgradeToSslAsync(tls12, "localhost", options),
  },
  {
    name: "acceptSslAsync",
    async call(socket, options) {
      const { server } = await goodIdentities();
      await socket.acceptSslAsync(server, options);
    },
  },
];

for (const { name, call } of WAYS) {
  Deno.test(
    `StreamSocket.${name}() refuses a socket that is not connected, or closed`,
    { permissions: "none" },
    async () => {
      const socket = new StreamSocket();
      await assertRejects(
        () => call(socket),
        InvalidOperationError,
        "not connected",
      );
      socket.close();
      await assertRejects(() => call(socket), ClosedError);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a socket that was closed while it was connected`,
    ON_LOOPBACK,
    async () => {
      const { client, server } = await openPair();
      await closeAll(client);
      await assertRejects(() => call(client), ClosedError);
      await closeAll(server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a secure socket, and leaves it as it is`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting(true);
      const { client, server } = pair;
      await secure(pair);
      const { information } = client;
      const { serverCertificate } = information;
      await assertRejects(
        () => call(client),
        InvalidOperationError,
        "secure already",
      );
      assertStrictEquals(information.serverCertificate, serverCertificate);
      assertEquals(information.serverCertificate?.subject, "Server");
      assertEquals(information.protectionLevel, tls12);
      await assertTalk(pair);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a second call while the first runs, which goes on`,
    ON_LOOPBACK,
    async () => {
      const pair = await openTrusting();
      const { client, server } = pair;
      const { server: certificate } = await goodIdentities();
      const upgraded = client.upgradeToSslAsync(tls12, "localhost");
      await assertRejects(
        () => call(client),
        InvalidOperationError,
        "on its way already",
      );
      await server.acceptSslAsync(certificate);
      await upgraded;
      await assertTalk(pair);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a socket that is being read, which goes on in plain text`,
    ON_LOOPBACK,
    async () => {
      const pair = await openPair();
      const { client, server } = pair;
      const pending = readBytes(client, 3);
      await assertRejects(
        () => call(client),
        InvalidOperationError,
        "being read",
      );
      await server.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
      assertEquals(await pending, new Uint8Array([1, 2, 3]));
      await assertTalk(pair);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a socket with plain text that was not read, which stays plain`,
    ON_LOOPBACK,
    async () => {
      const pair = await openPair();
      const { client, server } = pair;
      await server.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
      const first = await client.inputStream.readAsync(
        new Uint8Array(1),
        1,
        InputStreamOptions.readAhead,
      );
      assertEquals(first, new Uint8Array([1]));
      await assertRejects(
        () => call(client),
        InvalidOperationError,
        "not read",
      );
      assertEquals(await readBytes(client, 2), new Uint8Array([2, 3]));
      await assertTalk(pair);
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a socket whose web stream has plain text that was not read`,
    ON_LOOPBACK,
    async () => {
      const pair = await openPair();
      const { client, server } = pair;
      await server.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
      const iterator = client.inputStream[Symbol.asyncIterator]();
      const buffer = await iterator.next();
      assertEquals(buffer.value?.length, 3);
      await server.outputStream.writeAsync(new Uint8Array([4]));
      const next = iterator.next();
      await assertRejects(() => call(client), InvalidOperationError);
      assertEquals((await next).value, new Uint8Array([4]));
      await iterator.return?.();
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() refuses a socket one direction of which has ended`,
    ON_LOOPBACK,
    async () => {
      const { client, server } = await openPair();
      await client.outputStream.close();
      assertEquals((await readBytes(server, 1)).length, 0);
      for (const socket of [client, server]) {
        const refusal = await assertRejects(
          () => call(socket),
          InvalidOperationError,
        );
        assertMatch(refusal.message, /its end has come|has accepted it/);
      }
      await closeAll(client, server);
    },
  );

  Deno.test(
    `StreamSocket.${name}() does nothing if its signal is aborted already`,
    ON_LOOPBACK,
    async () => {
      const pair = await openPair();
      const signal = AbortSignal.abort(new Error("no"));
      await assertRejects(() => call(pair.client, { signal }), Error, "no");
      await assertTalk(pair);
      await closeAll(pair.client, pair.server);
    },
  );
}

Deno.test(
  "StreamSocket.upgradeToSslAsync() refuses a socket that a listener has accepted, which may be the server",
  ON_LOOPBACK,
  async () => {
    const pair = await openTrusting();
    const { client, server } = pair;
    await assertRejects(
      () => server.upgradeToSslAsync(tls12, "localhost"),
      InvalidOperationError,
      "acceptSslAsync",
    );
    await secure(pair);
    await assertTalk(pair);
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.acceptSslAsync() serves on a socket that connected itself",
  ON_LOOPBACK,
  async () => {
    const { server: certificate, root } = await goodIdentities();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const socket = new StreamSocket();
    const [conn] = await Promise.all([
      listener.accept(),
      socket.connectAsync("127.0.0.1", listener.addr.port),
    ]);
    const [tls] = await Promise.all([
      startTls(conn, root),
      socket.acceptSslAsync(certificate),
    ]);
    await socket.outputStream.writeAsync(new Uint8Array([1]));
    assertEquals(await tls.read(new Uint8Array(1)), 1);
    assertEquals(socket.information.protectionLevel, tls12);
    await closeAll(socket);
    tls.close();
  },
);

async function startTls(
  conn: Deno.TcpConn,
  root: Certificate,
): Promise<Deno.TlsConn> {
  const pem = root.getCertificateBlob().toBase64();
  const tls = await Deno.startTls(conn, {
    hostname: "localhost",
    caCerts: [
      `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    ],
  });
  await tls.handshake();
  return tls;
}

Deno.test(
  "StreamSocket.acceptSslAsync() fails if the client has sent plain text behind its command, which is never read",
  ON_LOOPBACK,
  async () => {
    const pair = await openTrusting();
    const { client, server } = pair;
    const { server: certificate } = await goodIdentities();
    await client.outputStream.writeAsync(encoder.encode("STARTTLSEVIL"));
    assertEquals(decoder.decode(await readBytes(server, 8)), "STARTTLS");
    const upgraded = assertRejects(
      () => client.upgradeToSslAsync(tls12, "localhost"),
      SocketError,
    );
    const error = await assertRejects(
      () => server.acceptSslAsync(certificate),
      SocketError,
    );
    assertEquals(error.status, Status.softwareCausedConnectionAbort);
    await assertRejects(() => readBytes(server, 1), SocketError);
    await upgraded;
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.acceptSslAsync() refuses while a DataReader has plain text that was not read",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openTrusting();
    const { server: certificate } = await goodIdentities();
    await client.outputStream.writeAsync(encoder.encode("STARTTLSEVIL"));
    const reader = new DataReader(server.inputStream);
    reader.inputStreamOptions = InputStreamOptions.partial;
    await reader.loadAsync(1024);
    assertEquals(reader.readString(8), "STARTTLS");
    await assertRejects(
      () => server.acceptSslAsync(certificate),
      InvalidOperationError,
      "not read",
    );
    assertEquals(reader.readString(4), "EVIL");
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.acceptSslAsync() gives up with the reason of the signal, after the handshakeTimeout, and when it is closed",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    const abort = new AbortController();
    const reason = new Error("enough");
    const attempts: readonly ((socket: StreamSocket) => Promise<unknown>)[] = [
      async (socket) => {
        const { signal } = abort;
        const accepting = socket.acceptSslAsync(certificate, { signal });
        await turnsOfEventLoop(5);
        abort.abort(reason);
        assertStrictEquals(await assertRejects(() => accepting), reason);
      },
      async (socket) => {
        const error = await assertRejects(
          () => socket.acceptSslAsync(certificate, { handshakeTimeout: 20 }),
          SocketError,
        );
        assertEquals(error.status, Status.connectionTimedOut);
      },
      async (socket) => {
        const accepting = assertRejects(
          () => socket.acceptSslAsync(certificate),
          SocketError,
        );
        await turnsOfEventLoop(5);
        await closeAll(socket);
        assertEquals((await accepting).status, Status.operationAborted);
      },
    ];
    for (const attempt of attempts) {
      const { client, server } = await openPair();
      await attempt(server);
      // The silent client sees the end of the connection.
      await readBytes(client, 1).catch((error) =>
        assert(error instanceof SocketError)
      );
      await closeAll(client, server);
    }
  },
);

Deno.test(
  "StreamSocket.upgradeToSslAsync() tells what is wrong with the certificate after it has failed",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    const pair = await openTrusting(true);
    const { client, server } = pair;
    const accepting = server.acceptSslAsync(certificate)
      .catch((error) => error);
    const error = await assertRejects(
      () => client.upgradeToSslAsync(tls12, "example.test"),
      SocketError,
    );
    await accepting;
    assertEquals(error.status, Status.certificateCommonNameIsIncorrect);
    const { information } = client;
    assertEquals(information.serverCertificate?.subject, "Server");
    assertEquals(information.serverCertificateErrors.length, 1);
    assertEquals(
      information.protectionLevel,
      SocketProtectionLevel.plainSocket,
    );
    await assertClosed(client);
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.upgradeToSslAsync() can be aborted while the peer does not take what was written before",
  ON_LOOPBACK,
  async () => {
    const { client, peer } = await openWithPeer();
    const { outputStream } = client;
    const written = assertRejects(
      () => outputStream.writeAsync(new Uint8Array(64 * 1024 * 1024)),
    );
    const abort = new AbortController();
    const reason = new Error("enough");
    const { signal } = abort;
    const upgraded = client.upgradeToSslAsync(tls12, "localhost", { signal });
    await turnsOfEventLoop(20);
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => upgraded), reason);
    await written;
    peer.close();
    await closeAll(client);
  },
);

Deno.test(
  "StreamSocket.upgradeToSslAsync() has its handshakeTimeout also while the peer does not take what was written before",
  ON_LOOPBACK,
  async () => {
    const { client, peer } = await openWithPeer();
    const written = assertRejects(
      () => client.outputStream.writeAsync(new Uint8Array(64 * 1024 * 1024)),
    );
    client.control.handshakeTimeout = 50;
    const error = await assertRejects(
      () => client.upgradeToSslAsync(tls12, "localhost"),
      SocketError,
    );
    assertEquals(error.status, Status.connectionTimedOut);
    await written;
    peer.close();
    await closeAll(client);
  },
);

Deno.test(
  "StreamSocket.upgradeToSslAsync() fails with the error of a write that has failed, and closes the connection",
  ON_LOOPBACK,
  async () => {
    const { client, peer } = await openWithPeer();
    peer.close();
    await assertRejects(async () => {
      for (;;) await client.outputStream.writeAsync(new Uint8Array(1024));
    }, SocketError);
    await assertRejects(() => client.upgradeToSslAsync(tls12, "localhost"));
    await closeAll(client);
  },
);
