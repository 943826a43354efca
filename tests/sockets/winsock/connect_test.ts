import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import {
  AF_INET,
  AF_INET6,
  closesocket,
  connect,
  connectAsync,
  getpeername,
  INVALID_SOCKET,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  recv,
  selectAsync,
  setsockopt,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  SOL_SOCKET,
  WSAEACCES,
  WSAEAFNOSUPPORT,
  WSAECONNREFUSED,
  WSAEISCONN,
  WSAENOTSOCK,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
} from "../../../sockets/winsock/mod.ts";
import {
  abortSoon,
  assertAbortsEarly,
  assertFails,
  assertFailsLater,
  listeningSocket,
  loopback,
  noName,
  ON_LOOPBACK,
  refusedName,
  setNonBlocking,
  Started,
  succeed,
} from "./_winsock.ts";

function newSocket(type: number = SOCK_STREAM): number {
  return succeed(socket(AF_INET, type, 0));
}

Deno.test("connect() connects streams and datagrams", ON_LOOPBACK, () => {
  using _ = new Started();
  const { name } = listeningSocket();
  for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
    const s = newSocket(type);
    assertEquals(connect(s, name), 0);
    const peer = noName();
    succeed(getpeername(s, peer));
    assertEquals(peer, name);
  }
});

Deno.test("connect() fails with what is wrong", ON_LOOPBACK, () => {
  assertFails(connect(0, loopback(1)), WSANOTINITIALISED);
  using _ = new Started();
  const { name } = listeningSocket();
  assertFails(connect(newSocket(), refusedName()), WSAECONNREFUSED);
  assertFails(connect(INVALID_SOCKET, name), WSAENOTSOCK);
  const s = newSocket();
  succeed(connect(s, name));
  assertFails(connect(s, name), WSAEISCONN);
  const inet6 = { family: AF_INET6, address: "::1", port: 1 };
  assertFails(connect(newSocket(SOCK_DGRAM), inet6), WSAEAFNOSUPPORT);
});

Deno.test(
  "connect() does not wait if the socket does not",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { name } = listeningSocket();
    const s = newSocket();
    setNonBlocking(s);
    assertFails(connect(s, name), WSAEWOULDBLOCK);
    const writable = new Set([s]);
    assertEquals(await selectAsync(0, null, writable, null, null), 1);
    assertEquals(writable, new Set([s]));
    succeed(getpeername(s, noName()));
  },
);

Deno.test(
  "connect() asks for the permission of the address",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const s = newSocket();
    for (const address of ["127.0.0.2", "0.0.0.0"]) {
      const name = { family: AF_INET, address, port: 80 };
      assertFails(connect(s, name), WSAEACCES);
      await assertFailsLater(() => connectAsync(s, name), WSAEACCES);
    }
    const inet6 = succeed(socket(AF_INET6, SOCK_STREAM, 0));
    succeed(setsockopt(inet6, IPPROTO_IPV6, IPV6_V6ONLY, false));
    const mapped = { family: AF_INET6, address: "::ffff:127.0.0.2", port: 80 };
    assertFails(connect(inet6, mapped), WSAEACCES);
    // The same host as 127.0.0.1, which was granted.
    const granted = { ...mapped, address: "::ffff:7f00:1" };
    granted.port = refusedName().port;
    assertFails(connect(inet6, granted), WSAECONNREFUSED);
  },
);

Deno.test(
  "connectAsync() connects, and the socket waits in its calls still",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { name } = listeningSocket();
    const s = newSocket();
    assertEquals(await connectAsync(s, name), 0);
    succeed(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 1));
    assertFails(recv(s, new Uint8Array(1), 1, 0), WSAETIMEDOUT);
    assertEquals(await connectAsync(newSocket(SOCK_DGRAM), name), 0);
    const other = newSocket();
    setNonBlocking(other);
    // Not -0.
    assertStrictEquals(await connectAsync(other, name), 0);
  },
);

Deno.test(
  "connectAsync() rejects with what it fails with",
  ON_LOOPBACK,
  async () => {
    const name = loopback(1);
    await assertFailsLater(() => connectAsync(0, name), WSANOTINITIALISED);
    using _ = new Started();
    const refused = refusedName();
    await assertFailsLater(
      () => connectAsync(newSocket(), refused),
      WSAECONNREFUSED,
    );
    await assertRejects(
      () => connectAsync(newSocket(), refused),
      SocketError,
      `Cannot connect to "127.0.0.1:${refused.port}": connection refused`,
    );
    const inet6 = succeed(socket(AF_INET6, SOCK_STREAM, 0));
    await assertRejects(
      () => connectAsync(inet6, { family: AF_INET6, address: "::2", port: 5 }),
      SocketError,
      'Cannot connect to "[::2]:5": permission denied',
    );
  },
);

Deno.test(
  "connectAsync() rejects when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    // With its queue full, nobody answers.
    const { s, name } = listeningSocket();
    const waiting: Promise<unknown>[] = [];
    const { signal, reason } = abortSoon();
    for (let i = 0; i < 40; i++) {
      waiting.push(connectAsync(newSocket(), name, { signal }).catch((e) => e));
    }
    const results = await Promise.all(waiting);
    assertEquals(
      results.filter((result) => result === reason).length > 0,
      true,
    );
    closesocket(s);
    await assertAbortsEarly((options) =>
      connectAsync(newSocket(), name, options)
    );
  },
);

Deno.test("connect() asks for what it connects to", ON_LOOPBACK, () => {
  using _ = new Started();
  const addresses = ["127.0.0.2", "127.0.0.1"];
  const name = {
    ...loopback(1),
    get address(): string {
      return addresses.shift() ?? "127.0.0.1";
    },
  };
  assertFails(connect(newSocket(), name), WSAEACCES);
});
