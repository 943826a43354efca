import { EventAttribute } from "../_events/event_attribute.ts";
import { EventHandlers } from "../_events/event_handlers.ts";
import type { OutputStream } from "../streams/output_stream.ts";
import { checkCloseArguments } from "./_codec/close_frame.ts";
import { EndpointState } from "./_endpoint_state.ts";
import { checkPingPayload } from "./_connection/pings.ts";
import type { WebSocketClosedEventArgs } from "./web_socket_closed_event_args.ts";

/** The events of a {@linkcode WebSocketEndpoint}, by type. */
export interface WebSocketEndpointEventMap {
  /** The peer has closed the WebSocket, or the program has. */
  closed: WebSocketClosedEventArgs;
}

/** A handler of `closed`. */
export type WebSocketClosedHandler = (
  event: WebSocketClosedEventArgs,
) => unknown;

/** Options of {@linkcode WebSocketEndpoint.pingAsync}. */
export interface WebSocketPingOptions {
  /** Stops waiting, with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * What the WebSockets of clients and servers have in common.
 *
 * @typeParam Events The events, by type.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketEndpoint } from "@winrt/sockets/web-socket-endpoint";
 * import { assert } from "@std/assert";
 *
 * using webSocket = new MessageWebSocket();
 * assert(webSocket instanceof WebSocketEndpoint);
 * ```
 */
export abstract class WebSocketEndpoint<
  Events extends WebSocketEndpointEventMap = WebSocketEndpointEventMap,
> extends EventTarget {
  readonly #state: EndpointState;
  readonly #onclosed = new EventAttribute<WebSocketClosedEventArgs>(
    (listener) => this.addEventListener("closed", listener),
    (listener) => this.removeEventListener("closed", listener),
  );

