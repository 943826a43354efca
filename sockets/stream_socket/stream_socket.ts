import { ArgumentError } from "../../errors/argument_error.ts";
import { abortable } from "@std/async";
import { getEndpointPairs } from "../addressing/_resolver.ts";
import { parseLocalServiceName } from "../addressing/_service_name.ts";
import { toHostName } from "../addressing/_to_host_name.ts";
import { EndpointPair } from "../addressing/endpoint_pair.ts";
import { adoptConnection } from "../_transport/adopt.ts";
import type { HostName } from "../addressing/host_name.ts";
import { HostNameSortOptions } from "../addressing/host_name_sort_options.ts";
import type { NameServer } from "../addressing/name_server.ts";
import { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import type { SocketActivityContext } from "../broker/socket_activity_context.ts";
import type { Certificate } from "../certificates/certificate.ts";
import type { InputStream } from "../streams/input_stream.ts";
import type { OutputStream } from "../streams/output_stream.ts";
import { setSocketStateReader, SocketState } from "./_socket_state.ts";
import { asksForTls } from "./_protection_level.ts";
import { checkServerCertificate, toServerSettings } from "./_tls_settings.ts";
import type { ClientCertificateMode } from "./client_certificate_mode.ts";
import type { ServerCertificate } from "./server_certificate.ts";
import type { SocketProtectionLevel } from "./socket_protection_level.ts";
import { StreamSocketControl } from "./stream_socket_control.ts";
import { StreamSocketInformation } from "./stream_socket_information.ts";

/** Options of {@linkcode StreamSocket.connectAsync}. */
export interface StreamSocketConnectOptions {
  /** Gives up, with the signal's reason; the socket may connect again. */
  signal?: AbortSignal;
  /**
   * The name of the network interface to connect from, such as `eth0`. Needs
   * `--allow-sys=networkInterfaces`.
   */
  adapter?: string;
  /** The DNS server to ask, instead of the system's. */
  nameServer?: NameServer;
}

/** Options of {@linkcode StreamSocket.getEndpointPairsAsync}. */
export interface StreamSocketGetEndpointPairsOptions {
  /** Gives up, with the signal's reason. */
  signal?: AbortSignal;
  /** The DNS server to ask, instead of the system's. */
  nameServer?: NameServer;
}

/** Options of {@linkcode StreamSocket.upgradeToSslAsync}. */
export interface StreamSocketUpgradeOptions {
  /** Gives up, with the signal's reason, and closes the connection. */
  signal?: AbortSignal;
}

/** Options of {@linkcode StreamSocket.acceptSslAsync}. */
export interface StreamSocketAcceptSslOptions {
  /**
   * Whether the client is asked for a certificate.
   *
   * @default {ClientCertificateMode.none}
   */
  clientCertificateMode?: ClientCertificateMode;
  /**
   * Trusted as issuers of client certificates.
   *
   * @default {those of the system, with `--allow-sys`}
   */
  trustedRootCertificates?: readonly Certificate[];
  /**
   * The application protocols of the server, best first (ALPN, RFC 7301). A
   * client that has none of them is refused.
   *
   * @default {[]}
   */
  alpnProtocols?: readonly string[];
  /**
   * How long the handshake may take, in milliseconds.
   *
   * @default {30_000}
   */
  handshakeTimeout?: number;
  /** Gives up, with the signal's reason, and closes the connection. */
  signal?: AbortSignal;
}

/** Options of {@linkcode StreamSocket.cancelIOAsync}. */
export interface StreamSocketCancelIOOptions {
  /** Stops waiting, with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * A TCP connection.
 *
 * Needs the `net` permission for the remote host and port.
 *
 * Secure connections have TLS 1.2 or 1.3. Those without client certificates,
 * ignored errors and `control.collectTlsInformation` go by the runtime's own TLS,
 * which is the faster one; the others by node:tls, over the same connection.
 *
 * @example Connect, send a line and read the reply
 * ```ts
 * import { InputStreamOptions } from "@winrt/sockets/input-stream-options";
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.onconnectionreceived = ({ socket }) => {
 *   socket.inputStream.pipeTo(socket.outputStream);
 * };
 * await listener.bindServiceNameAsync("");
 *
 * const socket = new StreamSocket();
 * await socket.connectAsync("localhost", listener.information.localPort);
 * await socket.outputStream.writeAsync(new TextEncoder().encode("hello\n"));
 * const reply = await socket.inputStream.readAsync(
 *   new Uint8Array(1024),
 *   1024,
 *   InputStreamOptions.partial,
 * );
 * assertEquals(new TextDecoder().decode(reply), "hello\n");
 *
 * await socket[Symbol.asyncDispose]();
 * listener.close();
 * ```
 *
 * @example Use the streams as web streams
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { TextLineStream } from "@std/streams";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.onconnectionreceived = ({ socket }) => {
 *   new Blob(["one\ntwo\n"]).stream().pipeTo(socket.outputStream);
 *   socket.inputStream.close();
 * };
 * await listener.bindServiceNameAsync("");
 *
 * await using socket = new StreamSocket();
 * await socket.connectAsync("localhost", listener.information.localPort);
 * const lines = socket.inputStream
 *   .pipeThrough(new TextDecoderStream())
 *   .pipeThrough(new TextLineStream());
 * assertEquals(await Array.fromAsync(lines), ["one", "two"]);
 * listener.close();
 * ```
 */
export class StreamSocket {
  readonly #state = new SocketState();
  #control: StreamSocketControl | null = null;
  #information: StreamSocketInformation | null = null;

  static {
    setSocketStateReader((socket) =>
      #state in socket ? socket.#state : undefined
    );
  }

  /**
   * Makes a socket of a connection that somebody else has opened, such as a
   * super-server that starts a program for each. The descriptor is the library's
   * own from then on, and closed with the socket. Not in WinRT.
   *
   * Needs Linux and `--allow-ffi`, and no `net` permission.
   *
   * @param descriptor The number of the descriptor: an integer of 0 or more.
   * @returns A connected socket.
   *
   * @throws {ArgumentError} If that is no number of a descriptor.
   * @throws {InvalidOperationError} If there are no native calls.
   * @throws {SocketError} If it is not open, or no TCP connection. It stays open
   * then.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertThrows } from "@std/assert";
   *
   * // No program has so many open.
   * assertThrows(() => StreamSocket.fromDescriptor(2 ** 31 - 1), SocketError);
   * ```
   */
  static fromDescriptor(descriptor: number): StreamSocket {
    const socket = new StreamSocket();
    socket.#state.adopt(adoptConnection(descriptor));
    return socket;
  }

  /**
   * The options of the socket; see {@linkcode StreamSocketControl}.
   *
   * @returns Always the same object.
   */
  get control(): StreamSocketControl {
    return this.#control ??= this.#state.initControl(new StreamSocketControl());
  }

  /**
   * What is known of the socket; see {@linkcode StreamSocketInformation}.
   *
   * @returns Always the same object.
   */
  get information(): StreamSocketInformation {
    return this.#information ??= new StreamSocketInformation(this);
  }

  /**
   * The bytes from the peer. The same object at each call.
   *
   * @throws {InvalidOperationError} If the socket is not connected.
   * @throws {ClosedError} If the socket was closed before it was connected.
   */
  get inputStream(): InputStream {
    return this.#state.connection.input;
  }

  /**
   * The bytes to the peer. The same object at each call.
   *
   * @throws {InvalidOperationError} If the socket is not connected.
   * @throws {ClosedError} If the socket was closed before it was connected.
   */
  get outputStream(): OutputStream {
    return this.#state.connection.output;
  }

  /**
   * Connects to a service of a host.
   *
   * The addresses of the host are tried with Happy Eyeballs (RFC 8305), unless
   * `control.serializeConnectionAttempts` is set. After a failure the socket
   * may connect again.
   *
   * @param remoteHostName A name or an IP address.
   * @param remoteServiceName A port, the name of a well-known service, or the
   * name of a service that the host has in DNS (SRV records
   * `_service._tcp.host`, tried in the order of RFC 2782).
   * @param protectionLevel `plainSocket` for a plain connection. Any other level
   * but those of Bluetooth and `unspecified` is for a secure one (TLS), which has
   * TLS 1.2 or 1.3 with each of them. The server's certificate must have the
   * name or the address of the remote host.
   * @default {SocketProtectionLevel.plainSocket}
   * @param options A signal, a network interface, a DNS server.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the socket is connecting or connected.
   * @throws {ClosedError} If the socket is closed.
   * @throws {SocketError} If the connection cannot be made; its `status` says
   * why. If the certificate of the server is refused it is one of the
   * `certificate…` statuses, and `information` tells all that is wrong with it.
   * @throws {Deno.errors.NotCapable} Without the `net` permission.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertRejects } from "@std/assert";
   *
   * // Nobody listens on the port of a listener that has been closed.
   * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
   * listener.close();
   *
   * const socket = new StreamSocket();
   * const error = await assertRejects(
   *   () => socket.connectAsync("127.0.0.1", listener.addr.port),
   *   SocketError,
   * );
   * assertEquals(error.status, SocketErrorStatus.connectionRefused);
   * socket.close();
   * ```
   *
   * @example Look at a certificate that is refused, and connect all the same
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { SocketProtectionLevel } from "@winrt/sockets/socket-protection-level";
   * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals, assertRejects } from "@std/assert";
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
   *   // A client that refuses the certificate cuts the connection off.
   *   socket.inputStream.pipeTo(socket.outputStream).catch(() => {});
   * };
   * await listener.bindServiceNameAsync("", tls12);
   * const { localPort } = listener.information;
   *
   * await using socket = new StreamSocket();
   * const { control, information } = socket;
   * // Nobody trusts it: it has signed itself.
   * await assertRejects(
   *   () => socket.connectAsync("localhost", localPort, tls12),
   *   SocketError,
   * );
   * const { ignorable } = SocketSslErrorSeverity;
   * assertEquals(information.serverCertificate?.subject, "localhost");
   * assertEquals(information.serverCertificateErrorSeverity, ignorable);
   *
   * control.ignorableServerCertificateErrors.push(
   *   ...information.serverCertificateErrors,
   * );
   * await socket.connectAsync("localhost", localPort, tls12);
   * assertEquals(information.protectionLevel, tls12);
   * ```
   */
  connectAsync(
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
    protectionLevel?: SocketProtectionLevel,
    options?: StreamSocketConnectOptions,
  ): Promise<void>;
  /**
   * Connects to the remote end of a pair, from its local end.
   *
   * A local address or port is honoured. As in WinRT, a `null` local host and
   * an empty local service let the system choose.
   *
   * @param endpointPair The two ends.
   * @param protectionLevel As above.
   * @default {SocketProtectionLevel.plainSocket}
   * @param options A signal, a network interface, a DNS server.
   */
  connectAsync(
    endpointPair: EndpointPair,
    protectionLevel?: SocketProtectionLevel,
    options?: StreamSocketConnectOptions,
  ): Promise<void>;
  async connectAsync(
    remote: HostName | string | EndpointPair,
    second?: string | number,
    third?: SocketProtectionLevel | StreamSocketConnectOptions,
    fourth?: StreamSocketConnectOptions,
  ): Promise<void> {
    if (remote instanceof EndpointPair) {
      const options = typeof third === "object" ? third : fourth;
      const isSecure = asksForTls(second, "connect");
      return await this.#connect(remote, isSecure, options);
    }
    const isSecure = asksForTls(third, "connect");
    const host = toHostName(remote, "remote host name");
    const pair = new EndpointPair(null, "", host, second ?? "");
    await this.#connect(pair, isSecure, fourth);
  }

  /**
   * Makes the connection a secure one (TLS), as the client: the upgrade of
   * protocols with a command such as STARTTLS.
   *
   * What was written before leaves before, in plain text. Until it is done
   * writes are refused, and reads wait. Nothing may have been received that was
   * not read: it could pass for secure data. The streams stay the same objects.
   *
   * The options of TLS in {@linkcode StreamSocket.control} may be set until
   * then. If it fails the connection is closed, and
   * {@linkcode StreamSocket.information} tells what is wrong with the
   * certificate: all of it with `control.collectTlsInformation`, otherwise the
   * first thing, and not the certificate itself.
   *
   * @param protectionLevel Any level but those of Bluetooth, `plainSocket` and
   * `unspecified`. The connection has TLS 1.2 or 1.3 with each of them.
   * @param validationHostName The name or the address that the certificate of
   * the server must have.
   * @param options A signal, which ends the connection if it is aborted.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {ClosedError} If the socket was closed.
   * @throws {InvalidOperationError} If the socket is not connected, or is secure
   * already, or a listener has accepted it, or it is being read, or not all was
   * read that has come.
   * @throws {SocketError} If the handshake fails: one of the `certificate…`
   * statuses if a certificate is refused, `connectionTimedOut` after
   * `control.handshakeTimeout`, `softwareCausedConnectionAbort` if the two sides
   * have nothing in common or do not speak TLS.
   *
   * @example Usage
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
   * using listener = new StreamSocketListener();
   * listener.onconnectionreceived = async ({ socket }) => {
   *   await socket.inputStream.readAsync(new Uint8Array(8));
   *   await socket.acceptSslAsync(certificate);
   *   await socket.inputStream.pipeTo(socket.outputStream);
   * };
   * await listener.bindServiceNameAsync("");
   *
   * await using socket = new StreamSocket();
   * socket.control.trustedRootCertificates.push(certificate);
   * await socket.connectAsync("localhost", listener.information.localPort);
   * await socket.outputStream.writeAsync(new TextEncoder().encode("STARTTLS"));
   * await socket.upgradeToSslAsync(SocketProtectionLevel.tls12, "localhost");
   * await socket.outputStream.writeAsync(new Uint8Array([1, 2, 3]));
   * const reply = await socket.inputStream.readAsync(new Uint8Array(3));
   * assertEquals(reply, new Uint8Array([1, 2, 3]));
   * ```
   */
  async upgradeToSslAsync(
    protectionLevel: SocketProtectionLevel,
    validationHostName: HostName | string,
    options: StreamSocketUpgradeOptions = {},
  ): Promise<void> {
    const action = "secure the connection";
    if (!asksForTls(protectionLevel, action)) {
      throw new ArgumentError(
        `Cannot ${action} with the protection level "${protectionLevel}": use SocketProtectionLevel.tls12`,
      );
    }
    const host = toHostName(validationHostName, "validation host name");
    await this.#state.upgrade(host, options.signal);
  }

  /**
   * Makes the connection a secure one (TLS), as the server. Not in WinRT.
   *
   * The rules are those of {@linkcode StreamSocket.upgradeToSslAsync}, which the
   * other side calls.
   *
   * @param certificate The certificate of this server with its private key, or
   * what gives one for the name that the client asks for; `null` for a name
   * refuses the client.
   * @param options Whether clients have certificates, whom to trust then, and
   * how long to wait.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {ClosedError} If the socket was closed.
   * @throws {InvalidOperationError} If the socket is not connected, or is secure
   * already, or it is being read, or not all was read that has come.
   * @throws {SocketError} If the handshake fails.
   *
   * @example Usage
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
   * using listener = new StreamSocketListener();
   * await listener.bindServiceNameAsync("");
   * const client = new StreamSocket();
   * client.control.trustedRootCertificates.push(certificate);
   * await client.connectAsync("localhost", listener.information.localPort);
   * for await (const { socket } of listener) {
   *   await Promise.all([
   *     socket.acceptSslAsync(certificate),
   *     client.upgradeToSslAsync(SocketProtectionLevel.tls12, "localhost"),
   *   ]);
   *   const { protectionLevel } = socket.information;
   *   assertEquals(protectionLevel, SocketProtectionLevel.tls12);
   *   socket.close();
   *   break;
   * }
   * client.close();
   * ```
   */
  async acceptSslAsync(
    certificate: ServerCertificate,
    options: StreamSocketAcceptSslOptions = {},
  ): Promise<void> {
    checkServerCertificate(certificate);
    const { signal } = options;
    const settings = toServerSettings(options);
    await this.#state.upgradeAsServer(certificate, settings, signal);
  }

  /**
   * Lets the socket be given to the socket broker, by
   * {@linkcode StreamSocket.transferOwnership}. To be called before
   * `connectAsync`. Sockets that came from the broker or from a descriptor, or
   * that such a listener has accepted, may be enabled at any time; those that
   * came from the broker are. The descriptor is the library's own then, and
   * connecting to a name needs `net` for its addresses.
   *
   * Needs Linux and `--allow-ffi`. Secure connections cannot be transferred.
   *
   * @param taskId The `taskId` of a `BackgroundTaskRegistration`, which is
   * started when data arrives, the peer closes, or the keep-alive time is over.
   * `null`, which WinRT has not: nothing is started, and the broker keeps the
   * socket until somebody takes it out of `SocketActivityInformation.allSockets`.
   * @param connectedStandbyAction Whether a sleeping machine is woken up. No
   * system of Deno tells a sleep apart, so both values do the same.
   * @default {SocketActivityConnectedStandbyAction.wake}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If the socket is connected without it, is
   * connecting or secure, or there are no native calls.
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { InvalidOperationError } from "@winrt/sockets/invalid-operation-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertThrows } from "@std/assert";
   *
   * await using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
   * await using socket = new StreamSocket();
   * await socket.connectAsync("127.0.0.1", listener.addr.port);
   * assertThrows(
   *   () => socket.enableTransferOwnership(null),
   *   InvalidOperationError,
   *   "before connectAsync",
   * );
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
   * The peer does not notice: what it sends waits until somebody takes the
   * socket back, the background task or a program, by
   * `SocketActivityInformation`. Here the socket is closed then.
   *
   * No read and no write may be pending: await `cancelIOAsync` and `flushAsync`
   * before. Bytes that were read and not taken go along; those that a
   * `DataReader` has loaded do not, and are for the program to use before.
   *
   * Needs `--allow-ffi`, and `--allow-run` for the runtime itself if the broker
   * has to be started.
   *
   * @param socketId The name to find it by, of 1 to 256 characters, unique
   * within the program.
   * @param data What the task is told.
   * @param keepAliveTime After how many milliseconds without data the task is
   * started, to keep the connection alive: 0 or more, and 0 is never.
   * @default {0}
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {InvalidOperationError} If it was not enabled or is not connected,
   * something is pending, the connection is secure, the id is taken, the task is
   * not registered, or no broker may be used. Nothing has changed then.
   * @throws {SocketError} If the broker fails. Nothing has changed then.
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { SocketActivityContext } from "@winrt/sockets/socket-activity-context";
   * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
   * import { SocketBroker } from "@winrt/sockets/socket-broker";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * SocketBroker.stateDirectory = `/tmp/broker-${crypto.randomUUID()}`;
   *
   * await using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
   * const socket = new StreamSocket();
   * socket.enableTransferOwnership(null);
   * await socket.connectAsync("127.0.0.1", listener.addr.port);
   * using peer = await listener.accept();
   * socket.transferOwnership("chat", new SocketActivityContext(new Uint8Array([7])));
   *
   * const held = SocketActivityInformation.allSockets.get("chat");
   * assertEquals(held?.context?.data, new Uint8Array([7]));
   * using reclaimed = held?.streamSocket;
   * await peer.write(new Uint8Array([1, 2, 3]));
   * const bytes = await reclaimed?.inputStream.readAsync(new Uint8Array(3));
   * assertEquals(bytes, new Uint8Array([1, 2, 3]));
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
   * Ends all pending operations. A pending `connectAsync` and pending reads
   * reject with `SocketErrorStatus.operationAborted`. Pending writes are
   * waited for, since bytes on their way cannot be taken back: a peer that reads
   * nothing is waited for until the signal or `outputStream.abort()` ends it,
   * where WinRT gives the writes up. The socket stays usable, and bytes that arrive later serve the next read. A web
   * stream reader that waits for bytes has its stream errored by it; then only
   * `readAsync` goes on.
   *
   * @param options A signal that stops the waiting.
   * @returns A promise that resolves when no operation is pending.
   *
   * @throws {ClosedError} If the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { SocketError } from "@winrt/sockets/socket-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertRejects } from "@std/assert";
   *
   * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
   * const socket = new StreamSocket();
   * await socket.connectAsync("127.0.0.1", listener.addr.port);
   *
   * const read = socket.inputStream.readAsync(new Uint8Array(1));
   * const rejected = assertRejects(() => read, SocketError);
   * await socket.cancelIOAsync();
   * await rejected;
   *
   * await socket[Symbol.asyncDispose]();
   * listener.close();
   * ```
   */
  async cancelIOAsync(options?: StreamSocketCancelIOOptions): Promise<void> {
    const done = this.#state.cancelIO();
    const signal = options?.signal;
    await (signal === undefined ? done : abortable(done, signal));
  }

  /**
   * Closes the socket. Pending reads reject with
   * `SocketErrorStatus.operationAborted`. What was written is still sent, and
   * then the peer sees an orderly end (FIN) if all that it sent has been read,
   * and a reset (RST) otherwise. The reset needs Linux and `--allow-ffi`;
   * elsewhere the peer may see a FIN first and an RST when it sends more. A reset
   * may cost the peer what it has not read yet: to be sure that it gets
   * everything, close the output stream and read to the end before.
   *
   * Closing again does nothing. Use `await using` to wait until everything was
   * handed over. If the peer reads no more, what is queued keeps the socket
   * open; `outputStream.abort()` drops it.
   *
   * @example Usage
   * ```ts
   * import { ClosedError } from "@winrt/sockets/closed-error";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertRejects } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * socket.close();
   * await assertRejects(() => socket.connectAsync("localhost", 7), ClosedError);
   * ```
   */
  close(): void {
    this.#state.close();
  }

  /**
   * The same as {@linkcode StreamSocket.close}, for `using`.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * assertEquals(socket.information.localPort, "");
   * ```
   */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Closes the socket and waits until what was written has been handed to the
   * operating system, for `await using`.
   *
   * @returns A promise that resolves when the socket is closed.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * await using socket = new StreamSocket();
   * assertEquals(socket.information.localPort, "");
   * ```
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#state.close();
  }

  /**
   * Resolves a host and a service to the endpoints that `connectAsync` would
   * try, best first.
   *
   * @param remoteHostName A name or an IP address.
   * @param remoteServiceName A port, or the name of a service.
   * @param sortOptions How to sort the addresses.
   * @default {HostNameSortOptions.none}
   * @param options A signal, a DNS server.
   * @returns One pair for each address of each server. The ports may differ.
   *
   * @throws {ArgumentError} If an argument is not acceptable.
   * @throws {SocketError} If the name cannot be resolved.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const [pair] = await StreamSocket.getEndpointPairsAsync("127.0.0.1", "http");
   * assertEquals(pair?.remoteHostName.rawName, "127.0.0.1");
   * assertEquals(pair?.remoteServiceName, "80");
   * ```
   */
  static async getEndpointPairsAsync(
    remoteHostName: HostName | string,
    remoteServiceName: string | number,
    sortOptions: HostNameSortOptions = HostNameSortOptions.none,
    options: StreamSocketGetEndpointPairsOptions = {},
  ): Promise<readonly EndpointPair[]> {
    const host = toHostName(remoteHostName, "remote host name");
    return await getEndpointPairs(host, remoteServiceName, {
      protocol: "tcp",
      sortOptions,
      ...options,
    });
  }

  #connect(
    pair: EndpointPair,
    isSecure: boolean,
    options: StreamSocketConnectOptions | null | undefined,
  ): Promise<void> {
    const { signal, adapter, nameServer } = options ?? {};
    return this.#state.connect({
      remoteHost: pair.remoteHostName,
      remoteService: pair.remoteServiceName,
      localHost: pair.localHostName,
      localPort: parseLocalServiceName(pair.localServiceName),
      adapter,
      nameServer,
      signal,
      isSecure,
    });
  }
}
