import { toRuntimeForm } from "./ipv4_mapped.ts";
import { isAddressMissing, isAddressTaken } from "./listen_tcp.ts";
import { isNameGranted, isNetGranted } from "./net_permission.ts";
import {
  NodeDatagramSocket,
  type TakeArrival,
} from "./node_datagram_socket.ts";
import type { TransportAddress } from "./transport_address.ts";

const ANY_IPV6 = "::";
const ANY_IPV4 = "0.0.0.0";
/** So many ports are tried for one that both families have free. */
const MAX_TRIES = 16;

/** The sockets of one transport. */
export type NodeDatagramSockets = readonly [
  NodeDatagramSocket,
  ...NodeDatagramSocket[],
];

/**
 * Opens a socket on an address; on all of them, one of each family that the
 * system has, as far as that is granted. Otherwise it is a single one, which
 * serves IPv4 as well where the system makes it dual-stack.
 */
export async function openNodeSockets(
  local: TransportAddress,
  shared: boolean,
  take: TakeArrival,
): Promise<NodeDatagramSockets> {
  const { hostname, port } = local;
  if (toRuntimeForm(hostname) === ANY_IPV6 && mayOpenBoth(port)) {
    return await openBoth(port, shared, take);
  }
  const options = { shared, ipv6Only: false };
  return [await NodeDatagramSocket.open(local, options, take)];
}

function mayOpenBoth(port: number): boolean {
  if (port !== 0) return isNetGranted({ hostname: ANY_IPV4, port });
  // The second gets the port of the first, which is not known yet.
  return isNameGranted(ANY_IPV4);
}

async function openBoth(
  port: number,
  shared: boolean,
  take: TakeArrival,
): Promise<NodeDatagramSockets> {
  const options = { shared, ipv6Only: true };
  for (let tries = 1;; tries++) {
    const local = { hostname: ANY_IPV6, port };
    const ipv6 = await NodeDatagramSocket.open(local, options, take);
    const beside = { hostname: ANY_IPV4, port: ipv6.localAddress.port };
    try {
      return [ipv6, await NodeDatagramSocket.open(beside, options, take)];
    } catch (error) {
      if (isAddressMissing(error)) return [ipv6];
      await ipv6.close();
      const isLast = port !== 0 || tries === MAX_TRIES;
      if (isLast || !isAddressTaken(error)) throw error;
    }
  }
}
