/**
 * The kinds of host names, with the numbers of WinRT.
 *
 * @example Usage
 * ```ts
 * import { HostName } from "@winrt/sockets/host-name";
 * import { HostNameType } from "@winrt/sockets/host-name-type";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new HostName("db.example").type, HostNameType.domainName);
 * assertEquals(new HostName("::1").type, HostNameType.ipv6);
 * ```
 */
export const HostNameType = {
  /** A name, which DNS or the hosts file resolves. */
  domainName: 0,
  /** An IPv4 address. */
  ipv4: 1,
  /** An IPv6 address. */
  ipv6: 2,
  /** A Bluetooth address; no host name of this library is one. */
  bluetooth: 3,
} as const;

/** One of the values of {@linkcode HostNameType}. */
export type HostNameType = typeof HostNameType[keyof typeof HostNameType];
