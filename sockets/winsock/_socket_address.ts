/** Linux, `bits/socket.h`. */
export const AF_UNSPEC = 0;
const AF_INET = 2;
const AF_INET6 = 10;

/** The length of `struct sockaddr_storage`. */
export const SOCKADDR_STORAGE_SIZE = 128;

/** An address as text, the way that the runtime writes it. */
export interface SocketAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Whether a `struct sockaddr` says the same as an address of the runtime
 * (ip(7), ipv6(7)). IPv6 text is compared by the runtime's own URL parser.
 */
export function isSameAddress(
  raw: Uint8Array,
  address: SocketAddress,
): boolean {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (view.getUint16(2) !== address.port) return false;
  const family = view.getUint16(0, true);
  if (family === AF_INET) {
    return raw.subarray(4, 8).join(".") === address.hostname;
  }
  if (family !== AF_INET6) return false;
  const groups = Array.from(
    { length: 8 },
    (_, i) => view.getUint16(8 + 2 * i).toString(16),
  );
  return canonical(groups.join(":")) === canonical(address.hostname);
}

function canonical(ipv6: string): string {
  const unscoped = ipv6.replace(/%.*$/, "");
  return URL.parse(`http://[${unscoped}]`)?.hostname ?? unscoped;
}
