import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import type { HostName } from "../addressing/host_name.ts";
import { connect, type ConnectRequest } from "./_connect.ts";
import { Connection, operationAborted } from "./_connection.ts";
import {
  type ControlState,
  controlStateOf,
  copyOptions,
  DEFAULT_CONTROL_STATE,
  transportOptions,
} from "./_control_state.ts";

/** What a connection is asked for, before the state adds its own part. */
export type ConnectCall =
  & Omit<ConnectRequest, "serialize" | "signal">
  & { readonly signal: AbortSignal | undefined };

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

  /** The transport of the connection, also after its end. */
  transport: StreamTransport | null = null;
  /** What `connectAsync` was called with. */
  remoteHostName: HostName | null = null;
  remoteServiceName = "";

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
    const abort = new AbortController();
    const signal = call.signal === undefined
      ? abort.signal
      : AbortSignal.any([call.signal, abort.signal]);
    signal.throwIfAborted();
    this.#setPhase("connecting");
    const settled = Promise.withResolvers<void>();
    this.#connecting = { abort, settled: settled.promise };
    try {
      await this.#connect({ ...call, signal });
    } catch (error) {
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

  async #connect(
    call: Omit<ConnectRequest, "serialize">,
  ): Promise<void> {
    const control = this.#control ?? DEFAULT_CONTROL_STATE;
    const serialize = control.serializeConnectionAttempts;
    const transport = await connect({ ...call, serialize });
    try {
      call.signal.throwIfAborted();
      transport.setOptions(
        transportOptions(this.#control ?? DEFAULT_CONTROL_STATE),
      );
    } catch (error) {
      transport.reset();
      throw error;
    }
    this.remoteHostName = call.remoteHost;
    this.remoteServiceName = `${call.remoteService}`;
    this.#adopt(transport);
  }

  /** Takes a connection that a listener has accepted. */
  accept(
    transport: StreamTransport,
    listenerControl: ControlState,
  ): void {
    transport.setOptions(transportOptions(listenerControl));
    this.#listenerControl = listenerControl;
    this.#adopt(transport);
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
