import {
  assertEquals,
  assertExists,
  assertLess,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  ArgumentError,
  InvalidOperationError,
  SocketProtectionLevel,
  SocketQualityOfService,
  StreamSocket,
  type StreamSocketInformation,
  StreamSocketListener,
} from "../../../mod.ts";
import {
  hasNativeSockets,
  NativeSocket,
} from "../../../sockets/_transport/native_socket.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { closeAll, closedPort, connectTo, openPair } from "./_echo.ts";
import { run } from "./_run.ts";
import { SecureEcho } from "./_secure_echo.ts";

/** Linux: level and name of the options that the tests read back. */
const OPTIONS = {
  keepAlive: { level: 1, name: 9 },
  noDelay: { level: 6, name: 1 },
  hopLimit: { level: 0, name: 2 },
  typeOfService: { level: 0, name: 1 },
  priority: { level: 1, name: 12 },
  sendBuffer: { level: 1, name: 7 },
  keepAliveTime: { level: 6, name: 4 },
  keepAliveInterval: { level: 6, name: 5 },
  keepAliveCount: { level: 6, name: 6 },
  userTimeout: { level: 6, name: 18 },
  unsentLowWaterMark: { level: 6, name: 25 },
};

/** The options of TCP that WinRT does not have, and the most that each can be. */
const TCP_LIMITS = [
  ["keepAliveTime", 32_767_000],
  ["keepAliveInterval", 32_767_000],
  ["keepAliveCount", 127],
  ["userTimeout", 0x7FFFFFFF],
  ["unsentLowWaterMark", 0x7FFFFFFF],
] as const;
const TCP_NAMES = TCP_LIMITS.map(([name]) => name);

/** On loopback, by native calls. */
const NATIVE = {
  ignore: !hasNativeSockets(),
  permissions: { ffi: "inherit", net: ["127.0.0.1"] },
} satisfies Omit<Deno.TestDefinition, "fn" | "name">;

function readOptions(
  information: StreamSocketInformation,
): Record<string, number | null | undefined> {
  const { localPort, remotePort } = information;
  const native = NativeSocket.find(
    { hostname: "127.0.0.1", port: Number(localPort) },
    { hostname: "127.0.0.1", port: Number(remotePort) },
  );
  return Object.fromEntries(
    Object.entries(OPTIONS).map((
      [name, option],
    ) => [name, native?.getOption(option)]),
  );
}

Deno.test("StreamSocketControl has the defaults of WinRT", () => {
  using socket = new StreamSocket();
  const { control } = socket;
  assertEquals(control.keepAlive, false);
  assertEquals(control.noDelay, true);
  assertEquals(control.outboundUnicastHopLimit, 128);
  assertEquals(control.qualityOfService, SocketQualityOfService.normal);
  assertEquals(control.outboundBufferSizeInBytes, 0);
  for (const name of TCP_NAMES) assertEquals(control[name], 0);
  assertEquals(control.serializeConnectionAttempts, false);
  assertEquals(control.clientCertificate, null);
  assertEquals(control.ignorableServerCertificateErrors, []);
  assertEquals(control.minProtectionLevel, SocketProtectionLevel.plainSocket);
});

Deno.test("StreamSocketListenerControl has the defaults of WinRT", () => {
  using listener = new StreamSocketListener();
  const { control } = listener;
  assertEquals(control.keepAlive, false);
  assertEquals(control.noDelay, true);
  assertEquals(control.outboundUnicastHopLimit, 128);
  assertEquals(control.qualityOfService, SocketQualityOfService.normal);
  assertEquals(control.outboundBufferSizeInBytes, 0);
  for (const name of TCP_NAMES) assertEquals(control[name], 0);
  assertEquals(control.maxPendingConnections, Infinity);
});

Deno.test("StreamSocketControl rejects wrong values", () => {
  using socket = new StreamSocket();
  using listener = new StreamSocketListener();
  const { control } = socket;
  for (
    const set of [
      // @ts-expect-error: what plain JavaScript may pass
      () => control.keepAlive = 1,
      // @ts-expect-error: what plain JavaScript may pass
      () => control.noDelay = "yes",
      // @ts-expect-error: what plain JavaScript may pass
      () => control.serializeConnectionAttempts = null,
      () => control.outboundUnicastHopLimit = 0,
      () => control.outboundUnicastHopLimit = 256,
      () => control.outboundUnicastHopLimit = 1.5,
      () => control.outboundBufferSizeInBytes = 0,
      () => control.outboundBufferSizeInBytes = 2 ** 31,
      // @ts-expect-error: what plain JavaScript may pass
      () => control.qualityOfService = 2,
      () => listener.control.maxPendingConnections = 0,
      () => listener.control.maxPendingConnections = 1.5,
    ]
  ) assertThrows(set, ArgumentError, "Cannot set");
});

