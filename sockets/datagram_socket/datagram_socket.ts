import { ArgumentError } from "../../errors/argument_error.ts";
import { EventAttribute } from "../_events/event_attribute.ts";
import { EventHandlers } from "../_events/event_handlers.ts";
import { PullIterator } from "../_events/pull_iterator.ts";
import { getEndpointPairs, resolveAddresses } from "../addressing/_resolver.ts";
import { parseLocalServiceName } from "../addressing/_service_name.ts";
import { toHostName } from "../addressing/_to_host_name.ts";
import { quote } from "../addressing/_quote.ts";
import { EndpointPair } from "../addressing/endpoint_pair.ts";
import { adoptDatagram } from "../_transport/adopt.ts";
import { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import type { SocketActivityContext } from "../broker/socket_activity_context.ts";
import type { HostName } from "../addressing/host_name.ts";
import { HostNameSortOptions } from "../addressing/host_name_sort_options.ts";
import { HostNameType } from "../addressing/host_name_type.ts";
import type { NameServer } from "../addressing/name_server.ts";
import type { OutputStream } from "../streams/output_stream.ts";
import { isMulticast } from "./_address_kind.ts";
import { datagramControlStateOf } from "./_control_state.ts";
import {
  type BindTarget,
  DatagramState,
  setDatagramStateReader,
} from "./_datagram_state.ts";
import type { Message } from "./_message_source.ts";
import { findRemote } from "./_find_remote.ts";
import { DatagramSocketControl } from "./datagram_socket_control.ts";
import { MessageDelivery } from "./_message_delivery.ts";
import { DatagramSocketInformation } from "./datagram_socket_information.ts";
import { DatagramSocketMessageReceivedEventArgs } from "./datagram_socket_message_received_event_args.ts";

/** Options of {@linkcode DatagramSocket.bindServiceNameAsync}. */
export interface DatagramSocketBindOptions {
  /**
   * The name of the network interface to use alone, such as `eth0`. With native
   * calls the socket has all of its addresses; otherwise the first one of IPv4,
   * or its first one if it has none of IPv4. Needs
   * `--allow-sys=networkInterfaces`.
   */
  adapter?: string;
}

/** Options of {@linkcode DatagramSocket.connectAsync} and of others that look up names. */
export interface DatagramSocketConnectOptions {
  /** Ends the operation with the signal's reason. */
  signal?: AbortSignal;
  /**
   * The DNS server to ask.
   *
   * @default {the system's}
   */
  nameServer?: NameServer;
}

/** Options of {@linkcode DatagramSocket.joinMulticastGroup}. */
export interface DatagramSocketMulticastOptions {
  /**
   * The only address whose datagrams to the group are wanted
   * (source-specific multicast, RFC 4607).
   */
  source?: HostName | string;
  /**
   * The name of the network interface to join by, such as `eth0`.
   *
   * @default {the system's choice}
   */
  adapter?: string;
}

/** A handler of `messagereceived` events. */
export type DatagramSocketMessageReceivedHandler = (
  event: DatagramSocketMessageReceivedEventArgs,
) => unknown;

/** The events of a {@linkcode DatagramSocket}, by their names. */
export interface DatagramSocketEventMap {
  /** A message was received. */
  messagereceived: DatagramSocketMessageReceivedEventArgs;
}

/** The next message of an iteration; null is the end. */
type Next = DatagramSocketMessageReceivedEventArgs | null;

/**
 * A socket for datagrams (UDP).
 *
 * One write is one datagram, of 65,507 bytes at most. Writes are batched as on
 * a `StreamSocket`: with `--allow-ffi` on Linux, those of one size in a row
 * leave in one system call. A datagram that cannot be sent rejects its own
 * write and the next `flushAsync`, and the others are sent.
 *
 * Take messages as events, or by asynchronous iteration. Those that nobody
 * takes wait in the system's buffer, which drops what does not fit: see
 * `control.inboundBufferSizeInBytes`.
 *
 * Without native calls it runs on `Deno.listenDatagram` where the program was
 * started with `--unstable-net`, and on `node:dgram` otherwise, as do those that
 * are `multicastOnly`. Both send and receive datagrams one by one.
 *
 * Needs the `net` permission for what it binds to and sends to. Where it binds
 * by itself, by `connectAsync` or `getOutputStreamAsync`, with native calls the
 * remote endpoint is enough.
 *
 * @example Usage
 * ```ts
 * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = new DatagramSocket();
 * server.addEventListener("messagereceived", async (message) => {
 *   const { remoteAddress, remotePort } = message;
 *   const stream = await server.getOutputStreamAsync(remoteAddress, remotePort);
 *   await stream.writeAsync(message.getDataReader().detachBuffer());
 * });
 * await server.bindEndpointAsync("127.0.0.1", "");
 *
 * await using client = new DatagramSocket();
 * await client.connectAsync("127.0.0.1", server.information.localPort);
 * await client.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
 * for await (const message of client) {
 *   assertEquals(message.getDataReader().unconsumedBufferLength, 3);
 *   break;
 * }
 * ```
 */
export class DatagramSocket extends EventTarget {
  readonly #control = new DatagramSocketControl();
  readonly #state = new DatagramState(datagramControlStateOf(this.#control));
  #information: DatagramSocketInformation | null = null;
  #adapter: string | undefined;
  readonly #handlers = new EventHandlers(
    (listener, capture) =>
      super.addEventListener("messagereceived", listener, capture),
    (listener, capture) =>
      super.removeEventListener("messagereceived", listener, capture),
    () => this.#delivery.stop(),
  );
  readonly #delivery = new MessageDelivery(
    this.#handlers,
    (message) => this.#raise(message),
  );
  readonly #onmessagereceived = new EventAttribute<
    DatagramSocketMessageReceivedEventArgs
  >(
    (listener) => this.addEventListener("messagereceived", listener),
    (listener) => this.removeEventListener("messagereceived", listener),
  );

  static {
    setDatagramStateReader((socket) =>
      #state in socket ? socket.#state : undefined
    );
  }

  /**
   * Makes a socket of one that somebody else has opened, such as systemd, whose
   * descriptors `activationDescriptors()` tells. The descriptor is the library's
   * own from then on, and closed with the socket. Not in WinRT.
   *
   * Needs Linux and `--allow-ffi`, and no `net` permission but that to send to
   * others than whom it is connected to.
   *
   * @param descriptor The number of the descriptor: an integer of 0 or more.
   * @returns A socket that is bound, and connected if that one is.
   *
   * @throws {ArgumentError} If that is no number of a descriptor.
   * @throws {InvalidOperationError} If there are no native calls.
   * @throws {SocketError} If it is not open, or no UDP socket. It stays open
   * then.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertThrows } from "@std/assert";
   *
   * // No program has so many open.
   * assertThrows(() => DatagramSocket.fromDescriptor(2 ** 31 - 1), SocketError);
   * ```
   */
  static fromDescriptor(descriptor: number): DatagramSocket {
    const socket = new DatagramSocket();
    socket.#state.adopt(adoptDatagram(descriptor), []);
    return socket;
  }

  /**
   * Makes a socket that is not bound.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.information.localPort, "");
   * ```
   */
  constructor() {
    super();
    this.#state.onSource = (source) => this.#delivery.setSource(source);
  }

  /**
   * The options of the socket; see {@linkcode DatagramSocketControl}.
   *
   * @returns Always the same object.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertEquals(socket.control.multicastOnly, false);
   * ```
   */
  get control(): DatagramSocketControl {
    return this.#control;
  }

  /**
   * The addresses of the socket; see {@linkcode DatagramSocketInformation}.
   *
   * @returns Always the same object.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * assertEquals(`${socket.information.localAddress}`, "127.0.0.1");
   * ```
   */
  get information(): DatagramSocketInformation {
    return this.#information ??= new DatagramSocketInformation(this);
  }

  /**
   * Sends to what the socket is connected to. One write is one datagram; one of
   * no bytes is sent, too.
   *
   * A write resolves when the system has taken the datagram, which may still
   * get lost on its way.
   *
   * @returns Always the same stream.
   *
   * @throws {ClosedError} If the socket is closed and was never connected.
   * @throws {InvalidOperationError} If the socket is not connected.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using receiver = new DatagramSocket();
   * await receiver.bindEndpointAsync("127.0.0.1", "");
   * await using socket = new DatagramSocket();
   * await socket.connectAsync("127.0.0.1", receiver.information.localPort);
   *
   * for (let i = 0; i < 10; i++) socket.outputStream.writeAsync(new Uint8Array(i));
   * assertEquals(await socket.outputStream.flushAsync(), true);
   * ```
   */
  get outputStream(): OutputStream {
    return this.#state.output;
  }

  /**
   * The handler of `messagereceived` events; `null` if there is none.
   *
   * Set it before the socket is bound, and no message waits for it.
   *
   * @returns The handler that was set.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * const received = Promise.withResolvers<number>();
   * socket.onmessagereceived = (message) => {
   *   received.resolve(message.getDataReader().readByte());
   * };
   * await socket.bindEndpointAsync("127.0.0.1", "");
   *
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   * assertEquals(await received.promise, 7);
   * ```
   */
  get onmessagereceived(): DatagramSocketMessageReceivedHandler | null {
    return this.#onmessagereceived.value;
  }

  set onmessagereceived(handler: DatagramSocketMessageReceivedHandler | null) {
    this.#onmessagereceived.value = handler;
  }

  /**
   * Binds the socket to a port of all local addresses, or of a network
   * interface.
   *
   * @param localServiceName A port number from 0 to 65535, as a number or a
   * string. Empty or 0 lets the system choose one.
   * @param options The network interface.
   *
   * @throws {ArgumentError} If an argument is not valid.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If it is bound already.
   * @throws {SocketError} If the port cannot be used: `addressAlreadyInUse`,
   * unless both sockets have `control.multicastOnly`.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for the port.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertNotEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindServiceNameAsync("");
   * assertNotEquals(socket.information.localPort, "");
   * ```
   */
  async bindServiceNameAsync(
    localServiceName: string | number,
    options: DatagramSocketBindOptions = {},
  ): Promise<void> {
    const port = parseLocalServiceName(localServiceName, "udp");
    const { adapter } = options;
    await this.#state.bind({ hostname: null, port, adapter });
    this.#adapter = adapter;
  }

  /**
   * Binds the socket to a local address and port.
   *
   * @param localHostName An address of this computer, or a name of it, whose
   * first address is taken; `null` for all addresses.
   * @param localServiceName A port number from 0 to 65535, as a number or a
   * string. Empty or 0 lets the system choose one.
   *
   * @throws {ArgumentError} If an argument is not valid.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If it is bound already.
   * @throws {SocketError} If the endpoint cannot be used.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for it.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", 0);
   * assertEquals(`${socket.information.localAddress}`, "127.0.0.1");
   * ```
   */
  async bindEndpointAsync(
    localHostName: HostName | string | null,
    localServiceName: string | number,
  ): Promise<void> {
    const port = parseLocalServiceName(localServiceName, "udp");
    const host = localHostName === null
      ? null
      : toHostName(localHostName, "local host name");
    await this.#state.bind(await toBindTarget(host, port));
  }

  /**
   * Sends to, and receives from, one remote endpoint from now on. Binds the
   * socket if it is not bound yet.
   *
   * @param remoteHostName An address or a name, whose first address that the
   * socket can reach is taken.
   * @param remoteServiceName A port number, or the name of a service.
   * @param options A signal, and a DNS server.
   *
   * @throws {ArgumentError} If an argument is not valid.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If it is connected already, or
   * `control.multicastOnly` is set.
   * @throws {SocketError} If the host cannot be found: `hostNotFound` for a
   * multicast group too, which {@linkcode DatagramSocket.getOutputStreamAsync}
   * sends to.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for the endpoint; a
   * name is looked up with `--allow-net` for all of its ports.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.connectAsync("127.0.0.1", 9);
   * assertEquals(socket.information.remotePort, "9");
   * ```
   */
  connectAsync(
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
    options?: DatagramSocketConnectOptions,
  ): Promise<void>;
  /**
   * Sends to, and receives from, one remote endpoint from now on, from a local
   * one.
   *
   * @param endpointPair Both endpoints. The local one is left out if the socket
   * is bound already.
   * @param options A signal, and a DNS server.
   *
   * @throws {InvalidOperationError} If the socket is bound already, and the pair
   * has a local endpoint.
   */
  connectAsync(
    endpointPair: EndpointPair,
    options?: DatagramSocketConnectOptions,
  ): Promise<void>;
  async connectAsync(
    remote: HostName | string | EndpointPair,
    second?: string | number | DatagramSocketConnectOptions,
    third?: DatagramSocketConnectOptions,
  ): Promise<void> {
    const { pair, options } = toCall(remote, second, third);
    await this.#state.connect(
      (cancelled) => findRemote(pair, options, cancelled),
      await toLocalTarget(pair),
    );
  }

  /**
   * A stream to a remote endpoint: a host, a multicast group, or all hosts of
   * the network (`255.255.255.255`). Binds the socket if it is not bound yet,
   * and does not change what it receives.
   *
   * @param remoteHostName An address or a name, whose first address that the
   * socket can reach is taken.
   * @param remoteServiceName A port number, or the name of a service.
   * @param options A signal, and a DNS server.
   * @returns A stream; one write is one datagram.
   *
   * @throws {ArgumentError} If an argument is not valid.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If `control.multicastOnly` is set, and the
   * endpoint is no multicast group.
   * @throws {SocketError} If the host cannot be found.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for the endpoint.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using receiver = new DatagramSocket();
   * await receiver.bindEndpointAsync("127.0.0.1", "");
   *
   * await using sender = new DatagramSocket();
   * const stream = await sender.getOutputStreamAsync(
   *   "127.0.0.1",
   *   receiver.information.localPort,
   * );
   * assertEquals(await stream.writeAsync(new Uint8Array(5)), 5);
   * ```
   */
  getOutputStreamAsync(
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
    options?: DatagramSocketConnectOptions,
  ): Promise<OutputStream>;
  /**
   * A stream from a local endpoint to a remote one.
   *
   * @param endpointPair Both endpoints. The local one is left out if the socket
   * is bound already.
   * @param options A signal, and a DNS server.
   * @returns A stream; one write is one datagram.
   *
   * @throws {InvalidOperationError} If the socket is bound already, and the pair
   * has a local endpoint.
   */
  getOutputStreamAsync(
    endpointPair: EndpointPair,
    options?: DatagramSocketConnectOptions,
  ): Promise<OutputStream>;
  async getOutputStreamAsync(
    remote: HostName | string | EndpointPair,
    second?: string | number | DatagramSocketConnectOptions,
    third?: DatagramSocketConnectOptions,
  ): Promise<OutputStream> {
    const { pair, options } = toCall(remote, second, third);
    return await this.#state.streamTo(
      (cancelled) => findRemote(pair, options, cancelled),
      await toLocalTarget(pair),
    );
  }

  /**
   * Receives what is sent to a multicast group at the socket's port. Joining
   * again by the same network interface fails.
   *
   * @param host The address of the group, of IPv4 or IPv6.
   * @param options Whose datagrams, and by which network interface. A socket
   * that was bound to an adapter joins by that one.
   *
   * A socket that was bound to a single address gets nothing from groups, except
   * on Windows, and neither does one that was bound to an adapter without native
   * calls: they refuse to join. Bind to all addresses and give the adapter here.
   *
   * `Deno.listenDatagram` tells later that the system cannot join: as a message
   * whose `getDataReader` throws the error.
   *
   * @throws {ArgumentError} If `host` is not the address of a group, or `source`
   * not that of a host.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If it is not bound, or to one address alone.
   * @throws {SocketError} If the system cannot join the group:
   * `addressAlreadyInUse` if the socket has joined it before.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { assertThrows } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * socket.control.multicastOnly = true;
   * await socket.bindServiceNameAsync("");
   * assertThrows(() => socket.joinMulticastGroup("127.0.0.1"), ArgumentError);
   * ```
   */
  joinMulticastGroup(
    host: HostName | string,
    options: DatagramSocketMulticastOptions = {},
  ): void {
    this.#state.join(this.#toMembership("join", host, options));
  }

  /**
   * Receives no more of what is sent to a multicast group. WinRT has no such
   * method.
   *
   * @param host The address of the group.
   * @param options The same as when it was joined.
   *
   * @throws {ArgumentError} If `host` is not the address of a group.
   * @throws {ClosedError} If the socket is closed.
   * @throws {InvalidOperationError} If it is not bound.
   * @throws {SocketError} If the socket has not joined the group.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { assertThrows } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertThrows(
   *   () => socket.leaveMulticastGroup("239.255.255.250"),
   *   InvalidOperationError,
   * );
   * ```
   */
  leaveMulticastGroup(
    host: HostName | string,
    options: DatagramSocketMulticastOptions = {},
  ): void {
    this.#state.leave(this.#toMembership("leave", host, options));
  }

  /**
   * Adds a handler of an event. Messages are delivered while there is one; until
   * then they wait in the system's buffer.
   *
   * @typeParam K The name of the event.
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As for any `EventTarget`.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const received = Promise.withResolvers<number>();
   * socket.addEventListener("messagereceived", (message) => {
   *   received.resolve(message.getDataReader().readByte());
   * }, { once: true });
   *
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   * assertEquals(await received.promise, 7);
   * ```
   */
  override addEventListener<K extends keyof DatagramSocketEventMap>(
    type: K,
    listener: (event: DatagramSocketEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /**
   * Adds a handler of any event.
   *
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As for any `EventTarget`.
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
    if (type !== "messagereceived") {
      super.addEventListener(type, listener, options);
      return;
    }
    this.#handlers.add(listener, options);
    this.#delivery.start();
  }

  /**
   * Removes a handler of an event.
   *
   * @typeParam K The name of the event.
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As for any `EventTarget`.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const handler = () => {};
   * socket.addEventListener("messagereceived", handler);
   * socket.removeEventListener("messagereceived", handler);
   *
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   * for await (const message of socket) {
   *   assertEquals(message.getDataReader().readByte(), 7);
   *   break;
   * }
   * ```
   */
  override removeEventListener<K extends keyof DatagramSocketEventMap>(
    type: K,
    listener: (event: DatagramSocketEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /**
   * Removes a handler of any event.
   *
   * @param type The name of the event.
   * @param listener The handler.
   * @param options As for any `EventTarget`.
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
    if (type === "messagereceived") this.#handlers.remove(listener, options);
    else super.removeEventListener(type, listener, options);
  }

  /**
   * Iterates over the messages. Not in WinRT. Handlers of `messagereceived` and
   * iterations share the messages: each goes to one of them.
   *
   * @returns An iteration that ends when the socket is closed.
   *
   * @throws {InvalidOperationError} If the socket is not bound.
   * @throws {SocketError} `operationAborted` at
   * {@linkcode DatagramSocket.cancelIOAsync}.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
   * await stream.writeAsync(new Uint8Array([7]));
   *
   * for await (const message of socket) {
   *   assertEquals(message.getDataReader().readByte(), 7);
   *   break;
   * }
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<
    DatagramSocketMessageReceivedEventArgs
  > {
    return new PullIterator((signal) => this.#nextMessage(signal));
  }

  /**
   * Lets the socket be given to the socket broker, by
   * {@linkcode DatagramSocket.transferOwnership}. In WinRT it has to be called
   * before the socket is bound; here at any time.
   *
   * Needs Linux and `--allow-ffi`.
   *
   * @param taskId The `taskId` of a `BackgroundTaskRegistration`, which is
   * started when a datagram arrives. `null`, which WinRT has not: nothing is
   * started, and the broker keeps the socket until somebody takes it out of
   * `SocketActivityInformation.allSockets`.
   * @param connectedStandbyAction Whether a sleeping machine is woken up. No
   * system of Deno tells a sleep apart, so both values do the same.
   * @default {SocketActivityConnectedStandbyAction.wake}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If there are no native calls.
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { ArgumentError } from "@winrt/sockets/argument-error";
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertThrows } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * assertThrows(() => socket.enableTransferOwnership("mine"), ArgumentError);
   * socket.enableTransferOwnership(null);
   * ```
   */
  enableTransferOwnership(
    taskId: string | null,
    connectedStandbyAction: SocketActivityConnectedStandbyAction =
      SocketActivityConnectedStandbyAction.wake,
  ): void {
    this.#state.enableTransfer(taskId, connectedStandbyAction);
  }

  /**
   * Gives the socket to the socket broker, which is started if there is none.
   * Its port stays bound, and its groups joined: datagrams wait in the system's
   * buffer until somebody takes the socket back, the background task or a
   * program, by `SocketActivityInformation`. Datagrams that have arrived here
   * and were not taken go along, but errors of earlier ones do not. Here the
   * socket is closed then.
   *
   * No write may be pending: await `flushAsync` before. Needs `--allow-ffi`, and
   * `--allow-run` for the runtime itself if the broker has to be started.
   *
   * @param socketId The name to find it by, of 1 to 256 characters, unique
   * within the program.
   * @param data What the task is told.
   * @param keepAliveTime After how many milliseconds without datagrams the task
   * is started: 0 or more, and 0 is never.
   * @default {0}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If it was not enabled or is not bound, a
   * write is pending, the id is taken, the task is not registered, or no broker
   * may be used. Nothing has changed then.
   * @throws {SocketError} If the broker fails. Nothing has changed then.
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
   * import { SocketBroker } from "@winrt/sockets/socket-broker";
   * import { assertEquals } from "@std/assert";
   *
   * SocketBroker.stateDirectory = `/tmp/broker-${crypto.randomUUID()}`;
   *
   * const socket = new DatagramSocket();
   * socket.enableTransferOwnership(null);
   * await socket.bindEndpointAsync("127.0.0.1", "");
   * const { localPort } = socket.information;
   * socket.transferOwnership("discovery");
   *
   * await using sender = new DatagramSocket();
   * await sender.connectAsync("127.0.0.1", localPort);
   * await sender.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
   *
   * const held = SocketActivityInformation.allSockets.get("discovery");
   * await using reclaimed = held?.datagramSocket;
   * for await (const message of reclaimed ?? []) {
   *   assertEquals(message.getDataReader().detachBuffer(), new Uint8Array([1, 2, 3]));
   *   break;
   * }
   * ```
   */
  transferOwnership(
    socketId: string,
    data?: SocketActivityContext,
    keepAliveTime: number = 0,
  ): void {
    this.#state.transfer({ socketId, data, keepAliveTime });
  }

  /**
   * Cancels what waits: look-ups of names, and iterations, which reject with
   * `operationAborted`. Events stop until a handler is added. The socket stays
   * open.
   *
   * @returns A promise that resolves when nothing waits any more.
   *
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { assertRejects } from "@std/assert";
   *
   * await using socket = new DatagramSocket();
   * await socket.bindServiceNameAsync("");
   * const next = assertRejects(
   *   () => socket[Symbol.asyncIterator]().next(),
   *   SocketError,
   * );
   * await socket.cancelIOAsync();
   * await next;
   * ```
   */
  // deno-lint-ignore require-await -- what it throws becomes a rejection
  async cancelIOAsync(): Promise<void> {
    this.#state.assertOpen();
    this.#delivery.stop();
    this.#state.cancelIO();
  }

  /**
   * Closes the socket. What was written is still sent; iterations end, and
   * events stop. Closing again does nothing.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertRejects } from "@std/assert";
   *
   * const socket = new DatagramSocket();
   * socket.close();
   * await assertRejects(() => socket.bindServiceNameAsync(""), ClosedError);
   * ```
   */
  close(): void {
    this.#state.close();
  }

  /**
   * The same as {@linkcode DatagramSocket.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertRejects } from "@std/assert";
   *
   * let kept: DatagramSocket;
   * {
   *   using socket = new DatagramSocket();
   *   await socket.bindServiceNameAsync("");
   *   kept = socket;
   * }
   * await assertRejects(() => kept.cancelIOAsync(), ClosedError);
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The same as {@linkcode DatagramSocket.close}, for `await using`.
   *
   * @returns A promise that resolves when the port is free again, and nothing
   * of the socket goes on.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertRejects } from "@std/assert";
   *
   * let kept: DatagramSocket;
   * {
   *   await using socket = new DatagramSocket();
   *   await socket.bindServiceNameAsync("");
   *   kept = socket;
   * }
   * await assertRejects(() => kept.cancelIOAsync(), ClosedError);
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#state.close();
  }

  /**
   * Finds the endpoints of a service, best first.
   *
   * @param remoteHostName An address or a name.
   * @param remoteServiceName A port number, or the name of a service.
   * @param sortOptions How to sort them.
   * @default {HostNameSortOptions.none}
   * @param options A signal, and a DNS server.
   * @returns A pair for each address; what is local is left to the system.
   *
   * @throws {ArgumentError} If an argument is not valid.
   * @throws {SocketError} If the host cannot be found.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for the name.
   *
   * @example Usage
   * ```ts
   * import { DatagramSocket } from "@winrt/sockets/datagram-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const [pair] = await DatagramSocket.getEndpointPairsAsync("127.0.0.1", 53);
   * assertEquals(pair?.remoteServiceName, "53");
   * ```
   */
  static async getEndpointPairsAsync(
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
    sortOptions: HostNameSortOptions = HostNameSortOptions.none,
    options: DatagramSocketConnectOptions = {},
  ): Promise<readonly EndpointPair[]> {
    const host = toHostName(remoteHostName, "remote host name");
    return await getEndpointPairs(host, remoteServiceName, {
      protocol: "udp",
      sortOptions,
      ...options,
    });
  }

  #toMembership(
    action: string,
    host: HostName | string,
    { source, adapter = this.#adapter }: DatagramSocketMulticastOptions,
  ): {
    group: string;
    source: string | undefined;
    adapter: string | undefined;
  } {
    if (adapter !== undefined && typeof adapter !== "string") {
      throw new ArgumentError(
        `Cannot use ${quote(adapter)} as the adapter: it must be a string`,
      );
    }
    const group = toHostName(host, "multicast group").canonicalName;
    if (!isMulticast(group)) {
      throw new ArgumentError(
        `Cannot ${action} "${host}": it must be the address of a multicast group, such as 239.255.255.250`,
      );
    }
    return { group, source: toSource(action, group, source), adapter };
  }

  #nextMessage(signal: AbortSignal): Next | Promise<Next> {
    const message = this.#state.source?.next(signal) ?? null;
    return message instanceof Promise
      ? message.then(toEventArgs)
      : toEventArgs(message);
  }

  #raise(message: Message): void {
    this.dispatchEvent(new DatagramSocketMessageReceivedEventArgs(message));
  }
}

interface Call {
  readonly pair: EndpointPair;
  readonly options: DatagramSocketConnectOptions;
}

function toEventArgs(message: Message | null): Next {
  return message === null
    ? null
    : new DatagramSocketMessageReceivedEventArgs(message);
}

/** The arguments of both forms of a call as one. */
function toCall(
  remote: HostName | string | EndpointPair,
  second: string | number | DatagramSocketConnectOptions | undefined,
  third: DatagramSocketConnectOptions | undefined,
): Call {
  if (remote instanceof EndpointPair) {
    const options = typeof second === "object" ? second : third;
    return { pair: remote, options: options ?? {} };
  }
  const host = toHostName(remote, "remote host name");
  return {
    pair: new EndpointPair(null, "", host, toService(second)),
    options: third ?? {},
  };
}

/** A service name; throws if it is none. */
function toService(value: unknown): string | number {
  if (typeof value === "string" || typeof value === "number") return value;
  throw new ArgumentError(
    `Cannot use ${
      quote(value)
    } as the remote service name: it must be a string or a port number`,
  );
}

/** What a pair asks to bind to; null if nothing. */
async function toLocalTarget(pair: EndpointPair): Promise<BindTarget | null> {
  const port = parseLocalServiceName(pair.localServiceName, "udp");
  if (pair.localHostName === null && port === 0) return null;
  return await toBindTarget(pair.localHostName, port);
}

async function toBindTarget(
  host: HostName | null,
  port: number,
): Promise<BindTarget> {
  if (host === null) return { hostname: null, port };
  const [address = host] = await resolveAddresses(host, {});
  return { hostname: address.canonicalName, port };
}

function toSource(
  action: string,
  group: string,
  source: HostName | string | undefined,
): string | undefined {
  if (source === undefined) return undefined;
  const host = toHostName(source, "source");
  const isAddress = host.type !== HostNameType.domainName;
  const isSameFamily = host.canonicalName.includes(":") === group.includes(":");
  if (isAddress && isSameFamily && !isMulticast(host.canonicalName)) {
    return host.canonicalName;
  }
  throw new ArgumentError(
    `Cannot ${action} "${group}" for the source "${source}": it must be the address of a host, of the family of the group`,
  );
}
