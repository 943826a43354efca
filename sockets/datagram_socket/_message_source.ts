import type {
  DatagramTransport,
  ReceivedDatagram,
  ReceivedError,
} from "../_transport/datagram_transport.ts";

/** What a datagram socket has received. */
export type Message = ReceivedDatagram | ReceivedError;

interface Waiter {
  resolve(message: Message | null): void;
  reject(error: unknown): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hands out what a transport has received, in order. It asks for more only
 * when somebody waits, so the system's buffer holds what nobody has taken.
 */
export class MessageSource {
  readonly #transport: DatagramTransport;
  readonly #onWait: () => void;
  #messages: readonly Message[] = [];
  /** Messages before this index were taken. */
  #taken = 0;
  #waiters: Waiter[] = [];
  /** The signals that it listens to, once for all waits that they end. */
  readonly #signals = new WeakSet<AbortSignal>();
  #receiving = false;
  #ended = false;

  /** @param onWait Called before it asks the transport for more. */
  constructor(transport: DatagramTransport, onWait: () => void) {
    this.#transport = transport;
    this.#onWait = onWait;
  }

  /** A message that is there already; null if there is none. */
  take(): Message | null {
    const message = this.#messages[this.#taken];
    if (message === undefined) return null;
    this.#taken++;
    return message;
  }

  /** Puts a message back that nobody wants any more; it is the next one. */
  putBack(message: Message): void {
    if (this.#ended) return;
    this.#messages = [message, ...this.#messages.slice(this.#taken)];
    this.#taken = 0;
    this.#serve();
  }

  /**
   * Takes a message, or waits for it; null once the socket is closed, or the
   * signal is aborted. Then the message that would have come is the next one's.
   */
  next(signal?: AbortSignal): Message | null | Promise<Message | null> {
    const message = this.#waiters.length === 0 ? this.take() : null;
    if (message !== null || this.#ended || signal?.aborted) return message;
    if (signal !== undefined) this.#listenTo(signal);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, signal });
      this.#receive();
    });
  }

  /** Rejects everybody who waits. */
  cancelPending(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  /** Hands out nothing more. */
  end(): void {
    this.#ended = true;
    this.#messages = [];
    this.#taken = 0;
    for (const { resolve } of this.#waiters.splice(0)) resolve(null);
  }

  async #receive(): Promise<void> {
    if (this.#receiving) return;
    this.#receiving = true;
    try {
      while (this.#waiters.length > 0 && !this.#ended) {
        this.#onWait();
        this.#messages = await this.#transport.receive();
        this.#taken = 0;
        if (this.#messages.length === 0 || this.#ended) return this.end();
        this.#serve();
      }
    } catch (error) {
      this.cancelPending(error);
    } finally {
      this.#receiving = false;
    }
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const message = this.take();
      if (message === null) return;
      this.#waiters.shift()?.resolve(message);
    }
  }

  #listenTo(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    signal.addEventListener("abort", () => this.#forget(signal));
  }

  #forget(signal: AbortSignal): void {
    const left = this.#waiters.filter((waiter) => waiter.signal === signal);
    this.#waiters = this.#waiters.filter((waiter) => !left.includes(waiter));
    for (const { resolve } of left) resolve(null);
  }
}
