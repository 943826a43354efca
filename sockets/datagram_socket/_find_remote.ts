import {
  assertNetGranted,
  assertNetNotDenied,
  isNetGranted,
} from "../_transport/net_permission.ts";
import type { TransportAddress } from "../_transport/transport_address.ts";
import { resolveAddresses, resolveService } from "../addressing/_resolver.ts";
import { parseServiceName } from "../addressing/_service_name.ts";
import type { EndpointPair } from "../addressing/endpoint_pair.ts";
import type { NameServer } from "../addressing/name_server.ts";

/** How names are looked up. */
export interface FindOptions {
  readonly signal?: AbortSignal;
  readonly nameServer?: NameServer;
}

/**
 * Finds the addresses of the remote side of a pair, best first, and sees to it
 * that the program may use them. Native calls are not checked by the runtime.
 *
 * @param cancelled Ends the look-up, beside the signal of the options.
 */
export async function findRemote(
  pair: EndpointPair,
  { signal, nameServer }: FindOptions,
  cancelled: AbortSignal,
): Promise<readonly TransportAddress[]> {
  parseServiceName(pair.remoteServiceName);
  const options = {
    signal: signal === undefined
      ? cancelled
      : AbortSignal.any([signal, cancelled]),
    ...nameServer !== undefined && { nameServer },
  };
  const targets = await resolveService(
    pair.remoteHostName,
    pair.remoteServiceName,
    { protocol: "udp", ...options },
  );
  const found: TransportAddress[] = [];
  for (const { host, port } of targets) {
    const isGranted = isNetGranted({ hostname: host.canonicalName, port });
    for (const { canonicalName } of await resolveAddresses(host, options)) {
      const address = { hostname: canonicalName, port };
      // Who may use a name may use what it stands for.
      if (isGranted) assertNetNotDenied(address);
      else assertNetGranted(address);
      found.push(address);
    }
  }
  return found;
}
