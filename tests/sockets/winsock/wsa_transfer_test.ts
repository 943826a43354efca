import { assertEquals } from "@std/assert";
import {
  closesocket,
  connect,
  INVALID_SOCKET,
  MSG_PEEK,
  MSG_TRUNC,
  recv,
  SD_SEND,
  send,
  sendto,
  shutdown,
  WSAEACCES,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSANOTINITIALISED,
  WSARecv,
  WSARecvAsync,
  WSARecvFrom,
  WSARecvFromAsync,
  WSASend,
  WSASendAsync,
  WSASendTo,
  WSASendToAsync,
} from "../../../sockets/winsock/mod.ts";
import {
  assertAborts,
  assertAbortsEarly,
  assertFails,
  assertFailsLater,
  bytesOf,
  noName,
  ON_LOOPBACK,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

const BUFFERS = ["", "hello, ", "w".repeat(100), "orld"].map(bytesOf);
const TEXT = `hello, ${"w".repeat(100)}orld`;

/** Room of many sizes, for more than that text. */
function newRoom(): Uint8Array<ArrayBuffer>[] {
  return [1, 64, 0, 65, 100].map((size) => new Uint8Array(size));
}

async function textOf(
  buffers: readonly Uint8Array<ArrayBuffer>[],
  length: number | undefined,
): Promise<string> {
  return (await new Blob([...buffers]).text()).slice(0, length);
}

Deno.test(
  "WSASend() sends several buffers, WSARecv() fills several",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    const [sent, received] = [new Uint32Array(1), new Uint32Array(1)];
    assertEquals(WSASend(client, BUFFERS, sent, 0), 0);
    assertEquals(sent[0], TEXT.length);
    const flags = new Uint32Array(1);
    const room = newRoom();
    assertEquals(WSARecv(server, room, received, flags), 0);
    assertEquals(await textOf(room, received[0]), TEXT);

    assertEquals(await WSASendAsync(client, BUFFERS, null, 0), 0);
    flags[0] = MSG_PEEK;
    assertEquals(await WSARecvAsync(server, newRoom(), received, flags), 0);
    assertEquals([received[0], flags[0]], [TEXT.length, 0]);
    assertEquals(WSARecv(server, newRoom(), null, flags), 0);
  },
);

Deno.test(
  "WSASendTo() sends one datagram, WSARecvFrom() tells whose it is",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const [from, to] = [udpSocket(), udpSocket()];
    const [sent, received] = [new Uint32Array(1), new Uint32Array(1)];
    const flags = new Uint32Array(1);
    assertEquals(WSASendTo(from.s, BUFFERS, sent, 0, to.name), 0);
    assertEquals(sent[0], TEXT.length);
    const [room, sender] = [newRoom(), noName()];
    assertEquals(WSARecvFrom(to.s, room, received, flags, sender), 0);
    assertEquals(await textOf(room, received[0]), TEXT);
    assertEquals(sender, from.name);

    const later = WSARecvFromAsync(to.s, newRoom(), received, flags, sender);
    succeed(connect(from.s, to.name));
    assertEquals(
      await WSASendToAsync(from.s, [bytesOf("a")], sent, 0, null),
      0,
    );
    assertEquals(await later, 0);
    assertEquals([sent[0], received[0]], [1, 1]);
  },
);

Deno.test(
  "WSARecvFrom() fails when a datagram is cut, and tells so",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    succeed(sendto(s, bytesOf("abc"), 3, 0, name));
    const flags = new Uint32Array(1);
    const room = [new Uint8Array(1), new Uint8Array(1)];
    assertFails(WSARecvFrom(s, room, null, flags, null), WSAEMSGSIZE);
    assertEquals(room, [bytesOf("a"), bytesOf("b")]);
    assertEquals(flags[0], MSG_TRUNC);
  },
);

Deno.test(
  "WSASend() and WSASendTo() fail with what is wrong",
  ON_LOOPBACK,
  async () => {
    assertFails(WSASend(0, BUFFERS, null, 0), WSANOTINITIALISED);
    await assertFailsLater(
      () => WSASendAsync(0, BUFFERS, null, 0),
      WSANOTINITIALISED,
    );
    using _ = new Started();
    const { s, name } = udpSocket();
    const sent = Uint32Array.of(7);
    const many = Array.from({ length: 1025 }, () => new Uint8Array(1));
    for (
      const [s2, buffers, flags, code] of [
        [INVALID_SOCKET, BUFFERS, 0, WSAENOTSOCK],
        [s, [], 0, WSAEINVAL],
        [s, many, 0, WSAEMSGSIZE],
        [s, BUFFERS, MSG_PEEK, WSAEOPNOTSUPP],
      ] as const
    ) {
      assertFails(WSASendTo(s2, buffers, sent, flags, name), code);
      await assertFailsLater(
        () => WSASendToAsync(s2, buffers, sent, flags, name),
        code,
      );
    }
    assertEquals(sent[0], 7);
    const denied = { ...name, address: "127.0.0.2" };
    assertFails(WSASendTo(s, BUFFERS, sent, 0, denied), WSAEACCES);
    const { client } = tcpPair();
    succeed(shutdown(client, SD_SEND));
    assertFails(WSASend(client, BUFFERS, null, 0), WSAESHUTDOWN);
    await assertFailsLater(
      () => WSASendAsync(client, BUFFERS, null, 0),
      WSAESHUTDOWN,
    );
  },
);

Deno.test(
  "WSARecv() and WSARecvFrom() fail with what is wrong",
  ON_LOOPBACK,
  async () => {
    const flags = new Uint32Array(1);
    assertFails(WSARecv(0, newRoom(), null, flags), WSANOTINITIALISED);
    await assertFailsLater(
      () => WSARecvAsync(0, newRoom(), null, flags),
      WSANOTINITIALISED,
    );
    using _ = new Started();
    const { s } = udpSocket();
    assertFails(WSARecv(INVALID_SOCKET, newRoom(), null, flags), WSAENOTSOCK);
    assertFails(WSARecv(s, [], null, flags), WSAEINVAL);
    flags[0] = MSG_TRUNC;
    assertFails(WSARecvFrom(s, newRoom(), null, flags, null), WSAEOPNOTSUPP);
    await assertFailsLater(
      () => WSARecvFromAsync(s, newRoom(), null, flags, null),
      WSAEOPNOTSUPP,
    );
    assertEquals(flags[0], MSG_TRUNC);
  },
);

Deno.test(
  "WSARecvAsync() and the like move nothing when aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    const flags = new Uint32Array(1);
    await assertAborts((options) =>
      WSARecvAsync(server, newRoom(), null, flags, options)
    );
    await assertAborts((options) =>
      WSARecvFromAsync(server, newRoom(), null, flags, null, options)
    );
    await assertAbortsEarly((options) =>
      WSASendAsync(client, BUFFERS, null, 0, options)
    );
    await assertAbortsEarly((options) =>
      WSASendToAsync(client, BUFFERS, null, 0, null, options)
    );
    succeed(send(client, bytesOf("a"), 1, 0));
    assertEquals(recv(server, new Uint8Array(10), 10, 0), 1);
    succeed(closesocket(client));
  },
);
