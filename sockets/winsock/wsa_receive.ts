// deno-lint-ignore-file sockets/naming sockets/function-parameters -- names and parameters are those of Winsock
import type { AsyncCallOptions } from "./async_call_options.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { receiveBuffers } from "./_transfer.ts";
import { retryWhenReady } from "./_waiting.ts";

/**
 * Receives bytes into several buffers in one call.
 *
 * There is no overlapped form: {@linkcode WSARecvAsync} takes its place. A
 * datagram that is longer is cut, and the call fails with `WSAEMSGSIZE`.
 *
 * @param s The socket.
 * @param buffers Room for the bytes: buffers that are filled in their order;
 * 1024 at most.
 * @param numberOfBytesRecvd Its first element becomes how many bytes have come;
 * null if that does not matter.
 * @param flags Its first element has the flags, as those of {@linkcode recv},
 * and becomes those that the system tells.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
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
 *   WSARecv,
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
 * const buffers = [new Uint8Array(2), new Uint8Array(100)];
 * const received = new Uint32Array(1);
 * const flags = new Uint32Array(1);
 * assertEquals(WSARecv(s, buffers, received, flags), 0);
 * assertEquals(received[0], 5);
 * assertEquals(new TextDecoder().decode(buffers[0]), "he");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function WSARecv(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesRecvd: Uint32Array | null,
  flags: Uint32Array,
): number {
  return WSARecvFrom(s, buffers, numberOfBytesRecvd, flags, null);
}

/**
 * The same as {@linkcode WSARecv}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buffers Room for the bytes: buffers that are filled in their order;
 * 1024 at most.
 * @param numberOfBytesRecvd Its first element becomes how many bytes have come;
 * null if that does not matter.
 * @param flags Its first element has the flags, as those of {@linkcode
 * recvAsync}, and becomes those that the system tells.
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
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSARecvAsync,
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
 * const buffers = [new Uint8Array(2), new Uint8Array(100)];
 * const received = new Uint32Array(1);
 * const flags = new Uint32Array(1);
 * assertEquals(await WSARecvAsync(s, buffers, received, flags), 0);
 * assertEquals(received[0], 5);
 * assertEquals(new TextDecoder().decode(buffers[0]), "he");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function WSARecvAsync(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesRecvd: Uint32Array | null,
  flags: Uint32Array,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await WSARecvFromAsync(
    s,
    buffers,
    numberOfBytesRecvd,
    flags,
    null,
    options,
  );
}

/**
 * Receives bytes into several buffers in one call, and tells who has sent them.
 *
 * There is no overlapped form: {@linkcode WSARecvFromAsync} takes its place. A
 * datagram that is longer is cut, and the call fails with `WSAEMSGSIZE`.
 *
 * @param s The socket.
 * @param buffers Room for the bytes: buffers that are filled in their order;
 * 1024 at most.
 * @param numberOfBytesRecvd Its first element becomes how many bytes have come;
 * null if that does not matter.
 * @param flags Its first element has the flags, as those of {@linkcode recv},
 * and becomes those that the system tells.
 * @param from Where the address of the sender goes; null if it does not matter.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
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
 *   WSARecvFrom,
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
 * const buffers = [new Uint8Array(2), new Uint8Array(100)];
 * const received = new Uint32Array(1);
 * const flags = new Uint32Array(1);
 * const from = { family: 0, address: "", port: 0 };
 * assertEquals(WSARecvFrom(s, buffers, received, flags, from), 0);
 * assertEquals(from, name);
 * assertEquals(received[0], 5);
 * assertEquals(new TextDecoder().decode(buffers[0]), "he");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export function WSARecvFrom(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesRecvd: Uint32Array | null,
  flags: Uint32Array,
  from: SockAddr | null,
): number {
  const told = { flags, count: numberOfBytesRecvd };
  return callNative((sockets) =>
    receiveBuffers(sockets, s, { buffers, from }, told, true)
  );
}

/**
 * The same as {@linkcode WSARecvFrom}, without blocking.
 *
 * @param s The socket, whether its calls wait or not.
 * @param buffers Room for the bytes: buffers that are filled in their order;
 * 1024 at most.
 * @param numberOfBytesRecvd Its first element becomes how many bytes have come;
 * null if that does not matter.
 * @param flags Its first element has the flags, as those of {@linkcode
 * recvAsync}, and becomes those that the system tells.
 * @param from Where the address of the sender goes; null if it does not matter.
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
 *   sendto,
 *   SOCK_DGRAM,
 *   socket,
 *   WSACleanup,
 *   WSARecvFromAsync,
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
 * const buffers = [new Uint8Array(2), new Uint8Array(100)];
 * const received = new Uint32Array(1);
 * const flags = new Uint32Array(1);
 * const from = { family: 0, address: "", port: 0 };
 * await WSARecvFromAsync(s, buffers, received, flags, from);
 * assertEquals(from, name);
 * assertEquals(received[0], 5);
 * assertEquals(new TextDecoder().decode(buffers[0]), "he");
 * closesocket(s);
 * WSACleanup();
 * ```
 */
export async function WSARecvFromAsync(
  s: number,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  numberOfBytesRecvd: Uint32Array | null,
  flags: Uint32Array,
  from: SockAddr | null,
  options: AsyncCallOptions = {},
): Promise<number> {
  const told = { flags, count: numberOfBytesRecvd };
  return await retryWhenReady(
    `Cannot receive on the socket "${s}"`,
    { descriptor: s, readiness: Readiness.readable },
    options,
    (sockets) => receiveBuffers(sockets, s, { buffers, from }, told, false),
  );
}
