// deno-lint-ignore-file no-console -- it prints for its user
import { TextLineStream } from "@std/streams";
import {
  HResult,
  MessageWebSocket,
  type MessageWebSocketMessageReceivedEventArgs,
  SocketMessageType,
  WebSocketError,
} from "@winrt/sockets";
import { fingerprintOf, IGNORED_ERRORS } from "./fingerprint.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ClientOptions } from "./options.ts";
import { closeAll } from "./ws_close.ts";
import { textOf } from "./ws_message.ts";

const NORMAL_CLOSURE = 1000;

/** Sends a message, or each line of the standard input, and prints the replies. */
export async function runWsClient(options: ClientOptions): Promise<void> {
  using webSocket = new MessageWebSocket();
  await Promise.race([talk(webSocket, options), untilInterrupted()]);
  webSocket.onclosed = null;
  await closeAll([webSocket], NORMAL_CLOSURE);
}

async function talk(
  webSocket: MessageWebSocket,
  options: ClientOptions,
): Promise<void> {
  webSocket.onclosed = ({ code, reason }) => {
    console.error(`The server has closed with ${code} "${reason}"`);
  };
  await connect(webSocket, options);
  const conversation = new Conversation(webSocket);
  const { message } = options;
  await Promise.race([
    conversation.send(message === null ? inputLines() : [message]),
    conversation.print(),
  ]);
}

async function connect(
  webSocket: MessageWebSocket,
  { host, port, tls, fingerprint }: ClientOptions,
): Promise<void> {
  const { control } = webSocket;
  control.messageType = SocketMessageType.utf8;
  if (fingerprint !== null) {
    control.ignorableServerCertificateErrors.push(...IGNORED_ERRORS);
    webSocket.onservercustomvalidationrequested = (event) => {
      const { serverCertificate: shown } = event;
      const actual = shown === null ? "" : fingerprintOf(shown);
      if (actual === fingerprint) return;
      console.error(`The fingerprint of the certificate is "${actual}"`);
      event.reject();
    };
  }
  const name = host.includes(":") ? `[${host}]` : host;
  await webSocket.connectAsync(`${tls ? "wss" : "ws"}://${name}:${port}/`);
}

function inputLines(): AsyncIterable<string> {
  return Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
}

/** Messages, each of which is sent after the reply to the one before. */
class Conversation {
  readonly #webSocket: MessageWebSocket;
  /** Resolves with the reply to the last message; null if it is there. */
  #reply: PromiseWithResolvers<void> | null = null;

  constructor(webSocket: MessageWebSocket) {
    this.#webSocket = webSocket;
  }

  /** Sends messages; resolves when the last one was answered. */
  async send(
    messages: Iterable<string> | AsyncIterable<string>,
  ): Promise<void> {
    const { outputStream } = this.#webSocket;
    for await (const message of messages) {
      const reply = Promise.withResolvers<void>();
      this.#reply = reply;
      await outputStream.writeAsync(new TextEncoder().encode(message));
      await reply.promise;
    }
  }

  /** Prints what comes, until the server closes the WebSocket. */
  async print(): Promise<void> {
    for await (const message of this.#webSocket) {
      printMessage(message);
      this.#reply?.resolve();
      this.#reply = null;
    }
    if (this.#reply === null) return;
    throw new WebSocketError(
      "Cannot receive the reply: the server has closed the WebSocket",
      HResult.WININET_E_DISCONNECTED,
    );
  }
}

function printMessage(message: MessageWebSocketMessageReceivedEventArgs): void {
  const isText = message.messageType === SocketMessageType.utf8;
  const { unconsumedBufferLength } = message.getDataReader();
  console.log(
    isText ? textOf(message) : `${unconsumedBufferLength} bytes of binary`,
  );
}
