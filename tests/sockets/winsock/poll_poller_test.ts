import { assert, assertEquals, assertThrows } from "@std/assert";
import { SocketError, SocketErrorStatus } from "../../../mod.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { linuxSockets } from "../../../sockets/winsock/_linux_sockets.ts";
import type { NativeSockets } from "../../../sockets/winsock/_native_sockets.ts";
import { PollDescriptors } from "../../../sockets/winsock/_poll_descriptors.ts";
import { PollPoller } from "../../../sockets/winsock/_poll_poller.ts";
import { Readiness } from "../../../sockets/winsock/_readiness.ts";
import { WSAEMFILE, WSAENOBUFS } from "../../../sockets/winsock/mod.ts";
import { openEvent } from "./_event.ts";
import { ignore } from "./_winsock.ts";

/** The calls of Linux, some of which are others; as an object of their own. */
function socketsWith(others: Partial<NativeSockets>): NativeSockets {
  assert(libc !== null);
  const sockets = linuxSockets(libc);
  return new Proxy(sockets, {
    get(_, name) {
      const other = Reflect.get(others, name);
      if (other !== undefined) return other;
      const value = Reflect.get(sockets, name);
      return typeof value === "function" ? value.bind(sockets) : value;
    },
  });
}

Deno.test("PollPoller closes what it has opened when it cannot be made", {
  ignore,
}, () => {
  const noSocket = socketsWith({ socket: () => -WSAEMFILE });
  const error = assertThrows(() => new PollPoller(noSocket), SocketError);
  assertEquals(error.status, SocketErrorStatus.tooManyOpenFiles);
  const closed: number[] = [];
  const notBound = socketsWith({
    bind: () => -WSAENOBUFS,
    close(s) {
      closed.push(s);
      return libc?.call.close(s) ?? -1;
    },
  });
  assertThrows(() => new PollPoller(notBound), SocketError);
  assertEquals(closed.length, 1);
});

Deno.test("PollPoller has those who wait try again when a call fails", {
  ignore,
}, async () => {
  const poller = new PollPoller(
    socketsWith({ pollAsync: () => Promise.resolve(-1) }),
  );
  const event = openEvent();
  await poller.wait(event.descriptor, Readiness.readable);
  await poller.forget(event.descriptor);
  event.close();
});

Deno.test("PollDescriptors has the bytes of each platform", {
  permissions: "none",
}, () => {
  for (
    const [platform, hex] of [
      ["linux", "ffffffff01000000" + "0500000002000000"],
      ["darwin", "ffffffff01000000" + "0500000002000000"],
      [
        "windows",
        "ffffffffffffffff0100000000000000" +
        "05000000000000000200000000000000",
      ],
    ] as const
  ) {
    const descriptors = new PollDescriptors(2, platform);
    descriptors.set(0, -1, 1);
    descriptors.set(1, 5, 2);
    assertEquals(descriptors.bytes.toHex().slice(0, hex.length), hex);
    const last = hex.length / 2 - (platform === "windows" ? 6 : 2);
    descriptors.bytes[last] = 7;
    assertEquals([descriptors.revents(0), descriptors.revents(1)], [0, 7]);
  }
});
