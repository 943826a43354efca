import {
  assert,
  assertEquals,
  assertGreater,
  assertRejects,
} from "@std/assert";
import { HResult } from "../../../errors/hresult.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import type { DatagramOptions } from "../../../sockets/_transport/datagram_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  getSocketOption,
  type SocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  datagramOf,
  descriptorsOf,
  LOOPBACK,
  optionsWith,
  sendAll,
  Sockets,
} from "./_datagram_transports.ts";

/** Linux, `asm-generic/socket.h` and `bits/socket.h`. */
const SO_DOMAIN: SocketOption = { level: 1, name: 39 };
const AF_INET6 = 10;

const NEEDS_NATIVE =
  "it needs native calls, which are there on Linux with --allow-ffi";

/** An option, and where the kernel has it for each family. */
interface Example {
  readonly options: Partial<DatagramOptions>;
  readonly value: number;
  readonly ipv4: SocketOption;
  readonly ipv6: SocketOption;
  /** What each kind refuses it on. */
  readonly refused: Readonly<Record<string, readonly string[]>>;
}

const {
  IP_TTL,
  IPV6_UNICAST_HOPS,
  IP_MULTICAST_TTL,
  IPV6_MULTICAST_HOPS,
  IP_MULTICAST_LOOP,
  IPV6_MULTICAST_LOOP,
} = SocketOptions;
const HOSTNAMES = ["127.0.0.1", "::1", "::"];

const EXAMPLES: readonly Example[] = [
  {
    options: { hopLimit: 9 },
    value: 9,
    ipv4: IP_TTL,
    ipv6: IPV6_UNICAST_HOPS,
    refused: { "Deno.listenDatagram": HOSTNAMES, "node:dgram": ["::1"] },
  },
  {
    options: { multicastHopLimit: 7 },
    value: 7,
    ipv4: IP_MULTICAST_TTL,
    ipv6: IPV6_MULTICAST_HOPS,
    refused: { "Deno.listenDatagram": ["::1", "::"], "node:dgram": ["::1"] },
  },
  {
    options: { multicastLoopback: false },
    value: 0,
    ipv4: IP_MULTICAST_LOOP,
    ipv6: IPV6_MULTICAST_LOOP,
    refused: {},
  },
];

/** The values of an option, of each family that a port is served in. */
function valuesOf(
  port: number,
  { ipv4, ipv6 }: Example,
): Record<"ipv4" | "ipv6", number | null> {
  const values: Record<"ipv4" | "ipv6", number | null> = {
    ipv4: null,
    ipv6: null,
  };
  for (const descriptor of descriptorsOf({ hostname: "", port })) {
    const isIPv6 = getSocketOption(descriptor, SO_DOMAIN) === AF_INET6;
    if (isIPv6) values.ipv6 = getSocketOption(descriptor, ipv6);
    const { IPV6_V6ONLY } = SocketOptions;
    if (isIPv6 && getSocketOption(descriptor, IPV6_V6ONLY) !== 0) continue;
    values.ipv4 = getSocketOption(descriptor, ipv4);
  }
  return values;
}

for (const kind of DATAGRAM_TRANSPORT_KINDS) {
  const { name, isAvailable } = kind;
  const options = { ignore: !isAvailable, permissions: LOOPBACK };
  const native = { ...options, ignore: !isAvailable || !hasNativeSockets() };

  for (const example of EXAMPLES) {
    const [option = ""] = Object.keys(example.options);
    for (const hostname of HOSTNAMES) {
      if (example.refused[name]?.includes(hostname)) {
        Deno.test(
          `DatagramTransport (${name}) refuses ${option} on ${hostname}`,
          options,
          async () => {
            await using sockets = new Sockets(kind);
            const error = await assertRejects(
              () => sockets.open(hostname, example.options),
              InvalidOperationError,
              NEEDS_NATIVE,
            );
            assertEquals(error.hresult, HResult.ERROR_NOT_SUPPORTED);
          },
        );
        continue;
      }
      Deno.test(
        `DatagramTransport (${name}) has ${option} on ${hostname}, from the start or later`,
        native,
        async () => {
          await using sockets = new Sockets(kind);
          const before = await sockets.open(hostname, example.options);
          const after = await sockets.open(hostname);
          after.setOptions(optionsWith(example.options));
          for (const socket of [before, after]) {
            // Those that are set later are set before anything is sent.
            const { port } = socket.localAddress;
            const host = hostname === "::1" ? "::1" : "127.0.0.1";
            const toItself = socket.senderTo({ hostname: host, port });
            await sendAll(toItself, [datagramOf(1)]);
            const { ipv4, ipv6 } = valuesOf(port, example);
            if (hostname !== "::1") assertEquals(ipv4, example.value);
            if (hostname === "127.0.0.1" || ipv6 === example.value) continue;
            // Where IPv6 has it not, nothing is sent by IPv6.
            assertEquals([name, hostname], ["node:dgram", "::"]);
            const group = option === "hopLimit" ? "::1" : "ff01::1";
            const sender = socket.senderTo({ hostname: group, port });
            const refusals = await sendAll(sender, [datagramOf(1)]);
            assert(refusals.get(0)?.message.endsWith(NEEDS_NATIVE));
          }
        },
      );
    }
  }

  const nativeOptions: readonly [string, Partial<DatagramOptions>][] = [
    ["dontFragment", { dontFragment: true }],
    ["inboundBufferSize", { inboundBufferSize: 65_536 }],
    ["lowLatency", { lowLatency: true }],
  ];
  for (const [option, given] of nativeOptions) {
    Deno.test({
      name: `DatagramTransport (${name}) refuses ${option}`,
      ...options,
      ignore: options.ignore || name === "native",
      async fn() {
        await using sockets = new Sockets(kind);
        const error = await assertRejects(
          () => sockets.open("127.0.0.1", given),
          InvalidOperationError,
          NEEDS_NATIVE,
        );
        assertGreater(error.message.indexOf("Cannot set the "), -1);
      },
    });
  }
}
