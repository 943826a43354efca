import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  DatagramSocket,
  EndpointPair,
  HResult,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { callWith, outcome, turn } from "../streams/_fakes.ts";
import {
  assertArgumentError,
  assertSocketError,
  BAD_ADAPTERS,
  BAD_HOSTS,
  call,
  failureOf,
  open,
} from "./_bad_input.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;
const PURE = { permissions: "none" } as const;
const native = { permissions, ignore: !hasNativeSockets() };

Deno.test(
  "DatagramSocket refuses host names that are none, before any I/O",
  PURE,
  async () => {
    await using socket = new DatagramSocket();
    for (const [host, text] of [...BAD_HOSTS, [null, "null"] as const]) {
      for (const name of ["connectAsync", "getOutputStreamAsync"] as const) {
        const error = await failureOf(() => call(socket, name, host, 9));
        assertArgumentError(error, text);
      }
      const { getEndpointPairsAsync } = DatagramSocket;
      const pairs = callWith(getEndpointPairsAsync, DatagramSocket, host, 9);
      assertArgumentError(await outcome(pairs), text);
    }
    for (const [host, text] of BAD_HOSTS) {
      const bind = () => call(socket, "bindEndpointAsync", host, 0);
      assertArgumentError(await failureOf(bind), text);
    }
    assertEquals(socket.information.localPort, "");
  },
);

/** Bad ports, and what a message makes of them. */
const BAD_PORTS: readonly (readonly [unknown, string])[] = [
  ["-1", '"-1"'],
  ["65536", '"65536"'],
  ["1.5", '"1.5"'],
  ["0x50", '"0x50"'],
  [" ", '" "'],
  ["9 ", '"9 "'],
  [-1, "-1"],
  [65_536, "65536"],
  [1.5, "1.5"],
  [NaN, "NaN"],
  [Infinity, "Infinity"],
  [true, "true"],
  [null, "null"],
  [{}, "an object"],
];

Deno.test(
  "DatagramSocket refuses ports that are none, before any I/O",
  PURE,
  async () => {
    await using socket = new DatagramSocket();
    for (const [port, text] of BAD_PORTS) {
      for (
        const bind of [
          () => call(socket, "bindServiceNameAsync", port),
          () => call(socket, "bindEndpointAsync", "127.0.0.1", port),
          () => call(socket, "connectAsync", "127.0.0.1", port),
          () => call(socket, "getOutputStreamAsync", "127.0.0.1", port),
        ]
      ) {
        assertArgumentError(await failureOf(bind), text);
      }
    }
    for (const name of ["connectAsync", "getOutputStreamAsync"] as const) {
      const error = await failureOf(() => call(socket, name, "127.0.0.1", ""));
      assertArgumentError(error, '""');
    }
    assertEquals(socket.information.localPort, "");
  },
);

Deno.test(
  "DatagramSocket refuses a service that has no port",
  { permissions },
  async () => {
    const name = "no-such-service";
    await using socket = new DatagramSocket();
    const error = await failureOf(() => socket.bindServiceNameAsync(name));
    assertArgumentError(error, `"${name}"`);
    // A service of TCP has the same name, maybe, but another port.
    assertStringIncludes(`${error}`, "no udp port");
    for (
      const remote of [
        () => socket.connectAsync("127.0.0.1", name),
        () => socket.getOutputStreamAsync("127.0.0.1", name),
      ]
    ) {
      const { classTypeNotFound } = SocketErrorStatus;
      assertSocketError(await failureOf(remote), classTypeNotFound, name);
    }
  },
);

Deno.test(
  "DatagramSocket refuses to bind to an adapter that is none",
  { permissions },
  async () => {
    await using socket = new DatagramSocket();
    for (const adapter of BAD_ADAPTERS) {
      const bind = () => call(socket, "bindServiceNameAsync", "", { adapter });
      assertArgumentError(await failureOf(bind), "adapter");
    }
    const bind = () =>
      socket.bindServiceNameAsync("", { adapter: "no such adapter" });
    assertArgumentError(await failureOf(bind), '"no such adapter"');
    assertEquals(socket.information.localPort, "");
  },
);

Deno.test(
  "DatagramSocket refuses to bind to addresses of others",
  { permissions: { ...permissions, net: true } },
  async () => {
    await using socket = new DatagramSocket();
    const { cannotAssignRequestedAddress } = SocketErrorStatus;
    // RFC 5737 and RFC 3849: those of documents.
    for (const host of ["192.0.2.200", "2001:db8::1"]) {
      const error = await failureOf(() => socket.bindEndpointAsync(host, 0));
      assertSocketError(error, cannotAssignRequestedAddress, host);
    }
  },
);

