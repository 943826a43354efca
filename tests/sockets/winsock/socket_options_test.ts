import { assertEquals, assertExists } from "@std/assert";
import {
  DatagramSocket,
  type DatagramSocketControl,
  SocketQualityOfService,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  getSocketOption,
  setSocketOption,
  type SocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";
import { descriptorsOf } from "../_transport/_datagram_transports.ts";
import { UdpSocket } from "./_udp_socket.ts";

const permissions: Deno.PermissionOptionsObject = {
  ffi: "inherit",
  net: ["127.0.0.1", "[::1]", "0.0.0.0", "[::]"],
};
const options = { ignore: !hasNativeSockets(), permissions };

/** Linux, `asm-generic/socket.h` and `bits/socket_type.h`. */
const SO_TYPE: SocketOption = { level: 1, name: 3 };
const SO_REUSEPORT: SocketOption = { level: 1, name: 15 };
const SOCK_DGRAM = 2;
/** Linux, `linux/in.h`, `linux/ip.h` and `linux/pkt_sched.h`. */
const PMTUDISC_WANT = 1;
const PMTUDISC_DO = 2;
const IPTOS_LOWDELAY = 0x10;
const TC_PRIO_INTERACTIVE = 6;

type Values = Partial<Record<keyof typeof SocketOptions, number>>;
type Setup = (control: DatagramSocketControl) => void;

/** What a setting becomes, of each family that the socket serves. */
interface Setting {
  readonly what: string;
  readonly set: Setup;
  /** Those of the socket itself, and of either family. */
  readonly socket: Values;
  readonly ipv4: Values;
  readonly ipv6: Values;
}

/** The defaults of Linux, save for the hop limits, which it can be told. */
const DEFAULTS: Setting = {
  what: "nothing",
  set: () => {},
  socket: { SO_REUSEADDR: 0, SO_BROADCAST: 1, SO_PRIORITY: 0, UDP_GRO: 1 },
  ipv4: {
    IP_TOS: 0,
    IP_MTU_DISCOVER: PMTUDISC_WANT,
    IP_MULTICAST_TTL: 1,
    IP_MULTICAST_LOOP: 1,
    IP_MULTICAST_ALL: 0,
  },
  ipv6: {
    IPV6_TCLASS: 0,
    IPV6_MTU_DISCOVER: PMTUDISC_WANT,
    IPV6_MULTICAST_HOPS: 1,
    IPV6_MULTICAST_LOOP: 1,
    IPV6_MULTICAST_ALL: 0,
  },
};

/** Settings that may change at any time. */
const CHANGEABLE: readonly Setting[] = [
  ...[1, 77, 255].map((limit): Setting => ({
    what: `outboundUnicastHopLimit = ${limit}`,
    set: (control) => control.outboundUnicastHopLimit = limit,
    socket: {},
    ipv4: { IP_TTL: limit, IP_MULTICAST_TTL: 1 },
    ipv6: { IPV6_UNICAST_HOPS: limit, IPV6_MULTICAST_HOPS: 1 },
  })),
  ...[0, 33, 255].map((limit): Setting => ({
    what: `multicastHopLimit = ${limit}`,
    set: (control) => control.multicastHopLimit = limit,
    socket: {},
    ipv4: { IP_MULTICAST_TTL: limit },
    ipv6: { IPV6_MULTICAST_HOPS: limit },
  })),
  {
    what: "multicastLoopback = false",
    set: (control) => control.multicastLoopback = false,
    socket: {},
    ipv4: { IP_MULTICAST_LOOP: 0 },
    ipv6: { IPV6_MULTICAST_LOOP: 0 },
  },
];

/** Settings that must be there before the socket is bound. */
const FIXED: readonly Setting[] = [
  DEFAULTS,
  {
    what: "dontFragment = true",
    set: (control) => control.dontFragment = true,
    socket: {},
    ipv4: { IP_MTU_DISCOVER: PMTUDISC_DO },
    ipv6: { IPV6_MTU_DISCOVER: PMTUDISC_DO },
  },
  {
    what: "qualityOfService = lowLatency",
    set: (control) => {
      control.qualityOfService = SocketQualityOfService.lowLatency;
    },
    socket: { SO_PRIORITY: TC_PRIO_INTERACTIVE },
    ipv4: { IP_TOS: IPTOS_LOWDELAY },
    ipv6: { IPV6_TCLASS: IPTOS_LOWDELAY },
  },
  {
    // Linux keeps twice what it is told (socket(7)).
    what: "inboundBufferSizeInBytes = 40000",
    set: (control) => control.inboundBufferSizeInBytes = 40_000,
    socket: { SO_RCVBUF: 80_000 },
    ipv4: {},
    ipv6: {},
  },
  {
    what: "multicastOnly = true",
    set: (control) => control.multicastOnly = true,
    socket: { SO_REUSEADDR: 1 },
    ipv4: {},
    ipv6: {},
  },
];

/** The one descriptor of a datagram socket, found by its port. */
function descriptorOf({ information }: DatagramSocket): number {
  const port = Number(information.localPort);
  // Another thread may have a TCP socket of the same port.
  const found = descriptorsOf({ hostname: "", port }).filter((descriptor) =>
    getSocketOption(descriptor, SO_TYPE) === SOCK_DGRAM
  );
  assertEquals(found.length, 1);
  const [descriptor] = found;
  assertExists(descriptor);
  return descriptor;
}

/** Reads back the options that a setting is about. */
function assertValues(
  socket: DatagramSocket,
  hostname: string,
  { socket: ofBoth, ipv4, ipv6 }: Setting,
): void {
  const expected: Values = {
    ...ofBoth,
    // A socket of IPv6 sends packets of IPv4 as well.
    ...ipv4,
    ...hostname.includes(":") && ipv6,
  };
  const descriptor = descriptorOf(socket);
  const actual = Object.keys(expected).map((name) => {
    const option = Object.entries(SocketOptions).find(([key]) => key === name);
    return [name, option && getSocketOption(descriptor, option[1])] as const;
  });
  assertEquals(Object.fromEntries(actual), { ...expected });
}

const HOSTNAMES = ["127.0.0.1", "0.0.0.0", "::1", "::"];

for (const hostname of HOSTNAMES) {
  for (const setting of [...FIXED, ...CHANGEABLE]) {
    Deno.test(
      `DatagramSocket on ${hostname} has the options of ${setting.what} set before it is bound`,
      options,
      async () => {
        await using socket = new DatagramSocket();
        setting.set(socket.control);
        await socket.bindEndpointAsync(hostname, "");
        assertValues(socket, hostname, setting);
      },
    );
  }

  for (const setting of CHANGEABLE) {
    Deno.test(
      `DatagramSocket on ${hostname} has the options of ${setting.what} set while it binds`,
      options,
      async () => {
        await using socket = new DatagramSocket();
        const bound = socket.bindEndpointAsync(hostname, "");
        // The host name has been looked up then, and the socket is opened.
        for (let turns = 0; turns < 10; turns++) {
          await null;
          setting.set(socket.control);
        }
        await bound;
        assertValues(socket, hostname, setting);
      },
    );

    Deno.test(
      `DatagramSocket on ${hostname} has the options of ${setting.what} set after it was bound`,
      options,
      async () => {
        await using socket = new DatagramSocket();
        await socket.bindEndpointAsync(hostname, "");
        setting.set(socket.control);
        assertValues(socket, hostname, setting);
      },
    );
  }
}

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(
    `DatagramSocket that binds by itself has all of its options, connected to ${hostname}`,
    options,
    async () => {
      await using receiver = new DatagramSocket();
      await receiver.bindEndpointAsync(hostname, "");
      await using socket = new DatagramSocket();
      for (const { set } of FIXED.slice(0, 4)) set(socket.control);
      const { localPort } = receiver.information;
      await socket.connectAsync(hostname, localPort);
      for (const setting of FIXED.slice(1, 4)) {
        assertValues(socket, hostname, setting);
      }
      for (const setting of CHANGEABLE) {
        setting.set(socket.control);
        assertValues(socket, hostname, setting);
      }
    },
  );
}

