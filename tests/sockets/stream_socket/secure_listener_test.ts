import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import {
  ArgumentError,
  type Certificate,
  ClientCertificateMode as Mode,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus as Status,
  SocketProtectionLevel,
  StreamSocket,
  StreamSocketListener,
  type StreamSocketListenerControl,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import {
  type MadeCertificate,
  makeAuthority,
  makeLeaf,
  makeRoot,
  SERVER_AUTHENTICATION,
} from "../certificates/_make_certificates.ts";
import { signAnew, toVersion1 } from "../certificates/_sign_anew.ts";
import { closeAll, nextSocket } from "./_echo.ts";
import { SecureEcho } from "./_secure_echo.ts";

const { tls12 } = SocketProtectionLevel;
const LOOPBACK = "127.0.0.1";
const ON_LOOPBACK = { permissions: { net: [LOOPBACK, "localhost"] } };
const DAY = 86_400_000;
const encoder = new TextEncoder();

/** A socket that trusts the servers of these tests. */
async function newClient(
  configure: (socket: StreamSocket) => void = () => {},
): Promise<StreamSocket> {
  const { root } = await goodIdentities();
  const socket = new StreamSocket();
  socket.control.trustedRootCertificates.push(root);
  configure(socket);
  return socket;
}

/** A server whose clients may be those of these tests. */
async function startEcho(
  configure: (control: StreamSocketListenerControl) => void = () => {},
): Promise<SecureEcho> {
  const { root, server } = await goodIdentities();
  return await SecureEcho.start(server, (control) => {
    control.trustedRootCertificates.push(root);
    configure(control);
  });
}

/** Connects, sends a byte and gets it back. */
async function talk(
  port: number,
  configure: (socket: StreamSocket) => void = () => {},
): Promise<StreamSocket> {
  await using client = await newClient(configure);
  await client.connectAsync("localhost", port, tls12);
  await client.outputStream.writeAsync(new Uint8Array([7]));
  const reply = await client.inputStream.readAsync(new Uint8Array(1));
  assertEquals(reply, new Uint8Array([7]));
  return client;
}

/** The error events that a server has had; waits for so many. */
async function errorsOf(
  server: SecureEcho,
  count: number,
): Promise<SocketError[]> {
  const errors = await server.waitForErrors(count);
  return errors.map((error) => {
    assertInstanceOf(error, SocketError);
    return error;
  });
}

Deno.test(
  "StreamSocketListener binds for TLS with a certificate alone",
  ON_LOOPBACK,
  async () => {
    using listener = new StreamSocketListener();
    await assertRejects(
      () => listener.bindEndpointAsync(LOOPBACK, "", tls12),
      InvalidOperationError,
      "control.serverCertificate",
    );
    const { bluetoothEncryptionWithAuthentication, unspecified } =
      SocketProtectionLevel;
    for (const level of [bluetoothEncryptionWithAuthentication, unspecified]) {
      await assertRejects(
        () => listener.bindEndpointAsync(LOOPBACK, "", level),
        ArgumentError,
        `"${level}"`,
      );
    }
    const { server } = await goodIdentities();
    listener.control.serverCertificate = server;
    await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    const accepted = nextSocket(listener);
    const client = await newClient();
    const { localPort } = listener.information;
    await client.connectAsync("localhost", localPort, tls12);
    const socket = await accepted;
    assertEquals(socket.information.protectionLevel, tls12);
    assertEquals(socket.information.clientCertificate, null);
    assertEquals(socket.information.serverCertificate, null);
    assertMatch(socket.information.tlsProtocol, /^TLSv1\.3$/);
    assertMatch(socket.information.cipher, /^TLS_\w+$/);
    await closeAll(client, socket);
  },
);

Deno.test(
  "StreamSocketListener gives TLS by every level that asks for it",
  ON_LOOPBACK,
  async () => {
    const { server } = await goodIdentities();
    const {
      ssl,
      sslAllowNullEncryption,
      ssl3AllowWeakEncryption,
      tls10,
      tls11,
    } = SocketProtectionLevel;
    for (
      const level of [
        ssl,
        sslAllowNullEncryption,
        ssl3AllowWeakEncryption,
        tls10,
        tls11,
      ]
    ) {
      using listener = new StreamSocketListener();
      listener.control.serverCertificate = server;
      await listener.bindEndpointAsync(LOOPBACK, "", level);
      const accepted = nextSocket(listener);
      const client = await newClient();
      const { localPort } = listener.information;
      await client.connectAsync("localhost", localPort, level);
      const socket = await accepted;
      for (const { information } of [client, socket]) {
        assertEquals(information.protectionLevel, tls12);
      }
      await closeAll(client, socket);
    }
  },
);

Deno.test(
  "StreamSocketListener speaks TLS 1.2 and TLS 1.3",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho();
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const client = connectTls({
        host: LOOPBACK,
        port: server.port,
        minVersion: version,
        maxVersion: version,
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
      await once(client, "secureConnect");
      client.write("x");
      await once(client, "data");
      const socket = server.sockets.at(-1);
      assertEquals(socket?.information.tlsProtocol, version);
      client.destroy();
      await once(client, "close");
    }
  },
);

Deno.test(
  "StreamSocketListenerControl.serverCertificate may be chosen by the name that a client asks for",
  ON_LOOPBACK,
  async () => {
    const { root, rootMade } = await goodIdentities();
    const other = await toCertificate(
      await makeLeaf({
        issuer: rootMade,
        subject: "CN=Other",
        dnsNames: ["other.test"],
      }),
    );
    const { server: certificate } = await goodIdentities();
    const byName = new Map([["localhost", certificate], ["other.test", other]]);
    const asked: (string | null)[] = [];
    await using server = await SecureEcho.start((name) => {
      asked.push(name);
      return name === null ? certificate : byName.get(name) ?? null;
    });
    for (
      const [host, subject] of [
        ["localhost", "Server"],
        ["other.test", "Other"],
        [LOOPBACK, "Server"],
      ] as const
    ) {
      await using client = new StreamSocket();
      const { control } = client;
      control.trustedRootCertificates.push(root);
      await client.connectAsync(LOOPBACK, server.port);
      await client.upgradeToSslAsync(tls12, host);
      assertEquals(client.information.serverCertificate?.subject, subject);
    }
    assertEquals(new Set(asked), new Set([null, "localhost", "other.test"]));
    assertEquals(server.errors, []);
  },
);

Deno.test(
  "StreamSocketListener refuses a client that asks for a name without certificate, and serves the next",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    const reason = new Error("not that one");
    await using server = await SecureEcho.start((name) => {
      if (name === "throws.test") throw reason;
      return name === "localhost" ? certificate : null;
    });
    for (const host of ["other.test", "throws.test", LOOPBACK]) {
      await using client = await newClient();
      await client.connectAsync(LOOPBACK, server.port);
      const error = await assertRejects(
        () => client.upgradeToSslAsync(tls12, host),
        SocketError,
      );
      assert(
        [
          Status.connectionResetByPeer,
          Status.softwareCausedConnectionAbort,
        ].some((status) => status === error.status),
        error.message,
      );
    }
    const errors = await errorsOf(server, 3);
    assertMatch(errors[0]?.message ?? "", /no certificate for "other.test"/);
    assertStrictEquals(errors[1]?.cause, reason);
    await talk(server.port);
  },
);

