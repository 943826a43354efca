import {
  assertEquals,
  assertLess,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  ChainValidationResult,
  ClientCertificateMode,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
  SocketProtectionLevel,
  SocketSslErrorSeverity,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";
import { goodIdentities, toCertificate } from "../certificates/_identities.ts";
import { makeLeaf } from "../certificates/_make_certificates.ts";
import { closeAll, nextSocket, openPair } from "./_echo.ts";
import { run } from "./_run.ts";
import { SecureEcho } from "./_secure_echo.ts";

const { tls12, plainSocket } = SocketProtectionLevel;
const PURE = { permissions: "none" } as const;
const ON_LOOPBACK = { permissions: { net: ["127.0.0.1"] } };
const MIB = 1024 * 1024;

Deno.test("StreamSocketControl has no settings of TLS at first", PURE, () => {
  using socket = new StreamSocket();
  const { control } = socket;
  assertEquals(control.clientCertificate, null);
  assertEquals(control.ignorableServerCertificateErrors, []);
  assertEquals(control.trustedRootCertificates, []);
  assertEquals(control.alpnProtocols, []);
  assertEquals(control.handshakeTimeout, 30_000);
  assertEquals(control.collectTlsInformation, false);
  assertEquals(control.minProtectionLevel, plainSocket);
  assertStrictEquals(
    control.ignorableServerCertificateErrors,
    control.ignorableServerCertificateErrors,
  );
});

Deno.test(
  "StreamSocketListenerControl has no settings of TLS at first",
  PURE,
  () => {
    using listener = new StreamSocketListener();
    const { control } = listener;
    assertEquals(control.serverCertificate, null);
    assertEquals(control.clientCertificateMode, ClientCertificateMode.none);
    assertEquals(control.trustedRootCertificates, []);
    assertEquals(control.alpnProtocols, []);
    assertEquals(control.handshakeTimeout, 30_000);
  },
);

Deno.test(
  "StreamSocketControl and StreamSocketListenerControl refuse bad settings of TLS, and tell the value",
  PURE,
  async () => {
    const { root } = await goodIdentities();
    using socket = new StreamSocket();
    using listener = new StreamSocketListener();
    const refused: readonly [object, string, readonly unknown[]][] = [
      [socket.control, "clientCertificate", ["pem", 5, {}, undefined]],
      [socket.control, "handshakeTimeout", [0, -1, NaN, "5", null, undefined]],
      [socket.control, "collectTlsInformation", [1, "yes", null]],
      [
        socket.control,
        "minProtectionLevel",
        [
          99,
          SocketProtectionLevel.bluetoothEncryptionWithAuthentication,
          SocketProtectionLevel.unspecified,
        ],
      ],
      [listener.control, "serverCertificate", ["pem", 5, {}, undefined]],
      [listener.control, "clientCertificateMode", [3, -1, "require", null]],
      [listener.control, "handshakeTimeout", [0, -1, NaN, "5", null]],
    ];
    for (const [control, name, values] of refused) {
      const before: unknown = Reflect.get(control, name);
      for (const value of values) {
        const shown = typeof value === "object" && value !== null
          ? "an object"
          : `${value}`;
        assertThrows(
          () => Reflect.set(control, name, value, control),
          ArgumentError,
          shown,
        );
        assertEquals(Reflect.get(control, name), before);
      }
    }
    for (
      const set of [
        () => socket.control.clientCertificate = root,
        () => listener.control.serverCertificate = root,
      ]
    ) assertThrows(set, ArgumentError, 'certificate of "Root"');
  },
);

Deno.test(
  "StreamSocketControl takes every time above zero for handshakeTimeout",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    await using server = await SecureEcho.start(certificate);
    for (const timeout of [Infinity, 2 ** 40, 10_000.5]) {
      await using socket = new StreamSocket();
      socket.control.trustedRootCertificates = [root];
      socket.control.handshakeTimeout = timeout;
      assertEquals(socket.control.handshakeTimeout, timeout);
      await socket.connectAsync("127.0.0.1", server.port, tls12);
    }
  },
);

/** Lists with something that they may not have, and what the error tells. */
const BAD_LISTS: readonly [string, unknown, string][] = [
  ["trustedRootCertificates", "pem", '"pem"'],
  ["trustedRootCertificates", null, "null"],
  ["alpnProtocols", "", '""'],
  ["alpnProtocols", 5, "5"],
  ["alpnProtocols", "a".repeat(256), "1 to 255 bytes"],
  ["alpnProtocols", "ä".repeat(128), "1 to 255 bytes"],
];

