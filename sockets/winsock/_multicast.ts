import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import {
  AF_INET,
  AF_INET6,
  encodeAddress,
  interfaceIndex,
} from "./_socket_address.ts";

/** Options of both families (RFC 3678, section 5). */
const {
  MCAST_JOIN_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
} = LINUX;
const { group_req: groupReq, group_source_req: sourceReq } = LINUX_LAYOUTS;
/** Where a `struct sockaddr_in6` has the zone of its address (ipv6(7)). */
const ZONE_OFFSET = LINUX_LAYOUTS.sockaddr_in6.sin6_scope_id;
/** `errno` of an interface that there is not, and of one that does not match. */
const { ENODEV, EINVAL } = LINUX;

/** Which membership to change, and how. */
export interface MembershipChange {
  readonly joins: boolean;
  readonly group: string;
  readonly source: string | undefined;
  /** Undefined is that of the group's zone, or else the system's choice. */
  readonly adapter: string | undefined;
}

/** Joins or leaves a multicast group; returns 0 or the error number. */
export function changeMembership(
  { call, errno }: Libc,
  descriptor: number,
  { joins, group, source, adapter }: MembershipChange,
): number {
  const family = group.includes(":") ? AF_INET6 : AF_INET;
  const to = encodeAddress({ hostname: group, port: 0 }, family);
  const from = source === undefined
    ? null
    : encodeAddress({ hostname: source, port: 0 }, family);
  const zone = group.includes("%") ? zoneOf(to) : null;
  const index = adapter === undefined ? zone : interfaceIndex(adapter);
  if (index === 0) return ENODEV;
  if (zone !== null && zone !== index) return EINVAL;
  const level = family === AF_INET6 ? LINUX.IPPROTO_IPV6 : LINUX.IPPROTO_IP;
  const option = optionOf(joins, from !== null);
  const request = encodeRequest(index ?? 0, to, from);
  const { length } = request;
  const result = call.setsockopt(descriptor, level, option, request, length);
  return result === 0 ? 0 : errno();
}

/** The number of the zone's interface; 0 if there is none of that name. */
function zoneOf({ buffer }: Uint8Array<ArrayBuffer>): number {
  return new DataView(buffer).getUint32(ZONE_OFFSET, true);
}

function optionOf(joins: boolean, hasSource: boolean): number {
  if (hasSource) {
    return joins ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP;
  }
  return joins ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP;
}

/** A `struct group_req`, or a `struct group_source_req`. */
function encodeRequest(
  index: number,
  group: Uint8Array,
  source: Uint8Array | null,
): Uint8Array<ArrayBuffer> {
  const { size } = source === null ? groupReq : sourceReq;
  const request = new Uint8Array(size);
  // Both begin in the same way.
  new DataView(request.buffer).setUint32(groupReq.gr_interface, index, true);
  request.set(group, groupReq.gr_group);
  if (source !== null) request.set(source, sourceReq.gsr_source);
  return request;
}
