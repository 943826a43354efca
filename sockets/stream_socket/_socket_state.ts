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
  transportOptions,
} from "./_control_state.ts";

/** What a connection is asked for, before the state adds its own part. */
export type ConnectCall =
  & Omit<ConnectRequest, "serialize" | "signal">
  & { readonly signal: AbortSignal | undefined };

/** What a `StreamSocket` is at this moment, for the classes around it. */
export class SocketState {
  readonly #control: () => object;
  #phase: "new" | "connecting" | "connected" | "closed" = "new";
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

  /** @param control Gives the control of the socket, made at first use. */
  constructor(control: () => object) {
    this.#control = control;
  }

  /** The connection; throws if there never was one. */
  get connection(): Connection {
    if (this.#connection !== null) return this.#connection;
    if (this.#phase === "closed") throw closedError();
    throw new InvalidOperationError(
      "Cannot use the streams: the socket is not connected, call connectAsync first",
    );
  }

  /** Connects; throws the typed error if this is not the time. */
  async connect(call: ConnectCall): Promise<void> {
    this.assertNew("connect");
    const abort = new AbortController();
    const signal = call.signal === undefined
      ? abort.signal
      : AbortSignal.any([call.signal, abort.signal]);
    signal.throwIfAborted();
    this.#phase = "connecting";
    const settled = Promise.withResolvers<void>();
    this.#connecting = { abort, settled: settled.promise };
    try {
      await this.#connect({ ...call, signal });
    } catch (error) {
      if (this.#phase === "connecting") this.#phase = "new";
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
    const control = controlStateOf(this.#control());
    const serialize = control.serializeConnectionAttempts;
    control.connecting = true;
    let transport;
    try {
      transport = await connect({ ...call, serialize });
    } finally {
      control.connecting = false;
    }
    try {
      call.signal.throwIfAborted();
      transport.setOptions(transportOptions(control));
    } catch (error) {
      transport.reset();
      throw error;
    }
    this.remoteHostName = call.remoteHost;
    this.remoteServiceName = `${call.remoteService}`;
    this.#adopt(transport);
    control.lock = "connected";
  }

  /** Takes a connection that a listener has accepted. */
  accept(
    transport: StreamTransport,
    listenerControl: ControlState,
  ): Connection {
    transport.setOptions(transportOptions(listenerControl));
    this.#listenerControl = listenerControl;
    return this.#adopt(transport);
  }

  /** Gives a control of the socket, just made, the options that hold. */
  initControl<T extends object>(control: T): T {
    if (this.#listenerControl !== null) {
      const state = controlStateOf(control);
      copyOptions(this.#listenerControl, state);
      state.lock = "connected";
    }
    return control;
  }

  #adopt(transport: StreamTransport): Connection {
    this.transport = transport;
    this.#phase = "connected";
    this.#connection = new Connection(transport);
    return this.#connection;
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
    this.#phase = "closed";
    if (this.#connection === null) {
      await this.#abortConnect();
      return;
    }
    this.#connection.close();
    await this.#connection.closed;
  }
}

function closedError(): ClosedError {
  return new ClosedError("Cannot use the socket: it is closed");
}

const states = new WeakMap<object, SocketState>();

/** Makes the state of a socket, which {@linkcode socketStateOf} then finds. */
export function createSocketState(
  socket: object,
  control: () => object,
): SocketState {
  const state = new SocketState(control);
  states.set(socket, state);
  return state;
}

/** The state of a socket. */
export function socketStateOf(socket: object): SocketState {
  const state = states.get(socket);
  if (state === undefined) throw new TypeError("Not a StreamSocket");
  return state;
}
