/**
 * Converts a number of 16 bits to the byte order of the network.
 *
 * Addresses here have their ports as people write them: this is for bytes that
 * a program puts together by itself.
 *
 * @param hostshort The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { htons } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(htons(0x1234), 0x3412);
 * ```
 */
export function htons(hostshort: number): number {
  return (hostshort & 0xff) << 8 | hostshort >> 8 & 0xff;
}

/**
 * Converts a number of 16 bits from the byte order of the network.
 *
 * @param netshort The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { ntohs } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ntohs(0x3412), 0x1234);
 * ```
 */
export function ntohs(netshort: number): number {
  return htons(netshort);
}

/**
 * Converts a number of 32 bits to the byte order of the network.
 *
 * @param hostlong The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { htonl } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(htonl(0x12345678), 0x78563412);
 * ```
 */
export function htonl(hostlong: number): number {
  const upper = htons(hostlong & 0xffff) << 16;
  return (upper | htons(hostlong >>> 16)) >>> 0;
}

/**
 * Converts a number of 32 bits from the byte order of the network.
 *
 * @param netlong The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { INADDR_LOOPBACK, ntohl } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * // The bytes of 127.0.0.1 as this machine reads them.
 * assertEquals(ntohl(0x0100007f), INADDR_LOOPBACK);
 * ```
 */
export function ntohl(netlong: number): number {
  return htonl(netlong);
}

/**
 * Converts a number of 64 bits to the byte order of the network.
 *
 * @param value The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { htonll } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(htonll(0x0102030405060708n), 0x0807060504030201n);
 * ```
 */
export function htonll(value: bigint): bigint {
  const upper = htonl(Number(BigInt.asUintN(32, value)));
  const lower = htonl(Number(BigInt.asUintN(32, value >> 32n)));
  return BigInt(upper) << 32n | BigInt(lower);
}

/**
 * Converts a number of 64 bits from the byte order of the network.
 *
 * @param value The number.
 * @returns The same with its bytes in the other order.
 *
 * @example Usage
 * ```ts
 * import { ntohll } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ntohll(0x0807060504030201n), 0x0102030405060708n);
 * ```
 */
export function ntohll(value: bigint): bigint {
  return htonll(value);
}
