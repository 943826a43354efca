import { assertUnlocked, controlStateOf } from "./_control_state.ts";
import { WebSocketControl } from "./web_socket_control.ts";

/**
 * The options of a `StreamWebSocket`.
 *
 * @example Usage
 * ```ts
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new StreamWebSocket();
 * assertEquals(webSocket.control.noDelay, true);
 * ```
 */
export class StreamWebSocketControl extends WebSocketControl {
  /**
   * Whether small packets are sent without delay (Nagle's algorithm is off).
   *
   * @default {true}
   *
   * @throws {ArgumentError} If set to something else than a boolean.
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new StreamWebSocket();
   * webSocket.control.noDelay = false;
   * assertEquals(webSocket.control.noDelay, false);
   * ```
   */
  get noDelay(): boolean {
    return controlStateOf(this).connection.noDelay;
  }

  set noDelay(value: boolean) {
    const state = controlStateOf(this);
    assertUnlocked(state, "noDelay");
    state.connection.noDelay = value;
  }
}
