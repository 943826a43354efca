import type {
  MessageWebSocketMessageReceivedEventArgs,
  ServerMessageWebSocket,
} from "../../mod.ts";
import { MessageWebSocket, SocketMessageType } from "../../mod.ts";

/** What a message consists of. */
export type Data = string | Uint8Array;

/** A part of a message. */
export interface Part {
  readonly text: string;
  readonly isLast: boolean;
}

/** Sends messages to a peer, and receives them one by one. */
export class Talk implements AsyncDisposable {
  readonly webSocket: MessageWebSocket | ServerMessageWebSocket;
  /** Resolves with the code and the reason of the peer. */
  readonly closed: Promise<string>;
  readonly #messages: AsyncIterableIterator<
    MessageWebSocketMessageReceivedEventArgs
  >;

  constructor(webSocket: MessageWebSocket | ServerMessageWebSocket) {
    this.webSocket = webSocket;
    this.closed = new Promise((resolve) => {
      webSocket.onclosed = ({ code, reason }) => resolve(`${code} ${reason}`);
    });
    this.#messages = webSocket[Symbol.asyncIterator]();
  }

  /** Sends a message, of text or of bytes. */
  async send(data: Data): Promise<void> {
    const { control, outputStream } = this.webSocket;
    control.messageType = typeOf(data);
    await outputStream.writeAsync(toBytes(data));
  }

  /** Sends a message of text in as many frames. */
  async sendFragments(...texts: readonly string[]): Promise<void> {
    this.webSocket.control.messageType = SocketMessageType.utf8;
    for (const text of texts.slice(0, -1)) {
      await this.webSocket.sendNonfinalFrameAsync(toBytes(text));
    }
    await this.webSocket.sendFinalFrameAsync(toBytes(texts.at(-1) ?? ""));
  }

  /** Resolves with the next message; null if there is none any more. */
  async receive(): Promise<Data | null> {
    const { value, done } = await this.#messages.next();
    if (done === true) return null;
    const bytes = value.getDataReader().detachBuffer();
    const isText = value.messageType === SocketMessageType.utf8;
    return isText ? new TextDecoder().decode(bytes) : bytes;
  }

  /** Sends a message, and resolves with the next one. */
  async ask(data: Data): Promise<Data | null> {
    await this.send(data);
    return await this.receive();
  }

  /** Resolves with the parts of the next message. */
  async receiveParts(): Promise<Part[]> {
    const parts: Part[] = [];
    for await (const message of this.#messages) {
      const reader = message.getDataReader();
      const text = reader.readString(reader.unconsumedBufferLength);
      parts.push({ text, isLast: message.isMessageComplete });
      if (message.isMessageComplete) break;
    }
    return parts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.webSocket[Symbol.asyncDispose]();
  }
}

/** Connects to a server. */
export async function connect(
  url: string,
  configure: (webSocket: MessageWebSocket) => void = () => {},
): Promise<Talk> {
  const webSocket = new MessageWebSocket();
  configure(webSocket);
  await webSocket.connectAsync(url);
  return new Talk(webSocket);
}

function typeOf(data: Data): SocketMessageType {
  const { utf8, binary } = SocketMessageType;
  return typeof data === "string" ? utf8 : binary;
}

function toBytes(data: Data): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}
