import { sendPongs } from "./_connection/open_connections.ts";

/**
 * The background task that keeps WebSockets alive. In WinRT the system runs it
 * for those that have a `ControlChannelTrigger`; here a program runs it itself, and
 * it is for all WebSockets of clients that are open.
 *
 * @example Usage
 * ```ts
 * import { WebSocketKeepAlive } from "@winrt/sockets/web-socket-keep-alive";
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assert } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * listener.onconnectionreceived = (request) =>
 *   request.acceptMessageWebSocketAsync();
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new MessageWebSocket();
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * new WebSocketKeepAlive().run();
 * assert(await webSocket.pingAsync() > 0);
 * ```
 */
export class WebSocketKeepAlive {
  /**
   * Sends a pong that nobody asked for (RFC 6455, section 5.5.3) on each open
   * WebSocket of a client.
   *
   * @param _taskInstance The background task, which is not used.
   *
   * @example Usage
   * ```ts
   * import { WebSocketKeepAlive } from "@winrt/sockets/web-socket-keep-alive";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(new WebSocketKeepAlive().run(), undefined);
   * ```
   */
  run(_taskInstance?: unknown): void {
    sendPongs();
  }
}
