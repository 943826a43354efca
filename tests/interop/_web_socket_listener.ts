import {
  type MessageWebSocketAcceptOptions,
  SocketProtectionLevel,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
} from "../../mod.ts";
import { type Data, Talk } from "./_web_socket_talk.ts";

/** An echo server of this library, for one client after the other. */
export interface EchoListener extends AsyncDisposable {
  readonly url: string;
  /** Resolves with what the first client has asked for. */
  readonly request: Promise<WebSocketListenerConnectionReceivedEventArgs>;
  /** Resolves with the code and the reason of the first client. */
  readonly closed: Promise<string>;
  /** Resolves with the first error. */
  readonly error: Promise<unknown>;
}

/** How an echo server is started. */
export interface EchoListenerOptions {
  readonly accept?: MessageWebSocketAcceptOptions;
  /** Where the page must be from that asks; without, everyone is accepted. */
  readonly origin?: string;
  /** Sets what a secure one needs; without, it is plain. */
  readonly secure?: (control: WebSocketListener["control"]) => void;
}

/**
 * Starts an echo server on 127.0.0.1, which knows the commands `close`,
 * `fragments` and `ping` of the echo servers of others.
 */
export async function startEchoListener(
  { accept, origin, secure }: EchoListenerOptions = {},
): Promise<EchoListener> {
  const listener = new WebSocketListener();
  secure?.(listener.control);
  const request = Promise.withResolvers<
    WebSocketListenerConnectionReceivedEventArgs
  >();
  const closed = Promise.withResolvers<string>();
  const error = Promise.withResolvers<unknown>();
  const tasks: Promise<void>[] = [];
  listener.onconnectionreceived = (event) => {
    request.resolve(event);
    const isWelcome = origin === undefined ||
      event.headers.get("Origin") === origin;
    tasks.push(
      isWelcome
        ? serve(event, accept, closed.resolve)
        : event.rejectAsync(403, "Not from there"),
    );
  };
  listener.onerror = (event) => error.resolve(event.error);
  return {
    url: await bind(listener, secure !== undefined),
    request: request.promise,
    closed: closed.promise,
    error: error.promise,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await Promise.all(tasks);
    },
  };
}

/** Resolves with the URL of a listener. */
async function bind(
  listener: WebSocketListener,
  isSecure: boolean,
): Promise<string> {
  const { plainSocket, tls12 } = SocketProtectionLevel;
  const level = isSecure ? tls12 : plainSocket;
  await listener.bindEndpointAsync("127.0.0.1", "", level);
  const { localPort } = listener.information;
  return isSecure
    ? `wss://localhost:${localPort}/`
    : `ws://127.0.0.1:${localPort}/`;
}

async function serve(
  request: WebSocketListenerConnectionReceivedEventArgs,
  options: MessageWebSocketAcceptOptions | undefined,
  onClosed: (closed: string) => void,
): Promise<void> {
  const webSocket = await request.acceptMessageWebSocketAsync(options);
  await using talk = new Talk(webSocket);
  talk.closed.then(onClosed);
  for (;;) {
    const data = await talk.receive();
    if (data === null) break;
    await answer(talk, data);
  }
}

async function answer(talk: Talk, data: Data): Promise<void> {
  const [name, ...words] = typeof data === "string" ? data.split(" ") : [];
  switch (name) {
    case "close":
      talk.webSocket.close(Number(words[0]), words.slice(1).join(" "));
      break;
    case "fragments":
      await talk.sendFragments("one, ", "two, ", "three");
      break;
    case "ping":
      await talk.webSocket.pingAsync(
        new TextEncoder().encode("are you there"),
      );
      await talk.send("pong are you there");
      break;
    default:
      await talk.send(data);
  }
}
