import { formatIPv6, isIPv4, parseIPv6 } from "../addressing/_ip_address.ts";
import { LINUX_LAYOUTS } from "./_layouts.ts";
import { libc } from "./_libc.ts";

/** Linux, `bits/socket.h`. */
export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

const { sockaddr_in: inet, sockaddr_in6: inet6 } = LINUX_LAYOUTS;
/** The length of `struct sockaddr_storage`. */
export const SOCKADDR_STORAGE_SIZE: number =
  LINUX_LAYOUTS.sockaddr_storage.size;
/** The length of `struct sockaddr_in6`. */
export const SOCKADDR_IN6_SIZE: number = inet6.size;

/** Where an IPv4 address is in an IPv4-mapped one (RFC 4291, 2.5.5.2). */
const MAPPED_OFFSET = 12;
const MAPPED_PREFIX = "::ffff:";

/** An address as text, the way that the runtime writes it, and a port. */
export interface SocketAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * The `struct sockaddr` of an address (ip(7), ipv6(7)). For an IPv6 socket an
 * IPv4 address becomes an IPv4-mapped one.
 *
 * @param hostname An IP address; an IPv6 one may have a zone.
 *
 * @throws {TypeError} If that is no address of the family.
 */
export function encodeAddress(
  { hostname, port }: SocketAddress,
  family: typeof AF_INET | typeof AF_INET6,
): Uint8Array<ArrayBuffer> {
  const isInet = family === AF_INET;
  const raw = new Uint8Array(isInet ? inet.size : inet6.size);
  const view = new DataView(raw.buffer);
  view.setUint16(inet.sin_family, family, true);
  view.setUint16(inet.sin_port, port);
  if (isInet) {
    raw.set(ipv4Bytes(hostname), inet.sin_addr);
  } else {
    raw.set(ipv6Bytes(hostname), inet6.sin6_addr);
    view.setUint32(inet6.sin6_scope_id, zoneOf(hostname), true);
  }
  return raw;
}

/**
 * The address of a `struct sockaddr`; an IPv4-mapped one is told as IPv4.
 */
export function decodeAddress(raw: Uint8Array): SocketAddress {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const port = view.getUint16(inet.sin_port);
  if (view.getUint16(inet.sin_family, true) === AF_INET) {
    return { hostname: ipv4Of(raw), port };
  }
  const text = formatIPv6(ipv6Of(raw));
  if (text.startsWith(MAPPED_PREFIX) && text.includes(".")) {
    return { hostname: text.slice(MAPPED_PREFIX.length), port };
  }
  const zone = view.getUint32(inet6.sin6_scope_id, true);
  return { hostname: zone === 0 ? text : `${text}%${zone}`, port };
}

/** The number of a network interface; 0 if there is none of that name. */
export function interfaceIndex(name: string): number {
  const text = new TextEncoder().encode(`${name}\0`);
  return libc?.call.if_nametoindex(text) ?? 0;
}

/**
 * Whether a `struct sockaddr` says the same as an address of the runtime,
 * which may be IPv4-mapped, and which has no zone.
 */
export function isSameAddress(
  raw: Uint8Array,
  address: SocketAddress,
): boolean {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (view.getUint16(inet.sin_port) !== address.port) return false;
  const family = view.getUint16(inet.sin_family, true);
  if (family === AF_INET) return ipv4Of(raw) === address.hostname;
  if (family !== AF_INET6) return false;
  const { hostname } = address;
  const bytes = isIPv4(hostname)
    ? ipv6Bytes(hostname)
    : parseIPv6(withoutZone(hostname));
  const own = ipv6Of(raw);
  return bytes !== null && bytes.every((byte, i) => own[i] === byte);
}

function ipv4Of(raw: Uint8Array): string {
  return raw.subarray(inet.sin_addr, inet.sin_addr + 4).join(".");
}

function ipv6Of(raw: Uint8Array): Uint8Array {
  return raw.subarray(inet6.sin6_addr, inet6.sin6_addr + 16);
}

function ipv4Bytes(text: string): readonly number[] {
  if (isIPv4(text)) return text.split(".").map(Number);
  throw new TypeError(`Cannot use "${text}" as an IPv4 address`);
}

function ipv6Bytes(text: string): Uint8Array {
  if (isIPv4(text)) {
    const mapped = new Uint8Array(16).fill(0xff, 10, MAPPED_OFFSET);
    mapped.set(ipv4Bytes(text), MAPPED_OFFSET);
    return mapped;
  }
  const bytes = parseIPv6(withoutZone(text));
  if (bytes !== null) return bytes;
  throw new TypeError(`Cannot use "${text}" as an IPv6 address`);
}

/** `sin6_scope_id`: a zone is the number of an interface, or its name. */
function zoneOf(text: string): number {
  const [, zone] = text.split("%");
  if (zone === undefined) return 0;
  return /^\d+$/.test(zone) ? Number(zone) : interfaceIndex(zone);
}

function withoutZone(text: string): string {
  return text.replace(/%.*$/, "");
}
