import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  ClosedError,
  DatagramSocket,
  type DatagramSocketControl,
  HResult,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
  SocketQualityOfService,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { outcome } from "../streams/_fakes.ts";
import {
  assertArgumentError,
  assertInvalidOperation,
  assertSocketError,
  call,
  failureOf,
  open,
} from "./_bad_input.ts";
import { LOOPBACK } from "./_sockets.ts";

const permissions = LOOPBACK;
const PURE = { permissions: "none" } as const;
const native = { permissions, ignore: !hasNativeSockets() };

Deno.test(
  "DatagramSocket refuses what comes before its time",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    for (const name of ["join", "leave"] as const) {
      const error = await failureOf(() =>
        call(socket, `${name}MulticastGroup`, "239.1.2.3")
      );
      assertInvalidOperation(error, "bound", "bindServiceNameAsync");
    }
    const output = await failureOf(() => socket.outputStream);
    assertInvalidOperation(output, "not connected", "connectAsync");
    const next = await failureOf(() => socket[Symbol.asyncIterator]().next());
    assertInvalidOperation(next, "not bound");
    // None of that was the end of it.
    await socket.bindEndpointAsync("127.0.0.1", "");
    await socket.connectAsync("127.0.0.1", 9);
  },
);

Deno.test(
  "DatagramSocket refuses to bind or connect twice, at the same time as well",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    const first = socket.bindEndpointAsync("127.0.0.1", "");
    const second = outcome(socket.bindEndpointAsync("127.0.0.1", ""));
    await first;
    assertInvalidOperation(await second, "bound already");
    const port = socket.information.localPort;

    const connected = socket.connectAsync("127.0.0.1", 9);
    const again = outcome(socket.connectAsync("127.0.0.1", 10));
    await connected;
    assertInvalidOperation(await again, "connected already");
    const { outputStream } = socket;
    for (const bind of ["127.0.0.1", null]) {
      const error = await failureOf(() => socket.bindEndpointAsync(bind, ""));
      assertInvalidOperation(error, "bound already");
    }
    assertEquals(socket.information.localPort, port);
    assertEquals(socket.information.remotePort, "9");
    assertEquals(socket.outputStream, outputStream);
  },
);

Deno.test(
  "DatagramSocket that could not bind or connect can be used for another try",
  { permissions },
  async () => {
    await using taken = await open("127.0.0.1");
    const { localPort } = taken.information;
    await using socket = new DatagramSocket();
    const bind = () => socket.bindEndpointAsync("127.0.0.1", localPort);
    const { addressAlreadyInUse } = SocketErrorStatus;
    assertSocketError(await failureOf(bind), addressAlreadyInUse, localPort);
    socket.control.multicastHopLimit = 2;
    await socket.bindEndpointAsync("127.0.0.1", "");

    const connect = () => socket.connectAsync("::1", localPort);
    const { addressFamilyNotSupported } = SocketErrorStatus;
    assertSocketError(
      await failureOf(connect),
      addressFamilyNotSupported,
      "::1",
    );
    await socket.connectAsync("127.0.0.1", localPort);
    assertEquals(socket.information.remotePort, localPort);
  },
);

Deno.test(
  "DatagramSocket that could not connect is as it was before",
  { permissions: { ...permissions, net: true } },
  async () => {
    await using socket = new DatagramSocket();
    const { control, information } = socket;
    const { hostNotFound } = SocketErrorStatus;
    const connect = () => socket.connectAsync("239.1.2.3", 9);
    assertSocketError(await failureOf(connect), hostNotFound, "239.1.2.3");
    assertEquals(information.localPort, "");
    control.multicastOnly = true;
    const unicast = () => socket.connectAsync("127.0.0.1", 9);
    assertInvalidOperation(await failureOf(unicast), "multicastOnly");
    control.multicastOnly = false;
    await socket.bindEndpointAsync("127.0.0.1", "");
    await socket.connectAsync("127.0.0.1", 9);
  },
);

Deno.test({
  name:
    "DatagramSocket that bound for a connect which the system refuses is as it was before",
  ...native,
  // The system wants a zone with an address of a link.
  permissions: { ...permissions, net: true },
  async fn() {
    await using socket = new DatagramSocket();
    const received: string[] = [];
    const done = Promise.withResolvers<void>();
    socket.onmessagereceived = (message) => {
      received.push(message.remotePort);
      done.resolve();
    };
    const failure = await failureOf(() => socket.connectAsync("fe80::1", 9));
    assertInstanceOf(failure, SocketError);
    assertEquals(socket.information.localPort, "");
    socket.control.multicastOnly = false;
    // And its handler is that of what it binds to now.
    await socket.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = socket.information;
    const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
    await stream.writeAsync(new Uint8Array([1]));
    await done.promise;
    assertEquals(received, [localPort]);
  },
});

