import { assert, assertEquals, assertThrows } from "@std/assert";
import { AddressRoom } from "../../../sockets/winsock/_address_room.ts";
import {
  darwinSockets,
  openDarwin,
  openVariadic,
} from "../../../sockets/winsock/_darwin_sockets.ts";
import { DARWIN_LAYOUTS } from "../../../sockets/winsock/_layouts.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import type { PosixSockets } from "../../../sockets/winsock/_posix_sockets.ts";
import { FakeMemory } from "./_fake_memory.ts";
import { ignore } from "./_winsock.ts";

const { iovec, msghdr } = DARWIN_LAYOUTS;
const IOVEC = {
  size: iovec.size,
  address: iovec.iov_base,
  length: iovec.iov_len,
};

/** What a call of `sendmsg` or `recvmsg` was given. */
interface Message {
  readonly flags: number;
  readonly name: Uint8Array;
  readonly buffers: readonly Uint8Array[];
}

/** The sockets of macOS over the library of Linux, where both are alike. */
class FakeDarwin {
  readonly log: string[] = [];
  readonly messages: Message[] = [];
  readonly #memory = new FakeMemory();
  readonly sockets: PosixSockets;

  constructor() {
    assert(libc !== null);
    const { call } = libc;
    this.sockets = darwinSockets({
      call: {
        ...call,
        accept: () => 8,
        socket: () => 7,
        fcntl: (...args) => this.#told(`fcntl ${args}`),
        setsockopt: (fd, level, option) =>
          this.#told(`setsockopt ${[fd, level, option]}`),
        sendmsg: (_, message, flags) => this.#note(message, flags),
        recvmsg: (_, message, flags) => this.#note(message, flags),
      },
      addressOf: this.#memory.addressOf,
      errno: () => 0,
    });
  }

  #told(call: string): number {
    this.log.push(call);
    return 0;
  }

  /** Does as if all buffers were sent or filled. */
  #note(message: Uint8Array<ArrayBuffer>, flags: number): number {
    const view = new DataView(message.buffer);
    const address = view.getBigUint64(msghdr.msg_iov, true);
    const count = view.getInt32(msghdr.msg_iovlen, true);
    const array = this.#memory.at(address, count * iovec.size);
    const name = view.getBigUint64(msghdr.msg_name, true);
    const length = view.getUint32(msghdr.msg_namelen, true);
    const buffers = this.#memory.buffersOf(array, IOVEC, count);
    this.messages.push({
      flags,
      name: length === 0 ? new Uint8Array(0) : this.#memory.at(name, length),
      buffers: buffers.map((bytes) => bytes.slice()),
    });
    for (const bytes of buffers) bytes.fill(9);
    return buffers.reduce((sum, bytes) => sum + bytes.length, 0);
  }
}

Deno.test("openDarwin() throws where there is no such library", {
  ignore: Deno.build.os === "darwin",
  permissions: { ffi: true },
}, () => {
  assertThrows(() => openDarwin(), Error);
});

/** Opened at once, since what a test opens has to be closed by it. */
const variadics = ignore
  ? []
  : (["x86_64", "aarch64"] as const).map((arch) =>
    openVariadic("libc.so.6", arch)
  );

Deno.test("openVariadic() reaches its calls by either way", {
  ignore,
  permissions: "none",
}, () => {
  for (const { fcntl, ioctl } of variadics) {
    // Neither takes what is no descriptor.
    assertEquals(fcntl(-1, 1, 0), -1);
    assertEquals(ioctl(-1, 0n, new Uint8Array(4)), -1);
  }
});

Deno.test("darwinSockets() makes new sockets as Linux does", {
  ignore,
  permissions: "none",
}, () => {
  const { sockets, log } = new FakeDarwin();
  assertEquals(sockets.socket(2, 1, 0), 7);
  // F_SETFD to FD_CLOEXEC, and SOL_SOCKET with SO_NOSIGPIPE.
  assertEquals(log.splice(0), ["fcntl 7,2,1", "setsockopt 7,65535,4130"]);
  assertEquals(sockets.accept(7, new AddressRoom(), true), 8);
  assertEquals(log.slice(1, 3), ["fcntl 8,2,1", "setsockopt 8,65535,4130"]);
});

Deno.test("darwinSockets() has the messages of macOS", {
  ignore,
  permissions: "none",
}, () => {
  const { sockets, messages } = new FakeDarwin();
  const to = Uint8Array.of(16, 2, 0, 80);
  const buffers = [Uint8Array.of(1, 2), new Uint8Array(100)];
  const sending = { flags: 1, to, waits: false };
  assertEquals(sockets.send(7, buffers, sending), 102);
  const room = [new Uint8Array(3)];
  const receiving = { flags: 2, from: new AddressRoom(), waits: true };
  const received = sockets.receive(7, room, receiving);
  assertEquals(received, { outcome: 3, flags: 0 });
  assertEquals(room, [Uint8Array.of(9, 9, 9)]);
  assertEquals(messages, [
    {
      flags: 0x81,
      name: to,
      buffers: [Uint8Array.of(1, 2), new Uint8Array(100)],
    },
    { flags: 2, name: new Uint8Array(128), buffers: [new Uint8Array(3)] },
  ]);
});
