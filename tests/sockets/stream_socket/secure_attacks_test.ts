import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertRejects,
} from "@std/assert";
import { pooledMap } from "@std/async";
import {
  Certificate,
  ClientCertificateMode,
  SocketError,
  SocketErrorStatus as Status,
  SocketProtectionLevel,
  StreamSocket,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import type { SecureTransport } from "../../../sockets/_transport/secure_transport.ts";
import { BareTlsServer, RecordType } from "../_transport/_bare_tls_server.ts";
import { read } from "../_transport/_io.ts";
import {
  CLIENT_KINDS,
  type ClientKind,
  type SecureOptions,
  shakeHands,
} from "../_transport/_secure_pairs.ts";
import { closeOnce, type Cut, Tap } from "../_transport/_tap.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import {
  type MadeCertificate,
  makeAuthority,
  makeLeaf,
  makeRoot,
} from "../certificates/_make_certificates.ts";
import { closeAll } from "./_echo.ts";
import { SecureEcho } from "./_secure_echo.ts";

const { tls12 } = SocketProtectionLevel;
const LOOPBACK = "127.0.0.1";
const ON_LOOPBACK = { permissions: { net: [LOOPBACK, "localhost"] } };
const MIB = 1024 * 1024;
const encoder = new TextEncoder();

/** Signatures of Ed25519 have one length, so that each handshake has, too. */
async function ed25519(): Promise<SecureOptions> {
  const root = await makeRoot({ keyKind: "ed25519" });
  const leaf = await makeLeaf({ keyKind: "ed25519", issuer: root });
  return {
    client: { trustedRoots: [await Certificate.fromDer(root.der)] },
    server: { certificate: await toCertificate(leaf) },
  };
}

/** Who gets less than was sent. */
type Victim = "client" | "server";

/** A handshake that is cut, and a read if it comes to that. */
async function cutHandshake(
  kind: ClientKind,
  options: SecureOptions,
  victim: Victim,
  cut: { readonly size: number; readonly how: Cut },
): Promise<void> {
  const { handshakes, tap } = await shakeHands(kind, options, async (tap) => {
    const direction = victim === "client" ? tap.toClient : tap.toServer;
    await direction.cutAfter(cut.size, cut.how);
  });
  const ends = handshakes.flatMap((handshake) =>
    handshake.status === "fulfilled" ? [handshake.value] : []
  );
  const [client, server] = handshakes;
  const outcome = victim === "client" ? client : server;
  const error = outcome.status === "rejected"
    ? outcome.reason
    : await failureOfRead(outcome.value);
  assertInstanceOf(error, SocketError);
  assertEquals(
    error.status,
    Status.connectionResetByPeer,
    `${error.message} after "${cut.size}" bytes`,
  );
  await tap[Symbol.asyncDispose]();
  for (const end of ends) await closeOnce(end);
}

async function failureOfRead(transport: SecureTransport): Promise<unknown> {
  return await assertRejects(() => read(transport, new Uint8Array(1)));
}

/** How much each side sends in a handshake, with the tickets of the server. */
async function sizesOf(
  kind: ClientKind,
  options: SecureOptions,
): Promise<Record<Victim, number>> {
  const { handshakes, tap } = await shakeHands(kind, options);
  const sizes = { client: tap.toClient.size, server: tap.toServer.size };
  await tap[Symbol.asyncDispose]();
  for (const handshake of handshakes) {
    if (handshake.status === "fulfilled") await closeOnce(handshake.value);
  }
  return sizes;
}

const [RUNTIME, NODE_OVER_DENO, NODE_OVER_NODE] = CLIENT_KINDS;
assert(RUNTIME && NODE_OVER_DENO && NODE_OVER_NODE);

/** A prime, so that the places differ from those of the records. */
const SPARSE = 13;

