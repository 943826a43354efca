import { assert, assertEquals, assertRejects } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import {
  accept,
  AF_INET,
  bind,
  closesocket,
  connect,
  connectAsync,
  FIONBIO,
  getaddrinfo,
  getaddrinfoAsync,
  getsockname,
  ioctlsocket,
  listen,
  MSG_WAITALL,
  POLLOUT,
  recv,
  recvAsync,
  select,
  selectAsync,
  send,
  setsockopt,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  SOCKET_ERROR,
  SOL_SOCKET,
  WSACleanup,
  WSAEACCES,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAGetLastError,
  WSAPoll,
  WSAPollAsync,
  WSAStartup,
} from "../../../sockets/winsock/mod.ts";
import { loopback, noName, ON_LOOPBACK, Started } from "./_winsock.ts";

/** Checks that a call has failed with a code. */
function assertFails(result: number, code: number): void {
  assertEquals(result, SOCKET_ERROR);
  assertEquals(WSAGetLastError(), code);
}

/** Checks that a twin has failed with a code. */
async function assertRejectsWith(
  call: Promise<unknown>,
  code: number,
): Promise<void> {
  const { hresult } = await assertRejects(() => call, SocketError);
  assertEquals(hresult & 0xffff, code);
}

/** A listener on the loopback interface, and its name. */
function listenOnLoopback() {
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  assertEquals(bind(listener, loopback()), 0);
  assertEquals(listen(listener, 5), 0);
  const name = noName();
  assertEquals(getsockname(listener, name), 0);
  return { listener, name };
}

/** A socket whose connection has failed, so that `select` passes it over. */
async function failedSocket(): Promise<number> {
  const { listener, name } = listenOnLoopback();
  const client = socket(AF_INET, SOCK_STREAM, 0);
  // Nobody else can have the port while this one is bound to it.
  assertEquals(closesocket(listener), 0);
  const keeper = socket(AF_INET, SOCK_STREAM, 0);
  assertEquals(bind(keeper, name), 0);
  assertEquals(ioctlsocket(client, FIONBIO, Uint32Array.of(1)), 0);
  connect(client, name);
  const errors = new Set([client]);
  assertEquals(await selectAsync(0, null, null, errors, null), 1);
  closesocket(keeper);
  return client;
}

Deno.test(
  "select() tells of data and of the end once WSAPoll() has told of the connection",
  ON_LOOPBACK,
  () => {
    using _started = new Started();
    const { listener, name } = listenOnLoopback();
    const client = socket(AF_INET, SOCK_STREAM, 0);
    ioctlsocket(client, FIONBIO, Uint32Array.of(1));
    connect(client, name);
    const server = accept(listener, null);
    const polled = [{ fd: client, events: POLLOUT, revents: 0 }];
    assertEquals(WSAPoll(polled, 5_000), 1);
    assertEquals(send(server, new Uint8Array(5), 5, 0), 5);
    closesocket(server);
    const readable = new Set([client]);
    const limit = { sec: 5, usec: 0 };
    assertEquals(select(0, readable, null, null, limit), 1);
    assertEquals(recv(client, new Uint8Array(9), 9, 0), 5);
    closesocket(client);
    closesocket(listener);
  },
);

Deno.test(
  "connectAsync() resolves with 0, and not with -0",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    const { listener, name } = listenOnLoopback();
    const client = socket(AF_INET, SOCK_STREAM, 0);
    assert(Object.is(await connectAsync(client, name), 0));
    closesocket(client);
    closesocket(listener);
  },
);

Deno.test(
  "getaddrinfo() gives WSAEACCES for names that no permission can have",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    for (
      const name of ["foo bar", "a:b:c", "\u00fc.invalid", "x".repeat(300)]
    ) {
      assertEquals(getaddrinfo(name, null, {}, []), WSAEACCES, name);
      await assertRejectsWith(getaddrinfoAsync(name, null, {}, []), WSAEACCES);
    }
  },
);

Deno.test(
  "selectAsync() ends with the socket that it passes over",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    const client = await failedSocket();
    const selecting = selectAsync(0, null, new Set([client]), null, null);
    const rejected = assertRejects(() => selecting, SocketError);
    assertEquals(closesocket(client), 0);
    await rejected;
  },
);

Deno.test(
  "selectAsync() ends with WSACleanup(), also for sockets that it passes over",
  ON_LOOPBACK,
  async () => {
    assertEquals(WSAStartup(0x0202), 0);
    const client = await failedSocket();
    const selecting = selectAsync(0, null, new Set([client]), null, null);
    const rejected = assertRejects(() => selecting, SocketError);
    assertEquals(WSACleanup(), 0);
    await rejected;
  },
);

Deno.test(
  "WSAPoll() refuses to wait for nothing without an end",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    const nothing = [{ fd: -1, events: POLLOUT, revents: 0 }];
    assertFails(WSAPoll(nothing, -1), WSAEINVAL);
    await assertRejectsWith(WSAPollAsync(nothing, -1), WSAEINVAL);
    assertEquals(WSAPoll(nothing, 1), 0);
  },
);

Deno.test(
  "recvAsync() refuses MSG_WAITALL, with which an abort would lose data",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    const { listener, name } = listenOnLoopback();
    const client = socket(AF_INET, SOCK_STREAM, 0);
    await connectAsync(client, name);
    const receiving = recvAsync(client, new Uint8Array(9), 9, MSG_WAITALL);
    await assertRejectsWith(receiving, WSAEOPNOTSUPP);
    closesocket(client);
    closesocket(listener);
  },
);

Deno.test(
  "recv() on a socket that is not bound fails, and does not wait",
  ON_LOOPBACK,
  async () => {
    using _started = new Started();
    const s = socket(AF_INET, SOCK_DGRAM, 0);
    const buffer = new Uint8Array(9);
    assertFails(recv(s, buffer, 9, 0), WSAEINVAL);
    await assertRejectsWith(recvAsync(s, buffer, 9, 0), WSAEINVAL);
    closesocket(s);
  },
);

Deno.test("setsockopt() refuses times that are none", ON_LOOPBACK, () => {
  using _started = new Started();
  const s = socket(AF_INET, SOCK_DGRAM, 0);
  for (const time of [NaN, Infinity, -1]) {
    assertFails(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, time), WSAEINVAL);
  }
  closesocket(s);
});

Deno.test("ioctlsocket() refuses what is no socket", ON_LOOPBACK, () => {
  using _started = new Started();
  assertFails(ioctlsocket(2, FIONBIO, Uint32Array.of(0)), WSAENOTSOCK);
});
