// deno-lint-ignore-file sockets/function-parameters -- they are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { receivePart } from "./_transfer.ts";
import { retryWhenReady } from "./_waiting.ts";

/**
 * Receives bytes.
 *
 * It waits until there are some, and nothing else happens in this thread
 * meanwhile: {@linkcode recvAsync} lets it go on. A socket that does not wait
 * fails with `WSAEWOULDBLOCK`. A datagram that is longer is cut, and the call
 * fails with `WSAEMSGSIZE`.
 *
 * @param s The socket.
 * @param buf Room for the bytes.
 * @param len How much of it may be used.
 * @param flags 0, or `MSG_PEEK`, `MSG_OOB` and `MSG_WAITALL`.
 * @returns How many bytes have come, 0 at the end of a stream, or
 * `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
 *   recv,
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * sendto(s, new TextEncoder().encode("hello"), 5, 0, name);
 * const buf = new Uint8Array(100);
 * assertEquals(recv(s, buf, buf.length, 0), 5);
 * assertEquals(new TextDecoder().decode(buf.subarray(0, 5)), "hello");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function recv(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
): number {
  return recvfrom(s, buf, len, flags, null);
}

/**
 * The same as {@linkcode recv}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buf Room for the bytes.
 * @param len How much of it may be used.
 * @param flags 0, or `MSG_PEEK` and `MSG_OOB`. `MSG_WAITALL` fails with
 * `WSAEOPNOTSUPP`, as on a socket of Winsock that does not wait.
 * @param options A signal that cancels the call.
 * @returns How many bytes have come, 0 at the end of a stream.
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
 *   recvAsync,
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * sendto(s, new TextEncoder().encode("hello"), 5, 0, name);
 * const buf = new Uint8Array(100);
 * assertEquals(await recvAsync(s, buf, buf.length, 0), 5);
 * assertEquals(new TextDecoder().decode(buf.subarray(0, 5)), "hello");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function recvAsync(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await recvfromAsync(s, buf, len, flags, null, options);
}

/**
 * Receives bytes, and tells who has sent them.
 *
 * It waits until there are some, and nothing else happens in this thread
 * meanwhile: {@linkcode recvfromAsync} lets it go on. A socket that does not
 * wait fails with `WSAEWOULDBLOCK`. A datagram that is longer is cut, and the
 * call fails with `WSAEMSGSIZE`.
 *
 * @param s The socket.
 * @param buf Room for the bytes.
 * @param len How much of it may be used.
 * @param flags 0, or `MSG_PEEK`, `MSG_OOB` and `MSG_WAITALL`.
 * @param from Where the address of the sender goes; null if it does not matter.
 * @returns How many bytes have come, or `SOCKET_ERROR`: {@linkcode
 * WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
 *   recvfrom,
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * sendto(s, new TextEncoder().encode("hello"), 5, 0, name);
 * const buf = new Uint8Array(100);
 * const from = { family: 0, address: "", port: 0 };
 * assertEquals(recvfrom(s, buf, buf.length, 0, from), 5);
 * assertEquals(from, name);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function recvfrom(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  from: SockAddr | null,
): number {
  return callNative((sockets) =>
    receivePart(sockets, s, { buf, len, flags, from }, true)
  );
}

/**
 * The same as {@linkcode recvfrom}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buf Room for the bytes.
 * @param len How much of it may be used.
 * @param flags 0, or `MSG_PEEK` and `MSG_OOB`. `MSG_WAITALL` fails with
 * `WSAEOPNOTSUPP`, as on a socket of Winsock that does not wait.
 * @param from Where the address of the sender goes; null if it does not matter.
 * @param options A signal that cancels the call.
 * @returns How many bytes have come.
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
 *   recvfromAsync,
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * sendto(s, new TextEncoder().encode("hello"), 5, 0, name);
 * const buf = new Uint8Array(100);
 * const from = { family: 0, address: "", port: 0 };
 * assertEquals(await recvfromAsync(s, buf, buf.length, 0, from), 5);
 * assertEquals(from, name);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function recvfromAsync(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  from: SockAddr | null,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await retryWhenReady(
    `Cannot receive on the socket "${s}"`,
    { descriptor: s, readiness: Readiness.readable },
    options,
    (sockets) => receivePart(sockets, s, { buf, len, flags, from }, false),
  );
}
