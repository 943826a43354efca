import { assert, assertEquals } from "@std/assert";
import {
  AF_INET,
  connect,
  INVALID_SOCKET,
  MSG_OOB,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  send,
  sendto,
  SOCK_STREAM,
  socket,
  WSAEINVAL,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
  WSAPoll,
  WSAPollAsync,
} from "../../../sockets/winsock/mod.ts";
import {
  assertAborts,
  assertFails,
  assertFailsLater,
  bytesOf,
  NO_DESCRIPTOR,
  ON_LOOPBACK,
  refusedName,
  setNonBlocking,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

/** Both calls: what is true of one is true of the other. */
const CALLS: readonly ((
  ...args: Parameters<typeof WSAPoll>
) => number | Promise<number>)[] = [WSAPoll, WSAPollAsync];

Deno.test(
  "WSAPoll() tells what each socket is ready for",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const [ready, idle] = [udpSocket(), udpSocket()];
      succeed(sendto(idle.s, bytesOf("a"), 1, 0, ready.name));
      const fds = [
        { fd: ready.s, events: POLLRDNORM, revents: 0 },
        { fd: idle.s, events: POLLRDNORM, revents: 1 },
        { fd: ready.s, events: POLLIN | POLLOUT | POLLWRNORM, revents: 0 },
        { fd: INVALID_SOCKET, events: POLLIN, revents: 1 },
      ];
      assertEquals(await call(fds, -1), 2);
      assertEquals(fds.map(({ revents }) => revents), [
        POLLRDNORM,
        0,
        POLLIN | POLLOUT | POLLWRNORM,
        0,
      ]);
    }
  },
);

Deno.test(
  "WSAPoll() waits for data, and as long as told",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    for (const call of CALLS) {
      for (const timeout of [0, 2]) {
        const polled = { fd: s, events: POLLIN, revents: 1 };
        assertEquals(await call([polled], timeout), 0);
        assertEquals(polled.revents, 0);
      }
    }
    const polled = { fd: s, events: POLLIN, revents: 0 };
    const told = WSAPollAsync([polled], 60_000);
    succeed(sendto(s, bytesOf("a"), 1, 0, name));
    assertEquals(await told, 1);
    assertEquals(polled.revents, POLLIN);
  },
);

Deno.test(
  "WSAPoll() tells of ends and errors without being asked",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const call of CALLS) {
      const s = succeed(socket(AF_INET, SOCK_STREAM, 0));
      setNonBlocking(s);
      assertFails(connect(s, refusedName()), WSAEWOULDBLOCK);
      const failed = { fd: s, events: 0, revents: 0 };
      assertEquals(await call([failed], -1), 1);
      assert(failed.revents & (POLLERR | POLLHUP));
      const gone = { fd: NO_DESCRIPTOR, events: POLLIN, revents: 0 };
      assertEquals(await call([gone], -1), 1);
      assertEquals(gone.revents, POLLNVAL);
    }
  },
);

Deno.test("WSAPoll() tells of bands as Winsock does", ON_LOOPBACK, async () => {
  using _ = new Started();
  for (const call of CALLS) {
    const { client, server } = tcpPair();
    succeed(send(client, bytesOf("!"), 1, MSG_OOB));
    const fds = [
      { fd: server, events: POLLRDBAND, revents: 0 },
      { fd: server, events: POLLPRI, revents: 0 },
      { fd: server, events: POLLWRBAND, revents: 0 },
    ];
    assertEquals(await call(fds.slice(0, 1), -1), 1);
    assertEquals(await call(fds, -1), 3);
    assertEquals(fds.map(({ revents }) => revents), [
      POLLRDBAND,
      POLLPRI,
      POLLWRBAND,
    ]);
  }
});

Deno.test("WSAPoll() fails with what is wrong", ON_LOOPBACK, async () => {
  const polled = { fd: 0, events: POLLIN, revents: 0 };
  assertFails(WSAPoll([polled], 0), WSANOTINITIALISED);
  await assertFailsLater(() => WSAPollAsync([polled], 0), WSANOTINITIALISED);
  using _ = new Started();
  assertFails(WSAPoll([], 0), WSAEINVAL);
  await assertFailsLater(() => WSAPollAsync([], 0), WSAEINVAL);
  const none = { fd: INVALID_SOCKET, events: POLLIN, revents: 0 };
  assertFails(WSAPoll([none], -1), WSAEINVAL);
  await assertFailsLater(() => WSAPollAsync([none], -1), WSAEINVAL);
  assertEquals(WSAPoll([none], 1), 0);
  assertEquals(await WSAPollAsync([none], 1), 0);
});

Deno.test(
  "WSAPollAsync() rejects when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s } = udpSocket();
    const polled = { fd: s, events: POLLIN | POLLRDBAND, revents: 0 };
    await assertAborts((options) => WSAPollAsync([polled], -1, options));
  },
);
