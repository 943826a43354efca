// deno-lint-ignore-file sockets/naming -- the names are those of Winsock
import { getLastError, setLastError } from "./_last_error.ts";

/**
 * Tells why the last call of this thread failed.
 *
 * A call that does not fail leaves it as it is. Every worker has its own. The
 * calls that end in `Async` reject with an error that has the code, since other
 * calls can come between their failure and this one.
 *
 * @returns One of the codes, such as `WSAEWOULDBLOCK`; 0 if no call has failed.
 *
 * @example Usage
 * ```ts
 * import {
 *   closesocket,
 *   INVALID_SOCKET,
 *   SOCKET_ERROR,
 *   WSACleanup,
 *   WSAENOTSOCK,
 *   WSAGetLastError,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * assertEquals(closesocket(INVALID_SOCKET), SOCKET_ERROR);
 * assertEquals(WSAGetLastError(), WSAENOTSOCK);
 * WSACleanup();
 * ```
 */
export function WSAGetLastError(): number {
  return getLastError();
}

/**
 * Sets what {@linkcode WSAGetLastError} tells.
 *
 * @param error The code.
 *
 * @example Usage
 * ```ts
 * import { WSAGetLastError, WSASetLastError } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSASetLastError(0);
 * assertEquals(WSAGetLastError(), 0);
 * ```
 */
export function WSASetLastError(error: number): void {
  setLastError(error);
}
