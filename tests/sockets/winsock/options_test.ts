import { assert, assertEquals } from "@std/assert";
import {
  AF_INET,
  AF_INET6,
  connect,
  FIONBIO,
  FIONREAD,
  getsockopt,
  INVALID_SOCKET,
  ioctlsocket,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_V6ONLY,
  recv,
  sendto,
  setsockopt,
  SIOCATMARK,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  SOL_SOCKET,
  TCP_NODELAY,
  WSAEADDRNOTAVAIL,
  WSAECONNREFUSED,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOPROTOOPT,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
  WSAPollAsync,
} from "../../../sockets/winsock/mod.ts";
import { openEvent } from "./_event.ts";
import {
  assertFails,
  bytesOf,
  listeningSocket,
  NO_DESCRIPTOR,
  ON_LOOPBACK,
  refusedName,
  setNonBlocking,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

function newStream(): number {
  return succeed(socket(AF_INET, SOCK_STREAM, 0));
}

/** The number that an option has. */
function get(s: number, level: number, option: number): number | undefined {
  const value = new Int32Array(1);
  assertEquals(getsockopt(s, level, option, value), 0);
  return value[0];
}

Deno.test("setsockopt() takes numbers and truth values", ON_LOOPBACK, () => {
  using _ = new Started();
  const s = newStream();
  for (
    const [level, option, value] of [
      [SOL_SOCKET, SO_REUSEADDR, 1],
      [SOL_SOCKET, SO_KEEPALIVE, true],
      [IPPROTO_TCP, TCP_NODELAY, true],
      [IPPROTO_TCP, TCP_NODELAY, false],
      [IPPROTO_IP, IP_TTL, 9],
    ] as const
  ) {
    assertEquals(setsockopt(s, level, option, value), 0);
    assertEquals(get(s, level, option), Number(value));
  }
  succeed(setsockopt(s, SOL_SOCKET, SO_RCVBUF, 10_000));
  assert((get(s, SOL_SOCKET, SO_RCVBUF) ?? 0) >= 10_000);
  const inet6 = succeed(socket(AF_INET6, SOCK_DGRAM, 0));
  // As in Winsock, where other systems have 0.
  assertEquals(get(inet6, IPPROTO_IPV6, IPV6_V6ONLY), 1);
  succeed(setsockopt(inet6, IPPROTO_IPV6, IPV6_V6ONLY, false));
  assertEquals(get(inet6, IPPROTO_IPV6, IPV6_V6ONLY), 0);
});

Deno.test("setsockopt() takes times in milliseconds", ON_LOOPBACK, () => {
  using _ = new Started();
  const s = newStream();
  for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) {
    assertEquals(get(s, SOL_SOCKET, option), 0);
    assertEquals(setsockopt(s, SOL_SOCKET, option, 2500), 0);
    assertEquals(get(s, SOL_SOCKET, option), 2500);
  }
});

Deno.test(
  "setsockopt() takes a Linger, getsockopt() fills one",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const s = newStream();
    const linger = { onOff: true, linger: 7 };
    assertEquals(setsockopt(s, SOL_SOCKET, SO_LINGER, linger), 0);
    const told = { onOff: false, linger: 0 };
    assertEquals(getsockopt(s, SOL_SOCKET, SO_LINGER, told), 0);
    assertEquals(told, linger);
  },
);

Deno.test(
  "setsockopt() takes bytes, getsockopt() fills some",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const s = newStream();
    const bytes = new Uint8Array(Int32Array.of(1).buffer);
    assertEquals(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, bytes), 0);
    const told = new Uint8Array(10);
    const length = new Uint32Array(1);
    assertEquals(getsockopt(s, SOL_SOCKET, SO_REUSEADDR, told, length), 0);
    assertEquals(length[0], 4);
    assertEquals(told.subarray(0, 4), bytes);
  },
);

Deno.test("setsockopt() joins and leaves groups", ON_LOOPBACK, () => {
  using _ = new Started();
  const { s } = udpSocket();
  const group = { multiaddr: "239.1.2.3", interface: "127.0.0.1" };
  assertEquals(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, group), 0);
  assertEquals(setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, group), 0);
  assertFails(
    setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, group),
    WSAEADDRNOTAVAIL,
  );
  const bad = { ...group, multiaddr: "group" };
  assertFails(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, bad), WSAEINVAL);

  const inet6 = succeed(socket(AF_INET6, SOCK_DGRAM, 0));
  // The loopback interface is the first one.
  const group6 = { multiaddr: "ff02::114", interface: 1 };
  assertEquals(setsockopt(inet6, IPPROTO_IPV6, IPV6_JOIN_GROUP, group6), 0);
  assertEquals(setsockopt(inet6, IPPROTO_IPV6, IPV6_LEAVE_GROUP, group6), 0);
});

