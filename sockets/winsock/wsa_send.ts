// deno-lint-ignore-file sockets/naming sockets/function-parameters -- names and parameters are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { sendBuffers } from "./_transfer.ts";
import { retryWhenReady } from "./_waiting.ts";

/**
 * Sends the bytes of several buffers in one call, on a connected socket.
 *
 * There is no overlapped form: {@linkcode WSASendAsync} takes its place.
 *
 * @param s The socket.
 * @param buffers The buffers, in their order; 1024 at most.
 * @param numberOfBytesSent Its first element becomes how many bytes the system
 * has taken; null if that does not matter.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connect,
 *   getsockname,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSASend,
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
 * const buffers = ["hello, ", "world"].map((text) =>
 *   new TextEncoder().encode(text)
 * );
 * const sent = new Uint32Array(1);
 * assertEquals(WSASend(s, buffers, sent, 0), 0);
 * assertEquals(sent[0], 12);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function WSASend(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesSent: Uint32Array | null,
  flags: number,
): number {
  return WSASendTo(s, buffers, numberOfBytesSent, flags, null);
}

/**
 * The same as {@linkcode WSASend}, without blocking.
 *
 * Of a stream it may send a part.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buffers The buffers, in their order; 1024 at most.
 * @param numberOfBytesSent Its first element becomes how many bytes the system
 * has taken; null if that does not matter.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param options A signal that cancels the call.
 * @returns 0.
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
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSASendAsync,
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
 * const buffers = ["hello, ", "world"].map((text) =>
 *   new TextEncoder().encode(text)
 * );
 * const sent = new Uint32Array(1);
 * assertEquals(await WSASendAsync(s, buffers, sent, 0), 0);
 * assertEquals(sent[0], 12);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function WSASendAsync(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesSent: Uint32Array | null,
  flags: number,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await WSASendToAsync(
    s,
    buffers,
    numberOfBytesSent,
    flags,
    null,
    options,
  );
}

/**
 * Sends the bytes of several buffers as one datagram, in one call.
 *
 * There is no overlapped form: {@linkcode WSASendToAsync} takes its place.
 *
 * Deno's permission for the address (`--allow-net`) is asked for: where it was
 * not granted, this fails with `WSAEACCES`, and nobody is prompted.
 *
 * @param s The socket.
 * @param buffers The buffers, in their order; 1024 at most.
 * @param numberOfBytesSent Its first element becomes how many bytes the system
 * has taken; null if that does not matter.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param to The address to send to; null if the socket is connected.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
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
 *   WSASendTo,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * const buffers = ["hello, ", "world"].map((text) =>
 *   new TextEncoder().encode(text)
 * );
 * const sent = new Uint32Array(1);
 * assertEquals(WSASendTo(s, buffers, sent, 0, name), 0);
 * assertEquals(sent[0], 12);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function WSASendTo(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesSent: Uint32Array | null,
  flags: number,
  to: Readonly<SockAddr> | null,
): number {
  const sending = { buffers, flags, to };
  return callNative((sockets) =>
    sendBuffers(sockets, s, sending, numberOfBytesSent, true)
  );
}

/**
 * The same as {@linkcode WSASendTo}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buffers The buffers, in their order; 1024 at most.
 * @param numberOfBytesSent Its first element becomes how many bytes the system
 * has taken; null if that does not matter.
 * @param flags 0, or `MSG_OOB` and `MSG_DONTROUTE`.
 * @param to The address to send to; null if the socket is connected.
 * @param options A signal that cancels the call.
 * @returns 0.
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
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSASendToAsync,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_DGRAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(s, name);
 * getsockname(s, name);
 * const buffers = ["hello, ", "world"].map((text) =>
 *   new TextEncoder().encode(text)
 * );
 * const sent = new Uint32Array(1);
 * assertEquals(await WSASendToAsync(s, buffers, sent, 0, name), 0);
 * assertEquals(sent[0], 12);
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function WSASendToAsync(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesSent: Uint32Array | null,
  flags: number,
  to: Readonly<SockAddr> | null,
  options: AsyncCallOptions = {},
): Promise<number> {
  const sending = { buffers, flags, to };
  return await retryWhenReady(
    `Cannot send on the socket "${s}"`,
    { descriptor: s, readiness: Readiness.writable },
    options,
    (sockets) => sendBuffers(sockets, s, sending, numberOfBytesSent, false),
  );
}
