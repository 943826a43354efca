// deno-lint-ignore-file sockets/naming -- the names are those of Winsock
import { WSANOTINITIALISED, WSAVERNOTSUPPORTED } from "./error_codes.ts";
import { closeSocket } from "./_close_socket.ts";
import { toResult } from "./_last_error.ts";
import { endSession, startedSockets, startSession } from "./_session.ts";
import { ownSockets } from "./_socket_state.ts";

/** The version that there is, 2.2, as `MAKEWORD` makes it. */
const HIGHEST = 0x0202;

/** What {@linkcode WSAStartup} tells of the implementation. */
export interface WsaData {
  /** The version that the program is to use, as `MAKEWORD` makes it. */
  version: number;
  /** The highest version that there is. */
  highVersion: number;
  /** What the implementation is. */
  description: string;
  /** What state it is in. */
  systemStatus: string;
}

/**
 * Makes a word of two bytes, as a version of Winsock is one.
 *
 * @param low The lower byte: the major version.
 * @param high The upper byte: the minor version.
 * @returns The word.
 *
 * @example Usage
 * ```ts
 * import { MAKEWORD } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MAKEWORD(2, 2), 0x0202);
 * ```
 */
export function MAKEWORD(low: number, high: number): number {
  return (high & 0xff) << 8 | low & 0xff;
}

/**
 * Starts the use of Winsock.
 *
 * Until then all calls fail with `WSANOTINITIALISED`, save for those that only
 * convert. Calls are counted: each needs one of {@linkcode WSACleanup}.
 *
 * @param versionRequested The highest version that the program can use, such as
 * `MAKEWORD(2, 2)`.
 * @param data What to tell of the implementation, if anything.
 * @returns 0, or `WSAVERNOTSUPPORTED` if the version is below 1.0. This is the
 * error itself: {@linkcode WSAGetLastError} does not know of it.
 *
 * @throws {SocketError} With `WSASYSNOTREADY` if the system's library cannot be
 * used: Deno was not given `--allow-ffi`, or there is no library. In Winsock a
 * program cannot be without it.
 *
 * @example Usage
 * ```ts
 * import { MAKEWORD, WSACleanup, WSAStartup } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const data = { version: 0, highVersion: 0, description: "", systemStatus: "" };
 * assertEquals(WSAStartup(MAKEWORD(2, 2), data), 0);
 * assertEquals(data.version, MAKEWORD(2, 2));
 * WSACleanup();
 * ```
 */
export function WSAStartup(
  versionRequested: number,
  data: WsaData | null = null,
): number {
  const major = versionRequested & 0xff;
  const minor = versionRequested >> 8 & 0xff;
  if (major === 0) return WSAVERNOTSUPPORTED;
  startSession(`${major}.${minor}`);
  if (data !== null) {
    const isHigher = major > 2 || major === 2 && minor > 2;
    data.version = isHigher ? HIGHEST : versionRequested & 0xffff;
    data.highVersion = HIGHEST;
    data.description = "WinSock 2.0";
    data.systemStatus = "Running";
  }
  return 0;
}

/**
 * Ends the use of Winsock.
 *
 * The last call, when there were as many as of {@linkcode WSAStartup}, closes
 * the sockets that were made by `socket` and `accept` and are open still.
 *
 * @returns 0, or `SOCKET_ERROR` if there was no call of `WSAStartup` before.
 *
 * @example Usage
 * ```ts
 * import {
 *   SOCKET_ERROR,
 *   WSACleanup,
 *   WSAGetLastError,
 *   WSANOTINITIALISED,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * assertEquals(WSACleanup(), 0);
 * assertEquals(WSACleanup(), SOCKET_ERROR);
 * assertEquals(WSAGetLastError(), WSANOTINITIALISED);
 * ```
 */
export function WSACleanup(): number {
  const sockets = startedSockets();
  if (sockets === null) return toResult(-WSANOTINITIALISED);
  if (endSession() === 0) {
    for (const s of ownSockets()) closeSocket(sockets, s);
  }
  return 0;
}
