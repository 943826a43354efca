import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  MessageWebSocket,
  type MessageWebSocketMessageReceivedEventArgs,
  type MessageWebSocketReceiveMode,
  type ServerMessageWebSocket,
  type ServerStreamWebSocket,
  StreamWebSocket,
  type WebErrorStatus,
  type WebSocketClosedEventArgs,
  type WebSocketCompressionOptions,
  type WebSocketEndpoint,
  WebSocketError,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
} from "../../../mod.ts";
import { type RawPeer, RawServer, shakeHandsRaw } from "./_raw_peer.ts";

const HOST = "127.0.0.1";
const DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

/** What tests with real sockets are allowed to do. */
export const LOOPBACK: { readonly permissions: { net: string[] } } = {
  permissions: { net: [HOST] },
};

/** A WebSocket of either side that has messages. */
export type MessageEndpoint = MessageWebSocket | ServerMessageWebSocket;
/** A WebSocket of either side that has streams. */
export type StreamEndpoint = StreamWebSocket | ServerStreamWebSocket;

/** How a WebSocket of either side is opened. */
export interface EndpointOptions {
  readonly maxMessageSize?: number;
  readonly receiveMode?: MessageWebSocketReceiveMode;
  readonly compression?: boolean | WebSocketCompressionOptions;
  readonly idleTimeout?: number;
}

/** A WebSocket of the library, and who it is connected to. */
export class RawPair<T extends WebSocketEndpoint> implements AsyncDisposable {
  readonly webSocket: T;
  readonly peer: RawPeer;

  constructor(webSocket: T, peer: RawPeer) {
    this.webSocket = webSocket;
    this.peer = peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.peer[Symbol.dispose]();
    await this.webSocket[Symbol.asyncDispose]();
  }
}

/** Opens a WebSocket; `prepare` is called as early as handlers can be added. */
export type Open<T extends WebSocketEndpoint> = (
  options?: EndpointOptions,
  prepare?: (webSocket: T) => void,
) => Promise<RawPair<T>>;

/** Registers a test once for the client, and once for the server. */
export function testMessages(
  name: string,
  fn: (open: Open<MessageEndpoint>) => Promise<void>,
): void {
  Deno.test(`MessageWebSocket${name}`, LOOPBACK, () => fn(openClient));
  Deno.test(`ServerMessageWebSocket${name}`, LOOPBACK, () => fn(openServer));
}

/** The same for those that have streams. */
export function testStreams(
  name: string,
  fn: (open: Open<StreamEndpoint>) => Promise<void>,
): void {
  Deno.test(`StreamWebSocket${name}`, LOOPBACK, () => fn(openStreamClient));
  Deno.test(
    `ServerStreamWebSocket${name}`,
    LOOPBACK,
    () => fn(openStreamServer),
  );
}

/** A client of messages, and a server by hand. */
export async function openClient(
  options: EndpointOptions = {},
  prepare: (webSocket: MessageWebSocket) => void = () => {},
): Promise<RawPair<MessageWebSocket>> {
  const webSocket = new MessageWebSocket();
  configure(webSocket, options);
  prepare(webSocket);
  return await connect(webSocket, options);
}

/** A client of streams, and a server by hand. */
export async function openStreamClient(
  options: EndpointOptions = {},
  prepare: (webSocket: StreamWebSocket) => void = () => {},
): Promise<RawPair<StreamWebSocket>> {
  const webSocket = new StreamWebSocket();
  configureBase(webSocket, options);
  prepare(webSocket);
  return await connect(webSocket, options);
}

/** A server of messages, and a client by hand. */
export function openServer(
  options: EndpointOptions = {},
  prepare: (webSocket: ServerMessageWebSocket) => void = () => {},
): Promise<RawPair<ServerMessageWebSocket>> {
  return accept(options, async (request) => {
    const webSocket = await request.acceptMessageWebSocketAsync(options);
    prepare(webSocket);
    return webSocket;
  });
}

/** A server of streams, and a client by hand. */
export function openStreamServer(
  options: EndpointOptions = {},
  prepare: (webSocket: ServerStreamWebSocket) => void = () => {},
): Promise<RawPair<ServerStreamWebSocket>> {
  return accept(options, async (request) => {
    const webSocket = await request.acceptStreamWebSocketAsync(options);
    prepare(webSocket);
    return webSocket;
  });
}

/** A client and a server of the library, connected to each other. */
export interface BothEnds extends AsyncDisposable {
  readonly client: MessageWebSocket;
  readonly server: ServerMessageWebSocket;
}

/** Something between a client and a server. */
export interface Relay extends AsyncDisposable {
  /** Where the client connects to. */
  readonly port: number;
}