Deno.test(
  "StreamSocketListener asks for client certificates only if it knows whom to trust",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    for (const mode of [Mode.request, Mode.require]) {
      using listener = new StreamSocketListener();
      listener.control.serverCertificate = certificate;
      listener.control.clientCertificateMode = mode;
      await assertRejects(
        () => listener.bindEndpointAsync(LOOPBACK, "", tls12),
        InvalidOperationError,
        "trustedRootCertificates",
      );
      listener.control.trustedRootCertificates.push(root);
      await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    }
  },
);

/** A client with a certificate, and whether it may come in. */
interface ClientCase {
  readonly name: string;
  readonly make: () => Promise<Certificate | null>;
  /** Its subject; null if it is refused. */
  readonly subject: string | null;
  /** What the error event tells. */
  readonly status?: Status;
}

async function certified(
  options: Parameters<typeof makeLeaf>[0],
): Promise<Certificate> {
  const { rootMade: issuer } = await goodIdentities();
  return await toCertificate(
    await makeLeaf({ issuer, subject: "CN=Client", ...options }),
  );
}

const CLIENTS: readonly ClientCase[] = [
  {
    name: "a valid certificate",
    make: () => certified({}),
    subject: "Client",
  },
  {
    name: "a valid certificate under an authority",
    async make() {
      const { rootMade } = await goodIdentities();
      const issuer = await makeAuthority({ issuer: rootMade });
      return await certified({ issuer, dnsNames: [] });
    },
    subject: "Client",
  },
  {
    name: "an untrusted certificate",
    async make() {
      const issuer = await makeRoot({ subject: "CN=Elsewhere" });
      return await certified({ issuer });
    },
    subject: null,
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "a certificate that signed itself",
    async make() {
      return await toCertificate(await makeLeaf());
    },
    subject: null,
    status: Status.certificateUntrustedRoot,
  },
  {
    name: "an expired certificate",
    make: () =>
      certified({
        notBefore: new Date("2020-01-01"),
        notAfter: new Date(Date.now() - DAY),
      }),
    subject: null,
    status: Status.certificateExpired,
  },
  {
    name: "a certificate for servers",
    make: () => certified({ purposes: [SERVER_AUTHENTICATION] }),
    subject: null,
    status: Status.certificateWrongUsage,
  },
];