Deno.test("setsockopt() fails with what is wrong", ON_LOOPBACK, () => {
  assertFails(setsockopt(0, SOL_SOCKET, SO_TYPE, 1), WSANOTINITIALISED);
  using _ = new Started();
  const s = newStream();
  assertFails(setsockopt(s, SOL_SOCKET, SO_TYPE, 1), WSAENOPROTOOPT);
  assertFails(setsockopt(s, IPPROTO_TCP, 9999, 1), WSAENOPROTOOPT);
  assertFails(
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, new Uint8Array(1)),
    WSAEINVAL,
  );
  assertFails(
    setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_REUSEADDR, 1),
    WSAENOTSOCK,
  );
  assertFails(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, Infinity), WSAEINVAL);
});

Deno.test("getsockopt() tells what cannot be set", ON_LOOPBACK, async () => {
  using _ = new Started();
  assertEquals(get(udpSocket().s, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  assertEquals(get(listeningSocket().s, SOL_SOCKET, SO_ACCEPTCONN), 1);
  const s = newStream();
  assertEquals(get(s, SOL_SOCKET, SO_ERROR), 0);
  setNonBlocking(s);
  assertFails(connect(s, refusedName()), WSAEWOULDBLOCK);
  await WSAPollAsync([{ fd: s, events: 0, revents: 0 }], -1);
  assertEquals(get(s, SOL_SOCKET, SO_ERROR), WSAECONNREFUSED);
});

Deno.test("getsockopt() fails with what is wrong", ON_LOOPBACK, () => {
  const value = new Int32Array(1);
  assertFails(getsockopt(0, SOL_SOCKET, SO_TYPE, value), WSANOTINITIALISED);
  using _ = new Started();
  const s = newStream();
  assertFails(getsockopt(s, IPPROTO_TCP, 9999, value), WSAENOPROTOOPT);
  assertFails(getsockopt(-1, SOL_SOCKET, SO_TYPE, value), WSAENOTSOCK);
  const none = new Uint32Array(0);
  assertFails(getsockopt(s, SOL_SOCKET, SO_TYPE, none), WSAEFAULT);
});

Deno.test("ioctlsocket() tells how much can be received", ON_LOOPBACK, () => {
  using _ = new Started();
  const { s, name } = udpSocket();
  const argument = Uint32Array.of(9);
  assertEquals(ioctlsocket(s, FIONREAD, argument), 0);
  assertEquals(argument[0], 0);
  succeed(sendto(s, bytesOf("abc"), 3, 0, name));
  assertEquals(ioctlsocket(s, FIONREAD, argument), 0);
  assertEquals(argument[0], 3);
  assertEquals(ioctlsocket(tcpPair().client, SIOCATMARK, argument), 0);
  assertEquals(argument[0], 0);
});

Deno.test("ioctlsocket() has calls wait or not", ON_LOOPBACK, () => {
  using _ = new Started();
  const { s, name } = udpSocket();
  const buf = new Uint8Array(1);
  assertEquals(ioctlsocket(s, FIONBIO, Uint32Array.of(1)), 0);
  assertFails(recv(s, buf, 1, 0), WSAEWOULDBLOCK);
  assertEquals(ioctlsocket(s, FIONBIO, Uint32Array.of(0)), 0);
  succeed(sendto(s, buf, 1, 0, name));
  assertEquals(recv(s, buf, 1, 0), 1);
});

Deno.test("ioctlsocket() fails with what is wrong", ON_LOOPBACK, () => {
  const argument = new Uint32Array(1);
  assertFails(ioctlsocket(0, FIONREAD, argument), WSANOTINITIALISED);
  using _ = new Started();
  const { s } = udpSocket();
  // TIOCGWINSZ, which would write more than there is room for.
  assertFails(ioctlsocket(s, 0x5413, argument), WSAEOPNOTSUPP);
  assertFails(ioctlsocket(s, FIONREAD, new Uint32Array(0)), WSAEFAULT);
  assertFails(ioctlsocket(NO_DESCRIPTOR, FIONREAD, argument), WSAENOTSOCK);
});

Deno.test("ioctlsocket() leaves other descriptors alone", ON_LOOPBACK, () => {
  using _ = new Started();
  const event = openEvent();
  const argument = Uint32Array.of(1);
  assertFails(ioctlsocket(event.descriptor, FIONBIO, argument), WSAENOTSOCK);
  event.close();
});
