import {
  assertUnlocked,
  checkMaxMessageSize,
  checkMessageType,
  checkReceiveMode,
  controlStateOf,
} from "./_control_state.ts";
import type { MessageWebSocketReceiveMode } from "./message_web_socket_receive_mode.ts";
import type { SocketMessageType } from "./socket_message_type.ts";
import { WebSocketControl } from "./web_socket_control.ts";

/**
 * The options of a `MessageWebSocket`.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new MessageWebSocket();
 * const { control } = webSocket;
 * control.messageType = SocketMessageType.utf8;
 * control.maxMessageSize = 1024 * 1024;
 * assertEquals(control.messageType, 1);
 * ```
 */
export class MessageWebSocketControl extends WebSocketControl {
  /**
   * Whether the messages that are written are text or binary. It may be set at any
   * time, for the messages that are written from then on. Whoever writes text
   * writes UTF-8: that is not checked, and a peer ends the connection for other
   * bytes.
   *
   * @default {SocketMessageType.binary}
   *
   * @throws {ArgumentError} If set to something else.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.messageType, SocketMessageType.binary);
   * ```
   */
  get messageType(): SocketMessageType {
    return controlStateOf(this).messageType;
  }

  set messageType(value: SocketMessageType) {
    checkMessageType(value);
    const state = controlStateOf(this);
    state.messageType = value;
    state.onMessageType(value);
  }

  /**
   * How many bytes a message may have that is received as a whole; Infinity for
   * any number. A longer one ends the connection with the code 1009, before all of
   * it was received. WinRT has no limit until one is set: then a peer can take all
   * of the memory.
   *
   * @default {67_108_864} which is 64 MiB.
   *
   * @throws {ArgumentError} If set to something else than a whole number from 0 up
   * or Infinity.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * assertEquals(webSocket.control.maxMessageSize, 64 * 1024 * 1024);
   * ```
   */
  get maxMessageSize(): number {
    return controlStateOf(this).maxMessageSize;
  }

  set maxMessageSize(value: number) {
    checkMaxMessageSize(value);
    const state = controlStateOf(this);
    assertUnlocked(state, "maxMessageSize");
    state.maxMessageSize = value;
  }

  /**
   * Whether a message is received as a whole, or in parts while it comes. A part
   * is a frame, or 64 KiB of a larger one; of a text it may end within a character.
   * `maxMessageSize` does not apply to parts.
   *
   * @default {MessageWebSocketReceiveMode.fullMessage}
   *
   * @throws {ArgumentError} If set to something else.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { MessageWebSocketReceiveMode } from "@winrt/sockets/message-web-socket-receive-mode";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * const { partialMessage } = MessageWebSocketReceiveMode;
   * webSocket.control.receiveMode = partialMessage;
   * assertEquals(webSocket.control.receiveMode, partialMessage);
   * ```
   */
  get receiveMode(): MessageWebSocketReceiveMode {
    return controlStateOf(this).receiveMode;
  }

  set receiveMode(value: MessageWebSocketReceiveMode) {
    checkReceiveMode(value);
    const state = controlStateOf(this);
    assertUnlocked(state, "receiveMode");
    state.receiveMode = value;
  }
}