/** Connects with a certificate, and reads what the server says first. */
async function connectWith(
  port: number,
  certificate: Certificate | null,
): Promise<unknown> {
  await using client = await newClient(({ control }) => {
    control.clientCertificate = certificate;
  });
  try {
    await client.connectAsync("localhost", port, tls12);
    await client.outputStream.writeAsync(new Uint8Array([7]));
    const reply = await client.inputStream.readAsync(new Uint8Array(1));
    return reply.length;
  } catch (error) {
    return error;
  }
}

for (const [name, mode] of Object.entries(Mode)) {
  if (mode === Mode.none) continue;

  for (const { name: what, make, subject, status } of CLIENTS) {
    const verb = subject === null ? "refuses" : "takes";
    Deno.test(
      `StreamSocketListener with ClientCertificateMode.${name} ${verb} ${what}`,
      ON_LOOPBACK,
      async () => {
        await using server = await startEcho((control) => {
          control.clientCertificateMode = mode;
        });
        const certificate = await make();
        const outcome = await connectWith(server.port, certificate);
        if (subject !== null) {
          assertEquals(outcome, 1);
          const { information } = server.sockets[0] ?? new StreamSocket();
          const shown = information.clientCertificate;
          assertEquals(shown?.subject, subject);
          assertEquals(
            shown?.getCertificateBlob(),
            certificate?.getCertificateBlob(),
          );
          assertEquals(information.serverCertificate, null);
          return;
        }
        // In TLS 1.3 the client is done before the server has seen it.
        if (outcome !== 0) assertInstanceOf(outcome, SocketError);
        const [error] = await errorsOf(server, 1);
        assertEquals(error?.status, status);
        assertMatch(
          error?.message ?? "",
          /^Cannot secure the connection from "127\.0\.0\.1:\d+": the certificate is refused/,
        );
        assertEquals(server.sockets, []);
        assertEquals(server.received, 0);
      },
    );
  }

  Deno.test(
    `StreamSocketListener with ClientCertificateMode.${name} refuses a certificate of version 1, whose key nobody has shown`,
    ON_LOOPBACK,
    async () => {
      await using server = await startEcho((control) => {
        control.clientCertificateMode = mode;
      });
      const { rootMade } = await goodIdentities();
      const leaf = await makeLeaf({ issuer: rootMade, subject: "CN=Client" });
      const { privateKeyPem } = await makeLeaf();
      await connectAsVersion1(server.port, leaf, rootMade, privateKeyPem);
      const [error] = await errorsOf(server, 1);
      assertEquals(error?.status, Status.certificateIsInvalid);
      assertEquals(server.sockets, []);
      assertEquals(server.received, 0);
    },
  );
}

