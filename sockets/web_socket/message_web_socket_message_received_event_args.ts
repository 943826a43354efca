import { streamOfBytes } from "../streams/_stream_of_bytes.ts";
import { DataReader } from "../streams/data_reader.ts";
import type { InputStream } from "../streams/input_stream.ts";
import type { SocketMessageType } from "./socket_message_type.ts";

/** What a message, or a part of one, consists of. */
export interface MessageWebSocketMessage {
  /** The bytes; left out if there is an error. */
  readonly bytes?: Uint8Array;
  /** Why there will be no more messages; `null` if this is one. */
  readonly error: Error | null;
  /** Whether it is text. */
  readonly messageType: SocketMessageType;
  /** Whether the message ends with these bytes. */
  readonly isMessageComplete: boolean;
}

/**
 * A message that a WebSocket has received, or a part of one: the event object of
 * `messagereceived`.
 *
 * As in WinRT, a failure of the connection is told by such an event too, whose
 * {@linkcode MessageWebSocketMessageReceivedEventArgs.getDataReader} throws it.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocketMessageReceivedEventArgs } from "@winrt/sockets/message-web-socket-message-received-event-args";
 * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
 * import { assertEquals } from "@std/assert";
 *
 * const args = new MessageWebSocketMessageReceivedEventArgs({
 *   bytes: new TextEncoder().encode("hello"),
 *   error: null,
 *   messageType: SocketMessageType.utf8,
 *   isMessageComplete: true,
 * });
 *
 * const reader = args.getDataReader();
 * assertEquals(reader.readString(reader.unconsumedBufferLength), "hello");
 * ```
 */
export class MessageWebSocketMessageReceivedEventArgs extends Event {
  readonly #message: MessageWebSocketMessage;
  #reader: DataReader | null = null;
  #stream: InputStream | null = null;

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param message What was received.
   */
  constructor(message: MessageWebSocketMessage) {
    super("messagereceived");
    this.#message = message;
  }

  /** Whether the message is text or binary. */
  get messageType(): SocketMessageType {
    return this.#message.messageType;
  }

  /**
   * Whether the message ends with these bytes. With
   * `MessageWebSocketReceiveMode.partialMessage` it may go on in the next event;
   * otherwise it is always complete.
   */
  get isMessageComplete(): boolean {
    return this.#message.isMessageComplete;
  }

  /**
   * A reader of the message. All of it is loaded: `loadAsync` is not needed.
   *
   * A part of a text may end in the middle of a character.
   *
   * @returns Always the same reader.
   *
   * @throws {WebSocketError} If the connection has failed: it was lost, the
   * peer has broken the protocol, or the message is too big. There are no more
   * messages.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocketMessageReceivedEventArgs } from "@winrt/sockets/message-web-socket-message-received-event-args";
   * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
   * import { assertEquals } from "@std/assert";
   *
   * const args = new MessageWebSocketMessageReceivedEventArgs({
   *   bytes: new Uint8Array([1, 2]),
   *   error: null,
   *   messageType: SocketMessageType.binary,
   *   isMessageComplete: true,
   * });
   *
   * assertEquals(args.getDataReader().readUInt16(), 258);
   * ```
   *
   * @example The connection has failed
   * ```ts
   * import { HResult } from "@winrt/sockets/hresult";
   * import { MessageWebSocketMessageReceivedEventArgs } from "@winrt/sockets/message-web-socket-message-received-event-args";
   * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const args = new MessageWebSocketMessageReceivedEventArgs({
   *   error: new WebSocketError(
   *     "Cannot receive: the connection was lost",
   *     HResult.WININET_E_CONNECTION_ABORTED,
   *   ),
   *   messageType: SocketMessageType.binary,
   *   isMessageComplete: true,
   * });
   *
   * const error = assertThrows(() => args.getDataReader(), WebSocketError);
   * assertEquals(error.status, WebErrorStatus.connectionAborted);
   * ```
   */
  getDataReader(): DataReader {
    return this.#reader ??= DataReader.fromBuffer(this.#bytes);
  }

  /**
   * The message as a stream.
   *
   * @returns Always the same stream.
   *
   * @throws {WebSocketError} As {@linkcode MessageWebSocketMessageReceivedEventArgs.getDataReader}.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocketMessageReceivedEventArgs } from "@winrt/sockets/message-web-socket-message-received-event-args";
   * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
   * import { assertEquals } from "@std/assert";
   *
   * const args = new MessageWebSocketMessageReceivedEventArgs({
   *   bytes: new TextEncoder().encode("hello"),
   *   error: null,
   *   messageType: SocketMessageType.utf8,
   *   isMessageComplete: true,
   * });
   *
   * const text = await new Response(args.getDataStream()).text();
   * assertEquals(text, "hello");
   * ```
   */
  getDataStream(): InputStream {
    return this.#stream ??= streamOfBytes(this.#bytes);
  }

  get #bytes(): Uint8Array {
    const { bytes, error } = this.#message;
    if (error !== null) throw error;
    return bytes ?? new Uint8Array(0);
  }
}
