import { setImmediate } from "node:timers";
import { abortable } from "@std/async";
import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import type { EventHandlers } from "../_events/event_handlers.ts";
import { quote } from "../addressing/_quote.ts";
import { InputStream } from "../streams/input_stream.ts";
import { OutputStream } from "../streams/output_stream.ts";
import { opcodeOf } from "./_connection/frame_queue.ts";
import { MESSAGE_RECEIVED, MessageInbox } from "./_message_inbox.ts";
import { MessageReceiver } from "./_connection/message_receiver.ts";
import type { StreamReceiver } from "./_connection/stream_receiver.ts";
import type { WebSocketConnection } from "./_connection/web_socket_connection.ts";
import type { MessageWebSocketMessageReceivedEventArgs } from "./message_web_socket_message_received_event_args.ts";
import type { SocketMessageType } from "./socket_message_type.ts";
import { WebSocketClosedEventArgs } from "./web_socket_closed_event_args.ts";

/** What takes what the peer sends, as messages or as bytes. */
export type Receiver = MessageReceiver | StreamReceiver;

/** What a WebSocket is at this moment, for the classes around it. */
export class EndpointState {
  #connection: WebSocketConnection | null = null;
  #output: OutputStream | null = null;
  #input: InputStream | null = null;
  /** Where the bytes come from, if there are some. */
  #source: StreamReceiver | null = null;
  readonly #inbox = new MessageInbox((event) => this.raise(event));
  readonly #handlers = new Map<string, EventHandlers>();
  #isClosed = false;

  /** The events whose handlers are kept account of. */
  readonly trackedTypes: readonly string[];
  /** Raises an event. */
  raise: (event: Event) => void = () => {};

  constructor(trackedTypes: readonly string[]) {
    this.trackedTypes = trackedTypes;
  }

  /** Whether it was closed by the program. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The connection; throws if there never was one. */
  get connection(): WebSocketConnection {
    if (this.#connection !== null) return this.#connection;
    if (this.#isClosed) throw closedError();
    throw new InvalidOperationError(
      "Cannot use the WebSocket: it is not connected, call connectAsync first",
    );
  }

  /** Where messages are written. */
  get output(): OutputStream {
    return this.#output ??= new OutputStream(this.connection.sender.messages);
  }

  /** Keeps account of the handlers of an event. */
  track(type: string, handlers: EventHandlers): void {
    this.#handlers.set(type, handlers);
    if (type === MESSAGE_RECEIVED) this.#inbox.handlers = handlers;
  }

  /** The handlers of an event; undefined if no account is kept. */
  handlersOf(type: string): EventHandlers | undefined {
    return this.#handlers.get(type);
  }

  /** Throws if the handlers of an event cannot be changed any more. */
  assertMayListen(_type: string, _isAdded: boolean): void {}

  /** An event has got a handler. */
  onHeard(type: string): void {
    if (type === MESSAGE_RECEIVED) this.#inbox.start();
  }

  /** An event has lost its last handler. */
  onUnheard(type: string): void {
    if (type === MESSAGE_RECEIVED) this.#inbox.stop();
  }

  /** Where bytes are read, of all messages in a row. */
  get input(): InputStream {
    // It tells if there is none.
    this.connection;
    if (this.#source === null) {
      throw new TypeError("It has messages, not bytes");
    }
    return this.#input ??= new InputStream(this.#source);
  }

  /** Takes a connection, and reads what comes. */
  adopt(connection: WebSocketConnection, receiver: Receiver): void {
    this.#connection = connection;
    if (receiver instanceof MessageReceiver) this.#inbox.receiver = receiver;
    else this.#source = receiver;
    // Whoever gets the WebSocket has this turn to add handlers.
    setImmediate(() => connection.run());
  }

  /** Raises `closed`, after the messages that came before. */
  async raiseClosed(code: number, reason: string): Promise<void> {
    // The handlers of messages that were added before are called before.
    await null;
    this.raise(new WebSocketClosedEventArgs({ code, reason }));
  }

  /** Iterates over the messages that come. */
  messages(): AsyncIterableIterator<MessageWebSocketMessageReceivedEventArgs> {
    // It tells if there is none.
    this.connection;
    return this.#inbox.iterate();
  }

  /** Has the messages that are written from now on sent as this type. */
  setMessageType(type: SocketMessageType): void {
    if (this.#connection === null) return;
    this.#connection.sender.dataOpcode = opcodeOf(type);
  }

  /** Sends a part of a message. */
  async sendFrame(data: Uint8Array, isFinal: boolean): Promise<number> {
    checkFrameData(data);
    return await this.connection.sender.writeFragment(data, isFinal);
  }

  /** Asks the peer for an answer; resolves with how long that took, in ms. */
  async ping(
    payload: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    signal?.throwIfAborted();
    const answered = this.connection.ping(payload);
    return await (signal === undefined
      ? answered
      : abortable(answered, signal));
  }

  /** Closes the WebSocket; resolves when the connection is gone. */
  async close(code: number | null, reason: string): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close(code, reason);
  }
}

/** Before anything is sent, since it would begin a message. */
function checkFrameData(data: unknown): void {
  if (!(data instanceof Uint8Array)) {
    throw new ArgumentError(
      `Cannot send ${quote(data)}: it must be a Uint8Array`,
    );
  }
  const { buffer } = data;
  if (!(buffer instanceof ArrayBuffer) || !buffer.detached) return;
  throw new ArgumentError(
    "Cannot send the bytes: their buffer was transferred",
  );
}

/** The error of what is called after a close. */
export function closedError(): ClosedError {
  return new ClosedError("Cannot use the WebSocket: it is closed");
}