/** node:tls takes any key for a certificate of version 1. */
async function connectAsVersion1(
  port: number,
  leaf: MadeCertificate,
  issuer: MadeCertificate,
  key: string,
): Promise<void> {
  const der = signAnew(leaf, issuer, toVersion1);
  const cert =
    `-----BEGIN CERTIFICATE-----\n${der.toBase64()}\n-----END CERTIFICATE-----\n`;
  const client = connectTls({
    host: LOOPBACK,
    port,
    cert,
    key,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  client.on("error", () => {});
  client.write("x");
  await once(client, "close");
}

Deno.test(
  "StreamSocketListener with ClientCertificateMode.request takes a client without certificate",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho((control) => {
      control.clientCertificateMode = Mode.request;
    });
    assertEquals(await connectWith(server.port, null), 1);
    assertEquals(server.sockets[0]?.information.clientCertificate, null);
  },
);

Deno.test(
  "StreamSocketListener with ClientCertificateMode.require refuses a client without certificate, which is told so",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho((control) => {
      control.clientCertificateMode = Mode.require;
    });
    for (const collects of [false, true]) {
      await using client = await newClient(({ control }) => {
        control.collectTlsInformation = collects;
      });
      const refusal = await assertRejects(async () => {
        await client.connectAsync("localhost", server.port, tls12);
        await client.inputStream.readAsync(new Uint8Array(1));
      }, SocketError);
      assertEquals(refusal.status, Status.certificateIsInvalid);
      assertMatch(refusal.message, /a certificate is required$/);
    }
    for (const error of await errorsOf(server, 2)) {
      assertEquals(error.status, Status.certificateIsInvalid);
      assertMatch(error.message, /a certificate is required$/);
    }
    const { client } = await goodIdentities();
    await talk(server.port, ({ control }) => {
      control.clientCertificate = client;
    });
  },
);

Deno.test(
  "StreamSocketListener with ClientCertificateMode.none does not ask for a certificate",
  ON_LOOPBACK,
  async () => {
    const { client } = await goodIdentities();
    await using server = await startEcho();
    assertEquals(await connectWith(server.port, client), 1);
    assertEquals(server.sockets[0]?.information.clientCertificate, null);
  },
);

Deno.test(
  "StreamSocketListener agrees on an application protocol, and refuses a client that has none of them",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho((control) => {
      control.alpnProtocols = ["b", "c"];
    });
    const client = await talk(server.port, ({ control }) => {
      control.alpnProtocols = ["c", "b", "a"];
    });
    // The order of the server decides.
    assertEquals(client.information.alpnProtocol, "b");
    assertEquals(server.sockets[0]?.information.alpnProtocol, "b");
    const plain = await talk(server.port);
    assertEquals(plain.information.alpnProtocol, "");
    const refusal = await assertRejects(
      () =>
        talk(server.port, ({ control }) => {
          control.alpnProtocols = ["a"];
        }),
      SocketError,
    );
    const [error] = await errorsOf(server, 1);
    for (const each of [refusal, error]) {
      assertEquals(each?.status, Status.softwareCausedConnectionAbort);
      assertMatch(each?.message ?? "", /no application protocol/);
    }
  },
);

