import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  DatagramReceiver,
  type ReceivedDatagram,
} from "../../../sockets/winsock/_datagram_receiver.ts";
import { type Libc, libc } from "../../../sockets/winsock/_libc.ts";
import { datagramOf } from "../_transport/_datagram_transports.ts";
import { BOUND, receiver, requireLibc, UdpSocket } from "./_udp_socket.ts";

/** They open sockets by native calls, which the runtime does not check. */
const permissions: Deno.PermissionOptionsObject = {
  ffi: "inherit",
  sys: ["networkInterfaces"],
};
const options = { ignore: libc === null, permissions };

/** Linux, `asm-generic/errno-base.h` and `asm-generic/errno.h`. */
const EAGAIN = 11;
const ECONNREFUSED = 111;

/** RFC 8200, section 3: a payload of 65,535 bytes, less the header of UDP. */
const MAX_IPV6_SIZE = 65_527;

function datagramsOf(sizes: readonly number[]): readonly Uint8Array[] {
  return sizes.map(datagramOf);
}

function bytesOf(
  received: readonly ReceivedDatagram[],
): readonly Uint8Array[] {
  return received.map(({ bytes }) => bytes);
}

/** Counts the messages that calls have taken, joined ones as one. */
class CountedLibc implements Libc {
  readonly #real = requireLibc();
  readonly addressOf: Libc["addressOf"] = this.#real.addressOf;
  messages = 0;
  readonly call: Libc["call"] = {
    ...this.#real.call,
    recvmmsg: (...args) => {
      const count = this.#real.call.recvmmsg(...args);
      this.messages += Math.max(count, 0);
      return count;
    },
  };

  errno(): number {
    return this.#real.errno();
  }
}

Deno.test(
  "DatagramReceiver.receive() parts what the kernel has really joined",
  options,
  async () => {
    await using socket = new UdpSocket();
    const counted = new CountedLibc();
    const sizes = [
      ...[...Array(10).fill(1200), 300],
      ...[...Array(20).fill(64), 63],
      ...[1200, 1200],
      ...[1, 1, 1],
    ];
    socket.send(datagramsOf(sizes), socket.address);
    const received = socket.receive(new DatagramReceiver(counted));
    assert(typeof received !== "number");
    assertEquals(bytesOf(received), datagramsOf(sizes));
    assertEquals(counted.messages, 4);
  },
);

Deno.test(
  "DatagramReceiver.receive() gives the longest datagram of IPv6 whole",
  options,
  async () => {
    await using socket = new UdpSocket("::1");
    const sizes = [10, MAX_IPV6_SIZE, 20];
    socket.send(datagramsOf(sizes), socket.address);
    const received = await socket.take(sizes.length);
    assertEquals(bytesOf(received), datagramsOf(sizes));
  },
);

Deno.test(
  "DatagramReceiver.receive() gives bytes that may be written to, and are no other datagram's",
  options,
  async () => {
    await using socket = new UdpSocket();
    const kept: { readonly bytes: Uint8Array; readonly sent: Uint8Array }[] =
      [];
    for (let round = 0; round < 500; round++) {
      // Small ones that share memory, those that do not, and joined ones.
      const large = round % 50 === 0 ? [16_384, 16_385, 40_000] : [];
      const sizes = [1, 700, ...large, ...Array(9).fill(1300), round % 1300];
      const sent = sizes.map((size, i) => datagramOf(size, round * 20 + i));
      socket.send(sent, socket.address);
      const received = await socket.take(sizes.length);
      for (const [index, { bytes }] of received.entries()) {
        const original = sent[index];
        assert(original !== undefined);
        if (index % 2 === 0) kept.push({ bytes, sent: original });
        else bytes.fill(0xee);
      }
    }
    for (const { bytes, sent } of kept) assertEquals(bytes, sent);
  },
);

for (
  const { bound, from, to } of [
    { bound: "0.0.0.0", from: "127.0.0.1", to: "127.1.2.3" },
    { bound: "::", from: "127.0.0.1", to: "127.1.2.3" },
    { bound: "::", from: "::1", to: "::1" },
  ]
) {
  Deno.test(
    `DatagramReceiver.receive() tells that joined datagrams were sent to ${to}, on ${bound}`,
    options,
    async () => {
      await using socket = new UdpSocket(bound);
      await using sender = new UdpSocket(from);
      const { port } = socket.address;
      // Joined ones have two control messages, the others one.
      const sizes = [5, ...Array(3).fill(100), 0];
      sender.send(datagramsOf(sizes), { hostname: to, port });
      const received = await socket.take(sizes.length);
      assertEquals(bytesOf(received), datagramsOf(sizes));
      for (const { remote, localHostname } of received) {
        assertEquals(remote, sender.address);
        assertEquals(localHostname, to);
      }
    },
  );
}

Deno.test(
  "DatagramReceiver.receive() tells both addresses of each datagram of one call",
  options,
  async () => {
    await using socket = new UdpSocket("::");
    const { port } = socket.address;
    await using four = new UdpSocket("127.0.0.1");
    await using six = new UdpSocket("::1");
    for (let i = 0; i < 3; i++) {
      four.send([datagramOf(1)], { hostname: "127.0.0.9", port });
      four.send([datagramOf(1)], { hostname: "127.0.0.8", port });
      six.send([datagramOf(1)], { hostname: "::1", port });
    }
    const told = (await socket.take(9)).map(({ remote, localHostname }) =>
      [remote, localHostname] as const
    );
    const each = [
      [four.address, "127.0.0.9"],
      [four.address, "127.0.0.8"],
      [six.address, "::1"],
    ] as const;
    assertEquals(told, [...each, ...each, ...each]);
  },
);

/** An address that is one only with its zone (RFC 4007). */
const linkLocal = libc === null
  ? undefined
  : Deno.networkInterfaces().find(({ address }) => /^fe80:/i.test(address));

for (const bound of ["::", "the address itself"]) {
  Deno.test(
    `DatagramReceiver.receive() tells the zones of link-local addresses, on ${bound}`,
    { ...options, ignore: options.ignore || linkLocal === undefined },
    async () => {
      assert(linkLocal !== undefined);
      const hostname = `${linkLocal.address}%${linkLocal.scopeid}`;
      await using socket = new UdpSocket(bound === "::" ? bound : hostname);
      await using sender = new UdpSocket(hostname);
      const { port } = socket.address;
      sender.send([datagramOf(3)], { hostname, port });
      const [received] = await socket.take(1);
      assertMatch(`${received?.remote.hostname}`, /^fe80:.*%\d+$/);
      assertEquals(received?.remote, sender.address);
      const local = bound === "::" ? sender.address.hostname : BOUND;
      assertEquals(received?.localHostname, local);
    },
  );
}

Deno.test(
  "DatagramReceiver.receive() gives ECONNREFUSED once when nobody listens, and then goes on",
  options,
  async () => {
    await using socket = new UdpSocket();
    await using deaf = new UdpSocket();
    await using other = new UdpSocket();
    socket.connect(deaf.address);
    // It keeps the port from others, and the system lets its own peer in alone.
    deaf.connect(other.address);
    socket.send([datagramOf(1)], null);
    assertEquals(socket.receive(receiver), ECONNREFUSED);
    assertEquals(socket.receive(receiver), EAGAIN);
  },
);
