import { valueOf } from "./_constant_table.ts";
import { WSAEINVAL } from "./error_codes.ts";
import { layoutsOf, POSIX_TIMEVAL } from "./_layouts.ts";
import type { IpMreq, Ipv6Mreq, Linger } from "./options.ts";
import { PLATFORM, type Platform } from "./_platform.ts";
import { parseAddress } from "./_sock_addr.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What `setsockopt` takes. */
export type OptionValue =
  | number
  | boolean
  | Bytes
  | Readonly<Linger>
  | Readonly<IpMreq>
  | Readonly<Ipv6Mreq>;

/** The milliseconds are a DWORD. */
const MAX_TIME = 0xffffffff;

/** Whether an option is a time, which POSIX has as a `struct timeval`. */
export function isTime(
  level: number,
  option: number,
  platform: Platform = PLATFORM,
): boolean {
  return level === valueOf("SOL_SOCKET", platform) &&
    (option === valueOf("SO_RCVTIMEO", platform) ||
      option === valueOf("SO_SNDTIMEO", platform));
}

/** The bytes of a value of an option, or a Winsock code. */
export function encodeOption(
  value: OptionValue,
  isTime: boolean,
  platform: Platform = PLATFORM,
): Bytes | number {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "object") {
    const number = Number(value);
    if (isTime && !(number >= 0 && number <= MAX_TIME)) return WSAEINVAL;
    return isTime && platform !== "windows"
      ? encodeTime(number)
      : new Uint8Array(Int32Array.of(number).buffer);
  }
  if ("onOff" in value) return encodeLinger(value, platform);
  return encodeMembership(value, platform);
}

/** The number that the bytes of an option stand for. */
export function decodeOption(
  bytes: Bytes,
  isTime: boolean,
  platform: Platform = PLATFORM,
): number {
  const view = new DataView(bytes.buffer);
  if (!isTime || platform === "windows") return view.getInt32(0, true);
  const { tv_sec: seconds, tv_usec: microseconds } = POSIX_TIMEVAL;
  return Number(view.getBigInt64(seconds, true)) * 1000 +
    view.getInt32(microseconds, true) / 1000;
}

/** Writes the bytes of a `struct linger` into an object. */
export function decodeLinger(
  bytes: Bytes,
  value: Linger,
  platform: Platform = PLATFORM,
): void {
  const { l_onoff: onOff, l_linger: linger } = layoutsOf(platform).linger;
  const view = new DataView(bytes.buffer);
  // Of 16 bits on Windows; of 32 elsewhere, and the upper ones are 0.
  value.onOff = view.getUint16(onOff, true) !== 0;
  value.linger = view.getUint16(linger, true);
}

function encodeTime(milliseconds: number): Bytes {
  const { size, tv_sec: seconds, tv_usec: microseconds } = POSIX_TIMEVAL;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(seconds, BigInt(Math.floor(milliseconds / 1000)), true);
  view.setInt32(microseconds, milliseconds % 1000 * 1000, true);
  return bytes;
}

function encodeLinger(value: Readonly<Linger>, platform: Platform): Bytes {
  const { size, l_onoff: onOff, l_linger: linger } = layoutsOf(platform).linger;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(onOff, Number(value.onOff), true);
  view.setUint16(linger, value.linger, true);
  return bytes;
}

function encodeMembership(
  value: Readonly<IpMreq> | Readonly<Ipv6Mreq>,
  platform: Platform,
): Bytes | number {
  const { ip_mreq: inet, ipv6_mreq: inet6 } = layoutsOf(platform);
  const isIPv4 = typeof value.interface === "string";
  const family = valueOf(isIPv4 ? "AF_INET" : "AF_INET6", platform);
  const group = parseAddress(family, value.multiaddr, platform);
  if (group === null) return WSAEINVAL;
  const bytes = new Uint8Array(isIPv4 ? inet.size : inet6.size);
  bytes.set(group, isIPv4 ? inet.imr_multiaddr : inet6.ipv6mr_multiaddr);
  if (typeof value.interface === "number") {
    const view = new DataView(bytes.buffer);
    view.setUint32(inet6.ipv6mr_interface, value.interface, true);
    return bytes;
  }
  const local = parseAddress(family, value.interface, platform);
  if (local === null) return WSAEINVAL;
  bytes.set(local, inet.imr_interface);
  return bytes;
}