for (
  const { kind, victim, how, step } of [
    { kind: RUNTIME, victim: "server", how: "end", step: 1 },
    { kind: RUNTIME, victim: "server", how: "reset", step: SPARSE },
    { kind: RUNTIME, victim: "client", how: "end", step: 1 },
    { kind: RUNTIME, victim: "client", how: "reset", step: 5 * SPARSE },
    { kind: NODE_OVER_DENO, victim: "client", how: "end", step: 1 },
    { kind: NODE_OVER_DENO, victim: "client", how: "reset", step: 5 * SPARSE },
    { kind: NODE_OVER_NODE, victim: "client", how: "end", step: 5 * SPARSE },
  ] as const
) {
  const whose = victim === "server" ? "server" : kind.name;
  const place = step === 1 ? "any byte" : "many a byte";
  Deno.test({
    name:
      `TLS handshake that is cut at ${place} fails, with the ${how} of the connection told to the ${whose}`,
    ...ON_LOOPBACK,
    ignore: how === "reset" && !hasNativeSockets(),
    async fn() {
      const options = await ed25519();
      const sizes = await sizesOf(kind, options);
      const places: number[] = [];
      for (let size = 0; size < sizes[victim]; size += step) places.push(size);
      const cuts = pooledMap(
        4,
        places,
        (size) => cutHandshake(kind, options, victim, { size, how }),
      );
      assertEquals((await Array.fromAsync(cuts)).length, places.length);
    },
  });
}

for (const kind of CLIENT_KINDS) {
  Deno.test(
    `TLS handshake of a ${kind.name} comes to its end when every byte comes alone`,
    ON_LOOPBACK,
    async () => {
      const { handshakes, tap } = await shakeHands(kind, {}, (tap) => {
        tap.toClient.drip();
        tap.toServer.drip();
      });
      for (const handshake of handshakes) {
        assert(handshake.status === "fulfilled");
      }
      await tap[Symbol.asyncDispose]();
      for (const handshake of handshakes) {
        if (handshake.status === "fulfilled") await closeOnce(handshake.value);
      }
    },
  );

  Deno.test(
    `TLS handshake of a ${kind.name} fails if somebody takes TLS 1.3 out of what it offers`,
    ON_LOOPBACK,
    async () => {
      const { handshakes, tap } = await shakeHands(kind, {}, (tap) => {
        tap.toServer.change((bytes) => {
          // RFC 8446, section 4.2.1: TLS 1.3 and 1.2 become TLS 1.2 twice.
          const versions = [0, 43, 0, 5, 4, 3, 4, 3, 3];
          const start = bytes.findIndex((_, i) =>
            versions.every((byte, j) => bytes[i + j] === byte)
          );
          return start < 0 ? bytes : bytes.with(start + 6, 3);
        });
      });
      for (const handshake of handshakes) {
        assert(handshake.status === "rejected");
        assertInstanceOf(handshake.reason, SocketError);
      }
      await tap[Symbol.asyncDispose]();
    },
  );
}

/** A server that says what it likes. */
class RudeServer {
  readonly #listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  readonly #speak: (conn: Deno.TcpConn) => Promise<void>;
  readonly #running: Promise<void>;

