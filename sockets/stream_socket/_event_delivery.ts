import { SocketError } from "../../errors/socket_error.ts";
import type { Acceptor } from "./_acceptor.ts";
import type { EventHandlers } from "../_events/event_handlers.ts";

/** Who takes the connections that are delivered as events. */
export interface EventDeliveryTarget<T> {
  /** Without handlers nothing is delivered. */
  readonly handlers: EventHandlers;
  /** How many delivered connections may be open at once. */
  readonly maxOpen: number;
  /**
   * Raises the event. Gives what tells when the connection is closed; null if
   * there was no event.
   */
  deliver(
    accepted: T,
  ): { readonly closed: Promise<void> } | null;
}

/** Gives connections to event handlers, as long as there are some. */
export class EventDelivery<T extends { reset(): void }> {
  readonly #acceptor: Acceptor<T>;
  readonly #target: EventDeliveryTarget<T>;
  /** The run that delivers; an earlier one that goes on finds another here. */
  #run: symbol | null = null;
  #open = 0;
  #room: PromiseWithResolvers<void> | null = null;

  constructor(acceptor: Acceptor<T>, target: EventDeliveryTarget<T>) {
    this.#acceptor = acceptor;
    this.#target = target;
  }

  /** Starts the delivery, unless it runs or nobody would hear it. */
  start(): void {
    if (this.#run === null) this.#deliver(Symbol("run"));
  }

  /** Ends the delivery; what it waits for is for the next who asks. */
  stop(): void {
    this.#run = null;
    this.#room?.resolve();
  }

  async #deliver(run: symbol): Promise<void> {
    this.#run = run;
    try {
      while (!this.#target.handlers.isEmpty) {
        if (!await this.#deliverNext(run)) return;
      }
    } catch (error) {
      // The waiting was cancelled.
      if (!(error instanceof SocketError)) throw error;
    } finally {
      if (this.#run === run) this.#run = null;
    }
  }

  async #deliverNext(run: symbol): Promise<boolean> {
    if (this.#open >= this.#target.maxOpen) await this.#untilRoom();
    if (this.#run !== run) return false;
    const accepted = await this.#acceptor.next();
    if (accepted === null) return false;
    if (this.#run !== run || this.#target.handlers.isEmpty) {
      this.#acceptor.putBack(accepted);
      return false;
    }
    const delivered = this.#target.deliver(accepted);
    // Without a limit there is no need to count.
    if (delivered !== null && this.#target.maxOpen < Infinity) {
      this.#open++;
      delivered.closed.then(() => this.#closed());
    }
    return true;
  }

  async #untilRoom(): Promise<void> {
    this.#room = Promise.withResolvers<void>();
    await this.#room.promise;
    this.#room = null;
  }

  #closed(): void {
    this.#open--;
    this.#room?.resolve();
  }
}
