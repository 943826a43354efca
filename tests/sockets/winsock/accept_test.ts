import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { SocketError, SocketErrorStatus } from "../../../mod.ts";
import {
  accept,
  acceptAsync,
  AF_INET,
  closesocket,
  connect,
  getsockname,
  INVALID_SOCKET,
  recv,
  setsockopt,
  SO_RCVTIMEO,
  SOCK_STREAM,
  socket,
  SOL_SOCKET,
  WSACleanup,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
  WSAStartup,
} from "../../../sockets/winsock/mod.ts";
import {
  assertAborts,
  assertFails,
  assertFailsLater,
  listeningSocket,
  noName,
  ON_LOOPBACK,
  setNonBlocking,
  Started,
  succeed,
  udpSocket,
} from "./_winsock.ts";

function newClient(): number {
  return succeed(socket(AF_INET, SOCK_STREAM, 0));
}

Deno.test("accept() tells the address of the peer", ON_LOOPBACK, () => {
  using _ = new Started();
  const { s, name } = listeningSocket();
  const client = newClient();
  succeed(connect(client, name));
  const [peer, own] = [noName(), noName()];
  const server = succeed(accept(s, peer));
  succeed(getsockname(client, own));
  assertEquals(peer, own);
  succeed(connect(newClient(), name));
  assertNotEquals(succeed(accept(s, null)), server);
});

Deno.test(
  "accept() makes a socket that is like the one that listens",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const { s, name } = listeningSocket();
    setNonBlocking(s);
    assertFails(accept(s, null), WSAEWOULDBLOCK);
    succeed(connect(newClient(), name));
    const server = succeed(accept(s, null));
    assertFails(recv(server, new Uint8Array(1), 1, 0), WSAEWOULDBLOCK);
  },
);

Deno.test(
  "accept() fails where there is nothing to accept",
  ON_LOOPBACK,
  () => {
    assertFails(accept(0, null), WSANOTINITIALISED);
    using _ = new Started();
    assertFails(accept(INVALID_SOCKET, null), WSAENOTSOCK);
    assertFails(accept(newClient(), null), WSAEINVAL);
    assertFails(accept(udpSocket().s, null), WSAEOPNOTSUPP);
    const { s } = listeningSocket();
    succeed(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 1));
    assertFails(accept(s, null), WSAETIMEDOUT);
  },
);

Deno.test(
  "acceptAsync() waits, and the sockets wait in their calls still",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = listeningSocket();
    const peer = noName();
    const accepted = acceptAsync(s, peer);
    const client = newClient();
    succeed(connect(client, name));
    const server = await accepted;
    const own = noName();
    succeed(getsockname(client, own));
    assertEquals(peer, own);
    for (const each of [s, server]) {
      succeed(setsockopt(each, SOL_SOCKET, SO_RCVTIMEO, 1));
    }
    assertFails(recv(server, new Uint8Array(1), 1, 0), WSAETIMEDOUT);
    assertFails(accept(s, null), WSAETIMEDOUT);
  },
);

Deno.test(
  "acceptAsync() gives each connection to one of many",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = listeningSocket();
    const accepted = Array.from({ length: 5 }, () => acceptAsync(s, null));
    for (let i = 0; i < 5; i++) succeed(connect(newClient(), name));
    assertEquals(new Set(await Promise.all(accepted)).size, 5);
  },
);

Deno.test(
  "acceptAsync() rejects with what it fails with",
  ON_LOOPBACK,
  async () => {
    await assertFailsLater(() => acceptAsync(0, null), WSANOTINITIALISED);
    using _ = new Started();
    await assertFailsLater(() => acceptAsync(-1, null), WSAENOTSOCK);
    await assertFailsLater(() => acceptAsync(newClient(), null), WSAEINVAL);
  },
);

Deno.test(
  "acceptAsync() accepts nothing when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = listeningSocket();
    await assertAborts((options) => acceptAsync(s, null, options));
    succeed(connect(newClient(), name));
    succeed(accept(s, null));
  },
);

Deno.test(
  "acceptAsync() rejects when the socket is closed",
  ON_LOOPBACK,
  async () => {
    const close = (s: number): number => closesocket(s);
    for (const end of [close, WSACleanup]) {
      WSAStartup(0x0202);
      const { s } = listeningSocket();
      const accepted = acceptAsync(s, null);
      succeed(end(s));
      // Another socket gets the number.
      if (end === close) listeningSocket();
      const error = await assertRejects(
        () => accepted,
        SocketError,
        `Cannot accept a connection of the socket "${s}": the socket was closed`,
      );
      assertEquals(error.status, SocketErrorStatus.operationAborted);
      if (end === close) WSACleanup();
    }
  },
);
