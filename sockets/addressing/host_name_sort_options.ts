/**
 * How endpoint pairs are sorted, with the numbers of WinRT.
 *
 * WinRT sorts pairs of a source and a destination. The pairs of this library
 * leave the source to the system, which has one for each address family; so the
 * family of the destination stands for the source.
 *
 * @example Usage
 * ```ts
 * import { HostNameSortOptions } from "@winrt/sockets/host-name-sort-options";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals } from "@std/assert";
 *
 * const pairs = await StreamSocket.getEndpointPairsAsync(
 *   "127.0.0.1",
 *   "http",
 *   HostNameSortOptions.optimizeForLongConnections,
 * );
 *
 * assertEquals(pairs.map((pair) => pair.remoteServiceName), ["80"]);
 * ```
 */
export const HostNameSortOptions = {
  /**
   * Keeps the delay until a connection short: the order of the resolver, but
   * with the address families in turn, so that when one pair fails the next has
   * both another source and another destination (RFC 8305, section 4).
   */
  none: 0,
  /**
   * The best path first, even if more attempts fail: addresses in the order of
   * precedence of RFC 6724, section 2.1, with link-local ones last, so that when
   * one pair fails the next has the same source and another destination.
   */
  optimizeForLongConnections: 2,
} as const;

/** One of the values of {@linkcode HostNameSortOptions}. */
export type HostNameSortOptions =
  typeof HostNameSortOptions[keyof typeof HostNameSortOptions];
