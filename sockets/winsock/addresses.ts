// deno-lint-ignore-file camelcase sockets/naming sockets/function-parameters -- names and parameters are those of Winsock
import { valueOf } from "./_constant_table.ts";
import { WSAEAFNOSUPPORT, WSAEFAULT } from "./error_codes.ts";
import { setLastError, toResult } from "./_last_error.ts";
import { formatAddress, parseAddress } from "./_sock_addr.ts";

/**
 * Reads an IP address. It needs no {@linkcode WSAStartup}.
 *
 * @param family `AF_INET` or `AF_INET6`.
 * @param text The address, such as `"127.0.0.1"`.
 * @param buf Room for its bytes: 4 for IPv4, 16 for IPv6.
 * @returns 1; 0 if the text is no such address; `SOCKET_ERROR` if the family or
 * the room will not do: {@linkcode WSAGetLastError} tells which.
 *
 * @example Usage
 * ```ts
 * import { AF_INET, inet_pton } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(4);
 * assertEquals(inet_pton(AF_INET, "127.0.0.1", bytes), 1);
 * assertEquals(bytes, Uint8Array.of(127, 0, 0, 1));
 * ```
 */
export function inet_pton(
  family: number,
  text: string,
  buf: Uint8Array,
): number {
  const size = sizeOf(family);
  if (size === null) return toResult(-WSAEAFNOSUPPORT);
  if (buf.length < size) return toResult(-WSAEFAULT);
  const bytes = parseAddress(family, text);
  if (bytes === null) return 0;
  buf.set(bytes);
  return 1;
}

/**
 * Writes an IP address as text. It needs no {@linkcode WSAStartup}.
 *
 * @param family `AF_INET` or `AF_INET6`.
 * @param bytes The bytes of the address: the first 4 for IPv4, the first 16 for
 * IPv6.
 * @returns The text, in the form of RFC 5952, or null: {@linkcode
 * WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import { AF_INET6, inet_ntop } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(16);
 * bytes[15] = 1;
 * assertEquals(inet_ntop(AF_INET6, bytes), "::1");
 * ```
 */
export function inet_ntop(family: number, bytes: Uint8Array): string | null {
  const size = sizeOf(family);
  if (size !== null && bytes.length >= size) {
    return formatAddress(bytes.subarray(0, size));
  }
  setLastError(size === null ? WSAEAFNOSUPPORT : WSAEFAULT);
  return null;
}

/** How many bytes an address of a family has; null if there is no such family. */
function sizeOf(family: number): number | null {
  if (family === valueOf("AF_INET")) return 4;
  return family === valueOf("AF_INET6") ? 16 : null;
}
