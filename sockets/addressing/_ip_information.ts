import type { HostName } from "./host_name.ts";
import type { IPInformation } from "./ip_information.ts";

/**
 * What is known of local addresses, beside the host names themselves: it is not
 * for others to give, and most host names have none.
 */
const ipInformationByHost = new WeakMap<HostName, IPInformation>();

/** Attaches to a host name what the system knows of it; returns the name. */
export function setIPInformation(
  host: HostName,
  information: IPInformation,
): HostName {
  ipInformationByHost.set(host, Object.freeze(information));
  return host;
}

/** What was attached to a host name, `null` if nothing was. */
export function getIPInformation(host: HostName): IPInformation | null {
  return ipInformationByHost.get(host) ?? null;
}
