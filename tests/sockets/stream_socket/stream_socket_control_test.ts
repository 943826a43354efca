import { assertEquals, assertThrows } from "@std/assert";
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
import { closeAll, closedPort, connectTo, openPair } from "./_echo.ts";
import { run } from "./_run.ts";

/** Linux: level and name of the options that the tests read back. */
const OPTIONS = {
  keepAlive: { level: 1, name: 9 },
  noDelay: { level: 6, name: 1 },
  hopLimit: { level: 0, name: 2 },
  typeOfService: { level: 0, name: 1 },
  priority: { level: 1, name: 12 },
  sendBuffer: { level: 1, name: 7 },
};

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
});

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
      }
    });
    for (const { control, information } of [client, server]) {
      assertEquals(control.outboundUnicastHopLimit, 17);
      assertEquals(control.outboundBufferSizeInBytes, 100_000);
      assertEquals(readOptions(information), {
        keepAlive: 1,
        noDelay: 0,
        hopLimit: 17,
        typeOfService: 0x10,
        priority: 6,
        // Linux doubles the value for its own bookkeeping (socket(7)).
        sendBuffer: 200_000,
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

const WITHOUT_FFI = {
  "that was not granted": ["--allow-net"],
  "that was denied for the C library": [
    "--allow-net",
    "--allow-ffi",
    "--deny-ffi=libc.so.6",
  ],
};

for (const [how, flags] of Object.entries(WITHOUT_FFI)) {
  Deno.test(`StreamSocketControl without FFI ${how} throws for options of the system, and the end with unread data is a FIN`, async () => {
    const { code, stdout, stderr } = await run("_without_ffi.ts", flags);
    assertEquals(stderr, "");
    const fix =
      "it needs native calls, which are there on Linux with --allow-ffi";
    const refusals = [
      `2147942450 Cannot set outboundUnicastHopLimit to "5": ${fix}`,
      `2147942450 Cannot set qualityOfService to "1": ${fix}`,
      `2147942450 Cannot set outboundBufferSizeInBytes to "65536": ${fix}`,
      "set",
    ];
    assertEquals(stdout.trimEnd().split("\n"), [
      ...refusals,
      ...refusals,
      "end: 0",
      "write: true",
    ]);
    assertEquals(code, 0);
  });
}
