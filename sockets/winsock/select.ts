// deno-lint-ignore-file sockets/naming sockets/function-parameters -- names and parameters are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { WSAEINVAL } from "./error_codes.ts";
import type { Outcome } from "./_last_error.ts";
import { Selection } from "./_selection.ts";
import { callNative } from "./_session.ts";
import { failed, socketsFor } from "./_waiting.ts";
import { watch, watchAsync } from "./_watch.ts";

/**
 * The sockets that {@linkcode select} watches. It has no limit, unlike the one
 * of Winsock with its `FD_SETSIZE`.
 */
export type FdSet = Set<number>;

/** A time, such as the limit of {@linkcode select}. */
export interface Timeval {
  /** Seconds. */
  sec: number;
  /** Microseconds, to be added. */
  usec: number;
}

/**
 * Adds a socket to a set.
 *
 * @param s The socket.
 * @param set The set.
 *
 * @example Usage
 * ```ts
 * import { FD_ISSET, FD_SET } from "@winrt/sockets/winsock";
 * import { assert } from "@std/assert";
 *
 * const set = new Set<number>();
 * FD_SET(7, set);
 * assert(FD_ISSET(7, set));
 * ```
 */
export function FD_SET(s: number, set: FdSet): void {
  set.add(s);
}

/**
 * Takes a socket out of a set.
 *
 * @param s The socket.
 * @param set The set.
 *
 * @example Usage
 * ```ts
 * import { FD_CLR, FD_ISSET } from "@winrt/sockets/winsock";
 * import { assert } from "@std/assert";
 *
 * const set = new Set([7]);
 * FD_CLR(7, set);
 * assert(!FD_ISSET(7, set));
 * ```
 */
export function FD_CLR(s: number, set: FdSet): void {
  set.delete(s);
}

/**
 * Tells whether a socket is in a set.
 *
 * @param s The socket.
 * @param set The set.
 * @returns Whether it is.
 *
 * @example Usage
 * ```ts
 * import { FD_ISSET } from "@winrt/sockets/winsock";
 * import { assert } from "@std/assert";
 *
 * assert(FD_ISSET(7, new Set([7])));
 * ```
 */
export function FD_ISSET(s: number, set: ReadonlySet<number>): boolean {
  return set.has(s);
}

/**
 * Takes all sockets out of a set.
 *
 * @param set The set.
 *
 * @example Usage
 * ```ts
 * import { FD_ZERO } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new Set([7]);
 * FD_ZERO(set);
 * assertEquals(set.size, 0);
 * ```
 */
export function FD_ZERO(set: FdSet): void {
  set.clear();
}

/**
 * Waits until one of many sockets is ready.
 *
 * Nothing else happens in this thread meanwhile: {@linkcode selectAsync} lets
 * it go on.
 *
 * @param _nfds Not in use, as in Winsock.
 * @param readfds Of these, those that can receive or accept are left, and those
 * whose connection has ended; null for none.
 * @param writefds Of these, those that can send, or have been connected, are
 * left; null for none.
 * @param exceptfds Of these, those that have urgent data, or could not be
 * connected, are left; null for none.
 * @param timeout How long to wait at most; null for no limit.
 * @returns How many sockets are left in the sets, 0 if the time ran out, or
 * `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   FD_ISSET,
 *   getsockname,
 *   select,
 *   sendto,
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
 * getsockname(s, name);
 * sendto(s, Uint8Array.of(1), 1, 0, name);
 * const readable = new Set([s]);
 * assertEquals(select(0, readable, null, null, { sec: 5, usec: 0 }), 1);
 * assert(FD_ISSET(s, readable));
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function select(
  _nfds: number,
  readfds: FdSet | null,
  writefds: FdSet | null,
  exceptfds: FdSet | null,
  timeout: Readonly<Timeval> | null,
): number {
  return callNative((sockets) => {
    const selection = new Selection(readfds, writefds, exceptfds);
    const milliseconds = toMilliseconds(timeout);
    if (selection.size === 0 || milliseconds === null) return -WSAEINVAL;
    return emptyIfLate(selection, watch(sockets, selection, milliseconds));
  });
}

/**
 * The same as {@linkcode select}, without blocking.
 *
 * @param _nfds Not in use, as in Winsock.
 * @param readfds Of these, those that can receive or accept are left, and those
 * whose connection has ended; null for none.
 * @param writefds Of these, those that can send, or have been connected, are
 * left; null for none.
 * @param exceptfds Of these, those that have urgent data, or could not be
 * connected, are left; null for none.
 * @param timeout How long to wait at most; null for no limit.
 * @param options A signal that cancels the call.
 * @returns How many sockets are left in the sets, 0 if the time ran out.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   FD_ISSET,
 *   getsockname,
 *   selectAsync,
 *   sendto,
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
 * getsockname(s, name);
 * sendto(s, Uint8Array.of(1), 1, 0, name);
 * const readable = new Set([s]);
 * assertEquals(await selectAsync(0, readable, null, null, null), 1);
 * assert(FD_ISSET(s, readable));
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function selectAsync(
  _nfds: number,
  readfds: FdSet | null,
  writefds: FdSet | null,
  exceptfds: FdSet | null,
  timeout: Readonly<Timeval> | null,
  options: AsyncCallOptions = {},
): Promise<number> {
  const action = "Cannot select sockets";
  socketsFor(action, options);
  const selection = new Selection(readfds, writefds, exceptfds);
  const milliseconds = toMilliseconds(timeout);
  if (selection.size === 0 || milliseconds === null) {
    throw failed(action, WSAEINVAL);
  }
  const count = await watchAsync(action, selection, milliseconds, options);
  return emptyIfLate(selection, count);
}

/** Negative if there is no limit; null if the time is none. */
function toMilliseconds(timeout: Readonly<Timeval> | null): number | null {
  if (timeout === null) return -1;
  const milliseconds = timeout.sec * 1000 + timeout.usec / 1000;
  return milliseconds >= 0 ? milliseconds : null;
}

function emptyIfLate(selection: Selection, outcome: Outcome): Outcome {
  return outcome === 0 ? selection.keep(new Map()) : outcome;
}
