import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  bind,
  closesocket,
  getpeername,
  getsockname,
  INVALID_SOCKET,
  IPPROTO_TCP,
  IPPROTO_UDP,
  listen,
  recv,
  SD_BOTH,
  SD_RECEIVE,
  SD_SEND,
  send,
  shutdown,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  WSAEACCES,
  WSAEADDRINUSE,
  WSAEADDRNOTAVAIL,
  WSAEAFNOSUPPORT,
  WSAEINVAL,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAEPROTONOSUPPORT,
  WSAESHUTDOWN,
  WSAGetLastError,
  WSANOTINITIALISED,
} from "../../../sockets/winsock/mod.ts";
import { openEvent } from "./_event.ts";
import {
  assertFails,
  bytesOf,
  loopback,
  NO_DESCRIPTOR,
  noName,
  ON_LOOPBACK,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

Deno.test(
  "socket() makes a socket of each family and type",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    for (const family of [AF_INET, AF_INET6]) {
      for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
        const s = socket(family, type, 0);
        assertNotEquals(s, INVALID_SOCKET);
        assertEquals(closesocket(s), 0);
      }
    }
    assertEquals(closesocket(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)), 0);
  },
);

Deno.test("socket() refuses what there is not", ON_LOOPBACK, () => {
  assertFails(socket(AF_INET, SOCK_STREAM, 0), WSANOTINITIALISED);
  using _ = new Started();
  assertFails(socket(AF_UNSPEC, SOCK_STREAM, 0), WSAEAFNOSUPPORT);
  // AF_UNIX.
  assertFails(socket(1, SOCK_STREAM, 0), WSAEAFNOSUPPORT);
  assertFails(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), WSAEPROTONOSUPPORT);
});

Deno.test("closesocket() closes sockets alone", ON_LOOPBACK, () => {
  using _ = new Started();
  const { s } = udpSocket();
  assertEquals(closesocket(s), 0);
  assertFails(closesocket(NO_DESCRIPTOR), WSAENOTSOCK);
  assertFails(closesocket(INVALID_SOCKET), WSAENOTSOCK);
  const event = openEvent();
  assertFails(closesocket(event.descriptor), WSAENOTSOCK);
  event.close();
});

Deno.test("bind() binds to an address of each family", ON_LOOPBACK, () => {
  using _ = new Started();
  for (
    const name of [
      loopback(),
      { family: AF_INET6, address: "::1", port: 0, flowInfo: 0, scopeId: 0 },
    ]
  ) {
    const s = succeed(socket(name.family, SOCK_STREAM, 0));
    assertEquals(bind(s, name), 0);
    const bound = noName();
    assertEquals(getsockname(s, bound), 0);
    assert(bound.port > 0);
    assertEquals({ ...bound, port: 0 }, name);
    closesocket(s);
  }
});

Deno.test("bind() refuses what it cannot bind to", ON_LOOPBACK, () => {
  assertFails(bind(0, loopback()), WSANOTINITIALISED);
  using _ = new Started();
  const { name } = udpSocket();
  const s = succeed(socket(AF_INET, SOCK_DGRAM, 0));
  assertFails(bind(s, name), WSAEADDRINUSE);
  assertFails(bind(s, { ...name, address: "192.0.2.1" }), WSAEACCES);
  assertFails(bind(s, { ...name, address: "localhost" }), WSAEINVAL);
  assertFails(bind(s, { ...name, port: 65_536 }), WSAEINVAL);
  assertFails(bind(s, { ...name, family: 1 }), WSAEAFNOSUPPORT);
  assertFails(bind(INVALID_SOCKET, loopback()), WSAENOTSOCK);
  assertEquals(bind(s, loopback()), 0);
  assertFails(bind(s, loopback()), WSAEINVAL);
});

Deno.test("bind() tells of an address of another machine", {
  ...ON_LOOPBACK,
  permissions: { ffi: true, net: ["192.0.2.1"] },
}, () => {
  using _ = new Started();
  const s = succeed(socket(AF_INET, SOCK_DGRAM, 0));
  const name = { family: AF_INET, address: "192.0.2.1", port: 0 };
  assertFails(bind(s, name), WSAEADDRNOTAVAIL);
});

Deno.test("listen() listens once the socket is bound", ON_LOOPBACK, () => {
  assertFails(listen(0, 1), WSANOTINITIALISED);
  using _ = new Started();
  const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
  assertFails(listen(s, 1), WSAEINVAL);
  succeed(bind(s, loopback()));
  assertEquals(listen(s, 1), 0);
  assertFails(listen(udpSocket().s, 1), WSAEOPNOTSUPP);
  assertFails(listen(INVALID_SOCKET, 1), WSAENOTSOCK);
});

Deno.test("shutdown() shuts down each side", ON_LOOPBACK, () => {
  assertFails(shutdown(0, SD_SEND), WSANOTINITIALISED);
  using _ = new Started();
  const { client, server } = tcpPair();
  assertEquals(shutdown(client, SD_SEND), 0);
  assertFails(send(client, bytesOf("a"), 1, 0), WSAESHUTDOWN);
  assertEquals(recv(server, new Uint8Array(1), 1, 0), 0);
  assertEquals(shutdown(client, SD_RECEIVE), 0);
  assertFails(recv(client, new Uint8Array(1), 1, 0), WSAESHUTDOWN);
  assertEquals(shutdown(server, SD_BOTH), 0);
  assertFails(recv(server, new Uint8Array(1), 1, 0), WSAESHUTDOWN);
  assertFails(shutdown(server, 3), WSAEINVAL);
  const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
  assertFails(shutdown(s, SD_SEND), WSAENOTCONN);
});

Deno.test("getsockname() needs a bound socket", ON_LOOPBACK, () => {
  assertFails(getsockname(0, noName()), WSANOTINITIALISED);
  using _ = new Started();
  const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
  assertFails(getsockname(s, noName()), WSAEINVAL);
  assertFails(getsockname(INVALID_SOCKET, noName()), WSAENOTSOCK);
});

Deno.test("getpeername() tells the other end", ON_LOOPBACK, () => {
  assertFails(getpeername(0, noName()), WSANOTINITIALISED);
  using _ = new Started();
  const { client, server } = tcpPair();
  const [peer, own] = [noName(), noName()];
  assertEquals(getpeername(client, peer), 0);
  assertEquals(getsockname(server, own), 0);
  assertEquals(peer, own);
  assertFails(getpeername(udpSocket().s, peer), WSAENOTCONN);
  assertEquals(WSAGetLastError(), WSAENOTCONN);
});