Deno.test("StreamSocketControl properties are locked by a successful connect; the buffer size is ignored then", async () => {
  const { client, server } = await openPair();
  for (const { control } of [client, server]) {
    assertThrows(() => control.keepAlive = true, InvalidOperationError);
    assertThrows(() => control.noDelay = true, InvalidOperationError);
    assertThrows(
      () => control.outboundUnicastHopLimit = 5,
      InvalidOperationError,
    );
    assertThrows(
      () => control.qualityOfService = SocketQualityOfService.normal,
      InvalidOperationError,
    );
    assertThrows(
      () => control.serializeConnectionAttempts = true,
      InvalidOperationError,
    );
    for (const name of TCP_NAMES) {
      assertThrows(() => control[name] = 1, InvalidOperationError, name);
      assertEquals(control[name], 0);
    }
    control.outboundBufferSizeInBytes = 1;
    assertEquals(control.outboundBufferSizeInBytes, 0);
  }
  await closeAll(client, server);
});

Deno.test("StreamSocketControl.serializeConnectionAttempts throws once connectAsync was called", async () => {
  using socket = new StreamSocket();
  const connect = socket.connectAsync("127.0.0.1", closedPort());
  assertThrows(
    () => socket.control.serializeConnectionAttempts = true,
    InvalidOperationError,
    "connecting",
  );
  await connect.catch(() => {});
  socket.control.serializeConnectionAttempts = true;
});

Deno.test("StreamSocketControl properties are open again after a failed connect", async () => {
  using socket = new StreamSocket();
  await socket.connectAsync("127.0.0.1", closedPort()).catch(() => {});
  socket.control.keepAlive = true;
  assertEquals(socket.control.keepAlive, true);
});

Deno.test("StreamSocketListenerControl properties are locked by a bind, the buffer size as well", async () => {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync("127.0.0.1", "");
  const { control } = listener;
  assertThrows(() => control.keepAlive = true, InvalidOperationError);
  assertThrows(() => control.noDelay = true, InvalidOperationError);
  assertThrows(() => control.maxPendingConnections = 1, InvalidOperationError);
  assertThrows(
    () => control.outboundBufferSizeInBytes = 65536,
    InvalidOperationError,
  );
  for (const name of TCP_NAMES) {
    assertThrows(() => control[name] = 1, InvalidOperationError, name);
  }
});

for (const [name, most] of TCP_LIMITS) {
  Deno.test(
    `StreamSocketControl.${name} refuses what is out of range, before anything else`,
    {
      permissions: "none",
    },
    () => {
      using socket = new StreamSocket();
      using listener = new StreamSocketListener();
      const assertRefuses = (value: number): void => {
        for (const { control } of [socket, listener]) {
          assertThrows(
            () => control[name] = value,
            ArgumentError,
            `Cannot set ${name} to "${value}": it must be a whole number from 1 to ${most}`,
          );
          assertEquals(control[name], 0);
        }
      };
      for (const value of [0, -1, most + 1, NaN, Infinity]) {
        assertRefuses(value);
      }
      // @ts-expect-error: what plain JavaScript may pass
      assertRefuses("1000");
      fc.assert(
        fc.property(
          fc.oneof(
            fc.integer({ max: 0 }),
            fc.integer({ min: most + 1, max: Number.MAX_SAFE_INTEGER }),
            fc.double().filter((value) => !Number.isInteger(value)),
          ),
          assertRefuses,
        ),
      );
    },
  );

  Deno.test(
    `StreamSocketControl.${name} takes what is in range, and changes no other option`,
    {
      ...NATIVE,
      permissions: { ffi: "inherit" },
    },
    () => {
      using socket = new StreamSocket();
      using listener = new StreamSocketListener();
      const others = TCP_NAMES.filter((other) => other !== name);
      for (const { control } of [socket, listener]) {
        for (const value of [1, most, Math.ceil(most / 2)]) {
          control[name] = value;
          assertEquals(control[name], value);
        }
        for (const other of others) assertEquals(control[other], 0);
      }
    },
  );
}

Deno.test({
  name: "StreamSocketControl options of the system are applied for real",
  ignore: !hasNativeSockets(),
  async fn() {
    const { client, server } = await openPair(({ control }, listener) => {
      for (const each of [control, listener.control]) {
        each.keepAlive = true;
        each.noDelay = false;
        each.outboundUnicastHopLimit = 17;
        each.qualityOfService = SocketQualityOfService.lowLatency;
        each.outboundBufferSizeInBytes = 100_000;
        each.keepAliveTime = 60_000;
        each.keepAliveInterval = 4_001;
        each.keepAliveCount = 3;
        each.userTimeout = 1_234;
        each.unsentLowWaterMark = 16_384;
      }
    });
    for (const { control, information } of [client, server]) {
      assertEquals(control.outboundUnicastHopLimit, 17);
      assertEquals(control.outboundBufferSizeInBytes, 100_000);
      assertEquals(control.keepAliveInterval, 4_001);
      assertEquals(readOptions(information), {
        keepAlive: 1,
        noDelay: 0,
        hopLimit: 17,
        typeOfService: 0x10,
        priority: 6,
        // Linux doubles the value for its own bookkeeping (socket(7)).
        sendBuffer: 200_000,
        keepAliveTime: 60,
        keepAliveInterval: 5,
        keepAliveCount: 3,
        userTimeout: 1_234,
        unsentLowWaterMark: 16_384,
      });
    }
    await closeAll(client, server);
  },
});