Deno.test(
  "DatagramSocket refuses a local endpoint of the other family than the remote one",
  { permissions },
  async () => {
    for (
      const [local, remote] of [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]]
    ) {
      const pair = new EndpointPair(`${local}`, "", `${remote}`, "9");
      for (const name of ["connectAsync", "getOutputStreamAsync"] as const) {
        await using socket = new DatagramSocket();
        const error = await failureOf(() => call(socket, name, pair));
        const { addressFamilyNotSupported } = SocketErrorStatus;
        assertSocketError(error, addressFamilyNotSupported, `"${remote}"`);
      }
    }
  },
);

/** What cannot be written, and what a message makes of it. */
const BAD_BYTES: readonly (readonly [unknown, string])[] = [
  [null, "null"],
  [undefined, "undefined"],
  ["text", '"text"'],
  [5, "5"],
  [[1, 2], "[ 1, 2 ]"],
  [new ArrayBuffer(4), "ArrayBuffer"],
  [new DataView(new ArrayBuffer(4)), "DataView"],
  [new Uint16Array(3), "Uint16Array(3)"],
];

Deno.test(
  "OutputStream.writeAsync() of a DatagramSocket refuses what are no bytes, and sends the others",
  { permissions },
  async () => {
    await using pair = await Pair.open();
    const { outputStream } = pair.sender;
    const detached = new Uint8Array(10);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const failures: Promise<unknown>[] = [];
    const all = [...BAD_BYTES, [detached, "transferred"] as const];
    for (const [index, [bytes]] of all.entries()) {
      const { writeAsync } = outputStream;
      failures.push(outcome(callWith(writeAsync, outputStream, bytes)));
      outputStream.writeAsync(new Uint8Array(index));
    }
    for (const [index, failure] of failures.entries()) {
      assertArgumentError(await failure, `${all[index]?.[1]}`);
    }
    // Those were never written, so a flush has nothing to tell.
    assertEquals(await outputStream.flushAsync(), true);
    const messages = await take(pair.receiver, all.length);
    assertEquals(
      messages.map((message) => bytesOf(message)?.length),
      all.map((_, index) => index),
    );
  },
);

Deno.test(
  "OutputStream.writeAsync() of a DatagramSocket refuses a datagram that is too long, on every stream",
  { permissions },
  async () => {
    await using socket = await open(null);
    const { localPort } = socket.information;
    const { messageTooLong } = SocketErrorStatus;
    for (const host of ["127.0.0.1", "::1"]) {
      const stream = await socket.getOutputStreamAsync(host, localPort);
      for (const size of [65_508, 65_536, 200_000]) {
        const write = () => stream.writeAsync(new Uint8Array(size));
        const error = await failureOf(write);
        assertSocketError(error, messageTooLong, `"${size}"`);
        assertInstanceOf(error, SocketError);
        assertEquals(error.hresult, HResult.WSAEMSGSIZE);
        await assertRejects(() => stream.flushAsync(), SocketError);
      }
      assertEquals(await stream.writeAsync(new Uint8Array(65_507)), 65_507);
      assertEquals(bytesOf((await take(socket, 1))[0])?.length, 65_507);
    }
  },
);

Deno.test(
  "OutputStream.writeAsync() of a DatagramSocket refuses to send to port 0",
  native,
  async () => {
    await using socket = new DatagramSocket();
    const stream = await socket.getOutputStreamAsync("127.0.0.1", 0);
    const error = await failureOf(() => stream.writeAsync(new Uint8Array(1)));
    assertSocketError(error, SocketErrorStatus.unknown, '"127.0.0.1:0"');
    assertInstanceOf(error, SocketError);
    assertEquals(error.hresult, HResult.WSAEINVAL);
  },
);

for (const name of ["connectAsync", "getOutputStreamAsync"] as const) {
  Deno.test(
    `DatagramSocket.${name}() refuses a signal that is none, and nothing else rejects`,
    { permissions },
    async () => {
      for (const signal of [5, "x", {}]) {
        await using socket = new DatagramSocket();
        const error = await failureOf(() =>
          call(socket, name, "127.0.0.1", 9, { signal })
        );
        assertInstanceOf(error, TypeError);
        // A promise that nobody has would end the test run by now.
        await turn();
      }
    },
  );
}
