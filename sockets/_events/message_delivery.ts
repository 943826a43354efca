import type { EventHandlers } from "./event_handlers.ts";

/** Where messages come from. */
export interface MessageQueue<T> {
  /** A message that is there already; null if there is none. */
  take(): T | null;
  /**
   * Takes a message, or waits for it; null once there are no more, or the
   * signal is aborted.
   */
  next(signal: AbortSignal): T | null | Promise<T | null>;
}

/** Gives messages to event handlers, as long as there are some. */
export class MessageDelivery<T> {
  readonly #handlers: EventHandlers;
  readonly #deliver: (message: T) => void;
  #source: MessageQueue<T> | null = null;
  /** Ends the run that delivers; null if there is none. */
  #run: AbortController | null = null;

  /** @param deliver Raises the event. */
  constructor(handlers: EventHandlers, deliver: (message: T) => void) {
    this.#handlers = handlers;
    this.#deliver = deliver;
  }

  /** Delivers what comes from a source, and nothing before that. */
  setSource(source: MessageQueue<T> | null): void {
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

  async #deliverAll(source: MessageQueue<T>, run: AbortSignal): Promise<void> {
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
