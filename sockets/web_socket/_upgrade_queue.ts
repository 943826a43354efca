import { HResult } from "../../errors/hresult.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { HandshakeQueue } from "../_transport/handshake_queue.ts";
import { quote } from "../addressing/_quote.ts";
import type { StreamSocket } from "../stream_socket/stream_socket.ts";
import type { StreamSocketListener } from "../stream_socket/stream_socket_listener.ts";
import { readUpgrade, type Upgrade } from "./_upgrade.ts";

/**
 * Reads what the clients of a listener ask for, each on its own, so that none
 * that is slow keeps the others waiting.
 *
 * @param onFailure Told of each that does not ask for a WebSocket.
 */
export function queueUpgrades(
  listener: StreamSocketListener,
  onFailure: (error: unknown) => void,
): HandshakeQueue<StreamSocket, Upgrade> {
  const connections = listener[Symbol.asyncIterator]();
  return new HandshakeQueue({
    async accept() {
      const { value } = await connections.next();
      if (value === undefined) throw aborted();
      return value.socket;
    },
    shakeHands: (socket, signal) =>
      readUpgrade(socket, listener.control.handshakeTimeout, signal),
    drop: (upgrade) => upgrade.reset(),
    gaveWay,
    aborted,
    onFailure,
  });
}

function gaveWay({ information }: StreamSocket, patience: number): Error {
  const { remoteAddress, remotePort } = information;
  return new WebSocketError(
    `Cannot accept a WebSocket from ${
      quote(`${remoteAddress}:${remotePort}`)
    }: the request took longer than "${patience}" ms, and others waited`,
    HResult.WININET_E_TIMEOUT,
  );
}

function aborted(): WebSocketError {
  return new WebSocketError(
    "Cannot accept: the listener was closed",
    HResult.WININET_E_OPERATION_CANCELLED,
  );
}
