import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import {
  isSecure,
  NO_CERTIFICATES,
  type PeerCertificates,
  type TlsSession,
} from "../_transport/secure_transport.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import {
  assertEnabled,
  notTransferable,
  Ownership,
  secureTransfer,
  type TransferCall,
} from "../_broker/ownership.ts";
import type { HostName } from "../addressing/host_name.ts";
import type { SocketActivityConnectedStandbyAction } from "../broker/socket_activity_connected_standby_action.ts";
import { SocketActivityKind } from "../broker/socket_activity_kind.ts";
import { connect, type ConnectRequest } from "./_connect.ts";
import { Connection, operationAborted } from "./_connection.ts";
import {
  type ControlState,
  controlStateOf,
  copyOptions,
  DEFAULT_CONTROL_STATE,
  transportOptions,
} from "./_control_state.ts";
import {
  type HandshakeDeadline,
  withHandshakeDeadline,
} from "./_handshake_deadline.ts";
import { secureAsClient, secureAsServer } from "./_secure.ts";
import {
  checkServerSettings,
  checkTlsSettings,
  copyTlsSettings,
  type TlsSettings,
} from "./_tls_settings.ts";
import type { ServerCertificate } from "./server_certificate.ts";

/** What a connection is asked for, before the state adds its own part. */
export type ConnectCall =
  & Omit<ConnectRequest, "serialize" | "signal" | "isTransferable">
  & {
    readonly signal: AbortSignal | undefined;
    /** Whether TLS is asked for. */
    readonly isSecure: boolean;
  };

type Phase = "new" | "connecting" | "connected" | "closed";

/** What a `StreamSocket` is at this moment, for the classes around it. */
export class SocketState {
  /** Null while nobody has used the control: most sockets do not need it. */
  #control: ControlState | null = null;
  #phase: Phase = "new";
  /** Made at first use, since most connections of a server are idle. */
  #connection: Connection | null = null;
  #connecting:
    | { readonly abort: AbortController; readonly settled: Promise<void> }
    | null = null;
  #listenerControl: ControlState | null = null;
  /** Which side of TLS this one is; null if there is no TLS. */
  #role: "client" | "server" | null = null;
  #peer: PeerCertificates = NO_CERTIFICATES;
  /** Not null if it may be given to the broker. */
  #ownership: Ownership | null = null;
  /** Whether a TLS handshake is on its way, which has taken its settings. */
  #isSecuring = false;

  /** The transport of the connection, also after its end. */
  transport: StreamTransport | null = null;
  /** What `connectAsync` was called with. */
  remoteHostName: HostName | null = null;
  remoteServiceName = "";

  /** What TLS has agreed on; null on a plain connection. */
  get session(): TlsSession | null {
    const { transport } = this;
    return transport !== null && isSecure(transport) ? transport.session : null;
  }

  /** What the server has shown in the last handshake, refused or not. */
  get server(): PeerCertificates {
    return this.#role === "server" ? NO_CERTIFICATES : this.#peer;
  }

  /** What the client has shown, if this side is the server. */
  get client(): PeerCertificates {
    return this.#role === "server" ? this.#peer : NO_CERTIFICATES;
  }

