import { assertEquals, assertRejects } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import {
  accept,
  AF_INET,
  bind,
  closesocket,
  connect,
  FIONBIO,
  getsockname,
  ioctlsocket,
  listen,
  SOCK_DGRAM,
  SOCK_STREAM,
  type SockAddr,
  socket,
  SOCKET_ERROR,
  WSACleanup,
  WSAGetLastError,
  WSAStartup,
} from "../../../sockets/winsock/mod.ts";

/** The tests of calls are made where native calls are tested: on Linux. */
export const ignore: boolean = libc === null;

/** How tests of calls on the loopback interface run. */
export const ON_LOOPBACK: Pick<Deno.TestDefinition, "ignore" | "permissions"> =
  {
    ignore,
    permissions: { ffi: true, net: ["127.0.0.1", "[::1]"] },
  };

/**
 * A number that no descriptor has. That of one that was closed may be another's
 * by now: tests in other threads have the same descriptors.
 */
export const NO_DESCRIPTOR = 0x7fffffff;

/** No address yet. */
export function noName(): SockAddr {
  return { family: 0, address: "", port: 0 };
}

/** An address of this machine. */
export function loopback(port: number = 0): SockAddr {
  return { family: AF_INET, address: "127.0.0.1", port };
}

/** Winsock, started for a test. Its end closes what is open. */
export class Started implements Disposable {
  constructor() {
    assertEquals(WSAStartup(0x0202), 0);
  }

  [Symbol.dispose](): void {
    assertEquals(WSACleanup(), 0);
  }
}

/** What a call has returned; the test ends if it has failed. */
export function succeed(result: number): number {
  if (result >= 0) return result;
  throw new Error(`The call has failed with ${WSAGetLastError()}`);
}

/** Asserts that a call has failed, and why. */
export function assertFails(result: number, code: number): void {
  const actual = { result, code: WSAGetLastError() };
  assertEquals(actual, { result: SOCKET_ERROR, code });
}

/** Asserts that a call that does not block fails, and why. */
export async function assertFailsLater(
  call: () => Promise<unknown>,
  code: number,
): Promise<void> {
  const { hresult } = await assertRejects(call, SocketError);
  assertEquals(hresult & 0xffff, code);
  assertEquals(WSAGetLastError(), code);
}

/** A UDP socket on the loopback interface, and its address. */
export function udpSocket(): { s: number; name: SockAddr } {
  return boundSocket(SOCK_DGRAM);
}

/** A TCP socket that listens there. */
export function listeningSocket(): { s: number; name: SockAddr } {
  const bound = boundSocket(SOCK_STREAM);
  succeed(listen(bound.s, 16));
  return bound;
}

function boundSocket(type: number): { s: number; name: SockAddr } {
  const s = succeed(socket(AF_INET, type, 0));
  const name = loopback();
  succeed(bind(s, name));
  succeed(getsockname(s, name));
  return { s, name };
}

/** Both ends of a TCP connection. */
export function tcpPair(): { client: number; server: number } {
  const { s, name } = listeningSocket();
  const client = succeed(socket(AF_INET, SOCK_STREAM, 0));
  succeed(connect(client, name));
  const server = succeed(accept(s, null));
  succeed(closesocket(s));
  return { client, server };
}

/** An address where nobody listens, and nobody else can. */
export function refusedName(): SockAddr {
  return boundSocket(SOCK_STREAM).name;
}

/** Has the calls of a socket not wait. */
export function setNonBlocking(s: number): void {
  succeed(ioctlsocket(s, FIONBIO, Uint32Array.of(1)));
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A signal that is aborted soon, and the reason. */
export function abortSoon(): { signal: AbortSignal; reason: Error } {
  const controller = new AbortController();
  const reason = new Error("Enough");
  queueMicrotask(() => controller.abort(reason));
  return { signal: controller.signal, reason };
}

/** Asserts that a call is not made when its signal was aborted before. */
export async function assertAbortsEarly(
  call: (options: { signal: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  const reason = new Error("Early");
  const options = { signal: AbortSignal.abort(reason) };
  assertEquals(await assertRejects(() => call(options), Error), reason);
}

/** Asserts that a call that waits rejects with the reason of its signal. */
export async function assertAborts(
  call: (options: { signal: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  await assertAbortsEarly(call);
  const { signal, reason } = abortSoon();
  assertEquals(await assertRejects(() => call({ signal }), Error), reason);
}