  constructor(speak: (conn: Deno.TcpConn) => Promise<void>) {
    this.#speak = speak;
    this.#running = this.#run();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(): Promise<void> {
    for await (const conn of this.#listener) {
      conn.setNoDelay();
      try {
        await this.#speak(conn);
        // Until the client leaves.
        while (await conn.read(new Uint8Array(4096)) !== null);
      } catch {
        // The client has left.
      } finally {
        conn.close();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<number> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
  return bytes.length;
}

/** A client that trusts the good root. */
async function newClient(collects: boolean): Promise<StreamSocket> {
  const { root } = await goodIdentities();
  const client = new StreamSocket();
  client.control.trustedRootCertificates.push(root);
  client.control.collectTlsInformation = collects;
  return client;
}

/** RFC 5246, section 7.4.1.3: as far as the version, and a little more. */
function serverHello(major: number, minor: number): Uint8Array {
  const hello = [major, minor, ...new Uint8Array(32), 0, 0, 0x2f, 0];
  const message = [2, 0, 0, hello.length, ...hello];
  return new Uint8Array([22, major, minor, 0, message.length, ...message]);
}

/** What a server may say in place of TLS. */
const RUDE_WORDS: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
}[] = [
  { name: "HTTP", bytes: encoder.encode("HTTP/1.1 400 Bad Request\r\n\r\n") },
  { name: "SMTP", bytes: encoder.encode("220 mail.test ESMTP\r\n") },
  { name: "zeros", bytes: new Uint8Array(1000) },
  {
    name: "garbage",
    bytes: crypto.getRandomValues(new Uint8Array(50_000)).with(0, 0xFF),
  },
  { name: "SSL 3.0", bytes: serverHello(3, 0) },
  { name: "TLS 1.0", bytes: serverHello(3, 1) },
  { name: "TLS 1.1", bytes: serverHello(3, 2) },
  {
    name: "a record that is too long",
    bytes: new Uint8Array([22, 3, 3, 255, 255, ...new Uint8Array(70_000)]),
  },
  {
    name: "application data",
    bytes: new Uint8Array([23, 3, 3, 0, 4, 1, 2, 3, 4]),
  },
];

/** What a server may say for ever. */
const FLOODS: readonly { readonly name: string; readonly block: Uint8Array }[] =
  [
    { name: "plain text", block: new Uint8Array(65_536).fill(0x41) },
    {
      name: "changes of the cipher",
      block: repeat(new Uint8Array([20, 3, 3, 0, 1, 1]), 10_000),
    },
    {
      name: "warnings",
      block: repeat(new Uint8Array([21, 3, 3, 0, 2, 1, 90]), 10_000),
    },
    {
      name: "empty records of the handshake",
      block: repeat(new Uint8Array([22, 3, 3, 0, 0]), 10_000),
    },
    {
      // Each record begins with the header of a message of 16 MiB.
      name: "a message that never ends",
      block: repeat(
        new Uint8Array([22, 3, 3, 64, 0, 2, 255, 255, 255]),
        1,
        16_384 - 4,
      ),
    },
  ];

function repeat(
  bytes: Uint8Array,
  count: number,
  padding = 0,
): Uint8Array<ArrayBuffer> {
  const size = bytes.length + padding;
  const all = new Uint8Array(size * count);
  for (let i = 0; i < count; i++) all.set(bytes, i * size);
  return all;
}

for (const collects of [false, true]) {
  const how = collects ? "node:tls" : "the runtime's TLS";

  for (const { name, bytes } of RUDE_WORDS) {
    Deno.test(
      `StreamSocket.connectAsync() by ${how} refuses a server that speaks ${name}`,
      ON_LOOPBACK,
      async () => {
        await using server = new RudeServer(async (conn) => {
          await writeAll(conn, bytes);
        });
        await using client = await newClient(collects);
        const error = await assertRejects(
          () => client.connectAsync("localhost", server.port, tls12),
          SocketError,
        );
        assertEquals(
          error.status,
          Status.softwareCausedConnectionAbort,
          error.message,
        );
        assertEquals(client.information.serverCertificate, null);
      },
    );
  }

  for (const { name, block } of FLOODS) {
    Deno.test(
      `StreamSocket.connectAsync() by ${how} is soon done with a flood of ${name}`,
      ON_LOOPBACK,
      async () => {
        let size = 0;
        await using server = new RudeServer(async (conn) => {
          for (;;) size += await writeAll(conn, block);
        });
        await using client = await newClient(collects);
        client.control.handshakeTimeout = 300;
        const error = await assertRejects(
          () => client.connectAsync("localhost", server.port, tls12),
          SocketError,
        );
        assert(
          [
            Status.softwareCausedConnectionAbort,
            Status.connectionTimedOut,
          ].some((status) => status === error.status),
          error.message,
        );
        assertLess(size, 64 * MIB);
      },
    );
  }

  Deno.test(
    `StreamSocket by ${how} refuses plain text in the middle of secure data`,
    ON_LOOPBACK,
    async () => {
      const { server: certificate } = await goodIdentities();
      await using server = await SecureEcho.start(certificate);
      await using tap = new Tap(server.port);
      await using client = await newClient(collects);
      await client.connectAsync(LOOPBACK, tap.port, tls12);
      const { inputStream, outputStream } = client;
      await outputStream.writeAsync(new Uint8Array([7]));
      assertEquals(
        await inputStream.readAsync(new Uint8Array(1)),
        new Uint8Array([7]),
      );
      await tap.toClient.inject(encoder.encode("EVIL EVIL EVIL"));
      const error = await assertRejects(
        () => inputStream.readAsync(new Uint8Array(1)),
        SocketError,
      );
      assertEquals(error.status, Status.softwareCausedConnectionAbort);
    },
  );

  Deno.test(
    `StreamSocket by ${how} does not shake hands again when a server of TLS 1.2 asks for it`,
    ON_LOOPBACK,
    async () => {
      const identity = await bareIdentity();
      await using server = new RudeServer(async (conn) => {
        const tls = new BareTlsServer(conn);
        await tls.shakeHands(identity);
        // RFC 5246, section 7.4.1.1: HelloRequest.
        await tls.write(RecordType.handshake, new Uint8Array(4));
        await tls.write(RecordType.applicationData, new Uint8Array([7]));
        const { types } = await tls.readAll();
        // An alert that refuses is the most that comes.
        assert(types.every((type) => type === RecordType.alert), `${types}`);
      });
      const client = await newClient(collects);
      await client.connectAsync("localhost", server.port, tls12);
      const outcome = await client.inputStream.readAsync(new Uint8Array(1))
        .catch((error) => error);
      if (outcome instanceof Uint8Array) {
        assertEquals(outcome, new Uint8Array([7]));
      } else {
        assertInstanceOf(outcome, SocketError);
      }
      await closeAll(client);
    },
  );

  Deno.test(
    `StreamSocket by ${how} reads past empty records`,
    ON_LOOPBACK,
    async () => {
      const identity = await bareIdentity();
      await using server = new RudeServer(async (conn) => {
        const tls = new BareTlsServer(conn);
        await tls.shakeHands(identity);
        for (let i = 0; i < 20; i++) {
          await tls.writeRecord(RecordType.applicationData, new Uint8Array(0));
        }
        await tls.write(RecordType.applicationData, new Uint8Array([7]));
      });
      await using client = await newClient(collects);
      await client.connectAsync("localhost", server.port, tls12);
      assertEquals(
        await client.inputStream.readAsync(new Uint8Array(1)),
        new Uint8Array([7]),
      );
    },
  );

  Deno.test(
    `StreamSocket.connectAsync() by ${how} refuses TLS 1.2 of a server that says it could do more`,
    ON_LOOPBACK,
    async () => {
      // RFC 8446, section 4.1.3: the end of its random bytes.
      const random = crypto.getRandomValues(new Uint8Array(32));
      random.set([0x44, 0x4F, 0x57, 0x4E, 0x47, 0x52, 0x44, 1], 24);
      const identity = { ...await bareIdentity(), random };
      await using server = new RudeServer(async (conn) => {
        await new BareTlsServer(conn).shakeHands(identity);
      });
      await using client = await newClient(collects);
      const error = await assertRejects(
        () => client.connectAsync("localhost", server.port, tls12),
        SocketError,
      );
      assertEquals(error.status, Status.softwareCausedConnectionAbort);
    },
  );

  Deno.test(
    `StreamSocket.connectAsync() by ${how} is soon done with a chain of 100 certificates`,
    ON_LOOPBACK,
    async () => {
      const chain = await makeLongChain(100);
      await using server = await SecureEcho.start(chain);
      await using client = await newClient(collects);
      const start = performance.now();
      const error = await assertRejects(
        () => client.connectAsync("localhost", server.port, tls12),
        SocketError,
      );
      assertLess(performance.now() - start, 3_000);
      assertEquals(error.status >= Status.certificateExpired, true);
      const { serverIntermediateCertificates } = client.information;
      assertLess(serverIntermediateCertificates.length, 100);
    },
  );
}

/** What a server of TLS 1.2 by hand shows, which is good. */
async function bareIdentity() {
  const { rootMade } = await goodIdentities();
  const leaf = await makeLeaf({ issuer: rootMade });
  const { der, privateKeyPem } = leaf;
  return { certificates: [der], privateKeyPem, keyKind: "ecdsa" } as const;
}

/** A leaf under so many authorities, each issued by the next. */
async function makeLongChain(length: number): Promise<Certificate> {
  let issuer: MadeCertificate = await makeRoot();
  for (let i = 1; i < length; i++) {
    issuer = await makeAuthority({ issuer, subject: `CN=Authority ${i}` });
  }
  return await toCertificate(await makeLeaf({ issuer }));
}

Deno.test(
  "StreamSocketListener is soon done with a client whose chain has 100 certificates",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    await using server = await SecureEcho.start(certificate, (control) => {
      control.clientCertificateMode = ClientCertificateMode.require;
      control.trustedRootCertificates.push(root);
    });
    await using client = await newClient(true);
    client.control.clientCertificate = await makeLongChain(100);
    const start = performance.now();
    await client.connectAsync("localhost", server.port, tls12).catch(() => {});
    const [error] = await server.waitForErrors(1);
    assertLess(performance.now() - start, 3_000);
    assertInstanceOf(error, SocketError);
    assertEquals(error.status >= Status.certificateExpired, true);
  },
);

/** RFC 5246, section 7.4.1.2: a client of an old version, without extensions. */
function clientHello(major: number, minor: number): Uint8Array {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const suites = [0xC0, 0x13, 0xC0, 0x09, 0x00, 0x2F, 0x00, 0x35, 0x00, 0x0A];
  const hello = [major, minor, ...random, 0, 0, suites.length, ...suites, 1, 0];
  const message = [1, 0, 0, hello.length, ...hello];
  return new Uint8Array([22, 3, 1, 0, message.length, ...message]);
}

for (
  const { name, hello } of [
    { name: "SSL 3.0", hello: clientHello(3, 0) },
    { name: "TLS 1.0", hello: clientHello(3, 1) },
    { name: "TLS 1.1", hello: clientHello(3, 2) },
    {
      name: "SSL 2.0",
      hello: new Uint8Array([0x80, 0x2e, 1, 0, 2, ...new Uint8Array(43)]),
    },
  ]
) {
  Deno.test(
    `StreamSocketListener refuses a client of ${name}`,
    ON_LOOPBACK,
    async () => {
      const { server: certificate } = await goodIdentities();
      await using server = await SecureEcho.start(certificate);
      using client = await Deno.connect({
        hostname: LOOPBACK,
        port: server.port,
      });
      await client.write(hello);
      const [error] = await server.waitForErrors(1);
      assertInstanceOf(error, SocketError);
      assertEquals(error.status, Status.softwareCausedConnectionAbort);
      assertMatch(error.message, /no version of TLS|not TLS/);
      // Nothing but an alert comes back.
      const buffer = new Uint8Array(4096);
      for (;;) {
        const count = await client.read(buffer);
        if (count === null) break;
        assertEquals([buffer[0], count], [RecordType.alert, 7]);
      }
      assertEquals(server.sockets, []);
    },
  );
}

for (const { name, block } of FLOODS) {
  Deno.test(
    `StreamSocketListener is soon done with a flood of ${name}`,
    ON_LOOPBACK,
    async () => {
      const { server: certificate } = await goodIdentities();
      await using server = await SecureEcho.start(certificate, (control) => {
        control.handshakeTimeout = 300;
      });
      using client = await Deno.connect({
        hostname: LOOPBACK,
        port: server.port,
      });
      let size = 0;
      await assertRejects(async () => {
        for (;;) size += await writeAll(client, block);
      });
      assertLess(size, 64 * MIB);
      const [error] = await server.waitForErrors(1);
      assertInstanceOf(error, SocketError);
      assertEquals(server.sockets, []);
    },
  );
}

Deno.test(
  "StreamSocketListener ends a handshake that comes byte by byte after the handshakeTimeout",
  ON_LOOPBACK,
  async () => {
    const { server: certificate } = await goodIdentities();
    await using server = await SecureEcho.start(certificate, (control) => {
      control.handshakeTimeout = 100;
    });
    using client = await Deno.connect({
      hostname: LOOPBACK,
      port: server.port,
    });
    client.setNoDelay();
    // A message that promises more than comes.
    await client.write(new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]));
    const failed = server.waitForErrors(1);
    const timer = setInterval(() => {
      client.write(new Uint8Array(1)).catch(() => {});
    }, 5);
    const [error] = await failed;
    clearInterval(timer);
    assertInstanceOf(error, SocketError);
    assertEquals(error.status, Status.connectionTimedOut);
  },
);