  /**
   * Called by the classes of this library alone. Not in WinRT.
   *
   * @param state What the WebSocket is at this moment.
   */
  constructor(state: object) {
    super();
    if (!(state instanceof EndpointState)) {
      throw new TypeError("Not the state of a WebSocket");
    }
    this.#state = state;
    state.raise = (event) => this.dispatchEvent(event);
    for (const type of state.trackedTypes) {
      state.track(type, this.#makeHandlers(type));
    }
  }

  /**
   * Where to write. The same object at each call.
   *
   * Each write on a WebSocket of messages is one message, which
   * `storeAsync` of a `DataWriter` is as well. Closing the stream sends a close
   * frame with the code 1000, and what the peer sends until it answers is still
   * received, however long that takes. Aborting it breaks the connection off.
   *
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it was closed before it was connected.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { assertThrows } from "@std/assert";
   *
   * using webSocket = new StreamWebSocket();
   * assertThrows(() => webSocket.outputStream, InvalidOperationError);
   * ```
   */
  get outputStream(): OutputStream {
    return this.#state.output;
  }

  /**
   * A handler of `closed`, which is raised once: when a close frame of the peer
   * has come and the handlers have seen the messages before it, or after the
   * program has closed the WebSocket. A connection that is lost raises no such
   * event, as in WinRT: whoever reads is told.
   *
   * The close frame of the peer is answered by itself. What came before it can
   * still be replied to: by a handler before it awaits something, by whoever
   * iterates before the next step, and by whoever reads the stream, in the turn of
   * the event loop in which the last bytes are read. The answer waits for that, at
   * most 2 seconds.
   *
   * @default {null}
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * webSocket.onclosed = ({ code, reason }) => code + reason;
   * webSocket.onclosed = null;
   * assertEquals(webSocket.onclosed, null);
   * ```
   */
  get onclosed(): WebSocketClosedHandler | null {
    return this.#onclosed.value;
  }

  set onclosed(handler: WebSocketClosedHandler | null) {
    this.#onclosed.value = handler;
  }

  /**
   * Adds a handler of an event.
   *
   * @typeParam K The type of the event.
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   *
   * @throws {InvalidOperationError} If it is one of `messagereceived` or
   * `servercustomvalidationrequested`, and `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * const types: string[] = [];
   * webSocket.addEventListener("closed", ({ type }) => types.push(type));
   * assertEquals(types, []);
   * ```
   */
  override addEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: Events[K]) => unknown,
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
    const handlers = this.#state.handlersOf(type);
    if (handlers === undefined) {
      super.addEventListener(type, listener, options);
      return;
    }
    this.#state.assertMayListen(type, true);
    handlers.add(listener, options);
    this.#state.onHeard(type);
  }

  /**
   * Removes a handler of an event.
   *
   * @typeParam K The type of the event.
   * @param type The type of the event.
   * @param listener The handler.
   * @param options As for every event target.
   *
   * @throws {InvalidOperationError} If it is one of `messagereceived`, and
   * `connectAsync` was called.
   *
   * @example Usage
   * ```ts
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using webSocket = new MessageWebSocket();
   * const types: string[] = [];
   * const onClosed = ({ type }: Event) => types.push(type);
   * webSocket.addEventListener("closed", onClosed);
   * webSocket.removeEventListener("closed", onClosed);
   * assertEquals(types, []);
   * ```
   */
  override removeEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: Events[K]) => unknown,
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
    const handlers = this.#state.handlersOf(type);
    if (handlers === undefined) {
      super.removeEventListener(type, listener, options);
      return;
    }
    this.#state.assertMayListen(type, false);
    handlers.remove(listener, options);
  }

  /**
   * Asks the peer for a pong, and waits for it. Not in WinRT.
   *
   * Pongs are read as long as there is room for messages: one that waits behind
   * more than 256 KiB that nobody takes is not seen.
   *
   * @param payload What the peer is to send back, at most 125 bytes.
   * @default {8 bytes that no other ping has}
   * @param options A signal that stops the waiting.
   * @returns How long it took, in milliseconds, with the time in which the ping
   * has waited behind what was written before.
   *
   * @throws {ArgumentError} If the payload is too long.
   * @throws {InvalidOperationError} If the WebSocket is not connected.
   * @throws {ClosedError} If it is closed.
   * @throws {WebSocketError} If it ends before the pong has come.
   *
   * @example Usage
   * ```ts
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
   * assert(await webSocket.pingAsync() > 0);
   * ```
   */
  async pingAsync(
    payload?: Uint8Array,
    options: WebSocketPingOptions = {},
  ): Promise<number> {
    if (payload !== undefined) checkPingPayload(payload);
    return await this.#state.ping(payload, options.signal);
  }

  /**
   * Closes the WebSocket: what was written is sent, then a close frame. What the
   * peer sends until it has answered is dropped, and pending reads reject. A peer
   * that does not answer within 10 seconds is left. Closing again does nothing.
   *
   * @param code Why: 1000 to 1003, 1005 (which sends none), 1007 to 1014, or 3000
   * to 4999.
   * @default {1005}
   * @param reason The same in words, at most 123 bytes in UTF-8; empty with 1005.
   * @default {""}
   *
   * @throws {ArgumentError} If they cannot be sent.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
   * import { assertThrows } from "@std/assert";
   *
   * const webSocket = new MessageWebSocket();
   * assertThrows(() => webSocket.close(1006, "lost"), ArgumentError);
   * webSocket.close(1000, "done");
   * ```
   */
  close(code?: number, reason: string = ""): void {
    if (code !== undefined || reason !== "") {
      checkCloseArguments(code ?? null, reason);
    }
    this.#state.close(code ?? null, reason);
  }

  /**
   * The same as {@linkcode WebSocketEndpoint.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { assertThrows } from "@std/assert";
   *
   * const webSocket = new StreamWebSocket();
   * {
   *   using _ = webSocket;
   * }
   * assertThrows(() => webSocket.outputStream, ClosedError);
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The same, for `await using`.
   *
   * @returns A promise that resolves when the connection is gone.
   *
   * @example Usage
   * ```ts
   * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { assertThrows } from "@std/assert";
   *
   * const webSocket = new StreamWebSocket();
   * await webSocket[Symbol.asyncDispose]();
   * assertThrows(() => webSocket.outputStream, ClosedError);
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#state.close(null, "");
  }

  #makeHandlers(type: string): EventHandlers {
    return new EventHandlers(
      (listener, capture) => super.addEventListener(type, listener, capture),
      (listener, capture) => super.removeEventListener(type, listener, capture),
      () => this.#state.onUnheard(type),
    );
  }
}
