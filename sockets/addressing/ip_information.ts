/**
 * What the system knows of a local IP address.
 *
 * The host names that `NetworkInformation.getHostNames` gives have it. In WinRT
 * both properties may be `null` and the adapter is an object.
 *
 * @example Usage
 * ```ts
 * import type { IPInformation } from "@winrt/sockets/ip-information";
 * import { NetworkInformation } from "@winrt/sockets/network-information";
 * import { assert } from "@std/assert";
 *
 * const found: IPInformation[] = NetworkInformation.getHostNames()
 *   .flatMap(({ ipInformation }) => ipInformation ?? []);
 *
 * assert(found.every(({ networkAdapter }) => networkAdapter !== ""));
 * assert(found.every(({ prefixLength }) => prefixLength <= 128));
 * ```
 */
export interface IPInformation {
  /**
   * The name of the network interface that has the address, such as `eth0`; the
   * `adapter` options take it.
   */
  readonly networkAdapter: string;
  /**
   * The length of the network part of the address, in bits: up to 32 for IPv4,
   * up to 128 for IPv6.
   */
  readonly prefixLength: number;
}
