import { ClientWebSocketInformation } from "./client_web_socket_information.ts";

/**
 * What is known of a `MessageWebSocket`.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new MessageWebSocket();
 * assertEquals(webSocket.information.protocol, null);
 * ```
 */
export class MessageWebSocketInformation extends ClientWebSocketInformation {}
