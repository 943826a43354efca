// deno-lint-ignore-file sockets/function-parameters -- they are those of Winsock
import { askBoundName } from "./_bound_name.ts";
import { closeSocket } from "./_close_socket.ts";
import { valueOf } from "./_constant_table.ts";
import { WSAEAFNOSUPPORT } from "./error_codes.ts";
import { withGrantedAddress } from "./_granted_address.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { addState, stateOf } from "./_socket_state.ts";

/**
 * Makes a socket.
 *
 * It waits in its calls, as sockets of Winsock do, until
 * {@linkcode ioctlsocket} has it not wait. One of IPv6 leaves IPv4 alone until
 * `IPV6_V6ONLY` is set to 0. A program that this one starts does not inherit it.
 *
 * @param af `AF_INET` or `AF_INET6`. There are no other families here.
 * @param type `SOCK_STREAM`, `SOCK_DGRAM` or `SOCK_RAW`.
 * @param protocol Such as `IPPROTO_TCP`; 0 is that of the type.
 * @returns The socket, or `INVALID_SOCKET`: {@linkcode WSAGetLastError} tells
 * why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   INVALID_SOCKET,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertNotEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * assertNotEquals(s, INVALID_SOCKET);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function socket(af: number, type: number, protocol: number): number {
  return callNative((sockets) => {
    const isInternet = af === valueOf("AF_INET") || af === valueOf("AF_INET6");
    if (!isInternet) return -WSAEAFNOSUPPORT;
    const outcome = sockets.socket(af, type, protocol);
    if (outcome < 0) return outcome;
    addState(outcome, true).isUnbound = type === valueOf("SOCK_DGRAM");
    if (af === valueOf("AF_INET6")) leaveIPv4Alone(sockets, outcome);
    return outcome;
  });
}

/** The default of Winsock; others have such a socket serve both. */
function leaveIPv4Alone(sockets: NativeSockets, s: number): void {
  const on = new Uint8Array(Int32Array.of(1).buffer);
  sockets.setsockopt(s, valueOf("IPPROTO_IPV6"), valueOf("IPV6_V6ONLY"), on);
}

/**
 * Closes a socket. Calls that wait for it reject, with `operationAborted` as
 * their status.
 *
 * @param s The socket. Another descriptor is not closed.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * assertEquals(closesocket(s), 0);
 * WSACleanup();
 * ```
 */
export function closesocket(s: number): number {
  return callNative((sockets) => closeSocket(sockets, s));
}

/**
 * Binds a socket to a local address.
 *
 * Deno's permission for the address (`--allow-net`) is asked for: where it was
 * not granted, this fails with `WSAEACCES`, and nobody is prompted.
 *
 * @param s The socket.
 * @param name The address. Port 0 lets the system choose one.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * assertEquals(bind(s, name), 0);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function bind(s: number, name: Readonly<SockAddr>): number {
  return callNative((sockets) =>
    withGrantedAddress(name, (raw) => sockets.bind(s, raw))
  );
}

/**
 * Has a bound socket listen for connections.
 *
 * @param s The socket. It fails with `WSAEINVAL` if that is not bound, where
 * other systems would bind it to all addresses.
 * @param backlog How many connections may wait to be accepted, such as
 * `SOMAXCONN`.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   listen,
 *   SOCK_STREAM,
 *   socket,
 *   SOMAXCONN,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * bind(s, { family: AF_INET, address: "127.0.0.1", port: 0 });
 * assertEquals(listen(s, SOMAXCONN), 0);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function listen(s: number, backlog: number): number {
  return callNative((sockets) => {
    const outcome = askBoundName(sockets, s);
    return outcome < 0 ? outcome : sockets.listen(s, backlog);
  });
}

/**
 * Shuts down a side of a connection.
 *
 * @param s The socket.
 * @param how `SD_RECEIVE`, `SD_SEND` or `SD_BOTH`. After `SD_SEND` the peer sees
 * the end of what was sent.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   SD_SEND,
 *   shutdown,
 *   SOCK_STREAM,
 *   socket,
 *   SOCKET_ERROR,
 *   WSACleanup,
 *   WSAENOTCONN,
 *   WSAGetLastError,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * assertEquals(shutdown(s, SD_SEND), SOCKET_ERROR);
 * assertEquals(WSAGetLastError(), WSAENOTCONN);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function shutdown(s: number, how: number): number {
  return callNative((sockets) => {
    const outcome = sockets.shutdown(s, how);
    if (outcome === 0) noteShutdown(s, how);
    return outcome;
  });
}

function noteShutdown(s: number, how: number): void {
  const state = stateOf(s);
  if (how !== valueOf("SD_SEND")) state.isReceiveShut = true;
  if (how !== valueOf("SD_RECEIVE")) state.isSendShut = true;
}
