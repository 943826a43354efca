import { assert, assertEquals, assertRejects } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import {
  accept,
  AF_INET,
  closesocket,
  connect,
  connectAsync,
  FD_CLR,
  FD_ISSET,
  FD_SET,
  FD_ZERO,
  getpeername,
  getsockopt,
  INVALID_SOCKET,
  MSG_OOB,
  POLLOUT,
  recv,
  SD_SEND,
  select,
  selectAsync,
  send,
  sendto,
  setsockopt,
  shutdown,
  SO_ERROR,
  SO_LINGER,
  SOCK_STREAM,
  type SockAddr,
  socket,
  SOL_SOCKET,
  WSACleanup,
  WSAECONNREFUSED,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
  WSAPoll,
  WSAStartup,
} from "../../../sockets/winsock/mod.ts";
import { isPending } from "../streams/_fakes.ts";
import {
  assertAborts,
  assertFails,
  assertFailsLater,
  bytesOf,
  listeningSocket,
  NO_DESCRIPTOR,
  noName,
  ON_LOOPBACK,
  refusedName,
  setNonBlocking,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

const NO_TIME = { sec: 0, usec: 0 };
const SHORT = { sec: 0, usec: 2000 };
const LONG = { sec: 5, usec: 0 };

/** Both calls: what is true of one is true of the other. */
const CALLS: readonly ((
  ...args: Parameters<typeof select>
) => number | Promise<number>)[] = [select, selectAsync];

Deno.test("FD_SET() and its like change sets", { permissions: "none" }, () => {
  const set = new Set<number>();
  FD_SET(3, set);
  FD_SET(4, set);
  FD_CLR(3, set);
  assertEquals([FD_ISSET(3, set), FD_ISSET(4, set)], [false, true]);
  FD_ZERO(set);
  assertEquals(set, new Set());
});

Deno.test(
  "select() leaves in each set what is ready",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const [ready, idle] = [udpSocket(), udpSocket()];
      succeed(sendto(idle.s, bytesOf("a"), 1, 0, ready.name));
      const readable = new Set([ready.s, idle.s]);
      const writable = new Set([ready.s]);
      const except = new Set([idle.s]);
      assertEquals(await call(0, readable, writable, except, null), 2);
      assertEquals(readable, new Set([ready.s]));
      assertEquals(writable, new Set([ready.s]));
      assertEquals(except, new Set());
    }
  },
);

Deno.test(
  "select() empties its sets when the time runs out",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s } = udpSocket();
    for (const call of CALLS) {
      for (const timeout of [NO_TIME, SHORT]) {
        const readable = new Set([s]);
        assertEquals(await call(0, readable, null, null, timeout), 0);
        assertEquals(readable, new Set());
      }
    }
  },
);

Deno.test(
  "select() tells of connections to accept, and of those that ended",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const { s, name } = listeningSocket();
      const client = succeed(socket(AF_INET, SOCK_STREAM, 0));
      succeed(connect(client, name));
      assertEquals(await call(0, new Set([s]), null, null, null), 1);
      const server = succeed(accept(s, null));
      succeed(closesocket(client));
      assertEquals(await call(0, new Set([server]), null, null, null), 1);
      assertEquals(recv(server, new Uint8Array(1), 1, 0), 0);
    }
  },
);

Deno.test(
  "select() tells of a connection by its second set",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const { name } = listeningSocket();
      const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
      setNonBlocking(s);
      assertFails(connect(s, name), WSAEWOULDBLOCK);
      const [writable, except] = [new Set([s]), new Set([s])];
      assertEquals(await call(0, null, writable, except, null), 1);
      assertEquals([writable.size, except.size], [1, 0]);
      succeed(shutdown(s, SD_SEND));
      // It is not taken for one that cannot be made.
      assertEquals(await call(0, null, null, new Set([s]), SHORT), 0);
    }
  },
);

Deno.test(
  "select() tells of a connection that cannot be made by its third set",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
      setNonBlocking(s);
      assertFails(connect(s, refusedName()), WSAEWOULDBLOCK);
      const [readable, writable, except] = [
        new Set([s]),
        new Set([s]),
        new Set([s]),
      ];
      assertEquals(await call(0, readable, writable, except, null), 1);
      assertEquals([readable.size, writable.size, except.size], [0, 0, 1]);
      const error = new Int32Array(1);
      succeed(getsockopt(s, SOL_SOCKET, SO_ERROR, error));
      assertEquals(error[0], WSAECONNREFUSED);
    }
  },
);

Deno.test(
  "select() tells of urgent data by its third set",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const { client, server } = tcpPair();
      succeed(send(client, bytesOf("!"), 1, MSG_OOB));
      const except = new Set([server]);
      assertEquals(await call(0, null, null, except, null), 1);
      assertEquals(except.size, 1);
    }
  },
);