/**
 * Opens both ends.
 *
 * @param putBetween Makes what is between them, if there is something; it is
 * given the port of the server.
 */
export async function openBoth(
  options: EndpointOptions = {},
  putBetween: (port: number) => Relay | null = () => null,
): Promise<BothEnds> {
  using listener = new WebSocketListener();
  await listener.bindEndpointAsync(HOST, "");
  const client = new MessageWebSocket();
  configure(client, options);
  const { localPort } = listener.information;
  const relay = putBetween(Number(localPort));
  const [server] = await Promise.all([
    acceptNext(
      listener,
      (request) => request.acceptMessageWebSocketAsync(options),
    ),
    client.connectAsync(`ws://${HOST}:${relay?.port ?? localPort}/`),
  ]);
  return {
    client,
    server,
    async [Symbol.asyncDispose]() {
      const ends = [client, server];
      await Promise.all(ends.map((end) => end[Symbol.asyncDispose]()));
      await relay?.[Symbol.asyncDispose]();
    },
  };
}

/** What the event `closed` tells, which is raised once. */
export function closedOf(
  webSocket: WebSocketEndpoint,
): Promise<[code: number, reason: string]> {
  return new Promise((resolve) => {
    webSocket.addEventListener(
      "closed",
      ({ code, reason }: WebSocketClosedEventArgs) => resolve([code, reason]),
    );
  });
}

/** How often `closed` was raised, and with which code. */
export function closedCodes(webSocket: WebSocketEndpoint): number[] {
  const codes: number[] = [];
  webSocket.addEventListener(
    "closed",
    ({ code }: { code: number }) => codes.push(code),
  );
  return codes;
}

/** Asserts that something is an error of a status. */
export function assertStatus(error: unknown, status: WebErrorStatus): void {
  assertInstanceOf(error, WebSocketError);
  assertEquals(error.status, status);
}

/** How many bytes of memory this thread uses. */
export function usedMemory(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** Takes the next messages, and none behind them. */
export async function take(
  webSocket: MessageEndpoint,
  count: number,
): Promise<MessageWebSocketMessageReceivedEventArgs[]> {
  const messages: MessageWebSocketMessageReceivedEventArgs[] = [];
  if (count === 0) return messages;
  for await (const message of webSocket) {
    if (messages.push(message) === count) break;
  }
  return messages;
}

/** The text of a message. */
export function textOf(
  message: MessageWebSocketMessageReceivedEventArgs,
): string {
  const reader = message.getDataReader();
  return reader.readString(reader.unconsumedBufferLength);
}

/** The failure that a last message tells. */
export function failureOf(
  message: MessageWebSocketMessageReceivedEventArgs,
): WebSocketError {
  const error = assertThrows(() => message.getDataReader(), WebSocketError);
  assertStrictEquals(
    assertThrows(() => message.getDataStream(), WebSocketError),
    error,
  );
  return error;
}

function configure(
  webSocket: MessageWebSocket,
  { maxMessageSize, receiveMode, ...options }: EndpointOptions,
): void {
  const { control } = webSocket;
  if (maxMessageSize !== undefined) control.maxMessageSize = maxMessageSize;
  if (receiveMode !== undefined) control.receiveMode = receiveMode;
  configureBase(webSocket, options);
}

function configureBase(
  { control }: MessageWebSocket | StreamWebSocket,
  { compression, idleTimeout }: EndpointOptions,
): void {
  if (compression !== undefined) control.compression = compression;
  if (idleTimeout !== undefined) control.idleTimeout = idleTimeout;
}

async function connect<T extends MessageWebSocket | StreamWebSocket>(
  webSocket: T,
  { compression }: EndpointOptions,
): Promise<RawPair<T>> {
  using server = new RawServer();
  const [peer] = await Promise.all([
    server.accept(...(compression ? [DEFLATE] : [])),
    webSocket.connectAsync(server.url),
  ]);
  return new RawPair(webSocket, peer);
}

async function accept<T extends WebSocketEndpoint>(
  { compression }: EndpointOptions,
  acceptClient: (
    request: WebSocketListenerConnectionReceivedEventArgs,
  ) => Promise<T>,
): Promise<RawPair<T>> {
  using listener = new WebSocketListener();
  await listener.bindEndpointAsync(HOST, "");
  const accepting = acceptNext(listener, acceptClient);
  const { localPort } = listener.information;
  const peer = await shakeHandsRaw(
    localPort,
    ...(compression ? [DEFLATE] : []),
  );
  return new RawPair(await accepting, peer);
}

async function acceptNext<T>(
  listener: WebSocketListener,
  accept: (request: WebSocketListenerConnectionReceivedEventArgs) => Promise<T>,
): Promise<T> {
  for await (const request of listener) return await accept(request);
  throw new Error("The listener was closed");
}
