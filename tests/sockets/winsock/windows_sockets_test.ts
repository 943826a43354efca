import { assertEquals } from "@std/assert";
import { AddressRoom } from "../../../sockets/winsock/_address_room.ts";
import { valueOf } from "../../../sockets/winsock/_constant_table.ts";
import { WINDOWS_LAYOUTS } from "../../../sockets/winsock/_layouts.ts";
import { PollPoller } from "../../../sockets/winsock/_poll_poller.ts";
import type { WindowsCalls } from "../../../sockets/winsock/_windows_calls.ts";
import { openWindows } from "../../../sockets/winsock/_windows_calls.ts";
import { WindowsSockets } from "../../../sockets/winsock/_windows_sockets.ts";
import { assertInstanceOf, assertThrows } from "@std/assert";
import { FakeMemory } from "./_fake_memory.ts";

const PURE = { permissions: "none" } as const;
const WSABUF = {
  size: WINDOWS_LAYOUTS.wsabuf.size,
  address: WINDOWS_LAYOUTS.wsabuf.buf,
  length: WINDOWS_LAYOUTS.wsabuf.len,
};
const WOULD_BLOCK = 10_035;

/** A `ws2_32.dll` that notes what it is asked, and does as it is told. */
class FakeWindows {
  readonly log: string[] = [];
  readonly memory = new FakeMemory();
  /** The error that all calls fail with; 0 if they do not. */
  error = 0;
  /** What is received. */
  incoming: Uint8Array = new Uint8Array(0);
  /** What was sent. */
  readonly outgoing: Uint8Array[] = [];

  readonly sockets: WindowsSockets;

  constructor() {
    this.sockets = new WindowsSockets(this.#calls(), this.memory.addressOf);
  }

  /** What was asked since the last time. */
  takeLog(): string[] {
    return this.log.splice(0);
  }

  #result(call: string): number {
    this.log.push(call);
    return this.error === 0 ? 0 : -1;
  }

  #calls(): WindowsCalls {
    const told = (call: string): number => this.#result(call);
    return {
      WSAStartup: (version, data) =>
        told(`WSAStartup ${version} ${data.length}`),
      WSAGetLastError: () => this.error,
      // An INVALID_SOCKET has all bits.
      accept: (s) => told(`accept ${s}`) < 0 ? -1n : s + 1n,
      bind: (s, _, length) => told(`bind ${s} ${length}`),
      closesocket: (s) => told(`closesocket ${s}`),
      connect: (s, _, length) => told(`connect ${s} ${length}`),
      freeaddrinfo: () => void told("freeaddrinfo"),
      getaddrinfo: () => told("getaddrinfo"),
      getaddrinfoAsync: () => Promise.resolve(told("getaddrinfo")),
      gethostname: (_, size) => told(`gethostname ${size}`),
      getnameinfo: (_, length, __, host, ___, service, flags) =>
        told(`getnameinfo ${[length, host, service, flags]}`),
      getnameinfoAsync: (_, length, __, host, ___, service, flags) =>
        Promise.resolve(told(`getnameinfo ${[length, host, service, flags]}`)),
      getpeername: (s) => told(`getpeername ${s}`),
      getsockname: (s) => told(`getsockname ${s}`),
      getsockopt: (s, level, option) =>
        told(`getsockopt ${[s, level, option]}`),
      ioctlsocket: (s, command, argument) =>
        told(`ioctlsocket ${[s, command, argument]}`),
      listen: (s, backlog) => told(`listen ${s} ${backlog}`),
      setsockopt: (s, level, option, _, length) =>
        told(`setsockopt ${[s, level, option, length]}`),
      shutdown: (s, how) => told(`shutdown ${s} ${how}`),
      socket: (...args) => told(`socket ${args}`) < 0 ? -1n : 100n,
      WSAPoll: (_, count, timeout) => told(`WSAPoll ${count} ${timeout}`),
      WSAPollAsync: (_, count, timeout) =>
        Promise.resolve(told(`WSAPoll ${count} ${timeout}`)),
      WSARecvFrom: (s, buffers, count, received, flags) => {
        const [buffer] = this.memory.buffersOf(buffers, WSABUF, count);
        buffer?.set(this.incoming);
        received[0] = this.incoming.length;
        const result = told(`WSARecvFrom ${[s, count, flags]}`);
        flags[0] = 0;
        return result;
      },
      WSASendTo: (s, buffers, count, sent, flags, _, length) => {
        const all = this.memory.buffersOf(buffers, WSABUF, count);
        this.outgoing.push(...all.map((bytes) => bytes.slice()));
        sent[0] = all.reduce((sum, bytes) => sum + bytes.length, 0);
        return told(`WSASendTo ${[s, count, flags, length]}`);
      },
    };
  }
}

