import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { EventAttribute } from "../_events/event_attribute.ts";
import { EventHandlers } from "../_events/event_handlers.ts";
import { PullIterator } from "../_events/pull_iterator.ts";
import type { HostName } from "../addressing/host_name.ts";
import { Acceptor } from "../stream_socket/_acceptor.ts";
import { EventDelivery } from "../stream_socket/_event_delivery.ts";
import type { SocketProtectionLevel } from "../stream_socket/socket_protection_level.ts";
import {
  StreamSocketListener,
  type StreamSocketListenerBindOptions,
} from "../stream_socket/stream_socket_listener.ts";
import type { StreamSocketListenerControl } from "../stream_socket/stream_socket_listener_control.ts";
import type { StreamSocketListenerInformation } from "../stream_socket/stream_socket_listener_information.ts";
import type { Upgrade } from "./_upgrade.ts";
import { queueUpgrades } from "./_upgrade_queue.ts";
import { WebSocketListenerConnectionReceivedEventArgs } from "./web_socket_listener_connection_received_event_args.ts";

/** A handler of `connectionreceived`. */
export type WebSocketListenerConnectionReceivedHandler = (
  event: WebSocketListenerConnectionReceivedEventArgs,
) => unknown;

/** A handler of `error`. */
export type WebSocketListenerErrorHandler = (event: ErrorEvent) => unknown;

/** The events of a {@linkcode WebSocketListener}, by type. */
export interface WebSocketListenerEventMap {
  /** A client asks for a WebSocket. */
  connectionreceived: WebSocketListenerConnectionReceivedEventArgs;
  /** A connection could not be accepted, or has not become a WebSocket. */
  error: ErrorEvent;
}

/**
 * Listens for WebSockets over TCP, or over TLS. Not in WinRT, where the system
 * makes the WebSockets of servers.
 *
 * The clients come as events, or one by one to whoever iterates over the listener.
 * Who does not ask for a WebSocket in time, or at all, is told by an HTTP status
 * (426 for a plain request) and raises `error`: a head may take 10 seconds, or
 * `control.handshakeTimeout` if that is less, and have 16 KiB.
 *
 * Needs the `net` permission for the local address and port.
 *
 * @example Iterate over clients
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new WebSocketListener();
 * await listener.bindEndpointAsync("127.0.0.1", "");
 * const { localPort } = listener.information;
 *
 * await using webSocket = new MessageWebSocket();
 * const connected = webSocket.connectAsync(`ws://127.0.0.1:${localPort}/chat`);
 * for await (const request of listener) {
 *   assertEquals(request.url.pathname, "/chat");
 *   await using _server = await request.acceptMessageWebSocketAsync();
 *   await connected;
 *   break;
 * }
 * ```
 */
