// deno-lint-ignore-file no-console -- it prints for its user
import {
  type MessageWebSocketMessageReceivedEventArgs,
  type ServerMessageWebSocket,
  SocketProtectionLevel,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
} from "@winrt/sockets";
import { describeFailure } from "./failure.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ServerOptions } from "./options.ts";
import { type ListenTarget, showCertificate } from "./server.ts";
import { closeAll } from "./ws_close.ts";
import { typeOf } from "./ws_message.ts";

/** What a server tells its clients when it ends (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001;

/** A server that runs. */
export interface WsServer extends AsyncDisposable {
  readonly port: string;
}

/** Serves until Ctrl-C. */
export async function runWsServer(
  { host, port, tls }: ServerOptions,
): Promise<void> {
  const interrupted = untilInterrupted();
  const certificate = tls ? await showCertificate() : null;
  await using _server = await startWsServer({ host, port, certificate });
  await interrupted;
}

/**
 * Listens, and sends each message back to where it came from.
 *
 * @param prefix What each line that is printed starts with.
 */
export async function startWsServer(
  { host, port, certificate }: ListenTarget,
  prefix = "",
): Promise<WsServer> {
  const { plainSocket, tls12 } = SocketProtectionLevel;
  const webSockets = new Set<ServerMessageWebSocket>();
  const listener = new WebSocketListener();
  listener.control.serverCertificate = certificate;
  listener.onerror = ({ error }) => {
    console.error(`${prefix}${describeFailure(error)}`);
  };
  listener.onconnectionreceived = (request) =>
    serve(request, webSockets, prefix);
  const level = certificate === null ? plainSocket : tls12;
  await listener.bindEndpointAsync(host, port, level);
  const { localPort } = listener.information;
  console.log(`${prefix}listening on port ${localPort}`);
  return {
    port: localPort,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await closeAll(webSockets, GOING_AWAY);
    },
  };
}

async function serve(
  request: WebSocketListenerConnectionReceivedEventArgs,
  webSockets: Set<ServerMessageWebSocket>,
  prefix: string,
): Promise<void> {
  const { remoteAddress, remotePort } = request.socketInformation;
  const peer = `${prefix}${remoteAddress} port ${remotePort}`;
  try {
    const webSocket = await request.acceptMessageWebSocketAsync();
    webSockets.add(webSocket);
    try {
      await echo(webSocket, peer);
    } finally {
      webSockets.delete(webSocket);
    }
  } catch (error) {
    console.error(`${peer}: ${describeFailure(error)}`);
  }
}

async function echo(
  webSocket: ServerMessageWebSocket,
  peer: string,
): Promise<void> {
  console.log(`${peer} connected`);
  webSocket.onclosed = ({ code, reason }) => {
    console.log(`${peer} closed with ${code} "${reason}"`);
  };
  for await (const message of webSocket) {
    const count = await reply(webSocket, message);
    console.log(`${peer} got ${count} bytes of ${typeOf(message)} back`);
  }
}

async function reply(
  webSocket: ServerMessageWebSocket,
  message: MessageWebSocketMessageReceivedEventArgs,
): Promise<number> {
  webSocket.control.messageType = message.messageType;
  return await webSocket.outputStream.writeAsync(
    message.getDataReader().detachBuffer(),
  );
}