/** The calls that switch whether a socket waits. */
function blocking(s: number, on: 0 | 1): string {
  return `ioctlsocket ${s},${valueOf("FIONBIO", "linux")},${on}`;
}

Deno.test("openWindows() throws where there is no such library", {
  ignore: Deno.build.os === "windows",
  permissions: { ffi: true },
}, () => {
  assertThrows(openWindows, Error);
});

Deno.test("WindowsSockets starts version 2.2", PURE, () => {
  assertEquals(new FakeWindows().takeLog(), ["WSAStartup 514 408"]);
});

Deno.test("WindowsSockets hands its calls on", PURE, () => {
  const fake = new FakeWindows();
  fake.takeLog();
  const { sockets } = fake;
  const name = new Uint8Array(16);
  const room = new AddressRoom();
  const value = new Uint8Array(4);
  assertEquals(sockets.socket(2, 1, 6), 100);
  assertEquals(sockets.bind(100, name), 0);
  assertEquals(sockets.listen(100, 5), 0);
  assertEquals(sockets.shutdown(100, 1), 0);
  assertEquals(sockets.getsockname(100, room), 0);
  assertEquals(sockets.getpeername(100, room), 0);
  assertEquals(sockets.getsockopt(100, 1, 2, value, Uint32Array.of(4)), 0);
  assertEquals(sockets.setsockopt(100, 1, 2, value), 0);
  // FIONREAD, a number whose highest bit is not set.
  assertEquals(sockets.ioctl(100, 0x4004667f, new Uint32Array(1)), 0);
  assertEquals(sockets.poll(value, 1, 5), 0);
  assertEquals(sockets.gethostname(value), 0);
  assertEquals(sockets.close(100), 0);
  assertEquals(fake.takeLog(), [
    "socket 2,1,6",
    "bind 100 16",
    "listen 100 5",
    "shutdown 100 1",
    "getsockname 100",
    "getpeername 100",
    "getsockopt 100,1,2",
    "setsockopt 100,1,2,4",
    "ioctlsocket 100,1074030207,0",
    "WSAPoll 1 5",
    "gethostname 4",
    "closesocket 100",
  ]);
});

Deno.test("WindowsSockets looks up names", PURE, async () => {
  const fake = new FakeWindows();
  fake.takeLog();
  const { sockets } = fake;
  const bytes = new Uint8Array(8);
  assertEquals(sockets.getaddrinfo(null, null, null, bytes), 0);
  assertEquals(await sockets.getaddrinfoAsync(null, null, null, bytes), 0);
  assertEquals(sockets.getnameinfo(bytes, bytes, bytes, 2), 0);
  assertEquals(await sockets.getnameinfoAsync(bytes, bytes, bytes, 2), 0);
  sockets.freeaddrinfo(null);
  assertEquals(await sockets.pollAsync(bytes, 1, -1), 0);
  assertEquals(fake.takeLog(), [
    "getaddrinfo",
    "getaddrinfo",
    "getnameinfo 8,8,8,2",
    "getnameinfo 8,8,8,2",
    "freeaddrinfo",
    "WSAPoll 1 -1",
  ]);
});

