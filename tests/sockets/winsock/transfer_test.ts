import { assertEquals, assertRejects } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import {
  AF_INET,
  closesocket,
  connect,
  INVALID_SOCKET,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  recv,
  recvAsync,
  recvfrom,
  recvfromAsync,
  select,
  selectAsync,
  send,
  sendAsync,
  sendto,
  sendtoAsync,
  setsockopt,
  SO_LINGER,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  SOL_SOCKET,
  WSAEACCES,
  WSAECONNRESET,
  WSAEFAULT,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
  WSANOTINITIALISED,
  WSARecvAsync,
} from "../../../sockets/winsock/mod.ts";
import {
  assertAborts,
  assertAbortsEarly,
  assertFails,
  assertFailsLater,
  bytesOf,
  noName,
  ON_LOOPBACK,
  setNonBlocking,
  Started,
  succeed,
  tcpPair,
  udpSocket,
} from "./_winsock.ts";

/** Room for less than V8 keeps on its heap, and for more. */
const SIZES = [1, 5, 64, 65, 5000];

/** Bytes that are not all alike. */
function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}

Deno.test("send() and recv() move bytes of any size", ON_LOOPBACK, () => {
  using _ = new Started();
  const { client, server } = tcpPair();
  for (const size of SIZES) {
    const bytes = pattern(size);
    assertEquals(send(client, bytes, size, 0), size);
    const buf = new Uint8Array(size + 3);
    assertEquals(recv(server, buf, size, MSG_WAITALL), size);
    assertEquals(buf.subarray(0, size), bytes);
    assertEquals(buf.subarray(size), new Uint8Array(3));
  }
});

Deno.test(
  "send() and recv() use no more of a buffer than told",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    assertEquals(send(client, bytesOf("hello").subarray(1), 2, 0), 2);
    const buf = new Uint8Array(8);
    assertEquals(recv(server, buf.subarray(2), 1, 0), 1);
    assertEquals(buf, Uint8Array.of(0, 0, 0x65, 0, 0, 0, 0, 0));
    assertEquals(recv(server, buf, 0, 0), 0);
    assertEquals(send(client, buf, 0, 0), 0);
    for (const len of [9, -1, 1.5]) {
      assertFails(send(client, buf, len, 0), WSAEFAULT);
      assertFails(recv(server, buf, len, 0), WSAEFAULT);
    }
  },
);

Deno.test("recv() peeks, and takes urgent data", ON_LOOPBACK, () => {
  using _ = new Started();
  const { client, server } = tcpPair();
  const buf = new Uint8Array(10);
  succeed(send(client, bytesOf("ab"), 2, 0));
  assertEquals(recv(server, buf, 10, MSG_PEEK), 2);
  assertEquals(recv(server, buf, 10, 0), 2);
  assertEquals(send(client, bytesOf("!"), 1, MSG_OOB), 1);
  const urgent = new Set([server]);
  assertEquals(select(0, null, null, urgent, null), 1);
  assertEquals(recv(server, buf, 10, MSG_OOB), 1);
  assertEquals(buf[0], 0x21);
});

Deno.test("send() fails with what is wrong", ON_LOOPBACK, async () => {
  const bytes = bytesOf("a");
  assertFails(send(0, bytes, 1, 0), WSANOTINITIALISED);
  await assertFailsLater(() => sendAsync(0, bytes, 1, 0), WSANOTINITIALISED);
  using _ = new Started();
  const stream = succeed(socket(AF_INET, SOCK_STREAM, 0));
  const { s } = udpSocket();
  for (
    const [socket, flags, code] of [
      [INVALID_SOCKET, 0, WSAENOTSOCK],
      [s, 0, WSAENOTCONN],
      [s, MSG_PEEK, WSAEOPNOTSUPP],
      [stream, 0, WSAENOTCONN],
    ] as const
  ) {
    assertFails(send(socket, bytes, 1, flags), code);
    await assertFailsLater(() => sendAsync(socket, bytes, 1, flags), code);
  }
  const tooLong = new Uint8Array(70_000);
  const { name } = udpSocket();
  assertFails(sendto(s, tooLong, tooLong.length, 0, name), WSAEMSGSIZE);
});

Deno.test("recv() fails with what is wrong", ON_LOOPBACK, async () => {
  const buf = new Uint8Array(1);
  assertFails(recv(0, buf, 1, 0), WSANOTINITIALISED);
  await assertFailsLater(() => recvAsync(0, buf, 1, 0), WSANOTINITIALISED);
  using _ = new Started();
  const stream = succeed(socket(AF_INET, SOCK_STREAM, 0));
  for (
    const [socket, flags, code] of [
      [INVALID_SOCKET, 0, WSAENOTSOCK],
      [stream, 0, WSAENOTCONN],
      [stream, MSG_TRUNC, WSAEOPNOTSUPP],
    ] as const
  ) {
    assertFails(recv(socket, buf, 1, flags), code);
    await assertFailsLater(() => recvAsync(socket, buf, 1, flags), code);
  }
  const { s } = udpSocket();
  succeed(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 1));
  assertFails(recv(s, buf, 1, 0), WSAETIMEDOUT);
  setNonBlocking(s);
  assertFails(recv(s, buf, 1, 0), WSAEWOULDBLOCK);
});

