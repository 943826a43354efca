import type { InputStream } from "../streams/input_stream.ts";
import { ServerState } from "./_server_state.ts";
import { ServerStreamWebSocketInformation } from "./server_stream_web_socket_information.ts";
import { WebSocketEndpoint } from "./web_socket_endpoint.ts";

/**
 * A WebSocket of a server that is a stream of bytes in each direction. A
 * `WebSocketListener` makes it; in WinRT the system alone does.
 *
 * @example Usage
 * ```ts
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * listener.onconnectionreceived = async (request) => {
 *   const server = await request.acceptStreamWebSocketAsync();
 *   await new Blob(["hello"]).stream().pipeTo(server.outputStream);
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new StreamWebSocket();
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * assertEquals(await new Response(webSocket.inputStream).text(), "hello");
 * ```
 */
export class ServerStreamWebSocket extends WebSocketEndpoint {
  readonly #state: ServerState;
  readonly #information: ServerStreamWebSocketInformation;

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
    this.#information = new ServerStreamWebSocketInformation(state);
  }

  /**
   * What is known of the WebSocket; see
   * {@linkcode ServerStreamWebSocketInformation}.
   *
   * @returns Always the same object.
   */
  get information(): ServerStreamWebSocketInformation {
    return this.#information;
  }

  /**
   * The bytes from the client, of all messages in a row. The same object at each
   * call. It ends when the client closes the WebSocket; it fails with a
   * `WebSocketError` of the status `connectionAborted` if the connection is lost.
   */
  get inputStream(): InputStream {
    return this.#state.input;
  }
}
