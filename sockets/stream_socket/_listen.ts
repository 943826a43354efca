import { adapterAddresses } from "../_transport/adapter.ts";
import { joinListeners } from "../_transport/joined_listener.ts";
import { listenEverywhere } from "../_transport/listen_everywhere.ts";
import {
  isAddressMissing,
  isAddressTaken,
  type Listen,
  listenTcp,
} from "../_transport/listen_tcp.ts";
import type { ListenerTransport } from "../_transport/listener_transport.ts";
import { listenNatively } from "../_transport/native_listener_transport.ts";
import { isNameGranted, isNetGranted } from "../_transport/net_permission.ts";
import { resolveAddresses } from "../addressing/_resolver.ts";
import type { HostName } from "../addressing/host_name.ts";
import { HostNameType } from "../addressing/host_name_type.ts";

/** How often a port that the system chose is tried on all addresses. */
const PORT_ATTEMPTS = 8;

/** Where to listen. Without a host and an adapter: everywhere. */
export interface ListenTarget {
  readonly host: HostName | null;
  readonly adapter: string | undefined;
  /** 0: the system chooses. */
  readonly port: number;
  /** Whether it can be handed over to another process. Needs native calls. */
  readonly isTransferable: boolean;
}

/** Listens on every address of the target, on one port. */
export async function listenOn(
  { host, adapter, port, isTransferable }: ListenTarget,
): Promise<ListenerTransport> {
  const listen = isTransferable ? listenNatively : listenTcp;
  if (host !== null) return await listenOnHost(host, port, listen);
  if (adapter !== undefined) {
    return listenOnAll(adapterAddresses(adapter), port, listen);
  }
  return listenEverywhere(port, listen);
}

/**
 * Listens on all addresses of a host that were granted. Where the name alone
 * was granted, the runtime listens on the one that it resolves the name to;
 * native calls do not resolve names, and are told what is missing.
 */
async function listenOnHost(
  host: HostName,
  port: number,
  listen: Listen,
): Promise<ListenerTransport> {
  const hostname = host.canonicalName;
  const isName = host.type === HostNameType.domainName;
  const mayResolve = listen === listenTcp;
  if (!isName || (mayResolve && !isNameGranted(hostname))) {
    return listen({ hostname, port });
  }
  const hosts = await resolveAddresses(host, {});
  const addresses = hosts.map((each) => each.canonicalName);
  const granted = addresses
    .filter((address) => isNetGranted({ hostname: address, port }));
  if (granted.length > 0) return listenOnAll(granted, port, listen);
  return mayResolve
    ? listen({ hostname, port })
    : listenOnAll(addresses, port, listen);
}

function listenOnAll(
  addresses: readonly string[],
  port: number,
  listen: Listen,
): ListenerTransport {
  for (let attempt = 1;; attempt++) {
    try {
      return tryAll(addresses, port, listen);
    } catch (error) {
      // The system chose a port that is free on the first address alone.
      const again = port === 0 && addresses.length > 1 &&
        attempt < PORT_ATTEMPTS && isAddressTaken(error);
      if (!again) throw error;
    }
  }
}

function tryAll(
  addresses: readonly string[],
  port: number,
  listen: Listen,
): ListenerTransport {
  const listeners: ListenerTransport[] = [];
  let failure: unknown;
  try {
    for (const hostname of addresses) {
      const common = listeners[0]?.localAddress.port ?? port;
      try {
        listeners.push(listen({ hostname, port: common }));
      } catch (error) {
        // A name may have addresses of a family that the system has not.
        if (!isAddressMissing(error)) throw error;
        failure ??= error;
      }
    }
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  if (listeners.length === 0) throw failure;
  return joinListeners(listeners);
}