Deno.test(
  "DatagramSocketControl refuses what must be set before, while the socket binds",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    const { control } = socket;
    const bound = socket.bindServiceNameAsync("");
    const refused = failureOf(() => control.multicastOnly = true);
    await bound;
    assertInvalidOperation(await refused, "multicastOnly");
    assertEquals(control.multicastOnly, false);
  },
);

Deno.test(
  "DatagramSocketControl keeps the value before when the socket refuses a change",
  { permissions, ignore: hasNativeSockets() },
  async () => {
    await using socket = new DatagramSocket();
    const { control } = socket;
    await socket.bindEndpointAsync("::1", "");
    const before = control.outboundUnicastHopLimit;
    const refused = await failureOf(() => control.outboundUnicastHopLimit = 5);
    assertInstanceOf(refused, InvalidOperationError);
    assertEquals(control.outboundUnicastHopLimit, before);
    // Nor does it stand in the way of what can be changed.
    control.multicastLoopback = false;
    assertEquals(control.multicastLoopback, false);
  },
);

/** Values out of range, and others of the wrong type. */
const BAD_VALUES: Readonly<
  Record<Exclude<keyof DatagramSocketControl, symbol>, readonly unknown[]>
> = {
  dontFragment: [0, 1, "true", null, undefined],
  inboundBufferSizeInBytes: [0, -1, 1.5, NaN, Infinity, 2 ** 31, "9", null],
  multicastHopLimit: [-1, 256, 1.5, NaN, Infinity, "1", null],
  multicastLoopback: [0, 1, "false", null, undefined],
  multicastOnly: [0, 1, "true", null, undefined],
  outboundUnicastHopLimit: [0, -1, 256, 1.5, NaN, Infinity, "64", null],
  qualityOfService: [2, -1, NaN, "lowLatency", null, undefined],
};

Deno.test(
  "DatagramSocketControl names the value that it refuses, and keeps the one before",
  PURE,
  () => {
    const { control } = new DatagramSocket();
    for (const [name, values] of Object.entries(BAD_VALUES)) {
      const before: unknown = Reflect.get(control, name);
      for (const value of values) {
        const error = assertThrows(() => Reflect.set(control, name, value));
        assertArgumentError(error, name);
        assertArgumentError(error, `"${value}"`);
        assertEquals(Reflect.get(control, name), before);
      }
    }
  },
);

Deno.test(
  "DatagramSocketControl takes the least and the most of each range",
  native,
  async () => {
    await using socket = new DatagramSocket();
    const { control } = socket;
    for (const limit of [1, 255]) control.outboundUnicastHopLimit = limit;
    for (const limit of [0, 255]) control.multicastHopLimit = limit;
    for (const size of [2 ** 31 - 1, 1]) {
      control.inboundBufferSizeInBytes = size;
    }
    await socket.bindEndpointAsync("127.0.0.1", "");
    assertEquals(control.outboundUnicastHopLimit, 255);
    assertEquals(control.inboundBufferSizeInBytes, 1);
  },
);

Deno.test(
  "DatagramSocketControl refuses changes once the socket is connected, and keeps the values before",
  native,
  async () => {
    await using socket = new DatagramSocket();
    await socket.connectAsync("127.0.0.1", 9);
    for (
      const [name, value] of [
        ["dontFragment", true],
        ["inboundBufferSizeInBytes", 10_000],
        ["multicastOnly", true],
        ["qualityOfService", SocketQualityOfService.lowLatency],
      ] as const
    ) {
      const before: unknown = Reflect.get(socket.control, name);
      const error = await failureOf(() =>
        Reflect.set(socket.control, name, value)
      );
      assertInvalidOperation(error, name, "connected");
      assertEquals(Reflect.get(socket.control, name), before);
    }
  },
);

Deno.test(
  "DatagramSocket that is closed refuses everything, and its argument first",
  { permissions },
  async () => {
    const socket = await open("127.0.0.1");
    await socket[Symbol.asyncDispose]();
    for (
      const use of [
        () => socket.bindServiceNameAsync(""),
        () => socket.bindEndpointAsync("127.0.0.1", ""),
        () => socket.connectAsync("127.0.0.1", 9),
        () => socket.getOutputStreamAsync("127.0.0.1", 9),
        () => socket.joinMulticastGroup("239.1.2.3"),
        () => socket.leaveMulticastGroup("239.1.2.3"),
        () => socket.cancelIOAsync(),
        () => socket.outputStream,
      ]
    ) {
      const error = await failureOf(use);
      assertInstanceOf(error, ClosedError, `${use}`);
      assertEquals(error.hresult, HResult.RO_E_CLOSED);
    }
    const bad = () => socket.bindServiceNameAsync("65536");
    assertArgumentError(await failureOf(bad), '"65536"');
  },
);
