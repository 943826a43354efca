import { EventAttribute } from "../_events/event_attribute.ts";
import { ClientState } from "./_client_state.ts";
import { controlStateOf } from "./_control_state.ts";
import { MESSAGE_RECEIVED } from "./_message_inbox.ts";
import { MessageReceiver } from "./_connection/message_receiver.ts";
import {
  ClientWebSocket,
  type ClientWebSocketEventMap,
} from "./client_web_socket.ts";
import { MessageWebSocketControl } from "./message_web_socket_control.ts";
import { MessageWebSocketInformation } from "./message_web_socket_information.ts";
import type { MessageWebSocketMessageReceivedEventArgs } from "./message_web_socket_message_received_event_args.ts";
import { MessageWebSocketReceiveMode } from "./message_web_socket_receive_mode.ts";

/** The events of a {@linkcode MessageWebSocket}, by type. */
export interface MessageWebSocketEventMap extends ClientWebSocketEventMap {
  /** A message has come, or a part of one. */
  messagereceived: MessageWebSocketMessageReceivedEventArgs;
}

/** A handler of `messagereceived`. */
export type MessageWebSocketMessageReceivedHandler = (
  event: MessageWebSocketMessageReceivedEventArgs,
) => unknown;

/**
 * A WebSocket of a client that sends and receives messages (RFC 6455).
 *
 * Each write on `outputStream` is one message. Those that come are told by the
 * event `messagereceived`, or one by one to whoever iterates over the WebSocket.
 * While more than 256 KiB wait that nobody takes, the server is kept waiting.
 *
 * Needs the `net` permission for the server, or for the proxy.
 *
 * @example Send and receive text
 * ```ts
 * import { DataWriter } from "@winrt/sockets/data-writer";
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
 * import { WebSocketError } from "@winrt/sockets/web-socket-error";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * listener.onconnectionreceived = async (request) => {
 *   await using server = await request.acceptMessageWebSocketAsync();
 *   server.control.messageType = SocketMessageType.utf8;
 *   try {
 *     for await (const message of server) {
 *       const reader = message.getDataReader();
 *       const text = reader.readString(reader.unconsumedBufferLength);
 *       const reply = new TextEncoder().encode(`You said: "${text}"`);
 *       await server.outputStream.writeAsync(reply);
 *     }
 *   } catch (error) {
 *     // A client that is lost must not end the server.
 *     assertInstanceOf(error, WebSocketError);
 *   }
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new MessageWebSocket();
 * webSocket.control.messageType = SocketMessageType.utf8;
 * const reply = new Promise<string>((resolve) => {
 *   webSocket.onmessagereceived = (message) => {
 *     const reader = message.getDataReader();
 *     resolve(reader.readString(reader.unconsumedBufferLength));
 *   };
 * });
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 *
 * const writer = new DataWriter(webSocket.outputStream);
 * writer.writeString("Hello World");
 * await writer.storeAsync();
 * writer.detachStream();
 * assertEquals(await reply, 'You said: "Hello World"');
 * webSocket.close(1000, "Closed due to user request.");
 * ```
 *
 * @example Send many messages in few system calls
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * await listener.bindEndpointAsync("127.0.0.1", "");
 * const { localPort } = listener.information;
 *
 * await using webSocket = new MessageWebSocket();
 * const connected = webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * for await (const request of listener) {
 *   await using server = await request.acceptMessageWebSocketAsync();
 *   await connected;
 *
 *   const { outputStream } = webSocket;
 *   for (let i = 0; i < 1000; i++) outputStream.writeAsync(new Uint8Array(64));
 *   await outputStream.flushAsync();
 *
 *   let count = 0;
 *   for await (const message of server) {
 *     assertEquals(message.getDataReader().unconsumedBufferLength, 64);
 *     if (++count === 1000) break;
 *   }
 *   break;
 * }
 * ```
 */
