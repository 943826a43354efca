import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { StreamSocketInformation } from "../stream_socket/stream_socket_information.ts";
import { acceptUpgrade, checkAcceptance, toFields } from "./_accept_upgrade.ts";
import {
  checkMaxMessageSize,
  checkReceiveMode,
  DEFAULT_MAX_MESSAGE_SIZE,
} from "./_control_state.ts";
import { MessageReceiver } from "./_connection/message_receiver.ts";
import { formatRefusal } from "./_handshake/refusal.ts";
import { StreamReceiver } from "./_connection/stream_receiver.ts";
import { refuse, Upgrade } from "./_upgrade.ts";
import { MessageWebSocketReceiveMode } from "./message_web_socket_receive_mode.ts";
import { ServerMessageWebSocket } from "./server_message_web_socket.ts";
import { ServerStreamWebSocket } from "./server_stream_web_socket.ts";
import type {
  MessageWebSocketAcceptOptions,
  WebSocketAcceptOptions,
} from "./web_socket_accept_options.ts";

/** Options of {@linkcode WebSocketListenerConnectionReceivedEventArgs.rejectAsync}. */
export interface WebSocketRejectOptions {
  /** Headers of the response, such as `Location`. */
  headers?: HeadersInit;
}

/**
 * A client that asks a `WebSocketListener` for a WebSocket: the event object of
 * `connectionreceived`, and what iterating over the listener yields. Not in WinRT.
 *
 * It waits until it is accepted or rejected, so answer each. Whether a page of another site asks
 * is told by the header `Origin`: look at it before you accept a client that a
 * browser has signed in.
 *
 * @example Check where the page of the client is from
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
 * import { WebSocketError } from "@winrt/sockets/web-socket-error";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * listener.onconnectionreceived = (request) =>
 *   request.headers.get("Origin") === "https://app.example"
 *     ? request.acceptMessageWebSocketAsync()
 *     : request.rejectAsync(403, "Not from there");
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * using webSocket = new MessageWebSocket();
 * webSocket.setRequestHeader("Origin", "https://other.example");
 * const { localPort } = listener.information;
 * const error = await assertRejects(
 *   () => webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`),
 *   WebSocketError,
 * );
 * assertEquals(error.status, WebErrorStatus.forbidden);
 * ```
 */
export class WebSocketListenerConnectionReceivedEventArgs extends Event {
  readonly #upgrade: Upgrade;
  #isAnswered = false;

  /**
   * Made by the listener.
   *
   * @param upgrade What the client asks for.
   */
  constructor(upgrade: object) {
    super("connectionreceived");
    if (!(upgrade instanceof Upgrade)) {
      throw new TypeError("Not a request for a WebSocket");
    }
    this.#upgrade = upgrade;
  }

  /** What the client asks for, as `ws:` or `wss:`. */
  get url(): URL {
    return this.#upgrade.request.url;
  }

  /** The headers of the request. */
  get headers(): Headers {
    return this.#upgrade.request.headers;
  }

  /** The subprotocols that the client can speak, best first. */
  get requestedProtocols(): readonly string[] {
    return this.#upgrade.request.requestedProtocols;
  }

  /** All that is known of the connection, such as who the client is. */
  get socketInformation(): StreamSocketInformation {
    return this.#upgrade.socket.information;
  }

  /**
   * Accepts the client, to send and receive messages.
   *
   * @param options The subprotocol, headers, compression and limits.
   * @returns The WebSocket.
   *
   * @throws {ArgumentError} If an option is not acceptable. The client can still
   * be answered.
   * @throws {InvalidOperationError} If it was answered already.
   * @throws {WebSocketError} If the response cannot be sent. That the client has
   * gone since it asked is told like any lost connection.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = async (request) => {
   *   const [protocol] = request.requestedProtocols;
   *   await request.acceptMessageWebSocketAsync({
   *     protocol: protocol ?? "",
   *     maxMessageSize: 64 * 1024,
   *   });
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * await using webSocket = new MessageWebSocket();
   * webSocket.control.supportedProtocols.push("chat");
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * assertEquals(webSocket.information.protocol, "chat");
   * ```
   */
  async acceptMessageWebSocketAsync(
    options: MessageWebSocketAcceptOptions = {},
  ): Promise<ServerMessageWebSocket> {
    const {
      maxMessageSize = DEFAULT_MAX_MESSAGE_SIZE,
      receiveMode = MessageWebSocketReceiveMode.fullMessage,
    } = options;
    checkMaxMessageSize(maxMessageSize);
    checkReceiveMode(receiveMode);
    const acceptance = checkAcceptance(options, this.#upgrade);
    const isPartial =
      receiveMode === MessageWebSocketReceiveMode.partialMessage;
    const receiver = new MessageReceiver({ isPartial, maxMessageSize });
    this.#answer("accept");
    return new ServerMessageWebSocket(
      await acceptUpgrade(this.#upgrade, acceptance, receiver, false),
    );
  }

  /**
   * Accepts the client, with a stream of bytes in each direction.
   *
   * @param options The subprotocol, headers and compression.
   * @returns The WebSocket.
   *
   * @throws {ArgumentError} If an option is not acceptable. The client can still
   * be answered.
   * @throws {InvalidOperationError} If it was answered already.
   * @throws {WebSocketError} If the response cannot be sent. That the client has
   * gone since it asked is told like any lost connection.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = async (request) => {
   *   const server = await request.acceptStreamWebSocketAsync();
   *   server.outputStream.writeAsync(new Uint8Array([request.url.port.length]));
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * await using webSocket = new StreamWebSocket();
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * const [length] = await webSocket.inputStream.readAsync(new Uint8Array(1));
   * assertEquals(length, localPort.length);
   * ```
   */
  async acceptStreamWebSocketAsync(
    options: WebSocketAcceptOptions = {},
  ): Promise<ServerStreamWebSocket> {
    const acceptance = checkAcceptance(options, this.#upgrade);
    const receiver = new StreamReceiver();
    this.#answer("accept");
    return new ServerStreamWebSocket(
      await acceptUpgrade(this.#upgrade, acceptance, receiver, true),
    );
  }

  /**
   * Rejects the client, and closes the connection.
   *
   * @param status The HTTP status, 300 to 599.
   * @param body What the client is told, as text or as bytes.
   * @default {""}
   * @param options Headers of the response.
   * @returns A promise that resolves when the connection is gone.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the client was answered already.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = (request) =>
   *   request.rejectAsync(503, "Come back later", {
   *     headers: { "Retry-After": "60" },
   *   });
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * using webSocket = new MessageWebSocket();
   * const { localPort } = listener.information;
   * const error = await assertRejects(
   *   () => webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`),
   *   WebSocketError,
   * );
   * assertEquals(error.status, WebErrorStatus.serviceUnavailable);
   * ```
   */
  async rejectAsync(
    status: number,
    body: string | Uint8Array = "",
    options: WebSocketRejectOptions = {},
  ): Promise<void> {
    if (typeof body !== "string" && !(body instanceof Uint8Array)) {
      throw new ArgumentError(
        `Cannot reject with the body ${
          quote(body)
        }: it must be a string or a Uint8Array`,
      );
    }
    const response = formatRefusal(status, body, toFields(options.headers));
    this.#answer("reject");
    await refuse(this.#upgrade.connection, response);
  }

  #answer(action: string): void {
    if (this.#isAnswered) {
      throw new InvalidOperationError(
        `Cannot ${action} the client: it was answered already`,
      );
    }
    this.#isAnswered = true;
  }
}
