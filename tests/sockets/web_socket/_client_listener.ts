import {
  type Certificate,
  MessageWebSocket,
  type ServerMessageWebSocket,
  SocketProtectionLevel,
  type WebSocketEndpoint,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
  type WebSocketListenerConnectionReceivedHandler,
} from "../../../mod.ts";
import { goodIdentities } from "../certificates/_identities.ts";

const LOOPBACK = "127.0.0.1";

/** The permissions of a test that stays on this machine. */
export const ON_LOOPBACK: { readonly permissions: { net: string[] } } = {
  permissions: { net: [LOOPBACK] },
};

/** How a listener of a test is made. */
export interface ListenOptions {
  /** Changes it before it is bound. */
  readonly configure?: (listener: WebSocketListener) => void;
  readonly protectionLevel?: SocketProtectionLevel;
  /** Who answers the clients; nobody by default. */
  readonly answer?: WebSocketListenerConnectionReceivedHandler;
}

/** A listener on loopback. */
export async function listen(
  {
    configure = () => {},
    protectionLevel = SocketProtectionLevel.plainSocket,
    answer,
  }: ListenOptions = {},
): Promise<WebSocketListener> {
  const listener = new WebSocketListener();
  listener.onconnectionreceived = answer ?? null;
  configure(listener);
  await listener.bindEndpointAsync(LOOPBACK, "", protectionLevel);
  return listener;
}

/** A listener on loopback over TLS, whose clients are all accepted. */
export async function listenSecurely(
  certificate?: Certificate,
  options: ListenOptions = {},
): Promise<WebSocketListener> {
  const { server } = await goodIdentities();
  return await listen({
    answer: (request) => request.acceptMessageWebSocketAsync(),
    ...options,
    protectionLevel: SocketProtectionLevel.tls12,
    configure(listener) {
      listener.control.serverCertificate = certificate ?? server;
      options.configure?.(listener);
    },
  });
}

/** Where the clients of a listener connect to. */
export function urlOf(
  { control, information }: WebSocketListener,
  host: string = LOOPBACK,
): string {
  const scheme = control.serverCertificate === null ? "ws" : "wss";
  return `${scheme}://${host}:${information.localPort}/`;
}

/** The next client that asks. */
export async function nextRequest(
  listener: WebSocketListener,
): Promise<WebSocketListenerConnectionReceivedEventArgs> {
  for await (const request of listener) return request;
  throw new Error("The listener was closed");
}

/** The next error that a listener tells of. */
export function nextError(listener: WebSocketListener): Promise<unknown> {
  return new Promise((resolve) =>
    listener.addEventListener("error", ({ error }) => resolve(error), {
      once: true,
    })
  );
}

/** A client and a server that are connected. Closing is the test's part. */
export interface WebSocketPair {
  readonly client: MessageWebSocket;
  readonly server: ServerMessageWebSocket;
}

/** A client and a server, by a listener that is gone again. */
export async function openPair(
  client: MessageWebSocket = new MessageWebSocket(),
): Promise<WebSocketPair> {
  using listener = await listen();
  const requested = nextRequest(listener);
  const connected = client.connectAsync(urlOf(listener));
  const server = await (await requested).acceptMessageWebSocketAsync();
  await connected;
  return { client, server };
}

/** Closes WebSockets, and waits until the system has them back. */
export async function closeAll(
  ...webSockets: WebSocketEndpoint[]
): Promise<void> {
  await Promise.all(
    webSockets.map((webSocket) => webSocket[Symbol.asyncDispose]()),
  );
}