export class WebSocketListener extends EventTarget {
  readonly #listener = new StreamSocketListener();
  readonly #handlers = new EventHandlers(
    (listener, capture) =>
      super.addEventListener("connectionreceived", listener, capture),
    (listener, capture) =>
      super.removeEventListener("connectionreceived", listener, capture),
  );
  #isClosed = false;
  #acceptor: Acceptor<Upgrade> | null = null;
  #delivery: EventDelivery<Upgrade> | null = null;
  readonly #onconnectionreceived = new EventAttribute<
    WebSocketListenerConnectionReceivedEventArgs
  >(
    (listener) => this.addEventListener("connectionreceived", listener),
    (listener) => this.removeEventListener("connectionreceived", listener),
  );
  readonly #onerror = new EventAttribute<ErrorEvent>(
    (listener) => this.addEventListener("error", listener),
    (listener) => this.removeEventListener("error", listener),
  );

  /**
   * Makes a listener that is not bound.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * assertEquals(listener.information.localPort, "");
   * ```
   */
  constructor() {
    super();
    this.#listener.onerror = ({ error }) => this.#report(error);
  }

  /**
   * The options of the listener, TLS included; see `StreamSocketListenerControl`.
   *
   * @returns Always the same object.
   */
  get control(): StreamSocketListenerControl {
    return this.#listener.control;
  }

  /**
   * What is known of the listener; see `StreamSocketListenerInformation`.
   *
   * @returns Always the same object.
   */
  get information(): StreamSocketListenerInformation {
    return this.#listener.information;
  }

  /**
   * A handler of `connectionreceived`.
   *
   * @default {null}
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = (request) => request.rejectAsync(503);
   * assertEquals(typeof listener.onconnectionreceived, "function");
   * ```
   */
  get onconnectionreceived():
    | WebSocketListenerConnectionReceivedHandler
    | null {
    return this.#onconnectionreceived.value;
  }

  set onconnectionreceived(
    handler: WebSocketListenerConnectionReceivedHandler | null,
  ) {
    this.#onconnectionreceived.value = handler;
  }

  /**
   * A handler of `error`, which tells why a connection was not accepted, or has
   * not become a WebSocket. The listener goes on.
   *
   * @default {null}
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertMatch } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * listener.onconnectionreceived = (request) => request.rejectAsync(503);
   * const message = new Promise<string>((resolve) => {
   *   listener.onerror = ({ message }) => resolve(message);
   * });
   * await listener.bindEndpointAsync("127.0.0.1", "");
   *
   * const { localPort } = listener.information;
   * const { status, body } = await fetch(`http://127.0.0.1:${localPort}/`);
   * await body?.cancel();
   * assertMatch(`${status} ${await message}`, /^426 .* not ask for a WebSocket$/);
   * ```
   */
  get onerror(): WebSocketListenerErrorHandler | null {
    return this.#onerror.value;
  }

  set onerror(handler: WebSocketListenerErrorHandler | null) {
    this.#onerror.value = handler;
  }

  /**
   * Listens on a port of all local addresses, or those of one interface; see
   * `StreamSocketListener.bindServiceNameAsync`.
   *
   * @param localServiceName A port, or the name of a well-known service; `""` for
   * a port that the system chooses.
   * @param protectionLevel `plainSocket` for `ws:`; `tls12` for `wss:`, which
   * needs `control.serverCertificate`.
   * @default {SocketProtectionLevel.plainSocket}
   * @param options A network interface.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the listener is bound, or has no
   * certificate for TLS.
   * @throws {ClosedError} If it is closed.
   * @throws {SocketError} If it cannot be bound; its `status` says why.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * await listener.bindServiceNameAsync("");
   * assertNotEquals(listener.information.localPort, "");
   * ```
   */
  async bindServiceNameAsync(
    localServiceName: string | number,
    protectionLevel?: SocketProtectionLevel,
    options?: StreamSocketListenerBindOptions,
  ): Promise<void> {
    await this.#listener.bindServiceNameAsync(
      localServiceName,
      protectionLevel,
      options,
    );
    this.#start();
  }

  /**
   * Listens on a local address; see `StreamSocketListener.bindEndpointAsync`.
   *
   * @param localHostName A local address or name; `null` for all addresses.
   * @param localServiceName A port, or the name of a well-known service; `""` for
   * a port that the system chooses.
   * @param protectionLevel `plainSocket` for `ws:`; `tls12` for `wss:`.
   * @default {SocketProtectionLevel.plainSocket}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the listener is bound, or has no
   * certificate for TLS.
   * @throws {ClosedError} If it is closed.
   * @throws {SocketError} If it cannot be bound; its `status` says why.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", 0);
   * assertNotEquals(listener.information.localPort, "0");
   * ```
   */
  async bindEndpointAsync(
    localHostName: HostName | string | null,
    localServiceName: string | number,
    protectionLevel?: SocketProtectionLevel,
  ): Promise<void> {
    await this.#listener.bindEndpointAsync(
      localHostName,
      localServiceName,
      protectionLevel,
    );
    this.#start();
  }

  /**
   * Adds a handler of an event.
   *
   * @typeParam K The type of the event.
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * const paths: string[] = [];
   * listener.addEventListener("connectionreceived", ({ url }) => {
   *   paths.push(url.pathname);
   * });
   * assertEquals(paths, []);
   * ```
   */
  override addEventListener<K extends keyof WebSocketListenerEventMap>(
    type: K,
    listener: (event: WebSocketListenerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /**
   * Adds a handler of any other event.
   *
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    if (type !== "connectionreceived") {
      super.addEventListener(type, listener, options);
      return;
    }
    this.#handlers.add(listener, options);
    this.#delivery?.start();
  }

  /**
   * Removes a handler of an event. Without handlers no connection is accepted; the
   * system's queue holds those that come.
   *
   * @typeParam K The type of the event.
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * const types: string[] = [];
   * const onError = ({ type }: Event) => types.push(type);
   * listener.addEventListener("error", onError);
   * listener.removeEventListener("error", onError);
   * assertEquals(types, []);
   * ```
   */
  override removeEventListener<K extends keyof WebSocketListenerEventMap>(
    type: K,
    listener: (event: WebSocketListenerEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /**
   * Removes a handler of any other event.
   *
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   */
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    if (type === "connectionreceived") this.#handlers.remove(listener, options);
    else super.removeEventListener(type, listener, options);
  }

  /**
   * Iterates over the clients that ask for a WebSocket, until the listener is
   * closed. Leaving the iteration leaves the listener open.
   *
   * @returns The clients.
   *
   * @throws {InvalidOperationError} If the listener is not bound: at the first
   * step.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * const listener = new WebSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", "");
   * const requests = Array.fromAsync(listener);
   * listener.close();
   * assertEquals(await requests, []);
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<
    WebSocketListenerConnectionReceivedEventArgs
  > {
    return new PullIterator((signal) => this.#next(signal));
  }

  /**
   * Stops listening. Closing again does nothing. WebSockets that were accepted,
   * and clients that were told of, stay.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { assertRejects } from "@std/assert";
   *
   * const listener = new WebSocketListener();
   * listener.close();
   * await assertRejects(() => listener.bindServiceNameAsync(""), ClosedError);
   * ```
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#acceptor?.close();
    this.#delivery?.stop();
    this.#listener.close();
  }

  /**
   * The same as {@linkcode WebSocketListener.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * using listener = new WebSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", "");
   * assertNotEquals(listener.information.localPort, "");
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The same, for `await using`.
   *
   * @returns A promise that is resolved.
   *
   * @example Usage
   * ```ts
   * import { WebSocketListener } from "@winrt/sockets/web-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * await using listener = new WebSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", "");
   * assertNotEquals(listener.information.localPort, "");
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #start(): void {
    // Whoever has closed it may have run since it was bound.
    if (this.#isClosed) return;
    const queue = queueUpgrades(
      this.#listener,
      (error) => this.#report(error),
    );
    const acceptor = new Acceptor(queue, (error) => this.#report(error));
    this.#acceptor = acceptor;
    this.#delivery = new EventDelivery(acceptor, {
      handlers: this.#handlers,
      maxOpen: this.control.maxPendingConnections,
      deliver: (upgrade) => {
        this.dispatchEvent(
          new WebSocketListenerConnectionReceivedEventArgs(upgrade),
        );
        return upgrade;
      },
    });
    this.#delivery.start();
  }

  async #next(
    signal: AbortSignal,
  ): Promise<WebSocketListenerConnectionReceivedEventArgs | null> {
    if (this.#acceptor === null) {
      if (this.#isClosed) return null;
      throw new InvalidOperationError(
        "Cannot iterate over clients: the listener is not bound, call bindServiceNameAsync first",
      );
    }
    const upgrade = await this.#acceptor.next(signal);
    return upgrade &&
      new WebSocketListenerConnectionReceivedEventArgs(upgrade);
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : `${error}`;
    this.dispatchEvent(new ErrorEvent("error", { error, message }));
  }
}
