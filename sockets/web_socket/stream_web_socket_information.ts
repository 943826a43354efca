import { ClientWebSocketInformation } from "./client_web_socket_information.ts";

/**
 * What is known of a `StreamWebSocket`.
 *
 * @example Usage
 * ```ts
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new StreamWebSocket();
 * assertEquals(webSocket.information.protocol, null);
 * ```
 */
export class StreamWebSocketInformation extends ClientWebSocketInformation {}
