import { parseIPv6 } from "./_ip_address.ts";
import type { HostName } from "./host_name.ts";
import { HostNameSortOptions } from "./host_name_sort_options.ts";
import { HostNameType } from "./host_name_type.ts";

/** The default policy table of RFC 6724, section 2.1; longer prefixes first. */
const PRECEDENCES: readonly (readonly [prefix: string, precedence: number])[] =
  [
    [prefixBits("::1", 128), 50],
    [prefixBits("::ffff:0:0", 96), 35],
    [prefixBits("::", 96), 1],
    [prefixBits("2001::", 32), 5],
    [prefixBits("2002::", 16), 30],
    [prefixBits("3ffe::", 16), 1],
    [prefixBits("fec0::", 10), 1],
    [prefixBits("fc00::", 7), 3],
    [prefixBits("::", 0), 40],
  ];

/** RFC 4291, section 2.5.6, and RFC 3927, section 2.1. */
const LINK_LOCAL_PREFIXES: readonly string[] = [
  prefixBits("fe80::", 10),
  prefixBits("::ffff:169.254.0.0", 112),
];

/**
 * Sorts the addresses of one host, which are in the order of the resolver. What
 * each option means is said at {@linkcode HostNameSortOptions}.
 */
export function sortAddresses(
  addresses: readonly HostName[],
  sortOptions: HostNameSortOptions,
): HostName[] {
  if (sortOptions === HostNameSortOptions.none) {
    return alternateFamilies(addresses);
  }
  return addresses
    .map((address) => ({ address, rank: rank(address) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ address }) => address);
}

/**
 * Takes addresses of the two families in turn, starting with the family of the
 * first (RFC 8305, section 4, with a First Address Family Count of 1).
 */
export function alternateFamilies(addresses: readonly HostName[]): HostName[] {
  const first = addresses.filter(({ type }) => type === addresses[0]?.type);
  const other = addresses.filter(({ type }) => type !== addresses[0]?.type);
  const length = Math.max(first.length, other.length);
  return Array.from({ length }, (_, i) => [
    ...first.slice(i, i + 1),
    ...other.slice(i, i + 1),
  ]).flat();
}

/** The precedence of an address; that of link-local ones is below all. */
function rank({ type, canonicalName }: HostName): number {
  // RFC 6724 takes IPv4 addresses as mapped ones.
  const bits = type === HostNameType.ipv4
    ? bitsOf(`::ffff:${canonicalName}`)
    : bitsOf(canonicalName.replace(/%.*/, ""));
  if (LINK_LOCAL_PREFIXES.some((prefix) => bits.startsWith(prefix))) return 0;
  const found = PRECEDENCES.find(([prefix]) => bits.startsWith(prefix));
  return found?.[1] ?? 0;
}

function prefixBits(address: string, length: number): string {
  return bitsOf(address).slice(0, length);
}

/** An IPv6 address as 128 characters, each `0` or `1`. */
function bitsOf(address: string): string {
  const bytes = [...parseIPv6(address) ?? []];
  return bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