  /** Whether `close()` was called. */
  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** The connection; throws if there never was one. */
  get connection(): Connection {
    if (this.#connection !== null) return this.#connection;
    if (this.transport !== null) {
      this.#connection = new Connection(this.transport);
      return this.#connection;
    }
    if (this.#phase === "closed") throw closedError();
    throw new InvalidOperationError(
      "Cannot use the streams: the socket is not connected, call connectAsync first",
    );
  }

  /** Resolves when the socket has been given back to the system. */
  get closed(): Promise<void> {
    return this.connection.closed;
  }

  /** Connects; throws the typed error if this is not the time. */
  async connect(call: ConnectCall): Promise<void> {
    this.assertNew("connect");
    if (call.isSecure && this.#ownership !== null) throw secureTransfer();
    const abort = new AbortController();
    const signal = call.signal === undefined
      ? abort.signal
      : AbortSignal.any([call.signal, abort.signal]);
    signal.throwIfAborted();
    this.#isSecuring = call.isSecure;
    this.#setPhase("connecting");
    const settled = Promise.withResolvers<void>();
    this.#connecting = { abort, settled: settled.promise };
    try {
      const serialize = this.#options.serializeConnectionAttempts;
      const isTransferable = this.#ownership !== null;
      await this.#connect({ ...call, serialize, signal, isTransferable });
    } catch (error) {
      this.#isSecuring = false;
      if (this.#phase === "connecting") this.#setPhase("new");
      throw error;
    } finally {
      this.#connecting = null;
      settled.resolve();
    }
  }

  /** Ends a pending connect, and waits until it has rejected. */
  async #abortConnect(): Promise<void> {
    this.#connecting?.abort.abort(operationAborted());
    await this.#connecting?.settled;
  }

  async #connect(call: ConnectRequest & ConnectCall): Promise<void> {
    const { remoteHost, remoteService } = call;
    this.#peer = NO_CERTIFICATES;
    if (call.isSecure) checkTlsSettings(this.#options.tls);
    const transport = call.isSecure
      ? await this.#connectSecure(call)
      : await this.#connectPlain(call);
    this.remoteHostName = remoteHost;
    this.remoteServiceName = `${remoteService}`;
    this.#adopt(transport);
  }

  async #connectPlain(request: ConnectRequest): Promise<StreamTransport> {
    const transport = await connect(request);
    try {
      request.signal.throwIfAborted();
      transport.setOptions(transportOptions(this.#options));
    } catch (error) {
      transport.reset();
      throw error;
    }
    return transport;
  }

  async #connectSecure(request: ConnectRequest): Promise<StreamTransport> {
    const tls = copyTlsSettings(this.#options.tls);
    try {
      return await this.#connectAndSecure(request, tls);
    } catch (error) {
      request.signal.throwIfAborted();
      const { certificate, errors } = this.#peer;
      const isUntold = certificate === null && errors.length > 0;
      throw isUntold ? await this.#explain(request, tls, error) : error;
    }
  }

  async #connectAndSecure(
    request: ConnectRequest,
    tls: TlsSettings,
  ): Promise<StreamTransport> {
    const { remoteHost, signal } = request;
    const under = await this.#connectPlain(request);
    const peer = `to "${remoteHost.canonicalName}"`;
    return await withHandshakeDeadline(
      { milliseconds: tls.handshakeTimeout, signal, peer },
      (signal) => this.#secure(under, remoteHost, tls, signal),
    );
  }

  /**
   * Connects once more, to see the certificates that were refused: the runtime's
   * own TLS shows none of them. What it has refused stays so.
   *
   * @returns The error, with all that is wrong.
   */
  async #explain(
    request: ConnectRequest,
    tls: TlsSettings,
    refusal: unknown,
  ): Promise<unknown> {
    const told = this.#peer;
    try {
      const settings = { ...tls, collectsInformation: true };
      (await this.#connectAndSecure(request, settings)).reset();
      this.#peer = { ...this.#peer, errors: told.errors };
      return refusal;
    } catch (error) {
      request.signal.throwIfAborted();
      if (this.#peer.certificate !== null) return error;
      this.#peer = told;
      return refusal;
    }
  }

  async #secure(
    under: StreamTransport,
    host: HostName,
    settings: TlsSettings,
    signal: AbortSignal,
  ): Promise<StreamTransport> {
    const onPeer = (peer: PeerCertificates): void => void (this.#peer = peer);
    const secure = await secureAsClient(under, host, settings, signal, onPeer);
    this.#role = "client";
    this.#peer = secure.peer;
    return secure;
  }

  /** Makes the connection a secure one, as the client. */
  async upgrade(
    host: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (this.#listenerControl !== null) {
      throw new InvalidOperationError(
        "Cannot secure the connection: a listener has accepted it, use acceptSslAsync",
      );
    }
    const tls = copyTlsSettings(this.#options.tls);
    checkTlsSettings(tls);
    const peer = `to "${host.canonicalName}"`;
    const milliseconds = tls.handshakeTimeout;
    await this.#upgrade({ milliseconds, signal, peer }, (under, signal) => {
      this.#peer = NO_CERTIFICATES;
      return this.#secure(under, host, tls, signal);
    });
  }

  /** Makes the connection a secure one, as the server. */
  async upgradeAsServer(
    certificate: ServerCertificate,
    settings: TlsSettings,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    checkServerSettings(settings);
    const milliseconds = settings.handshakeTimeout;
    const deadline = { milliseconds, signal, peer: "from the client" };
    await this.#upgrade(deadline, async (under, signal) => {
      const secure = await secureAsServer(under, certificate, settings, signal);
      this.#role = "server";
      this.#peer = secure.peer;
      return secure;
    });
  }

  async #upgrade(
    deadline: HandshakeDeadline,
    secure: (
      under: StreamTransport,
      signal: AbortSignal,
    ) => Promise<StreamTransport>,
  ): Promise<void> {
    deadline.signal?.throwIfAborted();
    if (this.#phase === "closed") throw closedError();
    const { connection } = this;
    if (this.session !== null) {
      throw new InvalidOperationError(
        "Cannot secure the connection: it is secure already",
      );
    }
    this.transport = await withHandshakeDeadline(
      deadline,
      (signal) =>
        connection.upgrade(signal, async (under, signal) => {
          this.#setSecuring(true);
          try {
            return await secure(under, signal);
          } finally {
            this.#setSecuring(false);
          }
        }),
    );
    this.#setPhase(this.#phase);
  }

  get #options(): Readonly<ControlState> {
    return this.#control ?? DEFAULT_CONTROL_STATE;
  }

