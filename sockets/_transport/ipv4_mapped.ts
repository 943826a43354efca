import { formatIPv6, parseIPv6 } from "../addressing/_ip_address.ts";
import type { TransportAddress } from "./transport_address.ts";

/** RFC 4291, section 2.5.5.2. */
const PREFIX = "::ffff:";

/** What an IPv6 socket calls an address: IPv4 ones are IPv4-mapped. */
export function toMapped(hostname: string): string {
  return hostname.includes(":") ? hostname : `${PREFIX}${hostname}`;
}

/** What an address is called that an IPv6 socket has told. */
export function fromMapped(hostname: string): string {
  const isMapped = hostname.startsWith(PREFIX) && hostname.includes(".");
  return isMapped ? hostname.slice(PREFIX.length) : hostname;
}

/** The same however it is written, and without a zone, as it is told. */
export function toRuntimeForm(hostname: string): string {
  const bytes = parseIPv6(hostname.replace(/%.*$/, ""));
  return bytes === null ? hostname : fromMapped(formatIPv6(bytes));
}

/** An address for a socket of its family: an IPv4-mapped one is of IPv4. */
export function unmap(address: TransportAddress): TransportAddress {
  const hostname = toRuntimeForm(address.hostname);
  return hostname.includes(":") ? address : { hostname, port: address.port };
}
