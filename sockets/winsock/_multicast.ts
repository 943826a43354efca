import type { Libc } from "./_libc.ts";
import {
  AF_INET,
  AF_INET6,
  encodeAddress,
  interfaceIndex,
  SOCKADDR_STORAGE_SIZE,
} from "./_socket_address.ts";

/** Linux, `linux/in.h`: options of both families (RFC 3678, section 5). */
const MCAST_JOIN_GROUP = 42;
const MCAST_LEAVE_GROUP = 45;
const MCAST_JOIN_SOURCE_GROUP = 46;
const MCAST_LEAVE_SOURCE_GROUP = 47;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
/** Where a `struct group_req` has the group, behind the interface. */
const GROUP_OFFSET = 8;
/** `errno` of an interface that there is not. */
const ENODEV = 19;

/** Which membership to change, and how. */
export interface MembershipChange {
  readonly joins: boolean;
  readonly group: string;
  readonly source: string | undefined;
  readonly adapter: string | undefined;
}

/** Joins or leaves a multicast group; returns 0 or the error number. */
export function changeMembership(
  { call, errno }: Libc,
  descriptor: number,
  { joins, group, source, adapter }: MembershipChange,
): number {
  const index = adapter === undefined ? 0 : interfaceIndex(adapter);
  if (adapter !== undefined && index === 0) return ENODEV;
  const isIPv6 = group.includes(":");
  const family = isIPv6 ? AF_INET6 : AF_INET;
  const count = source === undefined ? 1 : 2;
  const request = new Uint8Array(GROUP_OFFSET + count * SOCKADDR_STORAGE_SIZE);
  new DataView(request.buffer).setUint32(0, index, true);
  request.set(encodeAddress({ hostname: group, port: 0 }, family), 8);
  if (source !== undefined) {
    const raw = encodeAddress({ hostname: source, port: 0 }, family);
    request.set(raw, GROUP_OFFSET + SOCKADDR_STORAGE_SIZE);
  }
  const option = source === undefined
    ? joins ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP
    : joins
    ? MCAST_JOIN_SOURCE_GROUP
    : MCAST_LEAVE_SOURCE_GROUP;
  const level = isIPv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  const { length } = request;
  const result = call.setsockopt(descriptor, level, option, request, length);
  return result === 0 ? 0 : errno();
}