  /** Takes a connection that a listener has accepted. */
  accept(
    transport: StreamTransport,
    listenerControl: ControlState,
  ): void {
    this.#listenerControl = listenerControl;
    if (isSecure(transport)) {
      this.#role = "server";
      this.#peer = transport.peer;
    } else {
      transport.setOptions(transportOptions(listenerControl));
    }
    this.#adopt(transport);
  }

  /** Takes a connection that was made elsewhere. */
  adopt(transport: StreamTransport): void {
    this.#adopt(transport);
  }

  /** Has the socket ready to be given to the broker. */
  enableTransfer(
    taskId: string | null,
    action: SocketActivityConnectedStandbyAction,
  ): void {
    if (this.#phase === "closed") throw closedError();
    if (this.#phase === "connecting") {
      throw new InvalidOperationError(
        "Cannot enable the transfer of ownership: the socket is connecting already",
      );
    }
    this.#assertTransferable();
    this.#ownership = Ownership.enable(taskId, action);
  }

  /** Gives the socket to the broker. */
  transfer(call: TransferCall): void {
    if (this.#phase === "closed") throw closedError();
    const ownership = assertEnabled(this.#ownership);
    this.#assertTransferable();
    const kind = SocketActivityKind.streamSocket;
    // The system forgets the peer of a connection that is reset.
    const details = JSON.stringify(this.transport?.remoteAddress);
    this.connection.handOver((descriptor, unread) => {
      const descriptors = [descriptor];
      ownership.transfer(call, { kind, descriptors, unread, details });
    });
    this.#setPhase("closed");
  }

  #assertTransferable(): void {
    if (this.session !== null || this.#isSecuring) throw secureTransfer();
    if (this.transport === null || this.transport.handover !== null) return;
    throw notTransferable();
  }

  /** Gives a control of the socket, just made, the options that hold. */
  initControl<T extends object>(control: T): T {
    const state = controlStateOf(control);
    if (this.#listenerControl !== null) {
      copyOptions(this.#listenerControl, state);
    }
    this.#control = state;
    this.#setPhase(this.#phase);
    return control;
  }

  #adopt(transport: StreamTransport): void {
    this.transport = transport;
    this.#setPhase("connected");
  }

  #setPhase(phase: Phase): void {
    this.#phase = phase;
    if (this.#control === null) return;
    this.#control.connecting = phase === "connecting";
    if (this.transport !== null) this.#control.lock = "connected";
    this.#control.tlsLocked = this.#isSecuring || this.session !== null;
  }

  #setSecuring(isSecuring: boolean): void {
    this.#isSecuring = isSecuring;
    this.#setPhase(this.#phase);
  }

  /** Throws unless the socket was neither connected nor closed. */
  assertNew(action: string): void {
    if (this.#phase === "new") return;
    if (this.#phase === "closed") throw closedError();
    throw new InvalidOperationError(
      `Cannot ${action}: the socket is ${this.#phase} already, use a new one`,
    );
  }

  /** Resolves when no operation is pending. */
  async cancelIO(): Promise<void> {
    if (this.#phase === "closed") throw closedError();
    await this.#abortConnect();
    await this.#connection?.cancelIO();
  }

  /** Closes the socket; resolves when it was given back to the system. */
  async close(): Promise<void> {
    this.#setPhase("closed");
    if (this.transport === null) {
      await this.#abortConnect();
      return;
    }
    this.connection.close();
    await this.connection.closed;
  }
}

function closedError(): ClosedError {
  return new ClosedError("Cannot use the socket: it is closed");
}

type StateReader = (socket: object) => SocketState | undefined;

let read: StateReader | null = null;

/**
 * Tells how to read the state of a `StreamSocket`, whose class alone can: the
 * entry of a WeakMap would take as much memory as the state.
 */
export function setSocketStateReader(reader: StateReader): void {
  read = reader;
}

/** The state of a socket. */
export function socketStateOf(socket: object): SocketState {
  const state = read?.(socket);
  if (state === undefined) throw new TypeError("Not a StreamSocket");
  return state;
}