Deno.test(
  "recv() tells of a connection that was reset",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    for (const isAsync of [false, true]) {
      const { client, server } = tcpPair();
      const linger = { onOff: true, linger: 0 };
      succeed(setsockopt(client, SOL_SOCKET, SO_LINGER, linger));
      succeed(closesocket(client));
      const buf = new Uint8Array(1);
      if (!isAsync) assertFails(recv(server, buf, 1, 0), WSAECONNRESET);
      else {
        await assertFailsLater(
          () => recvAsync(server, buf, 1, 0),
          WSAECONNRESET,
        );
      }
    }
  },
);

Deno.test(
  "sendto() and recvfrom() have the address of the other",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const [from, to] = [udpSocket(), udpSocket()];
    for (const size of SIZES) {
      const bytes = pattern(size);
      assertEquals(sendto(from.s, bytes, size, 0, to.name), size);
      const buf = new Uint8Array(size);
      const sender = noName();
      assertEquals(recvfrom(to.s, buf, size, 0, sender), size);
      assertEquals(buf, bytes);
      assertEquals(sender, from.name);
    }
  },
);

Deno.test(
  "recvfrom() fails when a datagram is cut, and has what fits",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const [from, to] = [udpSocket(), udpSocket()];
    const buf = new Uint8Array(2);
    succeed(sendto(from.s, bytesOf("abc"), 3, 0, to.name));
    const sender = noName();
    assertFails(recvfrom(to.s, buf, 2, 0, sender), WSAEMSGSIZE);
    assertEquals(buf, bytesOf("ab"));
    assertEquals(sender, from.name);
    succeed(sendto(from.s, bytesOf("xyz"), 3, 0, to.name));
    await assertFailsLater(() => recvAsync(to.s, buf, 2, 0), WSAEMSGSIZE);
    assertEquals(buf, bytesOf("xy"));
  },
);

Deno.test(
  "recvfrom() leaves the address alone on a stream",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    succeed(send(client, bytesOf("a"), 1, 0));
    const from = noName();
    assertEquals(recvfrom(server, new Uint8Array(1), 1, 0, from), 1);
    assertEquals(from, noName());
  },
);

Deno.test(
  "sendto() asks for the permission of the address",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    const to = { ...name, address: "127.0.0.2" };
    const bytes = bytesOf("a");
    assertFails(sendto(s, bytes, 1, 0, to), WSAEACCES);
    await assertFailsLater(() => sendtoAsync(s, bytes, 1, 0, to), WSAEACCES);
  },
);

Deno.test("sendto() works with no more than the permission of its port", {
  ...ON_LOOPBACK,
  permissions: { ffi: true, net: ["127.0.0.1:0", "127.0.0.1:7"] },
}, () => {
  using _ = new Started();
  const { s, name } = udpSocket();
  assertEquals(sendto(s, bytesOf("a"), 1, 0, { ...name, port: 7 }), 1);
  assertFails(sendto(s, bytesOf("a"), 1, 0, { ...name, port: 8 }), WSAEACCES);
});

Deno.test(
  "recvAsync() waits, on sockets that wait and that do not",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    for (const text of ["first", "second"]) {
      const buf = new Uint8Array(10);
      const received = recvAsync(server, buf, buf.length, 0);
      succeed(send(client, bytesOf(text), text.length, 0));
      assertEquals(await received, text.length);
      assertEquals(buf.subarray(0, text.length), bytesOf(text));
      setNonBlocking(server);
    }
    const ended = recvAsync(server, new Uint8Array(1), 1, 0);
    succeed(closesocket(client));
    assertEquals(await ended, 0);
  },
);

Deno.test(
  "recvfromAsync() gives each datagram to one of many",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    const received = Array.from({ length: 5 }, async () => {
      const buf = new Uint8Array(1);
      const from = noName();
      assertEquals(await recvfromAsync(s, buf, 1, 0, from), 1);
      assertEquals(from, name);
      return buf[0];
    });
    for (let i = 0; i < 5; i++) {
      assertEquals(await sendtoAsync(s, Uint8Array.of(i), 1, 0, name), 1);
    }
    assertEquals((await Promise.all(received)).sort(), [0, 1, 2, 3, 4]);
  },
);

