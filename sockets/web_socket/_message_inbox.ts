import type { EventHandlers } from "../_events/event_handlers.ts";
import { MessageDelivery } from "../_events/message_delivery.ts";
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
  #delivery: MessageDelivery<MessageWebSocketMessage> | null = null;
  #handlers: EventHandlers | null = null;
  #receiver: MessageReceiver | null = null;

  /** @param raise Raises the event. */
  constructor(raise: (event: Event) => void) {
    this.#raise = raise;
  }

  /** Who hears the event. */
  set handlers(handlers: EventHandlers) {
    this.#handlers = handlers;
    this.#delivery = new MessageDelivery(
      handlers,
      (message) =>
        this.#raise(new MessageWebSocketMessageReceivedEventArgs(message)),
    );
    this.#delivery.setSource(this.#receiver);
  }

  /** What the messages come from, once there is a connection. */
  set receiver(receiver: MessageReceiver) {
    this.#receiver = receiver;
    this.#delivery?.setSource(receiver);
  }

  /** Delivers events, if there is a handler. */
  start(): void {
    this.#delivery?.start();
  }

  /** Delivers no more events. */
  stop(): void {
    this.#delivery?.stop();
  }

  /** Resolves when the handlers, if there are some, have seen all that came. */
  async untilSeen(): Promise<void> {
    const isHeard = this.#handlers !== null && !this.#handlers.isEmpty;
    if (isHeard) await this.#receiver?.drained;
  }

  /** Iterates over what comes. */
  iterate(): AsyncIterableIterator<MessageWebSocketMessageReceivedEventArgs> {
    return new PullIterator((signal) => this.#next(signal));
  }

  async #next(
    signal: AbortSignal,
  ): Promise<MessageWebSocketMessageReceivedEventArgs | null> {
    const message = await this.#receiver?.next(signal) ?? null;
    return message && new MessageWebSocketMessageReceivedEventArgs(message);
  }
}
