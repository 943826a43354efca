// deno-lint-ignore-file sockets/function-parameters -- they are those of Winsock
import { valueOf } from "./_constant_table.ts";
import { WSAEFAULT, WSAEOPNOTSUPP } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import {
  decodeLinger,
  decodeOption,
  encodeOption,
  isTime,
} from "./_option_value.ts";
import { toPendingCode } from "./_pending_error.ts";
import { callNative } from "./_session.ts";
import { checkSocket } from "./_socket_guard.ts";

/** No value of an option that is read as a number or a `Linger` is longer. */
const MAX_SIZE = 16;

/** Whether a close waits for what was sent: the value of `SO_LINGER`. */
export interface Linger {
  /** Whether it waits. */
  onOff: boolean;
  /** How many seconds. After 0 the connection is reset. */
  linger: number;
}

/**
 * A multicast group of IPv4: the value of `IP_ADD_MEMBERSHIP` and
 * `IP_DROP_MEMBERSHIP`.
 */
export interface IpMreq {
  /** The address of the group. */
  multiaddr: string;
  /** The address of the interface; `"0.0.0.0"` lets the system choose. */
  interface: string;
}

/**
 * A multicast group of IPv6: the value of `IPV6_JOIN_GROUP` and
 * `IPV6_LEAVE_GROUP`.
 */
export interface Ipv6Mreq {
  /** The address of the group. */
  multiaddr: string;
  /** The number of the interface; 0 lets the system choose. */
  interface: number;
}

/**
 * Sets an option of a socket.
 *
 * `SO_RCVTIMEO` and `SO_SNDTIMEO` are milliseconds, as in Winsock. They are for
 * the calls that block alone. Outside Windows such a call fails with `WSAEINTR`
 * when the process gets a signal, as the system does not go on with it then.
 *
 * @param s The socket.
 * @param level `SOL_SOCKET`, or a protocol such as `IPPROTO_TCP`.
 * @param optname The option, such as `SO_REUSEADDR`.
 * @param optval The value: a number, a truth value, the object of the option,
 * or bytes as the system has them.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   IPPROTO_TCP,
 *   setsockopt,
 *   SOCK_STREAM,
 *   socket,
 *   TCP_NODELAY,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * assertEquals(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, true), 0);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function setsockopt(
  s: number,
  level: number,
  optname: number,
  optval:
    | number
    | boolean
    | Uint8Array<ArrayBuffer>
    | Readonly<Linger>
    | Readonly<IpMreq>
    | Readonly<Ipv6Mreq>,
): number {
  return callNative((sockets) => {
    const bytes = encodeOption(optval, isTime(level, optname));
    if (typeof bytes === "number") return -bytes;
    return sockets.setsockopt(s, level, optname, bytes);
  });
}

/**
 * Reads an option of a socket.
 *
 * `SO_ERROR` has a Winsock code. Linux tells twice the size of a buffer that
 * was set.
 *
 * @param s The socket.
 * @param level `SOL_SOCKET`, or a protocol such as `IPPROTO_TCP`.
 * @param optname The option, such as `SO_TYPE`.
 * @param optval Where the value goes: an array whose first element becomes the
 * number, a `Linger`, or bytes as the system has them.
 * @param optlen Its first element becomes how many bytes the value has; null if
 * that does not matter.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   getsockopt,
 *   SO_TYPE,
 *   SOCK_STREAM,
 *   socket,
 *   SOL_SOCKET,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * const type = new Int32Array(1);
 * assertEquals(getsockopt(s, SOL_SOCKET, SO_TYPE, type), 0);
 * assertEquals(type[0], SOCK_STREAM);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function getsockopt(
  s: number,
  level: number,
  optname: number,
  optval: Int32Array | Uint32Array | Uint8Array<ArrayBuffer> | Linger,
  optlen: Uint32Array | null = null,
): number {
  return callNative((sockets) => {
    const isRaw = optval instanceof Uint8Array;
    const bytes = isRaw ? optval : new Uint8Array(MAX_SIZE);
    const length = Uint32Array.of(bytes.length);
    const outcome = sockets.getsockopt(s, level, optname, bytes, length);
    if (outcome < 0) return outcome;
    if (optlen !== null) optlen[0] = length[0] ?? 0;
    if (isRaw) return 0;
    if ("onOff" in optval) decodeLinger(bytes, optval);
    else if (optval.length === 0) return -WSAEFAULT;
    else {
      const value = decodeOption(bytes, isTime(level, optname));
      optval[0] = isError(level, optname) ? toPendingCode(value) : value;
    }
    return 0;
  });
}

function isError(level: number, option: number): boolean {
  return level === valueOf("SOL_SOCKET") && option === valueOf("SO_ERROR");
}

/**
 * Controls how a socket works.
 *
 * Other commands than these three fail with `WSAEOPNOTSUPP`.
 *
 * @param s The socket.
 * @param cmd `FIONBIO`, `FIONREAD` or `SIOCATMARK`.
 * @param argp Its first element is the argument: not 0 if calls of the socket
 * are not to wait; or where the answer goes.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   FIONBIO,
 *   ioctlsocket,
 *   recv,
 *   SOCK_DGRAM,
 *   socket,
 *   SOCKET_ERROR,
 *   WSACleanup,
 *   WSAEWOULDBLOCK,
 *   WSAGetLastError,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * bind(s, { family: AF_INET, address: "127.0.0.1", port: 0 });
 * assertEquals(ioctlsocket(s, FIONBIO, Uint32Array.of(1)), 0);
 * assertEquals(recv(s, new Uint8Array(1), 1, 0), SOCKET_ERROR);
 * assertEquals(WSAGetLastError(), WSAEWOULDBLOCK);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function ioctlsocket(
  s: number,
  cmd: number,
  argp: Uint32Array<ArrayBuffer>,
): number {
  return callNative((sockets) => control(sockets, s, cmd, argp));
}

function control(
  sockets: NativeSockets,
  s: number,
  command: number,
  argument: Uint32Array<ArrayBuffer>,
): Outcome {
  // Others take an argument of another size.
  const isKnown = command === valueOf("FIONBIO") ||
    command === valueOf("FIONREAD") || command === valueOf("SIOCATMARK");
  if (!isKnown) return -WSAEOPNOTSUPP;
  if (argument.length === 0) return -WSAEFAULT;
  // The commands are not for sockets alone.
  const outcome = checkSocket(sockets, s);
  return outcome < 0 ? outcome : sockets.ioctl(s, command, argument);
}
