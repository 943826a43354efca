import { addressRoom } from "./_address_room.ts";
import type { AsyncCallOptions } from "./async_call_options.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { addState } from "./_socket_state.ts";
import { retryWhenReady } from "./_waiting.ts";

/**
 * Accepts a connection.
 *
 * It waits until there is one, and nothing else happens in this thread
 * meanwhile: {@linkcode acceptAsync} lets it go on. A socket that does not wait
 * fails with `WSAEWOULDBLOCK`.
 *
 * @param s The socket, which listens.
 * @param addr Where the address of the peer goes; null if it does not matter.
 * @returns The socket of the connection, or `INVALID_SOCKET`:
 * {@linkcode WSAGetLastError} tells why. It does not wait if the one that
 * listens does not.
 *
 * @example Usage
 * ```ts
 * import {
 *   accept,
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connect,
 *   getsockname,
 *   listen,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const server = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(server, name);
 * listen(server, 1);
 * getsockname(server, name);
 *
 * // The system makes the connection: nobody has to accept it for that.
 * const client = socket(AF_INET, SOCK_STREAM, 0);
 * connect(client, name);
 * const peer = { family: 0, address: "", port: 0 };
 * const s = accept(server, peer);
 * assertEquals(peer.address, "127.0.0.1");
 * for (const each of [s, client, server]) closesocket(each);
 * WSACleanup();
 * ```
 */
export function accept(s: number, addr: SockAddr | null): number {
  return callNative((sockets) => acceptFrom(sockets, s, addr, true));
}

/**
 * The same as {@linkcode accept}, without blocking.
 *
 * @param s The socket, which listens, whether its calls wait or not.
 * @param addr Where the address of the peer goes; null if it does not matter.
 * @param options A signal that cancels the call.
 * @returns The socket of the connection.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   acceptAsync,
 *   AF_INET,
 *   bind,
 *   closesocket,
 *   connectAsync,
 *   getsockname,
 *   listen,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * WSAStartup(0x0202);
 * const server = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port: 0 };
 * bind(server, name);
 * listen(server, 1);
 * getsockname(server, name);
 *
 * const client = socket(AF_INET, SOCK_STREAM, 0);
 * const [s, result] = await Promise.all([
 *   acceptAsync(server, null),
 *   connectAsync(client, name),
 * ]);
 * assertEquals(result, 0);
 * for (const each of [s, client, server]) closesocket(each);
 * WSACleanup();
 * ```
 */
export async function acceptAsync(
  s: number,
  addr: SockAddr | null,
  options: AsyncCallOptions = {},
): Promise<number> {
  return await retryWhenReady(
    `Cannot accept a connection of the socket "${s}"`,
    { descriptor: s, readiness: Readiness.readable },
    options,
    (sockets) => acceptFrom(sockets, s, addr, false),
  );
}

function acceptFrom(
  sockets: NativeSockets,
  s: number,
  addr: SockAddr | null,
  waits: boolean,
): Outcome {
  const outcome = sockets.accept(s, addressRoom, waits);
  if (outcome < 0) return outcome;
  addState(outcome, true).isConnected = true;
  if (addr !== null) addressRoom.tell(addr);
  return outcome;
}
