import type { EventHandlers } from "../_events/event_handlers.ts";
import type { Message, MessageSource } from "./_message_source.ts";

/** Gives messages to event handlers, as long as there are some. */
export class MessageDelivery {
  readonly #handlers: EventHandlers;
  readonly #deliver: (message: Message) => void;
  #source: MessageSource | null = null;
  /** Ends the run that delivers; null if there is none. */
  #run: AbortController | null = null;

  /** @param deliver Raises the event. */
  constructor(handlers: EventHandlers, deliver: (message: Message) => void) {
    this.#handlers = handlers;
    this.#deliver = deliver;
  }

  /** Delivers what comes from a source, and nothing before that. */
  setSource(source: MessageSource | null): void {
    this.stop();
    this.#source = source;
    this.start();
  }

  /** Starts the delivery, unless it runs or nobody would hear it. */
  start(): void {
    if (this.#run !== null || this.#source === null) return;
    if (this.#handlers.isEmpty) return;
    this.#run = new AbortController();
    this.#deliverAll(this.#source, this.#run.signal);
  }

  /** Ends the delivery; the message that it waits for is the next one's. */
  stop(): void {
    this.#run?.abort();
    this.#run = null;
  }

  async #deliverAll(source: MessageSource, run: AbortSignal): Promise<void> {
    // Whoever adds a handler is not called before that has returned.
    await null;
    try {
      while (!run.aborted) {
        const message = source.take() ?? await source.next(run);
        if (message === null) return;
        this.#deliver(message);
      }
    } finally {
      if (this.#run?.signal === run) this.#run = null;
    }
  }
}
