import fc from "fast-check";
import { assertEquals, assertExists } from "@std/assert";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  APP_LIMITED_MASK,
  decodeTcpInfo,
  readTcpInfo,
  TCP_INFO_OFFSETS,
  TCP_INFO_SIZE,
  type TcpInfo,
} from "../../../sockets/winsock/_tcp_info.ts";
import { requireLibc, UdpSocket } from "./_udp_socket.ts";

/** Linux, `bits/socket.h` and `bits/socket_type.h`. */
const AF_INET = 2;
const SOCK_STREAM = 1;

const NOTHING: TcpInfo = {
  roundTripTime: 0,
  roundTripTimeVariance: 0,
  minRoundTripTime: 0,
  receiverRoundTripTime: 0,
  receiverSpace: 0,
  deliveryRate: 0,
  isApplicationLimited: false,
};

/** A `struct tcp_info` with some members. */
function tcpInfoBytes(
  members: Partial<Record<keyof typeof TCP_INFO_OFFSETS, number>>,
): Uint8Array {
  const bytes = new Uint8Array(TCP_INFO_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [name, offset] of Object.entries(TCP_INFO_OFFSETS)) {
    const member = Object.entries(members).find(([key]) => key === name);
    if (member === undefined) continue;
    const [, value] = member;
    if (name === "tcpi_delivery_rate_app_limited") view.setUint8(offset, value);
    else if (name !== "tcpi_delivery_rate") view.setUint32(offset, value, true);
    else view.setBigUint64(offset, BigInt(value), true);
  }
  return bytes;
}

Deno.test("decodeTcpInfo() takes apart what the system tells", {
  permissions: "none",
}, () => {
  const u32 = fc.integer({ min: 0, max: 0xFFFFFFFE });
  fc.assert(fc.property(
    fc.record({
      roundTripTime: u32,
      roundTripTimeVariance: u32,
      minRoundTripTime: u32,
      receiverRoundTripTime: u32,
      receiverSpace: u32,
      deliveryRate: fc.maxSafeNat(),
      isApplicationLimited: fc.boolean(),
    }),
    (info) => {
      const bytes = tcpInfoBytes({
        tcpi_rtt: info.roundTripTime,
        tcpi_rttvar: info.roundTripTimeVariance,
        tcpi_min_rtt: info.minRoundTripTime,
        tcpi_rcv_rtt: info.receiverRoundTripTime,
        tcpi_rcv_space: info.receiverSpace,
        tcpi_delivery_rate: info.deliveryRate,
        tcpi_delivery_rate_app_limited: Number(info.isApplicationLimited),
      });
      assertEquals(decodeTcpInfo(bytes), info);
    },
  ));
});

Deno.test("decodeTcpInfo() reads the bytes of a view alone", {
  permissions: "none",
}, () => {
  const around = new Uint8Array(TCP_INFO_SIZE + 10).fill(0xFF);
  const bytes = around.subarray(5, 5 + TCP_INFO_SIZE);
  bytes.set(tcpInfoBytes({ tcpi_rtt: 40_000 }));
  assertEquals(decodeTcpInfo(bytes), { ...NOTHING, roundTripTime: 40_000 });
});

Deno.test("decodeTcpInfo() has no shortest time while there is none", {
  permissions: "none",
}, () => {
  const bytes = tcpInfoBytes({ tcpi_min_rtt: 0xFFFFFFFF });
  assertEquals(decodeTcpInfo(bytes), NOTHING);
});

Deno.test("decodeTcpInfo() goes by one bit of the flags", {
  permissions: "none",
}, () => {
  for (let flags = 0; flags < 256; flags++) {
    const bytes = tcpInfoBytes({ tcpi_delivery_rate_app_limited: flags });
    const isApplicationLimited = (flags & APP_LIMITED_MASK) !== 0;
    assertEquals(decodeTcpInfo(bytes), { ...NOTHING, isApplicationLimited });
  }
});

Deno.test("readTcpInfo() is null for what is no TCP socket", {
  ignore: !hasNativeSockets(),
  permissions: { ffi: "inherit", net: ["127.0.0.1"] },
}, async () => {
  assertEquals(readTcpInfo(-1), null);
  await using socket = new UdpSocket("127.0.0.1");
  assertEquals(readTcpInfo(socket.descriptor), null);
});

Deno.test("readTcpInfo() tells of a TCP socket, connected or not", {
  ignore: !hasNativeSockets(),
  permissions: { ffi: "inherit" },
}, () => {
  const { call } = requireLibc();
  const descriptor = call.socket(AF_INET, SOCK_STREAM, 0);
  const info = readTcpInfo(descriptor);
  call.close(descriptor);
  assertExists(info);
  assertEquals(info.roundTripTime, 0);
  assertEquals(info.minRoundTripTime, 0);
  assertEquals(info.deliveryRate, 0);
});
