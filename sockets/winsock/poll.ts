// deno-lint-ignore-file sockets/naming -- the names are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { WSAEINVAL } from "./error_codes.ts";
import { PollList } from "./_poll_list.ts";
import { callNative } from "./_session.ts";
import { failed, socketsFor } from "./_waiting.ts";
import { watch, watchAsync } from "./_watch.ts";

/** A socket that {@linkcode WSAPoll} watches: a `WSAPOLLFD`. */
export interface PollFd {
  /** The socket; a negative number is passed over. */
  fd: number;
  /** What is asked for: `POLLRDNORM`, `POLLWRNORM` and so on. */
  events: number;
  /** What has come: those, or `POLLERR`, `POLLHUP` and `POLLNVAL`. */
  revents: number;
}

/**
 * Waits until one of many sockets is ready.
 *
 * Nothing else happens in this thread meanwhile: {@linkcode WSAPollAsync} lets
 * it go on. A connection that cannot be made shows itself by `POLLERR` or
 * `POLLHUP`.
 *
 * @param fdArray The sockets, and what is asked of each. What has come is
 * written into them.
 * @param timeout How many milliseconds to wait at most; a negative number for
 * no limit.
 * @returns How many sockets have something to tell, 0 if the time ran out, or
 * `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
 *   POLLWRNORM,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAPoll,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * const polled = { fd: s, events: POLLWRNORM, revents: 0 };
 * assertEquals(WSAPoll([polled], 5000), 1);
 * assertEquals(polled.revents, POLLWRNORM);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function WSAPoll(fdArray: readonly PollFd[], timeout: number): number {
  return callNative((sockets) =>
    canEnd(fdArray, timeout)
      ? watch(sockets, new PollList(fdArray), timeout)
      : -WSAEINVAL
  );
}

/**
 * The same as {@linkcode WSAPoll}, without blocking.
 *
 * @param fdArray The sockets, and what is asked of each. What has come is
 * written into them.
 * @param timeout How many milliseconds to wait at most; a negative number for
 * no limit.
 * @param options A signal that cancels the call.
 * @returns How many sockets have something to tell, 0 if the time ran out.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
 *   POLLWRNORM,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAPollAsync,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * const polled = { fd: s, events: POLLWRNORM, revents: 0 };
 * assertEquals(await WSAPollAsync([polled], 5000), 1);
 * assertEquals(polled.revents, POLLWRNORM);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function WSAPollAsync(
  fdArray: readonly PollFd[],
  timeout: number,
  options: AsyncCallOptions = {},
): Promise<number> {
  const action = "Cannot poll sockets";
  socketsFor(action, options);
  if (!canEnd(fdArray, timeout)) throw failed(action, WSAEINVAL);
  return await watchAsync(action, new PollList(fdArray), timeout, options);
}

/** Whether there is something to watch, or at least a limit of time. */
function canEnd(fdArray: readonly PollFd[], timeout: number): boolean {
  return fdArray.some(({ fd }) => fd >= 0) ||
    fdArray.length > 0 && timeout >= 0;
}
