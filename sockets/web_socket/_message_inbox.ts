import type { EventHandlers } from "../_events/event_handlers.ts";
import { PullIterator } from "../_events/pull_iterator.ts";
import type { MessageReceiver } from "./_connection/message_receiver.ts";
import {
  type MessageWebSocketMessage,
  MessageWebSocketMessageReceivedEventArgs,
} from "./message_web_socket_message_received_event_args.ts";

/** The event of the messages. */
export const MESSAGE_RECEIVED = "messagereceived";

/** Hands messages out, as events or to those who iterate over them. */
export class MessageInbox {
  readonly #raise: (event: Event) => void;
  #handlers: EventHandlers | null = null;
  #receiver: MessageReceiver | null = null;

  /** @param raise Raises the event. */
  constructor(raise: (event: Event) => void) {
    this.#raise = raise;
  }

  /** Who hears the event. */
  set handlers(handlers: EventHandlers) {
    this.#handlers = handlers;
  }

  /** What the messages come from, once there is a connection. */
  set receiver(receiver: MessageReceiver) {
    this.#receiver = receiver;
    this.start();
  }

  /** Delivers events, if there is a handler. */
  start(): void {
    // Whoever adds a handler is not called before that has returned.
    queueMicrotask(() => this.#deliver());
  }

  /** Delivers no more events. */
  stop(): void {
    if (this.#receiver !== null) this.#receiver.consumer = null;
  }

  /** Iterates over what comes. */
  iterate(): AsyncIterableIterator<MessageWebSocketMessageReceivedEventArgs> {
    return new PullIterator((signal) => this.#next(signal));
  }

  #deliver(): void {
    const isHeard = this.#handlers !== null && !this.#handlers.isEmpty;
    if (!isHeard || this.#receiver === null) return;
    this.#receiver.consumer = (message) => this.#raise(toEvent(message));
  }

  async #next(
    signal: AbortSignal,
  ): Promise<MessageWebSocketMessageReceivedEventArgs | null> {
    const message = await this.#receiver?.next(signal) ?? null;
    return message && toEvent(message);
  }
}

function toEvent(
  message: MessageWebSocketMessage,
): MessageWebSocketMessageReceivedEventArgs {
  return new MessageWebSocketMessageReceivedEventArgs(message);
}
