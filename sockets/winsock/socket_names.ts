import { addressRoom } from "./_address_room.ts";
import { askBoundName } from "./_bound_name.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { noteConnected } from "./_socket_state.ts";

/**
 * Tells the local address of a socket.
 *
 * @param s The socket.
 * @param name Where the address goes.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why. It is
 * `WSAEINVAL` if the socket was not bound.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assert, assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * assertEquals(getsockname(s, name), 0);
 * assert(name.port > 0);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function getsockname(s: number, name: SockAddr): number {
  return callNative((sockets) => {
    const outcome = askBoundName(sockets, s);
    if (outcome >= 0) addressRoom.tell(name);
    return outcome;
  });
}

/**
 * Tells the address of the peer of a socket.
 *
 * @param s The socket, which is connected.
 * @param name Where the address goes.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   connect,
 *   getpeername,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const to = { family: AF_INET, address: "127.0.0.1", port: 7 };
 * connect(s, to);
 * const peer = { family: 0, address: "", port: 0 };
 * getpeername(s, peer);
 * assertEquals(peer, to);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function getpeername(s: number, name: SockAddr): number {
  return callNative((sockets) => {
    const outcome = sockets.getpeername(s, addressRoom);
    if (outcome < 0) return outcome;
    noteConnected(s);
    addressRoom.tell(name);
    return outcome;
  });
}
