import { Waiters } from "../../_events/waiters.ts";
import { CloseCode } from "../_codec/close_code.ts";
import type { DataReceiver, ReceivedPart } from "./data_receiver.ts";
import { MessageBuffer } from "./message_buffer.ts";
import { copyMessage } from "./message_slab.ts";
import { ProtocolFailure } from "../_codec/protocol_failure.ts";
import { ReceiveQueue } from "./receive_queue.ts";
import type { MessageWebSocketMessage } from "../message_web_socket_message_received_event_args.ts";
import { SocketMessageType } from "../socket_message_type.ts";

/** Part by part, a frame larger than this is handed out in several. */
const MAX_PART_SIZE = 64 * 1024;

/** How messages are handed out. */
export interface MessageReceiverOptions {
  /** Whether a message is handed out part by part. */
  readonly isPartial: boolean;
  /** How many bytes a message may have that is handed out as a whole. */
  readonly maxMessageSize: number;
}

/** Puts messages together, and keeps them until somebody takes them. */
export class MessageReceiver implements DataReceiver {
  readonly #options: MessageReceiverOptions;
  readonly #buffer = new MessageBuffer();
  readonly #queue = new ReceiveQueue<MessageWebSocketMessage>();
  readonly #waiters = new Waiters<MessageWebSocketMessage>();
  #messageType: SocketMessageType = SocketMessageType.binary;
  #ended = false;
  /** The signal of who has taken a message last; null if that one has left. */
  #taker: AbortSignal | null = null;
  /** Resolves when somebody has asked for more and was told the end. */
  readonly #endSeen = Promise.withResolvers<void>();
  #discards = false;
  #consumer: ((message: MessageWebSocketMessage) => void) | null = null;

  constructor(options: MessageReceiverOptions) {
    this.#options = options;
  }

  get room(): Promise<void> | null {
    return this.#queue.room;
  }

  /** Who is given the messages: those that wait now, others as they come. */
  set consumer(consumer: ((message: MessageWebSocketMessage) => void) | null) {
    this.#consumer = consumer;
    // It may be taken away in between.
    while (this.#consumer !== null) {
      const message = this.take();
      if (message === null) return;
      this.#consumer(message);
    }
  }

  receive(part: ReceivedPart): void {
    if (this.#discards) return;
    this.#messageType = part.messageType;
    if (this.#options.isPartial) this.#receivePart(part);
    else this.#receiveWhole(part);
  }

  /** A message that is there already; null if there is none. */
  take(): MessageWebSocketMessage | null {
    return this.#queue.take();
  }

  /**
   * Takes a message, or waits for it; null once there are no more, or the signal
   * is aborted.
   */
  next(
    signal?: AbortSignal,
  ):
    | MessageWebSocketMessage
    | null
    | Promise<MessageWebSocketMessage | null> {
    if (signal !== undefined) this.#noteTaker(signal);
    const message = this.#waiters.isEmpty ? this.take() : null;
    if (message === null && this.#ended) this.#endSeen.resolve();
    if (message !== null || this.#ended || signal?.aborted) return message;
    return this.#waiters.wait(signal);
  }

  end(): Promise<void> {
    this.#ended = true;
    this.#buffer.take();
    const isSeen = this.#taker === null || !this.#waiters.isEmpty;
    if (isSeen) this.#endSeen.resolve();
    this.#waiters.end();
    return this.#endSeen.promise;
  }

  fail(error: Error): Promise<void> {
    if (this.#ended) return this.#endSeen.promise;
    const messageType = this.#messageType;
    this.#put({ error, messageType, isMessageComplete: true }, 0);
    return this.end();
  }

  discard(): void {
    this.#discards = true;
    while (this.take() !== null);
    this.end();
    this.#endSeen.resolve();
  }

  #noteTaker(signal: AbortSignal): void {
    if (signal.aborted || this.#taker === signal) return;
    this.#taker = signal;
    signal.addEventListener("abort", () => {
      if (this.#taker !== signal) return;
      this.#taker = null;
      if (this.#ended) this.#endSeen.resolve();
    });
  }

  #receiveWhole({ bytes, announced, isMessageEnd }: ReceivedPart): void {
    const size = this.#buffer.size + bytes.length + announced;
    const { maxMessageSize } = this.#options;
    if (size > maxMessageSize) throw tooBig(maxMessageSize);
    if (isMessageEnd && this.#buffer.size === 0) {
      this.#putBytes(copyMessage(bytes), true);
      return;
    }
    this.#buffer.append(bytes, announced);
    if (isMessageEnd) this.#putBytes(this.#buffer.take(), true);
  }

  /** Small frames are handed out as they are, however they were cut. */
  #receivePart(
    { bytes, announced, isFrameEnd, isMessageEnd }: ReceivedPart,
  ): void {
    this.#buffer.append(bytes, announced);
    if (isFrameEnd || this.#buffer.size >= MAX_PART_SIZE) {
      this.#putBytes(this.#buffer.take(), isMessageEnd);
    }
  }

  #putBytes(bytes: Uint8Array, isMessageComplete: boolean): void {
    const messageType = this.#messageType;
    const message = { bytes, error: null, messageType, isMessageComplete };
    this.#put(message, bytes.length);
  }

  #put(message: MessageWebSocketMessage, size: number): void {
    if (!this.#waiters.isEmpty) this.#waiters.resolveFirst(message);
    else if (this.#consumer !== null) this.#consumer(message);
    else this.#queue.put(message, size);
  }
}

function tooBig(maxMessageSize: number): ProtocolFailure {
  return new ProtocolFailure(
    CloseCode.messageTooBig,
    `Cannot receive the message: it has more than "${maxMessageSize}" bytes, which control.maxMessageSize allows`,
  );
}