/** What bad clients send, and what becomes of it. */
const BAD_CLIENTS: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly leaves: boolean;
  readonly status: Status;
}[] = [
  {
    name: "speaks HTTP",
    bytes: encoder.encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    leaves: false,
    status: Status.softwareCausedConnectionAbort,
  },
  {
    name: "sends garbage",
    bytes: crypto.getRandomValues(new Uint8Array(5000)).with(0, 0x80),
    leaves: false,
    status: Status.softwareCausedConnectionAbort,
  },
  {
    name: "sends zeros",
    bytes: new Uint8Array(100),
    leaves: false,
    status: Status.softwareCausedConnectionAbort,
  },
  {
    name: "sends a record that is too long",
    bytes: new Uint8Array([22, 3, 1, 255, 255, ...new Uint8Array(100)]),
    leaves: false,
    status: Status.softwareCausedConnectionAbort,
  },
  {
    name: "sends half a record and leaves",
    bytes: new Uint8Array([22, 3, 1, 0, 100, 1]),
    leaves: true,
    status: Status.connectionResetByPeer,
  },
  {
    name: "leaves at once",
    bytes: new Uint8Array(0),
    leaves: true,
    status: Status.connectionResetByPeer,
  },
];

for (const { name, bytes, leaves, status } of BAD_CLIENTS) {
  Deno.test(
    `StreamSocketListener raises an error event for a client that ${name}, and serves the next`,
    ON_LOOPBACK,
    async () => {
      await using server = await startEcho();
      using bad = await Deno.connect({ hostname: LOOPBACK, port: server.port });
      await bad.write(bytes);
      if (leaves) await bad.closeWrite();
      const [error] = await errorsOf(server, 1);
      assertEquals(error?.status, status, error?.message);
      // Its connection was closed, perhaps after an alert.
      await readToEnd(bad);
      await talk(server.port);
      assertEquals(server.errors.length, 1);
    },
  );
}

async function readToEnd(conn: Deno.Conn): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(4096);
  try {
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      chunks.push(buffer.slice(0, count));
    }
  } catch (error) {
    assertInstanceOf(error, Deno.errors.ConnectionReset);
  }
  return await new Blob(chunks).bytes();
}

Deno.test(
  "StreamSocketListener tells a client that speaks no TLS so by an alert",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho();
    using bad = await Deno.connect({ hostname: LOOPBACK, port: server.port });
    await bad.write(encoder.encode("GET / HTTP/1.1\r\n\r\n"));
    const [type] = await readToEnd(bad);
    assertEquals(type, 21);
    await errorsOf(server, 1);
  },
);

Deno.test(
  "StreamSocketListener gives up a client that says nothing after the handshakeTimeout",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho((control) => {
      control.handshakeTimeout = 30;
    });
    using silent = await Deno.connect({
      hostname: LOOPBACK,
      port: server.port,
    });
    const [error] = await errorsOf(server, 1);
    assertEquals(error?.status, Status.connectionTimedOut);
    assertMatch(error?.message ?? "", /longer than "30" ms$/);
    await readToEnd(silent);
    await talk(server.port);
  },
);

Deno.test(
  "StreamSocketListener serves a client behind 300 that say nothing",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho();
    using silent = new DisposableStack();
    for (let i = 0; i < 300; i++) {
      silent.use(
        await Deno.connect({ hostname: LOOPBACK, port: server.port }),
      );
    }
    const start = performance.now();
    await talk(server.port);
    // Far less than the thirty seconds of handshakeTimeout.
    assertLess(performance.now() - start, 10_000);
    const errors = await errorsOf(server, 1);
    for (const error of errors) {
      assertEquals(error.status, Status.connectionTimedOut);
      assertMatch(error.message, /others waited$/);
    }
  },
);

Deno.test(
  "StreamSocketListener serves 200 clients that come at once, none of which gives way",
  ON_LOOPBACK,
  async () => {
    await using server = await startEcho();
    await Promise.all(
      Array.from({ length: 200 }, () => talk(server.port)),
    );
    assertEquals(server.errors, []);
    assertEquals(server.received, 200);
  },
);

