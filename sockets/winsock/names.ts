// deno-lint-ignore-file sockets/function-parameters -- they are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { WSAEFAULT, WSANOTINITIALISED } from "./error_codes.ts";
import { setLastError } from "./_last_error.ts";
import { findLookupFault, Lookup, prepareNameLookup } from "./_lookup.ts";
import { callNative, startedSockets } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { failed, socketsFor, unlessAborted } from "./_waiting.ts";

/** What {@linkcode getaddrinfo} is to look for. */
export interface AddrInfoHints {
  /**
   * Such as `AI_PASSIVE`.
   *
   * @default {0}
   */
  flags?: number;
  /**
   * The family of the addresses; `AF_UNSPEC` is any.
   *
   * @default {0}
   */
  family?: number;
  /**
   * Such as `SOCK_STREAM`; 0 is any.
   *
   * @default {0}
   */
  socktype?: number;
  /**
   * Such as `IPPROTO_TCP`; 0 is any.
   *
   * @default {0}
   */
  protocol?: number;
}

/** An address that {@linkcode getaddrinfo} has found. */
export interface AddrInfo {
  /** The flags of the hints. */
  flags: number;
  /** The family, for `socket`. */
  family: number;
  /** The type, for `socket`. */
  socktype: number;
  /** The protocol, for `socket`. */
  protocol: number;
  /** The canonical name; null unless `AI_CANONNAME` asks for it. */
  canonname: string | null;
  /** The address. */
  addr: SockAddr;
}

/** The names that {@linkcode getnameinfo} has found. */
export interface NameInfo {
  /** The name of the host. */
  host: string;
  /** The name of the service. */
  service: string;
}

/**
 * Looks up the addresses of a name.
 *
 * Nothing else happens in this thread meanwhile: {@linkcode getaddrinfoAsync}
 * lets it go on.
 *
 * Deno's permission for the name (`--allow-net`) is asked for: where it was not
 * granted, this fails with `WSAEACCES`, and nobody is prompted. An address
 * needs none.
 *
 * @param nodename A host name or an address; null for this machine.
 * @param servname A service name or a port; null for port 0.
 * @param hints What to look for; null for all there is.
 * @param result Where the addresses go, in the place of what it has. There is
 * no list to be freed.
 * @returns 0, or the code of the error, such as `WSAHOST_NOT_FOUND`.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   getaddrinfo,
 *   type AddrInfo,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const result: AddrInfo[] = [];
 * assertEquals(getaddrinfo("127.0.0.1", "80", { family: AF_INET }, result), 0);
 * assertEquals(result[0]?.addr, {
 *   family: AF_INET,
 *   address: "127.0.0.1",
 *   port: 80,
 * });
 * WSACleanup();
 * ```
 */
export function getaddrinfo(
  nodename: string | null,
  servname: string | null,
  hints: Readonly<AddrInfoHints> | null,
  result: AddrInfo[],
): number {
  const sockets = startedSockets();
  if (sockets === null) return told(WSANOTINITIALISED);
  const fault = findLookupFault(nodename, servname);
  if (fault !== 0) return told(fault);
  const lookup = new Lookup(nodename, servname, hints);
  const returned = sockets.getaddrinfo(...lookup.args);
  return told(lookup.finish(sockets, returned, result));
}

/**
 * The same as {@linkcode getaddrinfo}, without blocking.
 *
 * The system goes on with a call that is cancelled.
 *
 * @param nodename A host name or an address; null for this machine.
 * @param servname A service name or a port; null for port 0.
 * @param hints What to look for; null for all there is.
 * @param result Where the addresses go, in the place of what it has. There is
 * no list to be freed.
 * @param options A signal that cancels the call.
 * @returns 0.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   getaddrinfoAsync,
 *   SOCK_STREAM,
 *   type AddrInfo,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const result: AddrInfo[] = [];
 * const hints = { family: AF_INET, socktype: SOCK_STREAM };
 * await getaddrinfoAsync("localhost", "80", hints, result);
 * assertEquals(result[0]?.addr.address, "127.0.0.1");
 * WSACleanup();
 * ```
 */
