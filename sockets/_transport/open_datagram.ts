import { isIPv4 } from "../addressing/_ip_address.ts";
import { adapterAddresses } from "./adapter.ts";
import type {
  DatagramOptions,
  DatagramTransport,
} from "./datagram_transport.ts";
import { DenoDatagramTransport } from "./deno_datagram_transport.ts";
import { isAddressMissing } from "./listen_tcp.ts";
import { NativeDatagramTransport } from "./native_datagram_transport.ts";
import { hasNativeSockets } from "./native_socket.ts";
import { assertNetGranted, isNetGranted } from "./net_permission.ts";
import { NodeDatagramTransport } from "./node_datagram_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

const ANY_IPV6 = "::";
const ANY_IPV4 = "0.0.0.0";
const ANY_PORT_IPV4: TransportAddress = { hostname: ANY_IPV4, port: 0 };

/** Opens a socket on a local address. */
export async function openDatagram(
  local: TransportAddress,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  assertNetGranted(local);
  return await open(local, options);
}

/**
 * Opens a socket on all local addresses: of both families, where the system
 * has both.
 */
export async function openDatagramEverywhere(
  port: number,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  if (!isNetGranted({ hostname: ANY_IPV6, port })) {
    return await openDatagram({ hostname: ANY_IPV4, port }, options);
  }
  return await openDualStack(port, options);
}

/**
 * Opens a socket for a network interface alone: on all addresses, since groups
 * reach no socket that is bound to one; without native calls on one of them.
 */
export async function openDatagramOn(
  adapter: string,
  port: number,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  const addresses = adapterAddresses(adapter);
  const isGranted = addresses.every((address) =>
    isNetGranted({ hostname: address.replace(/%.*$/, ""), port })
  );
  if (hasNativeSockets() && isGranted) {
    return await openDualStack(port, { ...options, adapter });
  }
  const hostname = addresses.find(isIPv4) ?? addresses[0] ?? "";
  return await openDatagram({ hostname, port }, options);
}

/**
 * Opens a socket to send from, on a port of the system's choice. By native
 * calls that needs no permission: nobody can know the port before something
 * was sent from it.
 *
 * @param family The only one that is needed, which sends faster; null is both.
 */
export async function openDatagramToSend(
  family: "IPv4" | "IPv6" | null,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  if (family === "IPv4") return await open(ANY_PORT_IPV4, options);
  return hasNativeSockets()
    ? await openDualStack(0, options)
    : await openDatagramEverywhere(0, options);
}

async function openDualStack(
  port: number,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  try {
    return await open({ hostname: ANY_IPV6, port }, options);
  } catch (error) {
    if (!isAddressMissing(error)) throw error;
    return await open({ hostname: ANY_IPV4, port }, options);
  }
}

async function open(
  local: TransportAddress,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  if (hasNativeSockets()) return NativeDatagramTransport.open(local, options);
  return mayUseDeno(options)
    ? DenoDatagramTransport.open(local, options)
    : await NodeDatagramTransport.open(local, options);
}

/**
 * It is there with `--unstable-net` alone. It is the faster one, and node:dgram
 * has more for groups: sources, and hop limits before the first send.
 */
function mayUseDeno(options: DatagramOptions): boolean {
  const { hopLimit, multicastHopLimit, shared } = options;
  return typeof Deno.listenDatagram === "function" && !shared &&
    hopLimit === undefined && multicastHopLimit === undefined;
}