Deno.test(
  "StreamSocketListener.close() ends the handshakes that go on, without an error event",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    const listener = new StreamSocketListener();
    listener.control.serverCertificate = certificate;
    await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    const errors: unknown[] = [];
    listener.onerror = ({ error }) => errors.push(error);
    const accepted = new Promise<StreamSocket>((resolve) => {
      listener.onconnectionreceived = ({ socket }) => resolve(socket);
    });
    const port = Number(listener.information.localPort);
    const good = await newClient();
    await good.connectAsync("localhost", port, tls12);
    const silent: Deno.TcpConn[] = [];
    for (let i = 0; i < 150; i++) {
      silent.push(await Deno.connect({ hostname: LOOPBACK, port }));
    }
    listener.close();
    await Promise.all(silent.map(readToEnd));
    for (const conn of silent) conn.close();
    assertEquals(errors, []);
    await closeAll(good, await accepted);
  },
);

Deno.test(
  "StreamSocketListener.close() leaves secure sockets that it has accepted alive",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    const listener = new StreamSocketListener();
    listener.control.serverCertificate = certificate;
    await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    const accepted = nextSocket(listener);
    const client = await newClient();
    const { localPort } = listener.information;
    await client.connectAsync("localhost", localPort, tls12);
    const socket = await accepted;
    listener.close();
    await socket.outputStream.writeAsync(new Uint8Array([1]));
    const bytes = await client.inputStream.readAsync(new Uint8Array(1));
    assertEquals(bytes, new Uint8Array([1]));
    await closeAll(client, socket);
  },
);

Deno.test(
  "StreamSocketListener iteration gives secure sockets, and goes on behind bad handshakes",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    using listener = new StreamSocketListener();
    listener.control.serverCertificate = certificate;
    await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    const port = Number(listener.information.localPort);
    const { promise: failed, resolve } = Promise.withResolvers<unknown>();
    listener.onerror = ({ error }) => resolve(error);
    const accepted = nextSocket(listener);
    using bad = await Deno.connect({ hostname: LOOPBACK, port });
    await bad.write(new Uint8Array(100));
    assertInstanceOf(await failed, SocketError);
    const client = await newClient();
    await client.connectAsync("localhost", port, tls12);
    const socket = await accepted;
    assertEquals(socket.information.protectionLevel, tls12);
    await closeAll(client, socket);
  },
);

Deno.test(
  "StreamSocketListener.cancelIOAsync() leaves secure connections for the next who asks",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    using listener = new StreamSocketListener();
    listener.control.serverCertificate = certificate;
    await listener.bindEndpointAsync(LOOPBACK, "", tls12);
    const step = listener[Symbol.asyncIterator]().next();
    const cancelled = assertRejects(() => step, SocketError);
    await listener.cancelIOAsync();
    assertEquals((await cancelled).status, Status.operationAborted);
    const client = await newClient();
    const { localPort } = listener.information;
    const accepted = nextSocket(listener);
    await client.connectAsync("localhost", localPort, tls12);
    await closeAll(client, await accepted);
  },
);

Deno.test({
  name:
    "StreamSocketListener survives secure clients that reset in the handshake",
  ...ON_LOOPBACK,
  ignore: !hasNativeSockets(),
  async fn() {
    await using server = await startEcho();
    const reason = new Error("enough");
    for (let i = 0; i < 20; i++) {
      await using client = await newClient();
      await client.connectAsync(LOOPBACK, server.port);
      const abort = new AbortController();
      const upgraded = client.upgradeToSslAsync(tls12, "localhost", abort)
        .catch((error) => assertStrictEquals(error, reason));
      await turnsOfEventLoop(i % 10);
      abort.abort(reason);
      await upgraded;
    }
    await talk(server.port);
  },
});
