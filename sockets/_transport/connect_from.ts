import { connect, type Socket } from "node:net";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { assertNetGranted } from "./net_permission.ts";
import { NodeStreamTransport } from "./node_stream_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/**
 * Connects from a local address, which `Deno.connect` cannot choose and
 * node:net can.
 *
 * @param from A local IP address, and a port or 0.
 * @param to An IP address of the same family, and a port.
 *
 * @throws {Deno.errors.NotCapable} Unless both are granted.
 */
export function connectFrom(
  from: TransportAddress,
  to: TransportAddress,
  signal?: AbortSignal,
): Promise<StreamTransport> {
  // node:net of Deno 2.9.6 checks in a later tick, where nobody can catch it.
  assertNetGranted(from);
  assertNetGranted(to);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: to.hostname,
      port: to.port,
      localAddress: from.hostname,
      localPort: from.port,
      allowHalfOpen: true,
    });
    const onAbort = (): void => settle(() => reject(signal?.reason), true);
    const onError = (error: Error): void =>
      settle(() => reject(explain(error, from)), true);
    const onConnect = (): void =>
      settle(() => resolve(new NodeStreamTransport(socket)), false);
    function settle(conclude: () => void, destroy: boolean): void {
      signal?.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect);
      if (destroy) discard(socket);
      else socket.off("error", onError);
      conclude();
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("error", onError);
    socket.once("connect", onConnect);
  });
}

function discard(socket: Socket): void {
  // A destroyed socket may still report errors, and one that nobody listens
  // for would end the process.
  socket.on("error", () => {});
  socket.destroy();
}

/** Deno 2.9.6 reports a local address that is not ours as EINVAL. */
function explain(error: Error, from: TransportAddress): Error {
  const unavailable = "code" in error && error.code === "EINVAL" &&
    "syscall" in error && error.syscall === "bind";
  if (!unavailable) return error;
  return new SocketError(
    `Cannot connect from "${formatAddress(from)}": address not available`,
    HResult.WSAEADDRNOTAVAIL,
    { cause: error },
  );
}
