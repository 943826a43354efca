import { setImmediate } from "node:timers";
import {
  assert,
  assertEquals,
  assertGreater,
  assertInstanceOf,
} from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import type { DatagramTransport } from "../../../sockets/_transport/datagram_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { formatAddress } from "../../../sockets/_transport/transport_address.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  datagramOf,
  datagramsOf,
  descriptorsOf,
  LOOPBACK,
  sendAll,
  sizeOfNext,
  Sockets,
  take,
  takeBytes,
} from "./_datagram_transports.ts";

/** The longest datagram of IPv4 (RFC 768, RFC 791), and sizes that are less. */
const MAX_SIZE = 65_507;
const SIZES = [0, 1, 64, 1200, 8192, MAX_SIZE];

const WITH_SECOND_ADDRESS: Deno.PermissionOptionsObject = {
  ...LOOPBACK,
  net: ["127.0.0.1", "127.0.0.2", "[::1]", "0.0.0.0", "[::]"],
};

/** Lets the event loop turn a few times. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

for (const kind of DATAGRAM_TRANSPORT_KINDS) {
  const { name, isAvailable } = kind;
  const options = { ignore: !isAvailable, permissions: LOOPBACK };
  const native = {
    ...options,
    ignore: !isAvailable || !hasNativeSockets(),
  };

  for (const hostname of ["127.0.0.1", "::1", "0.0.0.0", "::"]) {
    Deno.test(
      `DatagramTransport (${name}) binds to a port of the system's choice on ${hostname}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const { localAddress } = await sockets.open(hostname);
        assertEquals(localAddress.hostname, hostname);
        assertGreater(localAddress.port, 0);
      },
    );
  }

  for (const hostname of ["127.0.0.1", "::1"]) {
    Deno.test(
      `DatagramTransport.receive() (${name}) tells both addresses, on ${hostname}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const receiver = await sockets.open(hostname);
        const sender = await sockets.open(hostname);
        const bytes = datagramOf(3);
        await sendAll(sender.senderTo(receiver.localAddress), [bytes]);
        assertEquals(await receiver.receive(), [{
          bytes,
          remote: sender.localAddress,
          localHostname: hostname,
          error: null,
        }]);
      },
    );

    Deno.test(
      `DatagramTransport (${name}) on :: talks with ${hostname}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const both = await sockets.open("::");
        const one = await sockets.open(hostname);
        const { port } = both.localAddress;
        const datagrams = datagramsOf([5, 6]);
        await sendAll(one.senderTo({ hostname, port }), datagrams.slice(0, 1));
        const [arrival] = await take(both, 1);
        assertEquals(arrival?.remote, one.localAddress);

        await sendAll(both.senderTo(one.localAddress), datagrams.slice(1));
        const [answer] = await take(one, 1);
        assertEquals(answer?.remote, { hostname, port });
      },
    );

    Deno.test(
      `DatagramSender.send() (${name}) sends datagrams of all sizes, in order, to ${hostname}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const { receiver, sender } = await sockets.openPair(hostname);
        const sizes = hostname === "::1" ? SIZES.slice(0, -1) : SIZES;
        const datagrams = datagramsOf(sizes);
        assertEquals(await sendAll(sender, datagrams), new Map());
        assertEquals(await takeBytes(receiver, sizes.length), datagrams);
      },
    );
  }

  for (
    const [what, sizes] of [
      ["runs of one size", [...Array(70).fill(500), ...Array(3).fill(501)]],
      ["a shorter last one", [...Array(9).fill(1000), 999]],
      ["nothing in the middle", [300, 300, 0, 300, 0, 0, 300]],
      ["nothing but nothing", Array(20).fill(0)],
      ["growing ones", Array.from({ length: 60 }, (_, i) => i)],
    ] as const
  ) {
    Deno.test(
      `DatagramSender.send() (${name}) keeps the boundaries of ${what}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const { receiver, sender } = await sockets.openPair();
        const datagrams = datagramsOf(sizes);
        assertEquals(await sendAll(sender, datagrams), new Map());
        assertEquals(await takeBytes(receiver, sizes.length), datagrams);
      },
    );
  }

  Deno.test(
    `DatagramSender.send() (${name}) refuses a datagram that is too long for itself alone`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const { receiver, sender } = await sockets.openPair();
      const datagrams = datagramsOf([10, MAX_SIZE + 1, 20, 30]);
      const refusals = await sendAll(sender, datagrams);
      assertEquals([...refusals.keys()], [1]);
      const error = refusals.get(1);
      assertInstanceOf(error, SocketError);
      assertEquals(error.status, SocketErrorStatus.messageTooLong);
      const where = formatAddress(receiver.localAddress);
      assertEquals(
        error.message,
        `Cannot send the datagram to "${where}": message too long`,
      );
      const others = datagrams.filter((_, i) => i !== 1);
      assertEquals(await takeBytes(receiver, 3), others);
    },
  );

  Deno.test(
    `DatagramTransport.senderTo() (${name}) sends to each its own`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const from = await sockets.open();
      const receivers = [await sockets.open(), await sockets.open()];
      const senders = receivers.map((receiver) =>
        from.senderTo(receiver.localAddress)
      );
      const datagrams = datagramsOf([1, 2, 3, 4]);
      for (const [i, datagram] of datagrams.entries()) {
        const sender = senders[i % 2];
        if (sender !== undefined) await sendAll(sender, [datagram]);
      }
      for (const [i, receiver] of receivers.entries()) {
        const expected = datagrams.filter((_, j) => j % 2 === i);
        assertEquals(await takeBytes(receiver, 2), expected);
      }
    },
  );

  Deno.test(
    `DatagramTransport.connect() (${name}) lets in what comes from there alone`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open();
      const friend = await sockets.open();
      const stranger = await sockets.open();
      socket.connect(friend.localAddress);
      await sendAll(stranger.senderTo(socket.localAddress), [datagramOf(1)]);
      await sendAll(friend.senderTo(socket.localAddress), [datagramOf(2)]);
      assertEquals(await takeBytes(socket, 1), [datagramOf(2)]);

      await sendAll(socket.senderTo(null), [datagramOf(3)]);
      assertEquals(await takeBytes(friend, 1), [datagramOf(3)]);
    },
  );

  Deno.test(
    `DatagramTransport.isFromPeer() (${name}) tells apart what a stranger has sent before the connect`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open();
      const [friend, stranger] = [await sockets.open(), await sockets.open()];
      await sendAll(stranger.senderTo(socket.localAddress), [datagramOf(1)]);
      // So that what reads by itself has read it.
      await turn();
      assert(socket.isFromPeer(stranger.localAddress));
      socket.connect(friend.localAddress);
      await sendAll(friend.senderTo(socket.localAddress), [datagramOf(2)]);
      // The kernel still has what came before.
      const arrivals = await take(socket, name === "native" ? 2 : 1);
      const wanted = arrivals.filter(({ remote }) => socket.isFromPeer(remote));
      assertEquals(wanted.map(({ remote }) => remote), [friend.localAddress]);
      assertEquals(wanted.at(-1), arrivals.at(-1));
    },
  );

  for (
    const [remote, local, peer] of [
      ["::ffff:127.0.0.1", "::", "127.0.0.1"],
      ["::ffff:7f00:1", "::", "127.0.0.1"],
      ["0.0.0.0", "::", "127.0.0.1"],
      ["0.0.0.0", "0.0.0.0", "127.0.0.1"],
      ["0.0.0.0", "127.0.0.2", "127.0.0.2"],
      ["::", "::", "::1"],
      ["::", "::1", "::1"],
    ] as const
  ) {
    Deno.test(
      `DatagramTransport.connect() (${name}) from ${local} to ${remote} talks with ${peer}`,
      { ...options, permissions: WITH_SECOND_ADDRESS },
      async () => {
        await using sockets = new Sockets(kind);
        const socket = await sockets.open(local);
        const friend = await sockets.open(peer);
        const { port } = friend.localAddress;
        socket.connect({ hostname: remote, port });
        await sendAll(socket.senderTo(null), [datagramOf(1)]);
        const [question] = await take(friend, 1);
        assert(question !== undefined);
        await sendAll(friend.senderTo(question.remote), [datagramOf(2)]);
        const [answer] = await take(socket, 1);
        assertEquals(answer?.error, null);
        assertEquals(answer?.remote, { hostname: peer, port });
        assert(socket.isFromPeer({ hostname: peer, port }));
      },
    );
  }

  Deno.test(
    `DatagramTransport (${name}) bound to an IPv4-mapped address is bound to the IPv4 one`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const mapped = await sockets.open("::ffff:127.0.0.1");
      const friend = await sockets.open();
      assertEquals(mapped.localAddress.hostname, "127.0.0.1");
      await sendAll(friend.senderTo(mapped.localAddress), [datagramOf(1)]);
      const [arrival] = await take(mapped, 1);
      assertEquals(arrival?.remote, friend.localAddress);
      await sendAll(mapped.senderTo(friend.localAddress), [datagramOf(2)]);
      assertEquals(await takeBytes(friend, 1), [datagramOf(2)]);
    },
  );

  Deno.test(
    `DatagramTransport.connect() (${name}) knows an IPv6 address however it is written`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open("::1");
      const friend = await sockets.open("::1");
      const { port } = friend.localAddress;
      socket.connect({ hostname: "0:0:0:0:0:0:0:1", port });
      const datagrams = datagramsOf([1]);
      await sendAll(friend.senderTo(socket.localAddress), datagrams);
      assertEquals(await takeBytes(socket, 1), datagrams);
    },
  );

  Deno.test(
    `DatagramTransport.receive() (${name}) leaves in the system what nobody asks for`,
    native,
    async () => {
      await using sockets = new Sockets(kind);
      const { receiver, sender } = await sockets.openPair();
      const datagrams = datagramsOf([10, 20, 30]);
      await sendAll(sender, datagrams);
      // What is read by itself is read while others wait for the system.
      const other = await sockets.openPair();
      for (let i = 0; i < 5; i++) {
        const pending = other.receiver.receive();
        await turn();
        await sendAll(other.sender, datagramsOf([1]));
        await pending;
      }
      const [descriptor] = descriptorsOf(receiver.localAddress);
      assert(descriptor !== undefined);
      assertGreater(sizeOfNext(descriptor), 0);
      assertEquals(await takeBytes(receiver, 3), datagrams);
    },
  );

  Deno.test(
    `DatagramTransport (${name}) loses, doubles and reorders nothing while the receiver keeps up`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const { receiver, sender } = await sockets.openPair();
      const batchSize = 50;
      for (let number = 0; number < 20_000; number += batchSize) {
        const batch = Array.from({ length: batchSize }, (_, i) => {
          const datagram = new Uint8Array(4 + (number + i) * 31 % 1100);
          new DataView(datagram.buffer).setUint32(0, number + i);
          return datagram;
        });
        const [arrived] = await Promise.all([
          takeBytes(receiver, batchSize),
          sendAll(sender, batch),
        ]);
        assertEquals(arrived, batch);
      }
    },
  );

  Deno.test({
    name:
      `DatagramTransport.receive() (${name}) tells that nobody listens at the remote port`,
    ignore: name !== "native" || !isAvailable,
    permissions: LOOPBACK,
    async fn() {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open();
      const deaf: DatagramTransport = await sockets.open();
      socket.connect(deaf.localAddress);
      // It keeps the port from others, and the system lets its own peer in alone.
      deaf.connect((await sockets.open()).localAddress);
      await sendAll(socket.senderTo(null), datagramsOf([1]));
      const [arrival] = await take(socket, 1);
      assertInstanceOf(arrival?.error, SocketError);
      const { connectionResetByPeer } = SocketErrorStatus;
      assertEquals(arrival.error.status, connectionResetByPeer);
    },
  });
}
