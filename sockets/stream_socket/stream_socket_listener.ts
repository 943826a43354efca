import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import {
  assertEnabled,
  notTransferable,
  Ownership,
  secureTransfer,
} from "../_broker/ownership.ts";
import { adoptListener } from "../_transport/adopt.ts";
import type {
  ListenerHandover,
  ListenerTransport,
} from "../_transport/listener_transport.ts";
import { SecureListenerTransport } from "../_transport/secure_listener.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import { formatAddress } from "../_transport/transport_address.ts";
import { parseLocalServiceName } from "../addressing/_service_name.ts";
import { toHostName } from "../addressing/_to_host_name.ts";
import type { HostName } from "../addressing/host_name.ts";
import { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import type { SocketActivityContext } from "../broker/socket_activity_context.ts";
import { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { Acceptor } from "./_acceptor.ts";
import { operationAborted } from "./_connection.ts";
import {
  type ControlState,
  controlStateOf,
  transportOptions,
} from "./_control_state.ts";
import { PullIterator } from "../_events/pull_iterator.ts";
import { EventAttribute } from "../_events/event_attribute.ts";
import { EventDelivery } from "./_event_delivery.ts";
import { EventHandlers } from "../_events/event_handlers.ts";
import { listenOn, type ListenTarget } from "./_listen.ts";
import { type SocketState, socketStateOf } from "./_socket_state.ts";
import { asksForTls } from "./_protection_level.ts";
import { withHandshakeDeadline } from "./_handshake_deadline.ts";
import { secureAsServer } from "./_secure.ts";
import { checkServerSettings, copyTlsSettings } from "./_tls_settings.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";
import { StreamSocket } from "./stream_socket.ts";
import { StreamSocketListenerConnectionReceivedEventArgs } from "./stream_socket_listener_connection_received_event_args.ts";
import { StreamSocketListenerControl } from "./stream_socket_listener_control.ts";
import { StreamSocketListenerInformation } from "./stream_socket_listener_information.ts";

/** Options of {@linkcode StreamSocketListener.bindServiceNameAsync}. */
export interface StreamSocketListenerBindOptions {
  /**
   * The name of the network interface to listen on, such as `eth0`, with all
   * its addresses. Needs `--allow-sys=networkInterfaces`.
   */
  adapter?: string;
}

/** A handler of `connectionreceived` events. */
export type StreamSocketListenerConnectionReceivedHandler = (
  event: StreamSocketListenerConnectionReceivedEventArgs,
) => unknown;

/** A handler of `error` events. */
export type StreamSocketListenerErrorHandler = (event: ErrorEvent) => unknown;

/** The events of a {@linkcode StreamSocketListener}, by their names. */
export interface StreamSocketListenerEventMap {
  /** A connection was accepted. */
  connectionreceived: StreamSocketListenerConnectionReceivedEventArgs;
  /** A connection could not be accepted; the listener goes on. */
  error: ErrorEvent;
}

/**
 * Listens for TCP connections.
 *
 * Take them as events, or by asynchronous iteration. Connections that arrive
 * before there is a handler or an iterator wait in the system's queue. With
 * iteration one connection is accepted for each step, so a slow consumer slows
 * the peers down; with events use `control.maxPendingConnections`.
 *
 * A connection that cannot be accepted raises an `error` event, and the
 * listener goes on: out of descriptors, it tries again after 100 ms.
 *
 * Needs the `net` permission for the local address and port.
 *
 * @example Events
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.addEventListener("connectionreceived", async ({ socket }) => {
 *   await socket.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
 *   socket.close();
 * });
 * await listener.bindServiceNameAsync("");
 *
 * const client = new StreamSocket();
 * await client.connectAsync("localhost", listener.information.localPort);
 * const bytes = await client.inputStream.readAsync(new Uint8Array(3));
 * assertEquals(bytes, new Uint8Array([1, 2, 3]));
 *
 * client.close();
 * listener.close();
 * ```
 *
 * @example Iteration
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new StreamSocketListener();
 * await listener.bindEndpointAsync("127.0.0.1", "");
 *
 * const client = new StreamSocket();
 * await client.connectAsync("127.0.0.1", listener.information.localPort);
 * client.close();
 *
 * for await (const { socket } of listener) {
 *   const bytes = await socket.inputStream.readAsync(new Uint8Array(1));
 *   assertEquals(bytes.length, 0);
 *   socket.close();
 *   break;
 * }
 * ```
 */
export class StreamSocketListener extends EventTarget {
  readonly #control = new StreamSocketListenerControl();
  readonly #information = new StreamSocketListenerInformation(
    () => this.#localPort,
  );
  readonly #handlers = new EventHandlers(
    (listener, capture) =>
      super.addEventListener("connectionreceived", listener, capture),
    (listener, capture) =>
      super.removeEventListener("connectionreceived", listener, capture),
  );
  #phase: "new" | "binding" | "bound" | "closed" = "new";
  #localPort = "";
  /** Not null if it may be given to the broker. */
  #ownership: Ownership | null = null;
  #handover: ListenerHandover | null = null;
  #isTransferred = false;
  #closing: Promise<void> = Promise.resolve();
  #acceptor: Acceptor<StreamTransport> | null = null;
  #delivery: EventDelivery<StreamTransport> | null = null;
  readonly #onconnectionreceived = new EventAttribute<
    StreamSocketListenerConnectionReceivedEventArgs
  >(
    (listener) => this.addEventListener("connectionreceived", listener),
    (listener) => this.removeEventListener("connectionreceived", listener),
  );
  readonly #onerror = new EventAttribute<ErrorEvent>(
    (listener) => this.addEventListener("error", listener),
    (listener) => this.removeEventListener("error", listener),
  );

  /**
   * Makes a listener of sockets that listen already, which somebody else has
   * opened: such as systemd, whose descriptors `activationDescriptors()` tells.
   * They are the library's own from then on, and closed with the listener. Not
   * in WinRT.
   *
   * The options of the accepted sockets are those of the new `control`, and not
   * those that somebody else has had for the listener.
   *
   * Accepting begins with the first handler of `connectionreceived`, or with an
   * iteration.
   * Needs Linux and `--allow-ffi`, and no `net` permission.
   *
   * @param descriptor The number of the descriptor: an integer of 0 or more.
   * Several serve the same port on several addresses.
   * @returns A bound listener.
   *
   * @throws {ArgumentError} If that is no number of a descriptor.
   * @throws {InvalidOperationError} If there are no native calls.
   * @throws {SocketError} If it is not open, or no TCP socket that listens. It
   * stays open then.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * // The standard input is no socket here.
   * const error = assertThrows(
   *   () => StreamSocketListener.fromDescriptor(0),
   *   SocketError,
   * );
   * assertEquals(error.status, SocketErrorStatus.unknown);
   * ```
   */
  static fromDescriptor(
    descriptor: number | readonly number[],
  ): StreamSocketListener {
    const listener = new StreamSocketListener();
    listener.#serve(adoptListener(descriptor));
    return listener;
  }

  /** The options of the listener; see {@linkcode StreamSocketListenerControl}. */
  get control(): StreamSocketListenerControl {
    return this.#control;
  }

  /**
   * What is known of the listener; see
   * {@linkcode StreamSocketListenerInformation}.
   */
  get information(): StreamSocketListenerInformation {
    return this.#information;
  }

  /** The handler of `connectionreceived` that is set as a property. */
  get onconnectionreceived():
    | StreamSocketListenerConnectionReceivedHandler
    | null {
    return this.#onconnectionreceived.value;
  }

  set onconnectionreceived(
    handler: StreamSocketListenerConnectionReceivedHandler | null,
  ) {
    this.#onconnectionreceived.value = handler;
  }

  /** The handler of `error` that is set as a property. */
  get onerror(): StreamSocketListenerErrorHandler | null {
    return this.#onerror.value;
  }

  set onerror(handler: StreamSocketListenerErrorHandler | null) {
    this.#onerror.value = handler;
  }

  /**
   * Starts listening on all local addresses, or on those of one network
   * interface.
   *
   * @param localServiceName A port, or the name of a well-known service. `""`
   * and `0` let the system choose; `information.localPort` tells the port.
   * @param protectionLevel Whether connections are secure: `plainSocket`, or any
   * other level but those of Bluetooth and `unspecified`, which give TLS 1.2 or
   * 1.3. In WinRT it is `plainSocket` alone.
   * @default {SocketProtectionLevel.plainSocket}
   * @param options A network interface.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the listener is bound, or it is to be
   * secure and has no `control.serverCertificate`, or nobody to trust as issuer
   * of the client certificates that it is to ask for.
   * @throws {ClosedError} If the listener is closed.
   * @throws {SocketError} If the port cannot be bound; its `status` says why.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * using first = new StreamSocketListener();
   * await first.bindServiceNameAsync("");
   *
   * using second = new StreamSocketListener();
   * const error = await assertRejects(
   *   () => second.bindServiceNameAsync(first.information.localPort),
   *   SocketError,
   * );
   * assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
   * ```
   *
   * @example Secure connections
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { SocketProtectionLevel } from "@winrt/sockets/socket-protection-level";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * const certificate = await Certificate.fromPem(`
   * -----BEGIN CERTIFICATE-----
   * MIIBFTCByKADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDEwlsb2NhbGhvc3QwIBcN
   * MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBQxEjAQBgNVBAMTCWxvY2Fs
   * aG9zdDAqMAUGAytlcAMhADHfs8Q5qeJzIjo+TFIy8Anbnnh6EDTr17uM3qc+9IJv
   * oz0wOzAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwFAYDVR0R
   * BA0wC4IJbG9jYWxob3N0MAUGAytlcANBABtAXuUSJRF4D6D5t4oWvYT9najh/haS
   * Th8sGzN7ALgQnMiFHrTD5TyAsCrQw/IvsK5kYVORe3I2EvL39zISdA0=
   * -----END CERTIFICATE-----
   * `, {
   *   privateKey: `
   * -----BEGIN PRIVATE KEY-----
   * MC4CAQAwBQYDK2VwBCIEIL2YR+QULsTyhAKuv1HVU6tgg7ufAWGXnfFOaVqz+3N1
   * -----END PRIVATE KEY-----
   * `,
   * });
   *
   * const { tls12 } = SocketProtectionLevel;
   * using listener = new StreamSocketListener();
   * listener.control.serverCertificate = certificate;
   * listener.onconnectionreceived = ({ socket }) => {
   *   socket.inputStream.pipeTo(socket.outputStream);
   * };
   * await listener.bindServiceNameAsync("", tls12);
   *
   * await using socket = new StreamSocket();
   * socket.control.trustedRootCertificates.push(certificate);
   * await socket.connectAsync("localhost", listener.information.localPort, tls12);
   * await socket.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
   * const reply = await socket.inputStream.readAsync(new Uint8Array(3));
   * assertEquals(reply, new Uint8Array([1, 2, 3]));
   * ```
   */
  async bindServiceNameAsync(
    localServiceName: string | number,
    protectionLevel: SocketProtectionLevel = SocketProtectionLevel.plainSocket,
    options: StreamSocketListenerBindOptions = {},
  ): Promise<void> {
    const isSecure = asksForTls(protectionLevel, "bind");
    const port = parseLocalServiceName(localServiceName);
    const { adapter } = options;
    await this.#bind({ host: null, adapter, port }, isSecure);
  }

  /**
   * Starts listening on the addresses of one local host.
   *
   * @param localHostName A local address, or a name of local addresses such as
   * `localhost`. `null` stands for all local addresses.
   * @param localServiceName A port, or the name of a well-known service. `""`
   * and `0` let the system choose; `information.localPort` tells the port.
   * @param protectionLevel As for
   * {@linkcode StreamSocketListener.bindServiceNameAsync}. Not in WinRT.
   * @default {SocketProtectionLevel.plainSocket}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the listener is bound, or it is to be
   * secure and has no `control.serverCertificate`.
   * @throws {ClosedError} If the listener is closed.
   * @throws {SocketError} If the address cannot be bound; its `status` says
   * why.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * await listener.bindEndpointAsync("127.0.0.1", "");
   * assertNotEquals(listener.information.localPort, "");
   * ```
   */
  async bindEndpointAsync(
    localHostName: HostName | string | null,
    localServiceName: string | number,
    protectionLevel: SocketProtectionLevel = SocketProtectionLevel.plainSocket,
  ): Promise<void> {
    const isSecure = asksForTls(protectionLevel, "bind");
    const host = localHostName === null
      ? null
      : toHostName(localHostName, "local host name");
    const port = parseLocalServiceName(localServiceName);
    await this.#bind({ host, adapter: undefined, port }, isSecure);
  }

  /**
   * Adds a handler of an event, as every `EventTarget` does. The first handler
   * of `connectionreceived` starts the delivery of connections.
   *
   * @typeParam K The name of the event.
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As of `EventTarget.addEventListener`.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * listener.addEventListener("error", ({ error }) => console.error(error));
   * assertEquals(listener.information.localPort, "");
   * ```
   */
  override addEventListener<K extends keyof StreamSocketListenerEventMap>(
    type: K,
    listener: (event: StreamSocketListenerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /**
   * Adds a handler of any event.
   *
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As of `EventTarget.addEventListener`.
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
   * Removes a handler of an event. Without handlers of `connectionreceived`,
   * connections wait in the system's queue again.
   *
   * @typeParam K The name of the event.
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As of `EventTarget.removeEventListener`.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * const handler = ({ error }: ErrorEvent) => console.error(error);
   * listener.addEventListener("error", handler);
   * listener.removeEventListener("error", handler);
   * assertEquals(listener.onerror, null);
   * ```
   */
  override removeEventListener<K extends keyof StreamSocketListenerEventMap>(
    type: K,
    listener: (event: StreamSocketListenerEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /**
   * Removes a handler of any event.
   *
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As of `EventTarget.removeEventListener`.
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
   * Iterates over the connections, one accept for each step. The iteration
   * ends when the listener is closed. Leaving it does not close the listener.
   *
   * Beside handlers of `connectionreceived`, a connection goes to one of them.
   *
   * @returns An iterator of events that carry the accepted socket.
   *
   * @throws {InvalidOperationError} If the listener is not bound.
   * @throws {SocketError} If `cancelIOAsync` ends the waiting.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * const listener = new StreamSocketListener();
   * await listener.bindServiceNameAsync("");
   * queueMicrotask(() => listener.close());
   *
   * let count = 0;
   * for await (const { socket } of listener) {
   *   socket.close();
   *   count++;
   * }
   * assertEquals(count, 0);
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<
    StreamSocketListenerConnectionReceivedEventArgs
  > {
    return new PullIterator((signal) => this.#nextConnection(signal));
  }

  /**
   * Ends the waiting for connections. A pending step of an iteration rejects
   * with `SocketErrorStatus.operationAborted`. The listener goes on listening;
   * connections wait until somebody iterates again or a handler is added.
   *
   * @returns A promise that resolves when nothing is pending.
   *
   * @throws {ClosedError} If the listener is closed.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertRejects } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * await listener.bindServiceNameAsync("");
   * const connection = listener[Symbol.asyncIterator]().next();
   * const rejected = assertRejects(() => connection, SocketError);
   * await listener.cancelIOAsync();
   * await rejected;
   * ```
   */
  cancelIOAsync(): Promise<void> {
    if (this.#phase === "closed") return Promise.reject(closedError());
    this.#delivery?.stop();
    this.#acceptor?.cancelPending(operationAborted());
    return Promise.resolve();
  }

  /**
   * Lets the listener be given to the socket broker, by
   * {@linkcode StreamSocketListener.transferOwnership}. To be called before it
   * is bound; one that came from the broker or from a descriptor may be enabled
   * at any time. Its descriptor is the library's own then: so are those of the
   * sockets that it accepts, which may be transferred as well.
   *
   * Needs Linux and `--allow-ffi`, and `net` for the addresses themselves if a
   * name is bound.
   *
   * @param taskId The `taskId` of a `BackgroundTaskRegistration`, which is
   * started when a connection waits. `null`, which WinRT has not: nothing is
   * started, and the broker keeps the listener until somebody takes it out of
   * `SocketActivityInformation.allSockets`.
   * @param connectedStandbyAction Whether a sleeping machine is woken up. No
   * system of Deno tells a sleep apart, so both values do the same.
   * @default {SocketActivityConnectedStandbyAction.wake}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the listener is bound without it, or
   * there are no native calls.
   * @throws {ClosedError} If the listener is closed.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertNotEquals } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * listener.enableTransferOwnership(null);
   * await listener.bindServiceNameAsync("");
   * assertNotEquals(listener.information.localPort, "");
   * ```
   */
  enableTransferOwnership(
    taskId: string | null,
    connectedStandbyAction: SocketActivityConnectedStandbyAction =
      SocketActivityConnectedStandbyAction.wake,
  ): void {
    if (this.#phase === "closed") throw closedError();
    if (this.#phase !== "new" && this.#handover === null) {
      throw notTransferable();
    }
    this.#ownership = Ownership.enable(taskId, connectedStandbyAction);
  }

  /**
   * Gives the listener to the socket broker, which is started if there is none.
   * The port stays open: connections wait in the system's queue until somebody
   * takes the listener back, in this program or in another one. Here it is
   * closed then; connections that were accepted before are still handed out.
   *
   * That is how a server is restarted without a gap: the old process transfers
   * its listener, serves the connections it has, and ends; the new one takes it
   * from `SocketActivityInformation.allSockets`.
   *
   * Needs `--allow-ffi`, and `--allow-run` for the runtime itself if the broker
   * has to be started.
   *
   * @param socketId The name to find it by, of 1 to 256 characters, unique
   * within the program.
   * @param data What the task is told.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If it was not enabled or is not bound, the
   * id is taken, the task is not registered, connections are secure, or no
   * broker may be used. Nothing has changed then.
   * @throws {SocketError} If the broker fails. Nothing has changed then.
   * @throws {ClosedError} If the listener is closed.
   *
   * @example Usage
   * ```ts
   * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
   * import { SocketBroker } from "@winrt/sockets/socket-broker";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * SocketBroker.stateDirectory = `/tmp/broker-${crypto.randomUUID()}`;
   *
   * const listener = new StreamSocketListener();
   * listener.enableTransferOwnership(null);
   * await listener.bindServiceNameAsync("");
   * const { localPort } = listener.information;
   * listener.transferOwnership("main");
   *
   * // In the next version of the program:
   * const held = SocketActivityInformation.allSockets.get("main");
   * using successor = held?.streamSocketListener;
   * assertEquals(successor?.information.localPort, localPort);
   * ```
   */
  transferOwnership(socketId: string, data?: SocketActivityContext): void {
    if (this.#phase === "closed") throw closedError();
    const ownership = assertEnabled(this.#ownership);
    if (this.#phase !== "bound") {
      throw new InvalidOperationError(
        "Cannot transfer the listener: it is not bound, call bindServiceNameAsync first",
      );
    }
    if (this.#handover === null) throw notTransferable();
    const { descriptors } = this.#handover;
    const kind = SocketActivityKind.streamSocketListener;
    ownership.transfer(
      { socketId, data, keepAliveTime: 0 },
      { kind, descriptors, unread: new Uint8Array(), details: "" },
    );
    this.#phase = "closed";
    this.#isTransferred = true;
    this.#closing = Promise.resolve(this.#handover.abandon());
    this.#acceptor?.retire();
    // Handlers get what was accepted before, also after cancelIOAsync.
    this.#delivery?.start();
  }

  /**
   * Stops listening. Accepted sockets live on. Closing again does nothing.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertRejects } from "@std/assert";
   *
   * const listener = new StreamSocketListener();
   * listener.close();
   * await assertRejects(() => listener.bindServiceNameAsync(""), ClosedError);
   * ```
   */
  close(): void {
    this.#close();
  }

  #close(): Promise<void> {
    // What a transfer has left here is still to be dropped.
    if (this.#phase === "closed" && !this.#isTransferred) return this.#closing;
    this.#phase = "closed";
    if (this.#acceptor !== null) this.#closing = this.#acceptor.close();
    this.#delivery?.stop();
    return this.#closing;
  }

  /**
   * The same as {@linkcode StreamSocketListener.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * using listener = new StreamSocketListener();
   * assertEquals(listener.information.localPort, "");
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The same as {@linkcode StreamSocketListener.close}, for `await using`.
   *
   * @returns A promise that resolves when the system has closed it.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * await using listener = new StreamSocketListener();
   * assertEquals(listener.information.localPort, "");
   * ```
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  get #controlState(): ControlState {
    return controlStateOf(this.#control);
  }

  async #bind(
    target: Omit<ListenTarget, "isTransferable">,
    isSecure: boolean,
  ): Promise<void> {
    if (this.#phase === "closed") throw closedError();
    if (this.#phase !== "new") {
      throw new InvalidOperationError(
        "Cannot bind: the listener is bound already, use a new one",
      );
    }
    const isTransferable = this.#ownership !== null;
    if (isSecure && isTransferable) throw secureTransfer();
    const wrap = isSecure ? this.#securing() : null;
    this.#phase = "binding";
    let transport;
    try {
      transport = await listenOn({ ...target, isTransferable });
      if (wrap !== null) transport = wrap(transport);
    } catch (error) {
      if (this.#isBinding) this.#phase = "new";
      throw error;
    }
    if (!this.#isBinding) {
      transport.close();
      throw operationAborted();
    }
    this.#controlState.lock = "bound";
    this.#controlState.tlsLocked = isSecure;
    this.#serve(transport);
  }

  #serve(transport: ListenerTransport): void {
    this.#phase = "bound";
    this.#localPort = `${transport.localAddress.port}`;
    this.#handover = transport.handover;
    const { control } = this;
    this.#acceptor = new Acceptor(transport, (error) => this.#report(error));
    this.#delivery = new EventDelivery(this.#acceptor, {
      handlers: this.#handlers,
      get maxOpen() {
        return control.maxPendingConnections;
      },
      deliver: (accepted) => this.#receive(accepted),
    });
    this.#delivery.start();
  }

  /** What makes the connections of a listener secure; throws if it cannot be. */
  #securing(): (listener: ListenerTransport) => ListenerTransport {
    const state = this.#controlState;
    const { serverCertificate: certificate } = state.tls;
    if (certificate === null) {
      throw new InvalidOperationError(
        "Cannot bind: secure connections need control.serverCertificate, set it before",
      );
    }
    checkServerSettings(state.tls);
    const settings = copyTlsSettings(state.tls);
    return (listener) =>
      new SecureListenerTransport(listener, {
        secure: (under, signal) =>
          withHandshakeDeadline(
            {
              milliseconds: settings.handshakeTimeout,
              signal,
              peer: `from "${formatAddress(under.remoteAddress)}"`,
            },
            (signal) => secureAsServer(under, certificate, settings, signal),
          ),
        prepare: (under) => under.setOptions(transportOptions(state)),
        onFailure: (error) => this.#report(error),
      });
  }

  get #isBinding(): boolean {
    return this.#phase === "binding";
  }

  async #nextConnection(
    signal: AbortSignal,
  ): Promise<StreamSocketListenerConnectionReceivedEventArgs | null> {
    if (this.#acceptor === null) {
      if (this.#phase === "closed") return null;
      throw new InvalidOperationError(
        "Cannot iterate over connections: the listener is not bound, call bindServiceNameAsync first",
      );
    }
    for (;;) {
      const transport = await this.#acceptor.next(signal);
      if (transport === null) return null;
      const socket = this.#accept(transport);
      if (socket === null) continue;
      return new StreamSocketListenerConnectionReceivedEventArgs(socket);
    }
  }

  #accept(transport: StreamTransport): StreamSocket | null {
    const socket = new StreamSocket();
    try {
      socketStateOf(socket).accept(transport, this.#controlState);
      return socket;
    } catch (error) {
      transport.reset();
      this.#report(error);
      return null;
    }
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : `${error}`;
    this.dispatchEvent(new ErrorEvent("error", { error, message }));
  }

  #receive(transport: StreamTransport): SocketState | null {
    const socket = this.#accept(transport);
    if (socket === null) return null;
    this.dispatchEvent(
      new StreamSocketListenerConnectionReceivedEventArgs(socket),
    );
    return socketStateOf(socket);
  }
}

function closedError(): ClosedError {
  return new ClosedError("Cannot use the listener: it is closed");
}
