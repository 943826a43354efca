import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { StreamSocket } from "../stream_socket/stream_socket.ts";
import { connect, type Connected } from "./_connect.ts";
import { actualPongInterval, type ControlState } from "./_control_state.ts";
import { decide } from "./_custom_validation.ts";
import {
  closedError,
  EndpointState,
  type Receiver,
} from "./_endpoint_state.ts";
import { MessageCompression } from "./_connection/message_compression.ts";
import { MESSAGE_RECEIVED } from "./_message_inbox.ts";
import { RequestHeaders } from "./_handshake/request_headers.ts";
import {
  CLOSE_TIMEOUT,
  WebSocketConnection,
} from "./_connection/web_socket_connection.ts";
import { nameOf, parseWebSocketUri } from "./_handshake/web_socket_uri.ts";
import { WebSocketServerCustomValidationRequestedEventArgs } from "./web_socket_server_custom_validation_requested_event_args.ts";

/** The event that asks what to do with the certificate of a server. */
export const VALIDATION_REQUESTED = "servercustomvalidationrequested";

/** What kind of client it is. */
export interface ClientKind {
  /** Whether bytes alone count, and not messages. */
  readonly isStream: boolean;
  /** What takes what the server sends. */
  makeReceiver(control: ControlState): Receiver;
}

type Phase = "new" | "connecting" | "connected";

/** What a WebSocket of a client is at this moment, for the classes around it. */
export class ClientState extends EndpointState {
  readonly #control: ControlState;
  readonly #kind: ClientKind;
  readonly #headers = new RequestHeaders();
  #phase: Phase = "new";
  /** Ends a connect that is on its way. */
  #abort: AbortController | null = null;

  /** The socket under the WebSocket, also after its end. */
  socket: StreamSocket | null = null;
  /** The protocol that the server has chosen; null before. */
  protocol: string | null = null;

  constructor(control: ControlState, kind: ClientKind) {
    super(
      kind.isStream
        ? [VALIDATION_REQUESTED]
        : [VALIDATION_REQUESTED, MESSAGE_RECEIVED],
    );
    this.#control = control;
    this.#kind = kind;
    control.onMessageType = (type) => this.setMessageType(type);
  }

  override assertMayListen(type: string, isAdded: boolean): void {
    // A handler of the other event would come too late, and not be asked.
    const isFixed = type === MESSAGE_RECEIVED ||
      type === VALIDATION_REQUESTED && isAdded;
    if (!isFixed || this.#phase === "new") return;
    throw new InvalidOperationError(
      `Cannot change the handlers of ${type}: connectAsync was called, do it before`,
    );
  }

  /** Adds a header to the request. */
  setRequestHeader(name: string, value: string): void {
    this.#assertNew("set a request header");
    this.#headers.set(name, value);
  }

  /** Connects; throws the typed error if this is not the time. */
  async connect(
    uri: string | URL,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const url = parseWebSocketUri(uri);
    this.#assertNew("connect");
    signal?.throwIfAborted();
    this.#abort = new AbortController();
    const ending = AbortSignal.any(
      signal === undefined
        ? [this.#abort.signal]
        : [signal, this.#abort.signal],
    );
    this.#setPhase("connecting");
    try {
      const connected = await connect({
        url,
        headers: this.#headers.fields,
        control: this.#control,
        signal: ending,
        onSocket: (socket) => void (this.socket = socket),
        onSecure: this.handlersOf(VALIDATION_REQUESTED)?.isEmpty === false
          ? (socket) => this.#validate(socket, url)
          : null,
      });
      if (ending.aborted) {
        connected.connection.abort();
        throw ending.reason;
      }
      this.#open(connected);
    } catch (error) {
      this.#setPhase("new");
      throw error;
    }
  }

  override async close(code: number | null, reason: string): Promise<void> {
    this.#abort?.abort(
      new WebSocketError(
        "Cannot connect: the WebSocket was closed",
        HResult.WININET_E_OPERATION_CANCELLED,
      ),
    );
    await super.close(code, reason);
    await this.socket?.[Symbol.asyncDispose]();
  }

  #open({ connection, protocol, parameters }: Connected): void {
    const { compression, idleTimeout } = this.#control;
    this.protocol = protocol;
    this.#setPhase("connected");
    const settings = {
      isServer: false,
      isStream: this.#kind.isStream,
      compression: parameters && compression &&
        new MessageCompression(parameters, compression, false),
      idleTimeout,
      pongInterval: actualPongInterval(this.#control),
      closeTimeout: CLOSE_TIMEOUT,
    };
    const receiver = this.#kind.makeReceiver(this.#control);
    const onClosed = (code: number, reason: string): void =>
      void this.raiseClosed(code, reason);
    this.adopt(
      new WebSocketConnection(connection, settings, receiver, onClosed),
      receiver,
    );
    this.setMessageType(this.#control.messageType);
  }

  async #validate({ information }: StreamSocket, url: URL): Promise<void> {
    const args = new WebSocketServerCustomValidationRequestedEventArgs(
      information,
    );
    this.raise(args);
    if (await decide(args)) return;
    throw new WebSocketError(
      `Cannot connect to ${
        quote(nameOf(url))
      }: a handler of ${VALIDATION_REQUESTED} has rejected the certificate`,
      HResult.INET_E_SECURITY_PROBLEM,
    );
  }

  #assertNew(action: string): void {
    if (this.isClosed) throw closedError();
    if (this.#phase === "new") return;
    throw new InvalidOperationError(
      `Cannot ${action}: the WebSocket is ${this.#phase} already, use a new one`,
    );
  }

  #setPhase(phase: Phase): void {
    this.#phase = phase;
    this.#control.lock = phase === "new" ? null : phase;
  }
}
