// deno-lint-ignore-file sockets/function-parameters -- they are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { sendPart } from "./_transfer.ts";
import { retryWhenReady } from "./_waiting.ts";

/**
 * Sends bytes on a connected socket.
 *
 * It waits until the system has taken them, and nothing else happens in this
 * thread meanwhile: {@linkcode sendAsync} lets it go on. A socket that does not
 * wait takes fewer, or fails with `WSAEWOULDBLOCK`.
 *
 * @param s The socket.
 * @param buf The bytes.
 * @param len How many of them.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @returns How many bytes the system has taken, or `SOCKET_ERROR`: {@linkcode
 * WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connect,
 *   getsockname,
 *   send,
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
 * connect(s, name);
 * const text = new TextEncoder().encode("hello");
 * assertEquals(send(s, text, text.length, 0), 5);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function send(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
): number {
  return callNative((sockets) =>
    sendPart(sockets, s, { buf, len, flags, to: null }, true)
  );
}

/**
 * The same as {@linkcode send}, without blocking.
 *
 * Of a stream it may send a part: the result tells how much.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buf The bytes.
 * @param len How many of them.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param options A signal that cancels the call.
 * @returns How many bytes the system has taken.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connect,
 *   getsockname,
 *   sendAsync,
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
 * connect(s, name);
 * const text = new TextEncoder().encode("hello");
 * assertEquals(await sendAsync(s, text, text.length, 0), 5);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function sendAsync(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await retryWhenReady(
    `Cannot send on the socket "${s}"`,
    { descriptor: s, readiness: Readiness.writable },
    options,
    (sockets) => sendPart(sockets, s, { buf, len, flags, to: null }, false),
  );
}

/**
 * Sends a datagram to an address.
 *
 * It waits until the system has taken it, and nothing else happens in this
 * thread meanwhile: {@linkcode sendtoAsync} lets it go on. A socket that does
 * not wait may fail with `WSAEWOULDBLOCK`.
 *
 * Deno's permission for the address (`--allow-net`) is asked for: where it was
 * not granted, this fails with `WSAEACCES`, and nobody is prompted.
 *
 * @param s The socket.
 * @param buf The bytes.
 * @param len How many of them.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param to The address to send to.
 * @returns How many bytes were sent, or `SOCKET_ERROR`: {@linkcode
 * WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   getsockname,
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
 * const text = new TextEncoder().encode("hello");
 * assertEquals(sendto(s, text, text.length, 0, name), 5);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function sendto(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  to: Readonly<SockAddr>,
): number {
  return callNative((sockets) =>
    sendPart(sockets, s, { buf, len, flags, to }, true)
  );
}

/**
 * The same as {@linkcode sendto}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buf The bytes.
 * @param len How many of them.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param to The address to send to.
 * @param options A signal that cancels the call.
 * @returns How many bytes were sent.
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
 *   sendtoAsync,
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
 * const text = new TextEncoder().encode("hello");
 * assertEquals(await sendtoAsync(s, text, text.length, 0, name), 5);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function sendtoAsync(
  s: number,
  buf: Uint8Array<ArrayBuffer>,
  len: number,
  flags: number,
  to: Readonly<SockAddr>,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await retryWhenReady(
    `Cannot send on the socket "${s}"`,
    { descriptor: s, readiness: Readiness.writable },
    options,
    (sockets) => sendPart(sockets, s, { buf, len, flags, to }, false),
  );
}
