import { formatIPv6, isIPv4, parseIPv6 } from "../addressing/_ip_address.ts";
import { valueOf } from "./_constant_table.ts";
import { WSAEAFNOSUPPORT, WSAEINVAL } from "./error_codes.ts";
import { layoutsOf } from "./_layouts.ts";
import type { NetAddress } from "./_net_permission.ts";
import { PLATFORM, type Platform } from "./_platform.ts";
import type { SockAddr } from "./sock_addr.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Such an address is one of IPv4 (RFC 4291, section 2.5.5.2). */
const MAPPED_PREFIX = "::ffff:";

/** The bytes of an address of a family; null if the text is none. */
export function parseAddress(
  family: number,
  text: string,
  platform: Platform = PLATFORM,
): Uint8Array | null {
  if (family === valueOf("AF_INET6", platform)) return parseIPv6(text);
  if (family !== valueOf("AF_INET", platform) || !isIPv4(text)) return null;
  return Uint8Array.from(text.split("."), Number);
}

/** The text of the bytes of an address: 4 for IPv4, 16 for IPv6. */
export function formatAddress(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join(".") : formatIPv6(bytes);
}

/** The `struct sockaddr` of an address, or a Winsock code. */
export function encodeSockAddr(
  name: Readonly<SockAddr>,
  platform: Platform = PLATFORM,
): Bytes | number {
  const { family, port, flowInfo = 0, scopeId = 0 } = name;
  const isIPv6 = family === valueOf("AF_INET6", platform);
  if (!isIPv6 && family !== valueOf("AF_INET", platform)) {
    return WSAEAFNOSUPPORT;
  }
  const bytes = parseAddress(family, name.address, platform);
  const isPort = Number.isInteger(port) && port >= 0 && port <= 0xffff;
  if (bytes === null || !isPort) return WSAEINVAL;
  const { sockaddr_in: inet, sockaddr_in6: inet6 } = layoutsOf(platform);
  const raw = new Uint8Array(isIPv6 ? inet6.size : inet.size);
  const view = new DataView(raw.buffer);
  if (platform === "darwin") raw[0] = raw.length;
  // One byte on macOS; of two elsewhere, the upper one is 0.
  raw[isIPv6 ? inet6.sin6_family : inet.sin_family] = family;
  view.setUint16(isIPv6 ? inet6.sin6_port : inet.sin_port, port);
  raw.set(bytes, isIPv6 ? inet6.sin6_addr : inet.sin_addr);
  if (isIPv6) {
    view.setUint32(inet6.sin6_flowinfo, flowInfo);
    view.setUint32(inet6.sin6_scope_id, scopeId, true);
  }
  return raw;
}

/** Writes the address of a `struct sockaddr` into an object. */
export function decodeSockAddr(
  raw: Uint8Array,
  name: SockAddr,
  platform: Platform = PLATFORM,
): void {
  const { sockaddr_in: inet, sockaddr_in6: inet6 } = layoutsOf(platform);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  name.family = raw[inet.sin_family] ?? 0;
  name.port = view.getUint16(inet.sin_port);
  if (name.family === valueOf("AF_INET6", platform)) {
    const { sin6_addr } = inet6;
    name.address = formatAddress(raw.subarray(sin6_addr, sin6_addr + 16));
    name.flowInfo = view.getUint32(inet6.sin6_flowinfo);
    name.scopeId = view.getUint32(inet6.sin6_scope_id, true);
    return;
  }
  const { sin_addr } = inet;
  name.address = formatAddress(raw.subarray(sin_addr, sin_addr + 4));
  delete name.flowInfo;
  delete name.scopeId;
}

/**
 * The address of a `struct sockaddr` as permissions name it: an IPv4-mapped one
 * reaches the same host as the IPv4 address that it has.
 */
export function toGrantedAddress(raw: Uint8Array): NetAddress {
  const name: SockAddr = { family: 0, address: "", port: 0 };
  decodeSockAddr(raw, name);
  const { address, port } = name;
  const isMapped = address.startsWith(MAPPED_PREFIX) && address.includes(".");
  return {
    hostname: isMapped ? address.slice(MAPPED_PREFIX.length) : address,
    port,
  };
}
