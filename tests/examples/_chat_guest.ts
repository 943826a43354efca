import {
  MessageWebSocket,
  SocketMessageType,
  type WebSocketClosedEventArgs,
} from "@winrt/sockets";

/** The page that the guests come from. */
export const PAGE = "http://chat.example";

/** A message of the server. */
type Message = Readonly<Record<string, unknown>>;

/** What a guest shows to the server. */
export interface GuestOptions {
  readonly origin?: string | null;
  readonly protocol?: string;
}

/** Somebody in the chat. */
export class Guest implements AsyncDisposable {
  readonly #webSocket = new MessageWebSocket();
  readonly #messages: AsyncIterator<Message, undefined>;
  /** How the server closes the WebSocket. */
  readonly closed: Promise<WebSocketClosedEventArgs>;

  static async connect(
    { port }: { readonly port: string },
    name: string,
    options: GuestOptions = {},
  ): Promise<Guest> {
    const guest = new Guest();
    const { origin = PAGE, protocol = "chat.v1" } = options;
    const { control } = guest.#webSocket;
    control.messageType = SocketMessageType.utf8;
    control.supportedProtocols.push(protocol);
    if (origin !== null) guest.#webSocket.setRequestHeader("Origin", origin);
    const url = new URL(`ws://127.0.0.1:${port}/`);
    url.searchParams.set("name", name);
    await guest.#webSocket.connectAsync(url);
    return guest;
  }

  private constructor() {
    this.#messages = this.#read();
    this.closed = new Promise((resolve) => {
      this.#webSocket.onclosed = resolve;
    });
  }

  /** The next message of the server; undefined if there are no more. */
  async next(): Promise<Message | undefined> {
    return (await this.#messages.next()).value;
  }

  async send(message: string | object): Promise<void> {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    const bytes = new TextEncoder().encode(text);
    await this.#webSocket.outputStream.writeAsync(bytes);
  }

  close(): void {
    this.#webSocket.close(1000, "Goodbye");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#webSocket[Symbol.asyncDispose]();
  }

  async *#read(): AsyncGenerator<Message, undefined> {
    for await (const received of this.#webSocket) {
      const reader = received.getDataReader();
      const text = reader.readString(reader.unconsumedBufferLength);
      const message: Message = JSON.parse(text);
      yield message;
    }
  }
}
