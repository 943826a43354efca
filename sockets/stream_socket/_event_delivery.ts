import { SocketError } from "../../errors/socket_error.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import type { Acceptor } from "./_acceptor.ts";
import type { EventHandlers } from "./_event_handlers.ts";

/** Who takes the connections that are delivered as events. */
export interface EventDeliveryTarget {
  /** Without handlers nothing is delivered. */
  readonly handlers: EventHandlers;
  /** How many delivered connections may be open at once. */
  readonly maxOpen: number;
  /**
   * Raises the event. Resolves when the connection is closed; null if there
   * was no event.
   */
  deliver(transport: StreamTransport): Promise<void> | null;
}

/** Gives connections to event handlers, as long as there are some. */
export class EventDelivery {
  readonly #acceptor: Acceptor;
  readonly #target: EventDeliveryTarget;
  #running = false;
  #open = 0;
  #room: PromiseWithResolvers<void> | null = null;

  constructor(acceptor: Acceptor, target: EventDeliveryTarget) {
    this.#acceptor = acceptor;
    this.#target = target;
  }

  /** Starts the delivery, unless it runs or nobody would hear it. */
  start(): void {
    if (!this.#running) this.#run();
  }

  /** Lets a delivery end that waits for a connection to close. */
  stop(): void {
    this.#room?.resolve();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (!this.#target.handlers.isEmpty) {
        if (!await this.#deliverNext()) return;
      }
    } catch (error) {
      // The waiting was cancelled; the next handler starts it again.
      if (!(error instanceof SocketError)) throw error;
    } finally {
      this.#running = false;
    }
  }

  async #deliverNext(): Promise<boolean> {
    if (this.#open >= this.#target.maxOpen) await this.#untilRoom();
    const transport = await this.#acceptor.next();
    if (transport === null) return false;
    if (this.#target.handlers.isEmpty) {
      this.#acceptor.putBack(transport);
      return false;
    }
    const closed = this.#target.deliver(transport);
    if (closed !== null) {
      this.#open++;
      closed.then(() => this.#closed());
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
