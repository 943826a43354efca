import { EventAttribute } from "../_events/event_attribute.ts";
import { MESSAGE_RECEIVED } from "./_message_inbox.ts";
import { ServerState } from "./_server_state.ts";
import type {
  MessageWebSocketMessageReceivedHandler,
} from "./message_web_socket.ts";
import type { MessageWebSocketMessageReceivedEventArgs } from "./message_web_socket_message_received_event_args.ts";
import { ServerMessageWebSocketControl } from "./server_message_web_socket_control.ts";
import { ServerMessageWebSocketInformation } from "./server_message_web_socket_information.ts";
import {
  WebSocketEndpoint,
  type WebSocketEndpointEventMap,
} from "./web_socket_endpoint.ts";

/** The events of a {@linkcode ServerMessageWebSocket}, by type. */
export interface ServerMessageWebSocketEventMap
  extends WebSocketEndpointEventMap {
  /** A message has come, or a part of one. */
  messagereceived: MessageWebSocketMessageReceivedEventArgs;
}

/**
 * A WebSocket of a server that sends and receives messages. A `WebSocketListener`
 * makes it; in WinRT the system alone does.
 *
 * Messages that come before there is a handler wait for it. A client that is lost
 * is told by a last message, whose `getDataReader` throws: a server catches that,
 * as it would end the program.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketError } from "@winrt/sockets/web-socket-error";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * listener.onconnectionreceived = async (request) => {
 *   const server = await request.acceptMessageWebSocketAsync();
 *   server.onmessagereceived = (message) => {
 *     try {
 *       const bytes = message.getDataReader().detachBuffer();
 *       server.outputStream.writeAsync(bytes);
 *     } catch (error) {
 *       // A client that is lost must not end the server.
 *       assertInstanceOf(error, WebSocketError);
 *       server.close();
 *     }
 *   };
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new MessageWebSocket();
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * await webSocket.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
 * for await (const message of webSocket) {
 *   const bytes = message.getDataReader().detachBuffer();
 *   assertEquals(bytes, new Uint8Array([1, 2, 3]));
 *   break;
 * }
 * ```
 */
export class ServerMessageWebSocket
  extends WebSocketEndpoint<ServerMessageWebSocketEventMap> {
  readonly #state: ServerState;
  readonly #control: ServerMessageWebSocketControl;
  readonly #information: ServerMessageWebSocketInformation;
  readonly #onmessagereceived = new EventAttribute<
    MessageWebSocketMessageReceivedEventArgs
  >(
    (listener) => this.addEventListener(MESSAGE_RECEIVED, listener),
    (listener) => this.removeEventListener(MESSAGE_RECEIVED, listener),
  );

  /**
   * Made by the listener. Not in WinRT.
   *
   * @param state What the WebSocket is at this moment.
   */
  constructor(state: object) {
    super(state);
    if (!(state instanceof ServerState)) {
      throw new TypeError("Not the state of a WebSocket of a server");
    }
    this.#state = state;
    this.#control = new ServerMessageWebSocketControl((type) =>
      state.setMessageType(type)
    );
    this.#information = new ServerMessageWebSocketInformation(state);
  }

  /**
   * The options of the WebSocket; see {@linkcode ServerMessageWebSocketControl}.
   *
   * @returns Always the same object.
   */
  get control(): ServerMessageWebSocketControl {
    return this.#control;
  }

  /**
   * What is known of the WebSocket; see
   * {@linkcode ServerMessageWebSocketInformation}.
   *
   * @returns Always the same object.
   */
  get information(): ServerMessageWebSocketInformation {
    return this.#information;
  }

  /**
   * A handler of `messagereceived`. A failure of the connection is told by such an
   * event as well, whose `getDataReader` throws it; see
   * `MessageWebSocket.onmessagereceived`.
   *
   * @default {null}
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = async (request) => {
   *   const server = await request.acceptMessageWebSocketAsync();
   *   server.onmessagereceived = () => server.close(1000, "one is enough");
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * await using webSocket = new MessageWebSocket();
   * const reason = new Promise<string>((resolve) => {
   *   webSocket.onclosed = ({ reason }) => resolve(reason);
   * });
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * await webSocket.outputStream.writeAsync(new Uint8Array([1]));
   * assertEquals(await reason, "one is enough");
   * ```
   */
  get onmessagereceived(): MessageWebSocketMessageReceivedHandler | null {
    return this.#onmessagereceived.value;
  }

  set onmessagereceived(
    handler: MessageWebSocketMessageReceivedHandler | null,
  ) {
    this.#onmessagereceived.value = handler;
  }

  /**
   * Sends the last frame of a message, or a message of one frame; see
   * `MessageWebSocket.sendFinalFrameAsync`. Not in WinRT.
   *
   * @param data The bytes.
   * @returns How many bytes were written, once the system has taken them.
   *
   * @throws {ArgumentError} If `data` is no `Uint8Array`.
   * @throws {ClosedError} If the WebSocket is closed.
   * @throws {WebSocketError} If the connection is lost.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = async (request) => {
   *   const server = await request.acceptMessageWebSocketAsync();
   *   await server.sendNonfinalFrameAsync(new Uint8Array([1]));
   *   await server.sendFinalFrameAsync(new Uint8Array([2]));
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * await using webSocket = new MessageWebSocket();
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * for await (const message of webSocket) {
   *   assertEquals(message.getDataReader().unconsumedBufferLength, 2);
   *   break;
   * }
   * ```
   */
  sendFinalFrameAsync(data: Uint8Array): Promise<number> {
    return this.#state.sendFrame(data, true);
  }

  /**
   * Sends a frame of a message that is not its last. Until the last one other
   * messages are refused. Not in WinRT.
   *
   * @param data The bytes.
   * @returns How many bytes were written, once the system has taken them.
   *
   * @throws {ArgumentError} If `data` is no `Uint8Array`.
   * @throws {ClosedError} If the WebSocket is closed.
   * @throws {WebSocketError} If the connection is lost.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = async (request) => {
   *   const server = await request.acceptMessageWebSocketAsync();
   *   await server.sendNonfinalFrameAsync(new Uint8Array([1]));
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * await using webSocket = new StreamWebSocket();
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * const bytes = await webSocket.inputStream.readAsync(new Uint8Array(1));
   * assertEquals(bytes, new Uint8Array([1]));
   * ```
   */
  sendNonfinalFrameAsync(data: Uint8Array): Promise<number> {
    return this.#state.sendFrame(data, false);
  }

  /**
   * Iterates over the messages, until the WebSocket is closed. A failure is told
   * by a last message. Not in WinRT.
   *
   * @returns The messages.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * const sizes: number[] = [];
   * listener.onconnectionreceived = async (request) => {
   *   const server = await request.acceptMessageWebSocketAsync();
   *   for await (const message of server) {
   *     sizes.push(message.getDataReader().unconsumedBufferLength);
   *   }
   * };
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * const webSocket = new MessageWebSocket();
   * const { localPort } = listener.information;
   * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * webSocket.outputStream.writeAsync(new Uint8Array(5));
   * webSocket.outputStream.writeAsync(new Uint8Array(7));
   * await webSocket[Symbol.asyncDispose]();
   * assertEquals(sizes, [5, 7]);
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<
    MessageWebSocketMessageReceivedEventArgs
  > {
    return this.#state.messages();
  }
}
