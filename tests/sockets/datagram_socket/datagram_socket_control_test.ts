import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ArgumentError,
  DatagramSocket,
  type DatagramSocketControl,
  InvalidOperationError,
  SocketQualityOfService,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { bytesOf, LOOPBACK, Pair, take } from "./_sockets.ts";

const permissions = LOOPBACK;
const PURE = { permissions: "none" } as const;

function set(
  control: DatagramSocketControl,
  name: string,
  value: unknown,
): void {
  Reflect.set(control, name, value);
}

Deno.test("DatagramSocketControl has the defaults of WinRT", PURE, () => {
  const { control } = new DatagramSocket();
  assertEquals(control.dontFragment, false);
  assertEquals(control.inboundBufferSizeInBytes, 0);
  assertEquals(control.outboundUnicastHopLimit, 128);
  assertEquals(control.qualityOfService, SocketQualityOfService.normal);
  assertEquals(control.multicastOnly, false);
  assertEquals(control.multicastHopLimit, 1);
  assertEquals(control.multicastLoopback, true);
});

Deno.test("DatagramSocketControl refuses bad values", PURE, () => {
  const { control } = new DatagramSocket();
  const bad: readonly (readonly [string, readonly unknown[]])[] = [
    ["dontFragment", [1, "true", null]],
    ["multicastOnly", [0, undefined]],
    ["multicastLoopback", ["", 1]],
    ["inboundBufferSizeInBytes", [0, -1, 1.5, 2 ** 31, "1"]],
    ["outboundUnicastHopLimit", [0, 256, 1.5, "64"]],
    ["multicastHopLimit", [-1, 256, NaN]],
    ["qualityOfService", [2, "normal"]],
  ];
  for (const [name, values] of bad) {
    for (const value of values) {
      assertThrows(() => set(control, name, value), ArgumentError, name);
    }
  }
});

Deno.test(
  "DatagramSocketControl refuses changes once the socket is bound, but for the hop limits and the loopback",
  { permissions, ignore: !hasNativeSockets() },
  async () => {
    await using socket = new DatagramSocket();
    const { control } = socket;
    await socket.bindServiceNameAsync("");
    const locked: readonly (readonly [string, unknown])[] = [
      ["dontFragment", true],
      ["inboundBufferSizeInBytes", 1000],
      ["multicastOnly", true],
      ["qualityOfService", SocketQualityOfService.lowLatency],
    ];
    for (const [name, value] of locked) {
      assertThrows(
        () => set(control, name, value),
        InvalidOperationError,
        `Cannot set ${name}: the socket is bound`,
      );
    }
    control.outboundUnicastHopLimit = 3;
    control.multicastHopLimit = 4;
    control.multicastLoopback = false;
    assertEquals(control.outboundUnicastHopLimit, 3);
    assertEquals(control.multicastHopLimit, 4);
    assertEquals(control.multicastLoopback, false);
  },
);

Deno.test(
  "DatagramSocketControl options leave what is sent and received as it is",
  { permissions, ignore: !hasNativeSockets() },
  async () => {
    await using pair = new Pair();
    const { receiver, sender } = pair;
    receiver.control.inboundBufferSizeInBytes = 100_000;
    sender.control.dontFragment = true;
    sender.control.outboundUnicastHopLimit = 7;
    sender.control.qualityOfService = SocketQualityOfService.lowLatency;
    await receiver.bindEndpointAsync("127.0.0.1", "");
    await sender.connectAsync("127.0.0.1", receiver.information.localPort);
    await sender.outputStream.writeAsync(new Uint8Array([1]));
    assertEquals(bytesOf((await take(receiver, 1))[0]), new Uint8Array([1]));
  },
);

Deno.test(
  "DatagramSocketControl options that node:dgram cannot set are refused, and the socket is not bound",
  { permissions, ignore: hasNativeSockets() },
  async () => {
    await using socket = new DatagramSocket();
    socket.control.multicastHopLimit = 9;
    await assertRejects(
      () => socket.bindEndpointAsync("::1", ""),
      InvalidOperationError,
      "--allow-ffi",
    );
    assertThrows(
      () => socket.control.dontFragment = true,
      InvalidOperationError,
      "--allow-ffi",
    );
    await socket.bindEndpointAsync("127.0.0.1", "");
    assertEquals(socket.control.multicastHopLimit, 9);
  },
);