Deno.test({
  name:
    "StreamSocketListenerControl options reach IPv4 peers of a dual-stack listener",
  ignore: !hasNativeSockets(),
  async fn() {
    using listener = new StreamSocketListener();
    listener.control.outboundUnicastHopLimit = 17;
    listener.control.qualityOfService = SocketQualityOfService.lowLatency;
    await listener.bindServiceNameAsync("");
    const { client, server } = await connectTo(listener);
    const { localPort, remotePort } = server.information;
    const native = NativeSocket.find(
      { hostname: "::ffff:127.0.0.1", port: Number(localPort) },
      { hostname: "::ffff:127.0.0.1", port: Number(remotePort) },
    );
    assertEquals(native?.getOption(OPTIONS.hopLimit), 17);
    assertEquals(native?.getOption(OPTIONS.typeOfService), 0x10);
    await closeAll(client, server);
  },
});

Deno.test({
  name: "StreamSocketControl defaults are applied for real",
  ignore: !hasNativeSockets(),
  async fn() {
    const { client, server } = await openPair();
    for (const { information } of [client, server]) {
      const { keepAlive, noDelay } = readOptions(information);
      assertEquals([keepAlive, noDelay], [0, 1]);
    }
    await closeAll(client, server);
  },
});

Deno.test(
  "StreamSocketControl options of TCP hold under TLS, at both ends",
  NATIVE,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    await using server = await SecureEcho.start(certificate, (control) => {
      control.userTimeout = 1_234;
    });
    await using client = new StreamSocket();
    client.control.trustedRootCertificates.push(root);
    client.control.userTimeout = 4_321;
    const { tls12 } = SocketProtectionLevel;
    await client.connectAsync("127.0.0.1", server.port, tls12);
    // The server has accepted it once it answers.
    await client.outputStream.writeAsync(new Uint8Array(1));
    await client.inputStream.readAsync(new Uint8Array(1));
    const [accepted] = server.sockets;
    assertExists(accepted);
    assertEquals(readOptions(client.information).userTimeout, 4_321);
    assertEquals(readOptions(accepted.information).userTimeout, 1_234);
    assertEquals(accepted.control.userTimeout, 1_234);
  },
);

/** How much a socket takes whose peer reads nothing. */
async function sizeTaken(
  configure: (client: StreamSocket) => void,
): Promise<number> {
  const { client, server } = await openPair(configure);
  const { localPort, remotePort } = client.information;
  const native = NativeSocket.find(
    { hostname: "127.0.0.1", port: Number(localPort) },
    { hostname: "127.0.0.1", port: Number(remotePort) },
  );
  let taken = 0;
  const piece = new Uint8Array(65_536);
  for (let sent = 1; sent > 0; taken += Math.max(sent, 0)) {
    sent = native?.send([piece]) ?? 0;
  }
  await closeAll(client, server);
  return taken;
}

Deno.test(
  "StreamSocketControl.unsentLowWaterMark keeps the system from taking what it cannot send yet",
  NATIVE,
  async () => {
    const withMark = await sizeTaken(({ control }) => {
      control.unsentLowWaterMark = 1;
    });
    assertLess(4 * withMark, await sizeTaken(() => {}));
  },
);

const WITHOUT_FFI = {
  "that was not granted": ["--allow-net"],
  "that was denied for the C library": [
    "--allow-net",
    "--allow-ffi",
    "--deny-ffi=libc.so.6",
  ],
};

for (const [how, flags] of Object.entries(WITHOUT_FFI)) {
  Deno.test(`StreamSocketControl without FFI ${how} throws for options of the system, knows no statistics, and the end with unread data is a FIN`, async () => {
    const { code, stdout, stderr } = await run("_without_ffi.ts", flags);
    assertEquals(stderr, "");
    const fix =
      "it needs native calls, which are there on Linux with --allow-ffi";
    const refusals = [
      `2147942450 Cannot set outboundUnicastHopLimit to "5": ${fix}`,
      `2147942450 Cannot set qualityOfService to "1": ${fix}`,
      `2147942450 Cannot set outboundBufferSizeInBytes to "65536": ${fix}`,
      ...TCP_NAMES.map((name) =>
        `2147942450 Cannot set ${name} to "100": ${fix}`
      ),
      "set",
    ];
    assertEquals(stdout.trimEnd().split("\n"), [
      ...refusals,
      ...refusals,
      "statistics: 0 0 0 0 0 0 0 0 false false",
      "end: 0",
      "write: true",
    ]);
    assertEquals(code, 0);
  });
}
