import { WebSocketInformation } from "./web_socket_information.ts";

/**
 * What is known of a `ServerMessageWebSocket`.
 *
 * @example Usage
 * ```ts
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * const protocols: (string | null)[] = [];
 * listener.onconnectionreceived = async (request) => {
 *   const webSocket = await request.acceptMessageWebSocketAsync({ protocol: "a" });
 *   protocols.push(webSocket.information.protocol);
 *   webSocket.close();
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new StreamWebSocket();
 * webSocket.control.supportedProtocols.push("a");
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * await webSocket.inputStream.readAsync(new Uint8Array(1));
 * assertEquals(protocols, ["a"]);
 * ```
 */
export class ServerMessageWebSocketInformation extends WebSocketInformation {}
