import type { InputStream } from "../streams/input_stream.ts";
import { ClientState } from "./_client_state.ts";
import { controlStateOf } from "./_control_state.ts";
import { StreamReceiver } from "./_connection/stream_receiver.ts";
import { ClientWebSocket } from "./client_web_socket.ts";
import { StreamWebSocketControl } from "./stream_web_socket_control.ts";
import { StreamWebSocketInformation } from "./stream_web_socket_information.ts";

/**
 * A WebSocket of a client that is a stream of bytes in each direction (RFC 6455).
 *
 * Each write on `outputStream` is sent as a binary message. `inputStream` has the
 * bytes of all messages in a row, text as well, and has them while a message is
 * still on its way. It ends when the server closes the WebSocket; it fails with
 * a `WebSocketError` of the status `connectionAborted` if the connection is lost.
 *
 * Needs the `net` permission for the server, or for the proxy.
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
 *   await server.inputStream.pipeTo(server.outputStream);
 * };
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * await using webSocket = new StreamWebSocket();
 * const { localPort } = listener.information;
 * await webSocket.connectAsync(`ws://127.0.0.1:${localPort}/`);
 * await webSocket.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
 * const reply = await webSocket.inputStream.readAsync(new Uint8Array(3));
 * assertEquals(reply, new Uint8Array([1, 2, 3]));
 * ```
 */
export class StreamWebSocket extends ClientWebSocket {
  readonly #control: StreamWebSocketControl;
  readonly #state: ClientState;
  readonly #information: StreamWebSocketInformation;

  /**
   * Makes a WebSocket that is not connected.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new StreamWebSocket();
   * assertEquals(webSocket.information.localAddress, null);
   * ```
   */
  constructor() {
    const control = new StreamWebSocketControl();
    const state = new ClientState(controlStateOf(control), {
      isStream: true,
      makeReceiver: () => new StreamReceiver(),
    });
    super(state);
    this.#control = control;
    this.#state = state;
    this.#information = new StreamWebSocketInformation(state);
  }

  /**
   * The options of the WebSocket; see {@linkcode StreamWebSocketControl}.
   *
   * @returns Always the same object.
   */
  get control(): StreamWebSocketControl {
    return this.#control;
  }

  /**
   * What is known of the WebSocket; see {@linkcode StreamWebSocketInformation}.
   *
   * @returns Always the same object.
   */
  get information(): StreamWebSocketInformation {
    return this.#information;
  }

  /**
   * The bytes from the server. The same object at each call. After
   * `close()` its reads fail with the status `operationCanceled`.
   *
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it was closed before it was connected.
   */
  get inputStream(): InputStream {
    return this.#state.input;
  }
}