export class MessageWebSocket
  extends ClientWebSocket<MessageWebSocketEventMap> {
  readonly #control: MessageWebSocketControl;
  readonly #state: ClientState;
  readonly #information: MessageWebSocketInformation;
  readonly #onmessagereceived = new EventAttribute<
    MessageWebSocketMessageReceivedEventArgs
  >(
    (listener) => this.addEventListener(MESSAGE_RECEIVED, listener),
    (listener) => this.removeEventListener(MESSAGE_RECEIVED, listener),
  );

  /**
   * Makes a WebSocket that is not connected.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.information.localAddress, null);
   * ```
   */
  constructor() {
    const control = new MessageWebSocketControl();
    const state = new ClientState(controlStateOf(control), {
      isStream: false,
      makeReceiver: ({ receiveMode, maxMessageSize }) =>
        new MessageReceiver({
          isPartial: receiveMode === MessageWebSocketReceiveMode.partialMessage,
          maxMessageSize,
        }),
    });
    super(state);
    this.#control = control;
    this.#state = state;
    this.#information = new MessageWebSocketInformation(state);
  }

  /**
   * The options of the WebSocket; see {@linkcode MessageWebSocketControl}.
   *
   * @returns Always the same object.
   */
  get control(): MessageWebSocketControl {
    return this.#control;
  }

  /**
   * What is known of the WebSocket; see {@linkcode MessageWebSocketInformation}.
   *
   * @returns Always the same object.
   */
  get information(): MessageWebSocketInformation {
    return this.#information;
  }

  /**
   * A handler of `messagereceived`, which is set before `connectAsync` is called.
   *
   * A failure of the connection is told by such an event as well, whose
   * `getDataReader` throws it: a `WebSocketError` with the status
   * `connectionAborted` if the connection was lost, and with a `closeCode` if the
   * server has sent what it must not. Close the WebSocket then.
   *
   * @default {null}
   *
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.onmessagereceived = (message) => message.getDataReader();
   * assertEquals(typeof webSocket.onmessagereceived, "function");
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
   * Sends the last frame of a message, or a message of one frame.
   *
   * @param data The bytes.
   * @returns How many bytes were written, once the system has taken them.
   *
   * @throws {ArgumentError} If `data` is no `Uint8Array`.
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it is closed.
   * @throws {WebSocketError} If the connection is lost.
   *
   * @example Send a message in parts
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = listener.information;
   *
   * await using webSocket = new MessageWebSocket();
   * const connected = webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
   * for await (const request of listener) {
   *   await using server = await request.acceptMessageWebSocketAsync();
   *   await connected;
   *   await webSocket.sendNonfinalFrameAsync(new Uint8Array([1, 2]));
   *   await webSocket.sendFinalFrameAsync(new Uint8Array([3]));
   *
   *   for await (const message of server) {
   *     const bytes = message.getDataReader().detachBuffer();
   *     assertEquals(bytes, new Uint8Array([1, 2, 3]));
   *     break;
   *   }
   *   break;
   * }
   * ```
   */
  sendFinalFrameAsync(data: Uint8Array): Promise<number> {
    return this.#state.sendFrame(data, true);
  }

  /**
   * Sends a frame of a message that is not its last. Until the last one other
   * messages are refused.
   *
   * @param data The bytes.
   * @returns How many bytes were written, once the system has taken them.
   *
   * @throws {ArgumentError} If `data` is no `Uint8Array`.
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it is closed.
   * @throws {WebSocketError} If the connection is lost.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertRejects } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * await assertRejects(
   *   () => webSocket.sendNonfinalFrameAsync(new Uint8Array([1])),
   *   InvalidOperationError,
   * );
   * ```
   */
  sendNonfinalFrameAsync(data: Uint8Array): Promise<number> {
    return this.#state.sendFrame(data, false);
  }

  /**
   * Iterates over the messages, until the WebSocket is closed. Not in WinRT.
   *
   * A failure is told by a last message; see
   * {@linkcode MessageWebSocket.onmessagereceived}.
   *
   * @returns The messages.
   *
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it was closed before it was connected.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertThrows } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertThrows(
   *   () => webSocket[Symbol.asyncIterator](),
   *   InvalidOperationError,
   * );
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<
    MessageWebSocketMessageReceivedEventArgs
  > {
    return this.#state.messages();
  }
}
