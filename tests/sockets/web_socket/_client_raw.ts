import { createHash } from "node:crypto";
import { assertInstanceOf } from "@std/assert";
import {
  MessageWebSocket,
  type WebSocketEndpoint,
  WebSocketError,
} from "../../../mod.ts";
import { outcome } from "../streams/_fakes.ts";
import { type RawPeer, RawServer } from "./_raw_peer.ts";

/** RFC 6455, section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * The head that accepts a client.
 *
 * @param fields Those that are there in the place of others, or left out.
 */
export function acceptHead(
  peer: RawPeer,
  fields: Readonly<Record<string, string | null>> = {},
): string {
  const key = peer.header("Sec-WebSocket-Key") ?? "";
  const lines = Object.entries({
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Accept": createHash("sha1").update(key + GUID).digest(
      "base64",
    ),
    ...fields,
  }).filter(([, value]) => value !== null).map(([name, value]) =>
    `${name}: ${value}`
  );
  return ["HTTP/1.1 101 Switching Protocols", ...lines, "\r\n"].join("\r\n");
}

/** What a server does with the request that it has read. */
export type Answer = string | ((peer: RawPeer) => Promise<void>);

/** How a connect that fails is made. */
export interface FailureOptions {
  readonly configure?: (webSocket: MessageWebSocket, server: RawServer) => void;
  /** Where to, if not to the server itself. */
  readonly uri?: string;
}

/**
 * Connects to a server by hand that answers so, or by it.
 *
 * @returns The error that the connect rejects with.
 */
export async function failureOf(
  answer: Answer,
  { configure = () => {}, uri }: FailureOptions = {},
): Promise<WebSocketError> {
  using server = new RawServer();
  await using webSocket = new MessageWebSocket();
  configure(webSocket, server);
  const connected = outcome(webSocket.connectAsync(uri ?? server.url));
  using peer = await server.next();
  await (typeof answer === "string" ? peer.write(answer) : answer(peer));
  const error = await connected;
  assertInstanceOf(error, WebSocketError);
  await peer.readEnd();
  return error;
}

/** A WebSocket that is connected, and its server by hand. */
export interface WithPeer {
  readonly webSocket: MessageWebSocket;
  readonly peer: RawPeer;
}

/** Connects to a server by hand. Closing is the part of the test. */
export async function openWithPeer(
  configure: (webSocket: MessageWebSocket) => void = () => {},
  ...headers: readonly string[]
): Promise<WithPeer> {
  using server = new RawServer();
  const webSocket = new MessageWebSocket();
  configure(webSocket);
  const [peer] = await Promise.all([
    server.accept(...headers),
    webSocket.connectAsync(server.url),
  ]);
  return { webSocket, peer };
}

/** Closes a WebSocket, whose other side is a peer by hand. */
export async function closeWithPeer(
  webSocket: WebSocketEndpoint,
  peer: RawPeer,
): Promise<void> {
  const closed = webSocket[Symbol.asyncDispose]();
  await peer.readClose();
  await peer.sendClose(1000);
  peer[Symbol.dispose]();
  await closed;
}