Deno.test(
  "StreamSocket refuses bad lists of settings when TLS begins, before any I/O",
  PURE,
  async () => {
    const { server: certificate } = await goodIdentities();
    for (const [name, value, message] of BAD_LISTS) {
      using socket = new StreamSocket();
      using listener = new StreamSocketListener();
      listener.control.serverCertificate = certificate;
      for (const control of [socket.control, listener.control]) {
        Reflect.set(control, name, [value], control);
      }
      for (
        const call of [
          () => socket.connectAsync("127.0.0.1", 9, tls12),
          () => listener.bindEndpointAsync("127.0.0.1", "", tls12),
        ]
      ) await assertRejects(call, ArgumentError, message);
      // A plain connection has no need of them; it would need a permission.
      await assertRejects(
        () => socket.connectAsync("127.0.0.1", 9),
        Deno.errors.NotCapable,
      );
    }
  },
);

Deno.test(
  "StreamSocket.upgradeToSslAsync() and acceptSslAsync() refuse bad lists, and leave the connection as it is",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    const { client, server } = await openPair();
    for (const [name, value, message] of BAD_LISTS) {
      Reflect.set(client.control, name, [value], client.control);
      await assertRejects(
        () => client.upgradeToSslAsync(tls12, "localhost"),
        ArgumentError,
        message,
      );
      Reflect.set(client.control, name, [], client.control);
      const options: object = { [name]: [value] };
      await assertRejects(
        () => server.acceptSslAsync(certificate, options),
        ArgumentError,
        message,
      );
    }
    client.control.trustedRootCertificates.push(root);
    await Promise.all([
      server.acceptSslAsync(certificate),
      client.upgradeToSslAsync(tls12, "localhost"),
    ]);
    await closeAll(client, server);
  },
);

/** What each setting of TLS may be set to. */
async function settersOf(
  { control }: StreamSocket,
): Promise<Record<string, () => void>> {
  const { client } = await goodIdentities();
  return {
    clientCertificate: () => control.clientCertificate = client,
    minProtectionLevel: () => control.minProtectionLevel = tls12,
    collectTlsInformation: () => control.collectTlsInformation = true,
    trustedRootCertificates: () => control.trustedRootCertificates = [],
    alpnProtocols: () => control.alpnProtocols = ["a"],
    handshakeTimeout: () => control.handshakeTimeout = 5,
  };
}

Deno.test(
  "StreamSocketControl settings of TLS may be set while the connection is plain, and are locked from the handshake on",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    const { client, server } = await openPair();
    const setters = await settersOf(client);
    for (const set of Object.values(setters)) set();
    client.control.handshakeTimeout = 30_000;
    client.control.trustedRootCertificates = [root];
    const upgraded = client.upgradeToSslAsync(tls12, "localhost");
    function assertLocked(): void {
      for (const [name, set] of Object.entries(setters)) {
        assertThrows(set, InvalidOperationError, `Cannot set ${name}: the TLS`);
      }
    }
    await Promise.resolve();
    await server.acceptSslAsync(certificate);
    assertLocked();
    await upgraded;
    assertLocked();
    await closeAll(client, server);
    assertLocked();
  },
);

Deno.test(
  "StreamSocketControl settings of TLS are locked during a secure connect, and open again after it has failed",
  ON_LOOPBACK,
  async () => {
    await using server = await SecureEcho.start(
      await toCertificate(await makeLeaf()),
    );
    using client = new StreamSocket();
    const setters = await settersOf(client);
    const connected = client.connectAsync("127.0.0.1", server.port, tls12);
    for (const set of Object.values(setters)) {
      assertThrows(set, InvalidOperationError);
    }
    await assertRejects(() => connected, SocketError);
    for (const set of Object.values(setters)) set();
  },
);

Deno.test(
  "StreamSocketControl settings of TLS are taken when the connect begins",
  ON_LOOPBACK,
  async () => {
    await using server = await SecureEcho.start(
      await toCertificate(await makeLeaf({ ipAddresses: ["127.0.0.1"] })),
    );
    await using client = new StreamSocket();
    const { ignorableServerCertificateErrors: ignorable } = client.control;
    const connected = client.connectAsync("127.0.0.1", server.port, tls12);
    ignorable.push(ChainValidationResult.untrusted);
    const error = await assertRejects(() => connected, SocketError);
    assertEquals(error.status, SocketErrorStatus.certificateUntrustedRoot);
    await client.connectAsync("127.0.0.1", server.port, tls12);
  },
);

