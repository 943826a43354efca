import type { AsyncCallOptions } from "./async_call_options.ts";
import { valueOf } from "./_constant_table.ts";
import { WSAEISCONN, WSAEWOULDBLOCK } from "./error_codes.ts";
import { withGrantedAddress } from "./_granted_address.ts";
import type { Outcome } from "./_last_error.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { formatNetAddress } from "./_net_permission.ts";
import { takePendingError } from "./_pending_error.ts";
import { PollDescriptors } from "./_poll_descriptors.ts";
import { Readiness } from "./_readiness.ts";
import { callNative } from "./_session.ts";
import type { SockAddr } from "./sock_addr.ts";
import { noteConnected, stateOf } from "./_socket_state.ts";
import {
  socketsFor,
  throwIfClosed,
  toSuccess,
  waitForAny,
} from "./_waiting.ts";

/**
 * Connects a socket.
 *
 * It waits until there is a connection, and nothing else happens in this thread
 * meanwhile: {@linkcode connectAsync} lets it go on. A socket that does not wait
 * fails with `WSAEWOULDBLOCK`; `select` tells by its second set that there is a
 * connection, by its third that there cannot be one.
 *
 * Deno's permission for the address (`--allow-net`) is asked for: where it was
 * not granted, this fails with `WSAEACCES`, and nobody is prompted.
 *
 * @param s The socket.
 * @param name The address of the peer.
 * @returns 0, or `SOCKET_ERROR`: {@linkcode WSAGetLastError} tells why.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   connect,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr;
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port };
 * assertEquals(connect(s, name), 0);
 * closesocket(s);
 * WSACleanup();
 * listener.close();
 * ```
 */
export function connect(s: number, name: Readonly<SockAddr>): number {
  return callNative((sockets) => connectTo(sockets, s, name, true));
}

/**
 * The same as {@linkcode connect}, without blocking.
 *
 * A call that is cancelled does not end what the system does: close the socket
 * for that.
 *
 * @param s The socket, whether its calls wait or not.
 * @param name The address of the peer.
 * @param options A signal that cancels the call.
 * @returns 0.
 *
 * @throws {SocketError} If it fails; the last error has the code, too.
 *
 * @example Usage
 * ```ts
 * import {
 *   AF_INET,
 *   closesocket,
 *   connectAsync,
 *   SOCK_STREAM,
 *   socket,
 *   WSACleanup,
 *   WSAStartup,
 * } from "@winrt/sockets/winsock";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr;
 *
 * WSAStartup(0x0202);
 * const s = socket(AF_INET, SOCK_STREAM, 0);
 * const name = { family: AF_INET, address: "127.0.0.1", port };
 * const signal = AbortSignal.timeout(5000);
 * assertEquals(await connectAsync(s, name, { signal }), 0);
 * closesocket(s);
 * WSACleanup();
 * listener.close();
 * ```
 */
export async function connectAsync(
  s: number,
  name: Readonly<SockAddr>,
  options: AsyncCallOptions = {},
): Promise<number> {
  const { address: hostname, port } = name;
  const action = `Cannot connect to "${formatNetAddress({ hostname, port })}"`;
  const sockets = socketsFor(action, options);
  const outcome = connectTo(sockets, s, name, false);
  if (outcome !== -WSAEWOULDBLOCK) return toSuccess(action, outcome);
  const wait = { descriptor: s, readiness: Readiness.writable };
  do {
    throwIfClosed(action, await waitForAny(action, [wait], options));
  } while (isUndecided(sockets, s));
  noteConnected(s);
  return toSuccess(action, takePendingError(sockets, s));
}

/** Whether the connection is still being made. */
function isUndecided(sockets: NativeSockets, s: number): boolean {
  const { bytes, count } = PollDescriptors.of(s, valueOf("POLLOUT"));
  return sockets.poll(bytes, count, 0) === 0;
}

function connectTo(
  sockets: NativeSockets,
  s: number,
  name: Readonly<SockAddr>,
  waits: boolean,
): Outcome {
  const outcome = withGrantedAddress(
    name,
    (raw) => sockets.connect(s, raw, waits),
  );
  if (outcome === -WSAEISCONN) noteConnected(s);
  const isConnecting = outcome === -WSAEWOULDBLOCK;
  if (outcome >= 0 || isConnecting) {
    Object.assign(stateOf(s), { isConnected: true, isConnecting });
  }
  return outcome;
}
