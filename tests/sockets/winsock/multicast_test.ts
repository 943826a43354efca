import { assertEquals } from "@std/assert";
import { libc } from "../../../sockets/winsock/_libc.ts";
import {
  changeMembership,
  type MembershipChange,
} from "../../../sockets/winsock/_multicast.ts";
import { interfaceIndex } from "../../../sockets/winsock/_socket_address.ts";
import {
  setSocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";
import { requireLibc, UdpSocket } from "./_udp_socket.ts";

/** They open sockets by native calls, which the runtime does not check. */
const permissions: Deno.PermissionOptionsObject = {
  ffi: "inherit",
  sys: ["networkInterfaces"],
};
const options = { ignore: libc === null, permissions };

/** Linux, `asm-generic/errno-base.h` and `asm-generic/errno.h`. */
const ENODEV = 19;
const EINVAL = 22;
const ENOPROTOOPT = 92;
const EADDRINUSE = 98;
const EADDRNOTAVAIL = 99;

/** Groups of the organization (RFC 2365), which no other program has. */
const [a = 0, b = 0, c = 0] = crypto.getRandomValues(new Uint8Array(3));
const IPV4_GROUP = `239.${a}.${b}.${c}`;
const OTHER_IPV4_GROUP = `239.${a}.${b}.${c ^ 1}`;
/** Of the link: well known, and not (RFC 4291, section 2.7). */
const IPV6_GROUPS = ["ff02::1234", "ff12::1234"];
/** Of this computer alone, which no adapter sends out. */
const IPV6_HOST_GROUP = `ff11::${(0x1000 | a << 4 | b >> 4).toString(16)}`;
const OTHER_IPV6_HOST_GROUP = `${IPV6_HOST_GROUP}:1`;

const adapters = libc === null ? [] : Deno.networkInterfaces();
/** The adapter of 127.0.0.1, by which nothing leaves the host. */
const LOOPBACK = adapters.find(({ address }) => address === "127.0.0.1")?.name;
/** One that has groups of IPv6; that of ::1 joins them, and sends to none. */
const linkLocal = adapters.find(({ address }) => /^fe80:/i.test(address));

/** Changes a membership by the loopback adapter; returns the error number. */
function change(
  { descriptor }: UdpSocket,
  joins: boolean,
  membership: Partial<MembershipChange>,
): number {
  return changeMembership(requireLibc(), descriptor, {
    joins,
    group: IPV4_GROUP,
    source: undefined,
    adapter: LOOPBACK,
    ...membership,
  });
}

/** A socket that gets the groups that it joins, and not those of others. */
function openMember(hostname: string): UdpSocket {
  const socket = new UdpSocket(hostname);
  const { IP_MULTICAST_ALL, IPV6_MULTICAST_ALL } = SocketOptions;
  setSocketOption(socket.descriptor, IP_MULTICAST_ALL, 0);
  if (hostname === "::") {
    setSocketOption(socket.descriptor, IPV6_MULTICAST_ALL, 0);
  }
  return socket;
}

/** Where a group is tested, and from what addresses it is sent to. */
interface Network {
  readonly name: string;
  readonly bound: string;
  readonly adapter: string | undefined;
  readonly group: string;
  readonly otherGroup: string;
  /** An address that sends, one that does not, and how the first is told. */
  readonly source: string;
  readonly stranger: string;
  readonly told: string;
  readonly ignore: boolean;
}

const zone = `%${linkLocal?.scopeid}`;
const NETWORKS: readonly Network[] = [
  ...["0.0.0.0", "::"].map((bound) => ({
    name: `IPv4 on ${bound}`,
    bound,
    adapter: LOOPBACK,
    group: IPV4_GROUP,
    otherGroup: OTHER_IPV4_GROUP,
    source: "127.0.0.2",
    stranger: "127.0.0.3",
    told: "127.0.0.2",
    ignore: options.ignore,
  })),
  {
    // Without a link-local address no adapter sends to groups of IPv6.
    name: "IPv6",
    bound: "::",
    adapter: linkLocal?.name,
    group: IPV6_HOST_GROUP,
    otherGroup: OTHER_IPV6_HOST_GROUP,
    source: `${linkLocal?.address}`,
    stranger: "2001:db8::1",
    told: `${linkLocal?.address}${zone}`,
    ignore: options.ignore || linkLocal === undefined,
  },
];

/** Sends one byte to groups in turn. */
function sendTo(
  network: Network,
  sender: UdpSocket,
  to: readonly { group: string; port: number; byte: number }[],
): void {
  for (const { group, port, byte } of to) {
    const hostname = network.adapter === LOOPBACK ? group : `${group}${zone}`;
    sender.send([Uint8Array.of(byte)], { hostname, port });
  }
}

for (const network of NETWORKS) {
  const { name, bound, adapter, group, otherGroup, ignore } = network;
  const { source, stranger, told } = network;

  Deno.test(
    `changeMembership() lets in what is sent to a group until it is left, of ${name}`,
    { ...options, ignore },
    async () => {
      await using member = openMember(bound);
      const { port } = member.address;
      await using sender = new UdpSocket(told);
      for (const joined of [group, otherGroup]) {
        assertEquals(change(member, true, { group: joined, adapter }), 0);
      }
      sendTo(network, sender, [{ group, port, byte: 1 }]);
      const [first] = await member.take(1);
      assertEquals(first?.bytes, Uint8Array.of(1));
      assertEquals(first?.remote, { ...sender.address, hostname: told });

      assertEquals(change(member, false, { group, adapter }), 0);
      sendTo(network, sender, [
        { group, port, byte: 2 },
        { group: otherGroup, port, byte: 3 },
      ]);
      const [next] = await member.take(1);
      assertEquals(next?.bytes, Uint8Array.of(3));
    },
  );

  Deno.test(
    `changeMembership() lets in what one source sends alone, of ${name}`,
    { ...options, ignore },
    async () => {
      await using member = openMember(bound);
      const { port } = member.address;
      await using sender = new UdpSocket(told);
      const [of, others] = [{ group, adapter }, { group: otherGroup, adapter }];
      assertEquals(change(member, true, others), 0);
      const marked = (byte: number) => [
        { group, port, byte },
        { group: otherGroup, port, byte: byte + 1 },
      ];

      assertEquals(change(member, true, { ...of, source: stranger }), 0);
      sendTo(network, sender, marked(1));
      assertEquals(change(member, true, { ...of, source }), 0);
      sendTo(network, sender, marked(3));
      assertEquals(change(member, false, { ...of, source }), 0);
      sendTo(network, sender, marked(5));
      const received = await member.take(4);
      assertEquals(received.map(({ bytes }) => bytes[0]), [2, 3, 4, 6]);
    },
  );
}

interface Step {
  readonly joins: boolean;
  readonly of: Partial<MembershipChange>;
  readonly errno: number;
}

function join(of: Partial<MembershipChange>, errno: number = 0): Step {
  return { joins: true, of, errno };
}

function leave(of: Partial<MembershipChange>, errno: number = 0): Step {
  return { joins: false, of, errno };
}

/** What each of these gives, on each family of the socket. */
interface Case {
  readonly what: string;
  readonly steps: (group: string) => readonly Step[];
}

/** Sources that are of the family of a group, and two more. */
function sourcesOf(group: string): readonly [string, string, string] {
  return group.includes(":")
    ? ["2001:db8::1", "2001:db8::2", "2001:db8::3"]
    : ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
}

const CASES: readonly Case[] = [
  {
    what: "a group joined twice, and left twice",
    steps: (group) => [
      join({ group }),
      join({ group }, EADDRINUSE),
      leave({ group }),
      leave({ group }, EADDRNOTAVAIL),
      join({ group }),
    ],
  },
  {
    what: "a group that was never joined",
    steps: (group) => [leave({ group }, EADDRNOTAVAIL)],
  },
  {
    what: "a group of another adapter",
    steps: (group) => [
      join({ group }),
      join({ group, adapter: "no such adapter" }, ENODEV),
      leave({ group, adapter: "no such adapter" }, ENODEV),
      join({ group, adapter: "" }, ENODEV),
      leave({ group }),
    ],
  },
  {
    what: "sources joined twice, left twice, and never joined",
    steps: (group) => {
      const [one, two, three] = sourcesOf(group);
      return [
        join({ group, source: one }),
        join({ group, source: one }, EADDRNOTAVAIL),
        join({ group, source: two }),
        leave({ group, source: three }, EADDRNOTAVAIL),
        leave({ group, source: one }),
        leave({ group, source: one }, EADDRNOTAVAIL),
        leave({ group, source: two }),
        // That was the last one, so the group was left, too.
        leave({ group, source: two }, EINVAL),
        join({ group }),
      ];
    },
  },
  {
    what: "a group joined for all that was joined for a source",
    steps: (group) => {
      const [source] = sourcesOf(group);
      return [
        join({ group, source }),
        join({ group }, EADDRINUSE),
        leave({ group }),
        leave({ group, source }, EINVAL),
      ];
    },
  },
  {
    what: "a group joined for a source that was joined for all",
    steps: (group) => {
      const [source] = sourcesOf(group);
      // The kernel takes it: from now on it is for the source alone.
      return [join({ group }), join({ group, source }), leave({ group })];
    },
  },
];

for (const bound of ["0.0.0.0", "127.0.0.1", "::", "::1"]) {
  const groups = bound.includes(":")
    ? [IPV4_GROUP, ...IPV6_GROUPS]
    : [IPV4_GROUP];
  for (const group of groups) {
    for (const { what, steps } of CASES) {
      Deno.test(
        `changeMembership() gives the error number of ${what}: ${group} on ${bound}`,
        options,
        async () => {
          await using socket = new UdpSocket(bound);
          const expected = steps(group);
          const errnos = expected.map(({ joins, of }) =>
            change(socket, joins, of)
          );
          assertEquals(errnos, expected.map(({ errno }) => errno));
        },
      );
    }
  }
}

const UNKNOWN_ZONES = ["no such adapter", "", "0"];
const UNKNOWN_INDEX = "2147483647";

for (const zone of [`${LOOPBACK}`, `${interfaceIndex(`${LOOPBACK}`)}`]) {
  Deno.test(
    `changeMembership() takes the zone ${zone} of a group for its adapter`,
    options,
    async () => {
      await using socket = new UdpSocket("::");
      for (const group of IPV6_GROUPS) {
        const zoned = { group: `${group}%${zone}`, adapter: undefined };
        assertEquals(change(socket, true, zoned), 0);
        // The same membership, told in other ways.
        assertEquals(change(socket, true, { group }), EADDRINUSE);
        assertEquals(change(socket, false, { group }), 0);
        assertEquals(change(socket, false, zoned), EADDRNOTAVAIL);
        assertEquals(change(socket, true, { group: zoned.group }), 0);
        assertEquals(change(socket, false, zoned), 0);
      }
    },
  );
}

Deno.test(
  "changeMembership() gives ENODEV of a zone that there is not",
  options,
  async () => {
    await using socket = new UdpSocket("::");
    for (const zone of UNKNOWN_ZONES) {
      for (const joins of [true, false]) {
        const zoned = { group: `ff02::1234%${zone}`, adapter: undefined };
        assertEquals(change(socket, joins, zoned), ENODEV, zone);
      }
    }
    const zoned = { group: `ff02::1234%${UNKNOWN_INDEX}`, adapter: undefined };
    assertEquals(change(socket, true, zoned), ENODEV);
    // The kernel looks for the membership alone.
    assertEquals(change(socket, false, zoned), EADDRNOTAVAIL);
  },
);

Deno.test(
  "changeMembership() gives EINVAL of a zone that is not of the adapter",
  options,
  async () => {
    await using socket = new UdpSocket("::");
    for (const zone of [...UNKNOWN_ZONES, UNKNOWN_INDEX]) {
      const zoned = { group: `ff02::1234%${zone}` };
      assertEquals(change(socket, true, zoned), EINVAL, zone);
    }
    const group = `ff02::1234%${LOOPBACK}`;
    const adapter = "no such adapter";
    assertEquals(change(socket, true, { group, adapter }), ENODEV);
  },
);

Deno.test(
  "changeMembership() gives EINVAL of what is no group",
  options,
  async () => {
    await using four = new UdpSocket("0.0.0.0");
    await using six = new UdpSocket("::");
    const hosts = [
      "127.0.0.1",
      "0.0.0.0",
      "255.255.255.255",
      "223.255.255.255",
    ];
    for (const group of hosts) {
      const [source] = sourcesOf(group);
      assertEquals(change(four, true, { group }), EINVAL, group);
      assertEquals(change(six, true, { group }), EINVAL, group);
      assertEquals(change(four, true, { group, source }), EINVAL, group);
    }
    for (const group of ["::1", "::", "2001:db8::1", "fe80::1"]) {
      const [source] = sourcesOf(group);
      assertEquals(change(six, true, { group }), EINVAL, group);
      assertEquals(change(six, true, { group, source }), EINVAL, group);
    }
  },
);

Deno.test(
  "changeMembership() gives ENOPROTOOPT of groups of IPv6 on a socket of IPv4",
  options,
  async () => {
    await using socket = new UdpSocket("0.0.0.0");
    for (const group of IPV6_GROUPS) {
      const [source] = sourcesOf(group);
      for (const joins of [true, false]) {
        assertEquals(change(socket, joins, { group }), ENOPROTOOPT);
        assertEquals(change(socket, joins, { group, source }), ENOPROTOOPT);
      }
    }
  },
);