Deno.test(
  "StreamSocketListenerControl settings of TLS are locked by a bind, and later changes of lists have no effect",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    using listener = new StreamSocketListener();
    const { control } = listener;
    control.serverCertificate = certificate;
    control.alpnProtocols = ["a"];
    await listener.bindEndpointAsync("127.0.0.1", "", tls12);
    for (
      const set of [
        () => control.serverCertificate = null,
        () => control.clientCertificateMode = ClientCertificateMode.require,
        () => control.trustedRootCertificates = [],
        () => control.alpnProtocols = [],
        () => control.handshakeTimeout = 5,
      ]
    ) assertThrows(set, InvalidOperationError);
    control.alpnProtocols[0] = "b";
    const accepted = nextSocket(listener);
    const client = new StreamSocket();
    client.control.trustedRootCertificates.push(root);
    client.control.alpnProtocols = ["a"];
    const { localPort } = listener.information;
    await client.connectAsync("127.0.0.1", localPort, tls12);
    const server = await accepted;
    assertEquals(server.information.alpnProtocol, "a");
    assertThrows(
      () => server.control.handshakeTimeout = 5,
      InvalidOperationError,
    );
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocketInformation tells of no TLS before it, on plain connections, and after a refusal",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    using unused = new StreamSocket();
    for (const { information } of [unused, client, server]) {
      assertEquals(information.protectionLevel, plainSocket);
      assertEquals(information.tlsProtocol, "");
      assertEquals(information.cipher, "");
      assertEquals(information.alpnProtocol, "");
      assertEquals(information.serverCertificate, null);
      assertEquals(information.serverCertificateErrors, []);
      assertEquals(
        information.serverCertificateErrorSeverity,
        SocketSslErrorSeverity.none,
      );
      assertEquals(information.serverIntermediateCertificates, []);
      assertEquals(information.clientCertificate, null);
      assertEquals(information.sessionKey, null);
    }
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocketInformation tells of TLS after the socket was closed",
  ON_LOOPBACK,
  async () => {
    const { root, server: certificate, client: own } = await goodIdentities();
    await using server = await SecureEcho.start(certificate, (control) => {
      control.clientCertificateMode = ClientCertificateMode.request;
      control.trustedRootCertificates.push(root);
      control.alpnProtocols.push("a");
    });
    const client = new StreamSocket();
    client.control.trustedRootCertificates.push(root);
    client.control.clientCertificate = own;
    client.control.alpnProtocols = ["a"];
    await client.connectAsync("127.0.0.1", server.port, tls12);
    await client.outputStream.writeAsync(new Uint8Array(1));
    await client.inputStream.readAsync(new Uint8Array(1));
    await closeAll(client);
    const [accepted = new StreamSocket()] = server.sockets;
    await closeAll(accepted);
    for (const { information } of [client, accepted]) {
      assertEquals(information.protectionLevel, tls12);
      assertEquals(information.tlsProtocol, "TLSv1.3");
      assertEquals(information.alpnProtocol, "a");
    }
    const { information } = client;
    assertEquals(information.cipher, accepted.information.cipher);
    assertEquals(information.serverCertificate?.subject, "Server");
    assertEquals(information.clientCertificate, null);
    assertEquals(accepted.information.clientCertificate?.subject, "Client");
    assertEquals(accepted.information.serverCertificate, null);
  },
);

Deno.test("StreamSocket leaves no descriptor and no memory behind after 500 secure connections", async () => {
  const { code, stdout, stderr } = await run("_many_secure_connections.ts", [
    "--allow-net=127.0.0.1",
    "--allow-run=ls",
    "--v8-flags=--expose-gc",
  ]);
  assertEquals(stderr, "");
  const [, descriptors, bytes] =
    /^descriptors: (-?\d+)\nbytes: (-?\d+)\n$/.exec(stdout) ?? [];
  assertLess(Number(descriptors), 10);
  assertLess(Number(bytes), 2 * MIB);
  assertEquals(code, 0);
});