Deno.test(
  "select() waits on when an end shows that no set asks for",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const { client, server } = tcpPair();
      succeed(shutdown(client, SD_SEND));
      succeed(shutdown(server, SD_SEND));
      // Both sides have ended: poll(2) tells of it whether asked or not.
      const except = new Set([client]);
      assertEquals(await call(0, null, null, except, SHORT), 0);
      assertEquals(except.size, 0);
    }
  },
);

Deno.test("select() fails with what is wrong", ON_LOOPBACK, async () => {
  assertFails(select(0, null, null, null, null), WSANOTINITIALISED);
  await assertFailsLater(
    () => selectAsync(0, null, null, null, null),
    WSANOTINITIALISED,
  );
  using _ = new Started();
  const { s } = udpSocket();
  for (
    const [set, timeout, code] of [
      [null, null, WSAEINVAL],
      [[], null, WSAEINVAL],
      [[s], { sec: -1, usec: 0 }, WSAEINVAL],
      [[s], { sec: NaN, usec: 0 }, WSAEINVAL],
      [[s, INVALID_SOCKET], null, WSAENOTSOCK],
      [[s, NO_DESCRIPTOR], null, WSAENOTSOCK],
    ] as const
  ) {
    const sockets = set === null ? null : new Set<number>(set);
    assertFails(select(0, sockets, null, null, timeout), code);
    await assertFailsLater(
      () => selectAsync(0, sockets, null, null, timeout),
      code,
    );
  }
});

Deno.test(
  "selectAsync() rejects when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const [first, second] = [udpSocket(), udpSocket()];
    const set = new Set([first.s, second.s]);
    await assertAborts((options) =>
      selectAsync(0, set, null, set, { sec: 9, usec: 0 }, options)
    );
    assertEquals(set.size, 2);
  },
);

Deno.test(
  "selectAsync() does not disturb others that wait for the socket",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    const other = selectAsync(0, new Set([s]), null, null, null);
    await assertAborts((options) =>
      selectAsync(0, new Set([s]), null, null, null, options)
    );
    assertEquals(await selectAsync(0, new Set([s]), null, null, SHORT), 0);
    succeed(sendto(s, bytesOf("a"), 1, 0, name));
    assertEquals(await other, 1);
  },
);

Deno.test(
  "selectAsync() does not mislead a connection that is being made",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { name } = listeningSocket();
    const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
    const connected = connectAsync(s, name);
    await selectAsync(0, null, new Set([s]), null, NO_TIME);
    assertEquals(await connected, 0);
  },
);

/** What shows that a socket has been connected, other than select. */
const SIGNS: readonly ((s: number, name: SockAddr) => unknown)[] = [
  (s) => WSAPoll([{ fd: s, events: POLLOUT, revents: 0 }], -1),
  (s) => getpeername(s, noName()),
  (s) => send(s, bytesOf("a"), 1, 0),
  (s) => recv(s, new Uint8Array(1), 1, 0),
  (s, name) => {
    connect(s, name);
    connect(s, name);
  },
];

Deno.test(
  "select() knows of a connection that something else has shown",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      for (const sign of SIGNS) {
        const { s: listener, name } = listeningSocket();
        const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
        setNonBlocking(s);
        assertFails(connect(s, name), WSAEWOULDBLOCK);
        const server = succeed(accept(listener, null));
        succeed(send(server, bytesOf("ab"), 2, 0));
        sign(s, name);
        const linger = { onOff: true, linger: 0 };
        succeed(setsockopt(server, SOL_SOCKET, SO_LINGER, linger));
        succeed(closesocket(server));
        assertEquals(await call(0, new Set([s]), null, null, LONG), 1);
      }
    }
  },
);

Deno.test(
  "select() notices a connection while it waits for data",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const { s: listener, name } = listeningSocket();
      const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
      setNonBlocking(s);
      assertFails(connect(s, name), WSAEWOULDBLOCK);
      const server = succeed(accept(listener, null));
      assertEquals(await call(0, new Set([s]), null, null, SHORT), 0);
      succeed(shutdown(s, SD_SEND));
      succeed(closesocket(server));
      assertEquals(await call(0, new Set([s]), null, null, LONG), 1);
    }
  },
);

Deno.test(
  "selectAsync() ends with a socket that it waits for to be closed alone",
  ON_LOOPBACK,
  async () => {
    for (const isCleanup of [false, true]) {
      WSAStartup(0x0202);
      const { client, server } = tcpPair();
      succeed(shutdown(client, SD_SEND));
      succeed(shutdown(server, SD_SEND));
      const selected = selectAsync(0, null, null, new Set([client]), null);
      assert(await isPending(selected));
      if (isCleanup) succeed(WSACleanup());
      else succeed(closesocket(client));
      await assertRejects(() => selected, SocketError, "the socket was closed");
      if (!isCleanup) succeed(WSACleanup());
    }
  },
);
