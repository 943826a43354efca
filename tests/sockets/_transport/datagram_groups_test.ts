import { setImmediate } from "node:timers";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertThrows,
} from "@std/assert";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import type {
  DatagramSender,
  DatagramTransport,
  GroupMembership,
} from "../../../sockets/_transport/datagram_transport.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  datagramOf,
  LOOPBACK,
  optionsWith,
  sendAll,
  Sockets,
  take,
  takeBytes,
} from "./_datagram_transports.ts";

/**
 * Groups that no other program has: of the organization (RFC 2365), and of the
 * host alone (RFC 4291, section 2.7), which no adapter sends out.
 */
const [a = 0, b = 0, c = 0] = crypto.getRandomValues(new Uint8Array(3));
const IPV4_GROUP = `239.${a}.${b}.${c}`;
const IPV6_GROUP = `ff01::${(0x100 * (a | 0x10) + b).toString(16)}`;
const ANY_IPV4_GROUP: GroupMembership = {
  group: IPV4_GROUP,
  source: undefined,
  adapter: undefined,
};

const permissions: Deno.PermissionOptionsObject = {
  ...LOOPBACK,
  net: [
    ...["127.0.0.1", "127.0.0.2", "[::1]", "0.0.0.0", "[::]"],
    ...[IPV4_GROUP, `[${IPV6_GROUP}]`],
  ],
  sys: ["networkInterfaces"],
};

const adapters = Deno.networkInterfaces();
/** The adapter of 127.0.0.1, by which nothing leaves the host. */
const LOOPBACK_ADAPTER = adapters.find(({ address }) => address === "127.0.0.1")
  ?.name;
/** Whether there is an adapter that has groups of IPv6. */
const hasIPv6Groups = adapters.some(({ address }) => /^fe80/i.test(address));

/** A membership by which nothing leaves the host. */
function membershipOf(more: Partial<GroupMembership> = {}): GroupMembership {
  return { ...ANY_IPV4_GROUP, adapter: LOOPBACK_ADAPTER, ...more };
}

/** Why a group cannot be joined, thrown at once or told to the receiver. */
async function refusalOf(
  socket: DatagramTransport,
  membership: GroupMembership,
): Promise<unknown> {
  try {
    socket.join(membership);
  } catch (error) {
    return error;
  }
  const [arrival] = await take(socket, 1);
  return arrival?.error;
}

/**
 * Sends until one of that size has arrived: a group may be joined later.
 *
 * @throws {Error} If the receiver is told an error.
 */