Deno.test("WindowsSockets tells the error of the library", PURE, () => {
  const fake = new FakeWindows();
  const { sockets } = fake;
  fake.error = 10_022;
  assertEquals(sockets.socket(2, 1, 6), -10_022);
  assertEquals(sockets.accept(100, new AddressRoom(), true), -10_022);
  assertEquals(sockets.bind(100, new Uint8Array(16)), -10_022);
});

Deno.test("WindowsSockets sends and receives by several buffers", PURE, () => {
  const fake = new FakeWindows();
  fake.takeLog();
  const { sockets } = fake;
  const to = new Uint8Array(16);
  const buffers = [Uint8Array.of(1, 2), new Uint8Array(100).fill(3)];
  const options = { flags: 1, to, waits: true };
  assertEquals(sockets.send(100, buffers, options), 102);
  assertEquals(fake.outgoing, buffers);
  fake.incoming = Uint8Array.of(4, 5, 6);
  const room = [new Uint8Array(3)];
  const received = sockets.receive(100, room, {
    flags: 2,
    from: new AddressRoom(),
    waits: true,
  });
  assertEquals(received, { outcome: 3, flags: 0 });
  assertEquals(room, [fake.incoming]);
  fake.error = 10_054;
  const none = { flags: 0, from: null, to: null, waits: true };
  assertEquals(sockets.send(100, buffers, none), -10_054);
  assertEquals(sockets.receive(100, room, none).outcome, -10_054);
  assertEquals(fake.takeLog(), [
    "WSASendTo 100,2,1,16",
    "WSARecvFrom 100,1,2",
    "WSASendTo 100,2,0,0",
    "WSARecvFrom 100,1,0",
  ]);
});

Deno.test(
  "WindowsSockets switches a socket that waits for one call",
  PURE,
  () => {
    const fake = new FakeWindows();
    fake.takeLog();
    const { sockets } = fake;
    const none = { flags: 0, from: null, to: null, waits: false };
    sockets.send(100, [], none);
    sockets.receive(100, [], none);
    sockets.connect(100, new Uint8Array(16), false);
    sockets.connect(100, new Uint8Array(16), true);
    assertEquals(fake.takeLog(), [
      blocking(100, 1),
      "WSASendTo 100,0,0,0",
      blocking(100, 0),
      blocking(100, 1),
      "WSARecvFrom 100,0,0",
      blocking(100, 0),
      blocking(100, 1),
      "connect 100 16",
      blocking(100, 0),
      "connect 100 16",
    ]);
  },
);

Deno.test(
  "WindowsSockets leaves a socket alone that does not wait",
  PURE,
  () => {
    const fake = new FakeWindows();
    const { sockets } = fake;
    sockets.ioctl(100, valueOf("FIONBIO"), Uint32Array.of(1));
    fake.takeLog();
    const none = { flags: 0, from: null, to: null, waits: false };
    sockets.send(100, [], none);
    // What it accepts does not wait either.
    assertEquals(sockets.accept(100, new AddressRoom(), false), 101);
    sockets.receive(101, [], none);
    sockets.close(101);
    sockets.receive(101, [], none);
    assertEquals(fake.takeLog(), [
      "WSASendTo 100,0,0,0",
      "accept 100",
      blocking(101, 1),
      "WSARecvFrom 101,0,0",
      "closesocket 101",
      blocking(101, 1),
      "WSARecvFrom 101,0,0",
      blocking(101, 0),
    ]);
  },
);

Deno.test("WindowsSockets makes its poller at first use", PURE, () => {
  const fake = new FakeWindows();
  const { poller } = fake.sockets;
  assertInstanceOf(poller, PollPoller);
  assertEquals(fake.sockets.poller, poller);
  fake.error = WOULD_BLOCK;
  assertThrows(() => new PollPoller(fake.sockets));
});