export async function getaddrinfoAsync(
  nodename: string | null,
  servname: string | null,
  hints: Readonly<AddrInfoHints> | null,
  result: AddrInfo[],
  options: AsyncCallOptions = {},
): Promise<number> {
  const action = `Cannot look up "${nodename ?? ""}:${servname ?? ""}"`;
  const sockets = socketsFor(action, options);
  const fault = findLookupFault(nodename, servname);
  if (fault !== 0) throw failed(action, fault);
  const lookup = new Lookup(nodename, servname, hints);
  const found: AddrInfo[] = [];
  const finished = sockets.getaddrinfoAsync(...lookup.args)
    .then((returned) => lookup.finish(sockets, returned, found));
  const code = await unlessAborted(finished, options);
  if (code !== 0) throw failed(action, code);
  result.splice(0, result.length, ...found);
  return 0;
}

/**
 * Looks up the names of an address and of its port.
 *
 * Nothing else happens in this thread meanwhile: {@linkcode getnameinfoAsync}
 * lets it go on.
 *
 * Deno's permission for the address (`--allow-net`) is asked for unless the
 * flags have `NI_NUMERICHOST`: where it was not granted, this fails with
 * `WSAEACCES`, and nobody is prompted.
 *
 * @param sa The address.
 * @param result Where the names go.
 * @param flags Such as `NI_NUMERICHOST`, or 0.
 * @returns 0, or the code of the error, such as `WSAHOST_NOT_FOUND`.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   getnameinfo,
 *   NI_NUMERICHOST,
 *   NI_NUMERICSERV,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const sa = { family: AF_INET, address: "127.0.0.1", port: 80 };
 * const result = { host: "", service: "" };
 * getnameinfo(sa, result, NI_NUMERICHOST | NI_NUMERICSERV);
 * assertEquals(result, { host: "127.0.0.1", service: "80" });
 * WSACleanup();
 * ```
 */
export function getnameinfo(
  sa: Readonly<SockAddr>,
  result: NameInfo,
  flags: number,
): number {
  const sockets = startedSockets();
  if (sockets === null) return told(WSANOTINITIALISED);
  const lookup = prepareNameLookup(sa, flags);
  if (typeof lookup === "number") return told(lookup);
  return told(lookup.finish(sockets.getnameinfo(...lookup.args), result));
}

/**
 * The same as {@linkcode getnameinfo}, without blocking.
 *
 * The system goes on with a call that is cancelled.
 *
 * @param sa The address.
 * @param result Where the names go.
 * @param flags Such as `NI_NUMERICHOST`, or 0.
 * @param options A signal that cancels the call.
 * @returns 0.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   getnameinfoAsync,
 *   NI_NUMERICHOST,
 *   NI_NUMERICSERV,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const sa = { family: AF_INET, address: "127.0.0.1", port: 80 };
 * const result = { host: "", service: "" };
 * await getnameinfoAsync(sa, result, NI_NUMERICHOST | NI_NUMERICSERV);
 * assertEquals(result, { host: "127.0.0.1", service: "80" });
 * WSACleanup();
 * ```
 */
export async function getnameinfoAsync(
  sa: Readonly<SockAddr>,
  result: NameInfo,
  flags: number,
  options: AsyncCallOptions = {},
): Promise<number> {
  const action = `Cannot look up the name of "${sa.address}"`;
  const sockets = socketsFor(action, options);
  const lookup = prepareNameLookup(sa, flags);
  if (typeof lookup === "number") throw failed(action, lookup);
  const found: NameInfo = { host: "", service: "" };
  const finished = sockets.getnameinfoAsync(...lookup.args)
    .then((returned) => lookup.finish(returned, found));
  const code = await unlessAborted(finished, options);
  if (code !== 0) throw failed(action, code);
  Object.assign(result, found);
  return 0;
}

/**
 * Tells the name of this machine.
 *
 * @param name Room for the name as bytes of UTF-8, and for a zero at its end.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why. It is
 * `WSAEFAULT` if there is not enough room.
 *
 * @example Usage
 * ```ts
 * import { gethostname, WSACleanup, WSAStartup } from "@winrt/sockets/winsock";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const name = new Uint8Array(256);
 * assertEquals(gethostname(name), 0);
 * assertNotEquals(name.indexOf(0), -1);
 * WSACleanup();
 * ```
 */
export function gethostname(name: Uint8Array<ArrayBuffer>): number {
  return callNative((sockets) =>
    name.length === 0 ? -WSAEFAULT : sockets.gethostname(name)
  );
}

/** A failure is the last error, too. */
function told(code: number): number {
  if (code !== 0) setLastError(code);
  return code;
}