Deno.test(
  "recvAsync() receives nothing when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    const buf = new Uint8Array(1);
    await assertAborts((options) => recvAsync(s, buf, 1, 0, options));
    await assertAborts((options) =>
      recvfromAsync(s, buf, 1, 0, noName(), options)
    );
    succeed(sendto(s, bytesOf("a"), 1, 0, name));
    assertEquals(await recvAsync(s, buf, 1, 0), 1);
  },
);

Deno.test(
  "sendAsync() waits until the peer takes more",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { client, server } = tcpPair();
    const bytes = pattern(300_000);
    setNonBlocking(client);
    let sent = 0;
    let count = 0;
    while (count >= 0) {
      sent += count;
      count = send(client, bytes, bytes.length, 0);
    }
    assertFails(count, WSAEWOULDBLOCK);
    await assertAborts((options) => sendAsync(client, bytes, 1, 0, options));
    const more = sendAsync(client, bytes, bytes.length, 0);
    const buf = new Uint8Array(1_000_000);
    let received = 0;
    while (received < sent) {
      received += succeed(recv(server, buf, buf.length, 0));
    }
    assertEquals(await more > 0, true);
  },
);

Deno.test(
  "sendtoAsync() rejects when its signal is aborted",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    await assertAbortsEarly((options) =>
      sendtoAsync(s, bytesOf("a"), 1, 0, name, options)
    );
    assertEquals(await sendtoAsync(s, bytesOf("a"), 1, 0, name), 1);
    assertEquals(recv(s, new Uint8Array(2), 2, 0), 1);
  },
);

Deno.test(
  "a socket that is closed ends all that waits for it",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s } = udpSocket();
    const waiting = [
      recvAsync(s, new Uint8Array(1), 1, 0),
      recvfromAsync(s, new Uint8Array(1), 1, 0, null),
      selectAsync(0, new Set([s]), null, null, null),
    ];
    succeed(closesocket(s));
    for (const promise of waiting) {
      await assertRejects(() => promise, SocketError, "the socket was closed");
    }
    const other = succeed(socket(AF_INET, SOCK_DGRAM, 0));
    succeed(connect(other, { family: AF_INET, address: "127.0.0.1", port: 9 }));
  },
);

Deno.test(
  "recvAsync() does not use the number of a socket that was closed",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { s, name } = udpSocket();
    const received = recvAsync(s, new Uint8Array(1), 1, 0);
    succeed(sendto(s, bytesOf("a"), 1, 0, name));
    // It is ready then, and the call is about to go on.
    await selectAsync(0, new Set([s]), null, null, null);
    succeed(closesocket(s));
    const other = succeed(socket(AF_INET, SOCK_DGRAM, 0));
    assertEquals(other, s);
    await assertRejects(() => received, SocketError, "the socket was closed");
  },
);

Deno.test(
  "recvAsync() refuses to wait for all bytes",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { server } = tcpPair();
    const buf = new Uint8Array(1);
    for (
      const call of [
        () => recvAsync(server, buf, 1, MSG_WAITALL),
        () => recvfromAsync(server, buf, 1, MSG_WAITALL, noName()),
        () => WSARecvAsync(server, [buf], null, Uint32Array.of(MSG_WAITALL)),
      ]
    ) {
      await assertFailsLater(call, WSAEOPNOTSUPP);
    }
  },
);

Deno.test(
  "recvfrom() fails on a socket of datagrams that has no address yet",
  ON_LOOPBACK,
  async () => {
    using _ = new Started();
    const { name } = udpSocket();
    const s = succeed(socket(AF_INET, SOCK_DGRAM, 0));
    const buf = new Uint8Array(1);
    assertFails(recv(s, buf, 1, 0), WSAEINVAL);
    await assertFailsLater(() => recvAsync(s, buf, 1, 0), WSAEINVAL);
    // It gets one when it sends.
    succeed(sendto(s, bytesOf("a"), 1, 0, name));
    setNonBlocking(s);
    assertFails(recv(s, buf, 1, 0), WSAEWOULDBLOCK);
    assertFails(recv(s, buf, 1, 0), WSAEWOULDBLOCK);
  },
);

Deno.test(
  "send() and recv() tell that nobody has the port by a reset",
  ON_LOOPBACK,
  () => {
    using _ = new Started();
    const { s: gone, name } = udpSocket();
    const { s } = udpSocket();
    succeed(connect(s, name));
    succeed(closesocket(gone));
    const bytes = bytesOf("a");
    succeed(send(s, bytes, 1, 0));
    assertFails(recv(s, bytes, 1, 0), WSAECONNRESET);
    succeed(send(s, bytes, 1, 0));
    assertFails(send(s, bytes, 1, 0), WSAECONNRESET);
  },
);
