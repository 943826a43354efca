import { assertEquals, assertThrows } from "@std/assert";
import { HResult } from "../../../errors/hresult.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { startSession } from "../../../sockets/winsock/_session.ts";
import {
  AF_INET,
  bind,
  MAKEWORD,
  SOCK_DGRAM,
  socket,
  WSACleanup,
  WSAEADDRINUSE,
  WSAGetLastError,
  WSANOTINITIALISED,
  WSASetLastError,
  WSAStartup,
  WSAVERNOTSUPPORTED,
} from "../../../sockets/winsock/mod.ts";
import {
  assertFails,
  ignore,
  ON_LOOPBACK,
  Started,
  succeed,
  udpSocket,
} from "./_winsock.ts";

function newData() {
  return { version: 0, highVersion: 0, description: "", systemStatus: "" };
}

Deno.test("MAKEWORD() puts two bytes together", { permissions: "none" }, () => {
  assertEquals(MAKEWORD(2, 1), 0x0102);
  assertEquals(MAKEWORD(0x1ff, 0x1ff), 0xffff);
});

Deno.test("WSAStartup() tells the version that both sides have", {
  ignore,
  permissions: "none",
}, () => {
  for (
    const [requested, version] of [
      [MAKEWORD(1, 1), MAKEWORD(1, 1)],
      [MAKEWORD(2, 2), MAKEWORD(2, 2)],
      [MAKEWORD(2, 9), MAKEWORD(2, 2)],
      [MAKEWORD(3, 0), MAKEWORD(2, 2)],
    ] as const
  ) {
    const data = newData();
    assertEquals(WSAStartup(requested, data), 0);
    assertEquals(data, {
      version,
      highVersion: MAKEWORD(2, 2),
      description: "WinSock 2.0",
      systemStatus: "Running",
    });
    assertEquals(WSACleanup(), 0);
  }
});

Deno.test("WSAStartup() refuses a version that there never was", {
  permissions: "none",
}, () => {
  WSASetLastError(0);
  assertEquals(WSAStartup(0), WSAVERNOTSUPPORTED);
  assertEquals(WSAGetLastError(), 0);
});

Deno.test("WSAStartup() throws without native calls, and names the flag", {
  permissions: "none",
}, () => {
  const error = assertThrows(
    () => startSession("2.2", null),
    SocketError,
    'Cannot start Winsock "2.2": it needs native calls, which are there with --allow-ffi',
  );
  assertEquals(error.hresult, HResult.WSASYSNOTREADY);
});

Deno.test("WSAStartup() throws in a program without --allow-ffi", {
  permissions: { read: true, run: true },
}, async () => {
  const program = new URL("_without_ffi.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", program],
    stdin: "null",
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    'SocketError: Cannot start Winsock "2.2": it needs native calls, which are there with --allow-ffi\n',
  );
});

Deno.test(
  "WSACleanup() ends Winsock with the last call, and closes sockets",
  ON_LOOPBACK,
  () => {
    WSAStartup(0x0202);
    WSAStartup(0x0202);
    const { name } = udpSocket();
    assertEquals(WSACleanup(), 0);
    const s = succeed(socket(AF_INET, SOCK_DGRAM, 0));
    // The first one has the port still.
    assertFails(bind(s, name), WSAEADDRINUSE);
    assertEquals(WSACleanup(), 0);
    assertFails(bind(s, name), WSANOTINITIALISED);
    using _ = new Started();
    assertEquals(bind(succeed(socket(AF_INET, SOCK_DGRAM, 0)), name), 0);
  },
);

Deno.test("WSACleanup() fails when Winsock was not started", {
  permissions: "none",
}, () => {
  assertFails(WSACleanup(), WSANOTINITIALISED);
});
