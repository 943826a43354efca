import { checkMessageType } from "./_control_state.ts";
import { SocketMessageType } from "./socket_message_type.ts";

/**
 * The options of a `ServerMessageWebSocket`. What holds for its whole life is
 * told when it is accepted.
 *
 * @example Usage
 * ```ts
 * import { ServerMessageWebSocketControl } from "@winrt/sockets/server-message-web-socket-control";
 * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
 * import { assertEquals } from "@std/assert";
 *
 * const control = new ServerMessageWebSocketControl();
 * assertEquals(control.messageType, SocketMessageType.binary);
 * ```
 */
export class ServerMessageWebSocketControl {
  readonly #onMessageType: (type: SocketMessageType) => void;
  #messageType: SocketMessageType = SocketMessageType.binary;

  /**
   * Made by the WebSocket. Not in WinRT.
   *
   * @param onMessageType Told when the type is set.
   * @default {() => {}}
   */
  constructor(onMessageType: (type: SocketMessageType) => void = () => {}) {
    this.#onMessageType = onMessageType;
  }

  /**
   * Whether the messages that are written are text or binary. It may be set at any
   * time, for the messages that are written from then on.
   *
   * @default {SocketMessageType.binary}
   *
   * @throws {ArgumentError} If set to something else.
   *
   * @example Usage
   * ```ts
   * import { ServerMessageWebSocketControl } from "@winrt/sockets/server-message-web-socket-control";
   * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
   * import { assertEquals } from "@std/assert";
   *
   * const control = new ServerMessageWebSocketControl();
   * control.messageType = SocketMessageType.utf8;
   * assertEquals(control.messageType, SocketMessageType.utf8);
   * ```
   */
  get messageType(): SocketMessageType {
    return this.#messageType;
  }

  set messageType(value: SocketMessageType) {
    checkMessageType(value);
    this.#messageType = value;
    this.#onMessageType(value);
  }
}
