import { EventAttribute } from "../_events/event_attribute.ts";
import { ClientState, VALIDATION_REQUESTED } from "./_client_state.ts";
import {
  WebSocketEndpoint,
  type WebSocketEndpointEventMap,
} from "./web_socket_endpoint.ts";
import type { WebSocketServerCustomValidationRequestedEventArgs } from "./web_socket_server_custom_validation_requested_event_args.ts";

/** The events of a {@linkcode ClientWebSocket}, by type. */
export interface ClientWebSocketEventMap extends WebSocketEndpointEventMap {
  /** The server has shown its certificate. */
  servercustomvalidationrequested:
    WebSocketServerCustomValidationRequestedEventArgs;
}

/** A handler of `servercustomvalidationrequested`. */
export type WebSocketServerCustomValidationRequestedHandler = (
  event: WebSocketServerCustomValidationRequestedEventArgs,
) => unknown;

/** Options of {@linkcode ClientWebSocket.connectAsync}. */
export interface WebSocketConnectOptions {
  /** Gives up, with the signal's reason; the WebSocket may connect again. */
  signal?: AbortSignal;
}

/**
 * What the WebSockets of clients have in common: the `IWebSocket` of WinRT.
 *
 * @typeParam Events The events, by type.
 *
 * @example Usage
 * ```ts
 * import { ClientWebSocket } from "@winrt/sockets/client-web-socket";
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { assert } from "@std/assert";
 *
 * using webSocket = new StreamWebSocket();
 * assert(webSocket instanceof ClientWebSocket);
 * ```
 */
export abstract class ClientWebSocket<
  Events extends ClientWebSocketEventMap = ClientWebSocketEventMap,
> extends WebSocketEndpoint<Events> {
  readonly #state: ClientState;
  readonly #onvalidation = new EventAttribute<
    WebSocketServerCustomValidationRequestedEventArgs
  >(
    (listener) => this.addEventListener(VALIDATION_REQUESTED, listener),
    (listener) => this.removeEventListener(VALIDATION_REQUESTED, listener),
  );

  /**
   * Called by the classes of this library alone. Not in WinRT.
   *
   * @param state What the WebSocket is at this moment.
   */
  constructor(state: object) {
    super(state);
    if (!(state instanceof ClientState)) {
      throw new TypeError("Not the state of a WebSocket of a client");
    }
    this.#state = state;
  }

  /**
   * A handler of `servercustomvalidationrequested`, which is raised for `wss:`
   * when the certificate of the server has passed the checks of
   * `control.ignorableServerCertificateErrors`, and before anything is sent. It
   * may refuse the certificate, at once or with a deferral. It is set before
   * `connectAsync` is called. Without a decision
   * the certificate is accepted; a deferral that is not complete within
   * `control.handshakeTimeout` fails the connect.
   *
   * @default {null}
   *
   * @throws {InvalidOperationError} If set after `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.onservercustomvalidationrequested = (event) => {
   *   if (event.serverCertificate?.issuer !== "Example CA") event.reject();
   * };
   * assertEquals(typeof webSocket.onservercustomvalidationrequested, "function");
   * ```
   */
  get onservercustomvalidationrequested():
    | WebSocketServerCustomValidationRequestedHandler
    | null {
    return this.#onvalidation.value;
  }

  set onservercustomvalidationrequested(
    handler: WebSocketServerCustomValidationRequestedHandler | null,
  ) {
    this.#onvalidation.value = handler;
  }

  /**
   * Adds a header to the HTTP request of the handshake, in the place of one of
   * the same name.
   *
   * @param headerName The name. Those that the handshake makes itself are
   * refused, such as `Host`, `Upgrade` and all that begin with `Sec-WebSocket-`.
   * @param headerValue The value, in ISO 8859-1 without control characters.
   *
   * @throws {ArgumentError} If the name or the value is not acceptable.
   * @throws {InvalidOperationError} If the WebSocket is connecting or connected.
   * @throws {ClosedError} If it is closed.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertThrows } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.setRequestHeader("Origin", "https://app.example");
   * assertThrows(
   *   () => webSocket.setRequestHeader("X-Name", "a\r\nHost: b"),
   *   ArgumentError,
   * );
   * ```
   */
  setRequestHeader(headerName: string, headerValue: string): void {
    this.#state.setRequestHeader(headerName, headerValue);
  }

  /**
   * Connects to a server, and shakes hands. Redirections are not followed.
   *
   * @param uri Where to: `ws:` or `wss:`, without a fragment, user and password.
   * @param options A signal.
   *
   * @throws {ArgumentError} If the URI, or something that was set for the
   * handshake, is not acceptable.
   * @throws {InvalidOperationError} If the WebSocket is connecting or connected.
   * @throws {ClosedError} If it is closed.
   * @throws {WebSocketError} If the connection or the handshake fails; its
   * `status` says why. An HTTP status other than 101 is kept, as in `notFound`;
   * an answer that is none of the protocol is `errorHttpInvalidServerResponse`.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
   * import { WebSocketError } from "@winrt/sockets/web-socket-error";
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = (request) => request.rejectAsync(404);
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * using webSocket = new MessageWebSocket();
   * const { localPort } = listener.information;
   * const error = await assertRejects(
   *   () => webSocket.connectAsync(`ws://127.0.0.1:${localPort}/nothing`),
   *   WebSocketError,
   * );
   * assertEquals(error.status, WebErrorStatus.notFound);
   * ```
   */
  async connectAsync(
    uri: string | URL,
    options: WebSocketConnectOptions = {},
  ): Promise<void> {
    await this.#state.connect(uri, options.signal);
  }
}