async function sendUntilReceived(
  sender: DatagramSender,
  receiver: DatagramTransport,
  size: number,
): Promise<void> {
  let isReceived = false;
  const received = receiveOf(receiver, size).finally(() => isReceived = true);
  const sent = (async () => {
    while (!isReceived) {
      await sendAll(sender, [datagramOf(size)]);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  })();
  await Promise.all([received, sent]);
}

async function receiveOf(
  receiver: DatagramTransport,
  size: number,
): Promise<void> {
  for (;;) {
    const [bytes] = await takeBytes(receiver, 1);
    if (bytes?.length === size) return;
  }
}

for (const kind of DATAGRAM_TRANSPORT_KINDS) {
  const { name, isAvailable } = kind;
  const options = { ignore: !isAvailable, permissions };

  for (const hostname of ["0.0.0.0", "::"]) {
    Deno.test(
      `DatagramTransport.join() (${name}) lets in what is sent to a group until it is left, on ${hostname}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const receiver = await sockets.open(hostname);
        const { port } = receiver.localAddress;
        const sender = await sockets.open("127.0.0.1");
        const toGroup = sender.senderTo({ hostname: IPV4_GROUP, port });
        const toHost = sender.senderTo({ hostname: "127.0.0.1", port });
        receiver.join(membershipOf());
        await sendAll(toGroup, [datagramOf(1)]);
        const [arrival] = await take(receiver, 1);
        assertEquals(arrival?.remote, sender.localAddress);

        receiver.leave(membershipOf());
        await sendAll(toGroup, [datagramOf(2)]);
        await sendAll(toHost, [datagramOf(3)]);
        assertEquals(await takeBytes(receiver, 1), [datagramOf(3)]);
        receiver.join(membershipOf());
        await sendAll(toGroup, [datagramOf(4)]);
        assertEquals(await takeBytes(receiver, 1), [datagramOf(4)]);
      },
    );
  }

  Deno.test(
    `DatagramTransport (${name}) gives a group's datagrams to all that share the port`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const shared = { shared: true };
      const first = await sockets.open("0.0.0.0", shared);
      const { port } = first.localAddress;
      const second = await sockets.open("0.0.0.0", shared, port);
      const sender = await sockets.open("127.0.0.1");
      for (const receiver of [first, second]) receiver.join(membershipOf());
      const toGroup = sender.senderTo({ hostname: IPV4_GROUP, port });
      await sendAll(toGroup, [datagramOf(5)]);
      for (const receiver of [first, second]) {
        assertEquals(await takeBytes(receiver, 1), [datagramOf(5)]);
      }
    },
  );

  Deno.test({
    name:
      `DatagramTransport.join() (${name}) has groups of IPv6, and loopback can be turned off`,
    ...options,
    ignore: options.ignore || !hasIPv6Groups,
    async fn() {
      await using sockets = new Sockets(kind);
      const receiver = await sockets.open("::");
      const { port } = receiver.localAddress;
      receiver.join({ ...ANY_IPV4_GROUP, group: IPV6_GROUP });
      const group = { hostname: IPV6_GROUP, port };
      const loud = await sockets.open("::");
      const quiet = await sockets.open("::");
      // The first datagram of a socket may wait for the event loop.
      const toHost = quiet.senderTo({ hostname: "::1", port });
      await sendAll(toHost, [datagramOf(0)]);
      assertEquals(await takeBytes(receiver, 1), [datagramOf(0)]);
      quiet.setOptions(optionsWith({ multicastLoopback: false }));
      await sendAll(quiet.senderTo(group), [datagramOf(1)]);
      await sendAll(loud.senderTo(group), [datagramOf(2)]);
      assertEquals(await takeBytes(receiver, 1), [datagramOf(2)]);
    },
  });

  Deno.test(
    `DatagramTransport.join() (${name}) refuses a group that it is in already`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open("0.0.0.0");
      socket.join(membershipOf());
      const error = await refusalOf(socket, membershipOf());
      assertInstanceOf(error, SocketError);
      assert(error.message.startsWith(`Cannot join the group "${IPV4_GROUP}"`));
    },
  );

  Deno.test(
    `DatagramTransport.join() (${name}) of a group that was just left ends in the group`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const receiver = await sockets.open("0.0.0.0");
      const { port } = receiver.localAddress;
      const sender = await sockets.open("127.0.0.1");
      const toGroup = sender.senderTo({ hostname: IPV4_GROUP, port });
      receiver.join(membershipOf());
      for (const size of [1, 2, 3]) {
        receiver.leave(membershipOf());
        receiver.join(membershipOf());
        await sendUntilReceived(toGroup, receiver, size);
      }
    },
  );

  Deno.test(
    `DatagramTransport.join() (${name}) that was refused leaves the group free to be joined and left`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open("0.0.0.0");
      const host = membershipOf({ group: "127.0.0.1" });
      for (let i = 0; i < 2; i++) {
        assertInstanceOf(await refusalOf(socket, host), SocketError);
      }
      assertThrows(() => socket.leave(host), SocketError);
    },
  );

  Deno.test(
    `DatagramTransport.leave() (${name}) refuses a group that it is not in`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open("0.0.0.0");
      assertThrows(
        () => socket.leave(membershipOf()),
        SocketError,
        `Cannot leave the group "${IPV4_GROUP}": `,
      );
    },
  );

  for (
    const [what, group] of [
      ["a host", "127.0.0.1"],
      ["a group of the other family", IPV6_GROUP],
    ] as const
  ) {
    Deno.test(
      `DatagramTransport.join() (${name}) refuses ${what}`,
      options,
      async () => {
        await using sockets = new Sockets(kind);
        const socket = await sockets.open("0.0.0.0");
        const error = await refusalOf(socket, membershipOf({ group }));
        assertInstanceOf(error, SocketError);
        const start = `Cannot join the group "${group}": `;
        assertEquals(error.message.slice(0, start.length), start);
      },
    );
  }

  const hasSources = name !== "Deno.listenDatagram";

  Deno.test({
    name:
      `DatagramTransport.join() (${name}) lets in what one source sends alone`,
    ...options,
    ignore: options.ignore || !hasSources,
    async fn() {
      await using sockets = new Sockets(kind);
      const receiver = await sockets.open("0.0.0.0");
      const membership = membershipOf({ source: "127.0.0.2" });
      receiver.join(membership);
      const { port } = receiver.localAddress;
      for (const source of ["127.0.0.1", "127.0.0.2"]) {
        const sender = await sockets.open(source);
        const toGroup = sender.senderTo({ hostname: IPV4_GROUP, port });
        await sendAll(toGroup, [datagramOf(6)]);
      }
      const [arrival] = await take(receiver, 1);
      assertEquals(arrival?.remote.hostname, "127.0.0.2");
      receiver.leave(membership);
    },
  });

  Deno.test({
    name:
      `DatagramTransport.join() (${name}) refuses a source that it cannot honour`,
    ...options,
    ignore: options.ignore || name === "native",
    async fn() {
      await using sockets = new Sockets(kind);
      const socket = await sockets.open("::");
      const [group, source] = hasSources
        ? [IPV6_GROUP, "::1"]
        : [IPV4_GROUP, "127.0.0.2"];
      const error = assertThrows(
        () => socket.join(membershipOf({ group, source })),
        InvalidOperationError,
      );
      assertEquals(
        error.message,
        `Cannot join the group "${group}" from the source "${source}": it needs native calls, which are there on Linux with --allow-ffi`,
      );
    },
  });

  Deno.test(
    `DatagramTransport (${name}) bound to a port that is shared refuses one that does not share`,
    options,
    async () => {
      await using sockets = new Sockets(kind);
      const { localAddress } = await sockets.open("0.0.0.0", { shared: true });
      const error = await sockets.open("0.0.0.0", {}, localAddress.port)
        .catch((error: unknown) => error);
      assertInstanceOf(error, SocketError);
      assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
    },
  );
}