Deno.test(
  "DatagramSocket has the system's own hop limit and buffer until they are set",
  options,
  async () => {
    await using system = new UdpSocket("::");
    await using socket = new DatagramSocket();
    await socket.bindServiceNameAsync("");
    const { IP_TTL, IPV6_UNICAST_HOPS } = SocketOptions;
    for (const option of [IP_TTL, IPV6_UNICAST_HOPS]) {
      const value = getSocketOption(descriptorOf(socket), option);
      assertEquals(value, getSocketOption(system.descriptor, option));
    }
    // It tells WinRT's default all the same.
    assertEquals(socket.control.outboundUnicastHopLimit, 128);
    assertEquals(socket.control.inboundBufferSizeInBytes, 0);
  },
);

Deno.test(
  "DatagramSocket never shares its port by SO_REUSEPORT, which would share out the datagrams",
  options,
  async () => {
    for (const multicastOnly of [false, true]) {
      await using socket = new DatagramSocket();
      socket.control.multicastOnly = multicastOnly;
      await socket.bindServiceNameAsync("");
      assertEquals(getSocketOption(descriptorOf(socket), SO_REUSEPORT), 0);
    }
  },
);

Deno.test(
  "DatagramSocketControl changes only what was set, and only of its own socket",
  options,
  async () => {
    await using one = new DatagramSocket();
    await using other = new DatagramSocket();
    for (const socket of [one, other]) {
      socket.control.multicastHopLimit = 5;
      await socket.bindServiceNameAsync("");
    }
    one.control.outboundUnicastHopLimit = 9;
    one.control.multicastLoopback = false;
    const before: Setting = {
      ...DEFAULTS,
      ipv4: { ...DEFAULTS.ipv4, IP_MULTICAST_TTL: 5 },
      ipv6: { ...DEFAULTS.ipv6, IPV6_MULTICAST_HOPS: 5 },
    };
    assertValues(other, "::", before);
    assertValues(one, "::", {
      ...before,
      ipv4: { ...before.ipv4, IP_TTL: 9, IP_MULTICAST_LOOP: 0 },
      ipv6: { ...before.ipv6, IPV6_UNICAST_HOPS: 9, IPV6_MULTICAST_LOOP: 0 },
    });
  },
);

Deno.test(
  "setSocketOption() and getSocketOption() tell of a failure",
  options,
  async () => {
    /** Linux, `asm-generic/errno-base.h` and `asm-generic/errno.h`. */
    const [EBADF, EINVAL, ENOPROTOOPT] = [9, 22, 92];
    await using socket = new UdpSocket("127.0.0.1");
    const { descriptor } = socket;
    const { IP_TTL, IPV6_UNICAST_HOPS } = SocketOptions;
    assertEquals(setSocketOption(-1, IP_TTL, 1), EBADF);
    assertEquals(getSocketOption(-1, IP_TTL), null);
    assertEquals(setSocketOption(descriptor, IP_TTL, 256), EINVAL);
    assertEquals(
      setSocketOption(descriptor, IPV6_UNICAST_HOPS, 1),
      ENOPROTOOPT,
    );
    assertEquals(getSocketOption(descriptor, IPV6_UNICAST_HOPS), null);
    assertEquals(setSocketOption(descriptor, IP_TTL, 3), 0);
    assertEquals(getSocketOption(descriptor, IP_TTL), 3);
  },
);
