import { Waiters } from "../_events/waiters.ts";
import type {
  DatagramTransport,
  ReceivedDatagram,
  ReceivedError,
} from "../_transport/datagram_transport.ts";

/** What a datagram socket has received. */
export type Message = ReceivedDatagram | ReceivedError;

/** Nothing was received yet. */
const NONE: readonly Message[] = [];

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
  readonly #waiters = new Waiters<Message>();
  #lastReceived: readonly Message[] = NONE;
  #receiving = false;
  #connected = false;
  #ended = false;

  /** @param onWait Called before it asks the transport for more. */
  constructor(transport: DatagramTransport, onWait: () => void) {
    this.#transport = transport;
    this.#onWait = onWait;
  }

  /** What was received that nobody has taken, also by the transport alone. */
  get untaken(): readonly Message[] {
    const taken = this.#messages.slice(this.#taken);
    const last = this.#transport.handover?.lastReceived ?? this.#lastReceived;
    return last === this.#lastReceived ? taken : [...taken, ...last];
  }

  /** Hands these out before what comes. */
  putBack(messages: readonly Message[]): void {
    this.#messages = [...messages, ...this.#messages.slice(this.#taken)];
    this.#taken = 0;
  }

  /** A message that is there already; null if there is none. */
  take(): Message | null {
    const message = this.#messages[this.#taken];
    if (message === undefined) return null;
    this.#taken++;
    return message;
  }

  /**
   * Takes a message, or waits for it; null once the socket is closed, or the
   * signal is aborted. Then the message that would have come is the next one's.
   */
  next(signal?: AbortSignal): Message | null | Promise<Message | null> {
    const message = this.#waiters.isEmpty ? this.take() : null;
    if (message !== null || this.#ended || signal?.aborted) return message;
    const next = this.#waiters.wait(signal);
    this.#receive();
    return next;
  }

  /** Drops what others than the peer have sent, now that there is one. */
  onConnected(): void {
    this.#connected = true;
    this.#put(this.#messages.slice(this.#taken));
  }

  /** Rejects everybody who waits. */
  cancelPending(error: unknown): void {
    this.#waiters.reject(error);
  }

  /** Hands out nothing more. */
  end(): void {
    this.#ended = true;
    this.#put([]);
    this.#waiters.end();
  }

  async #receive(): Promise<void> {
    if (this.#receiving) return;
    this.#receiving = true;
    try {
      while (!this.#waiters.isEmpty && !this.#ended) {
        this.#onWait();
        const messages = await this.#transport.receive();
        this.#lastReceived = messages;
        if (messages.length === 0 || this.#ended) return this.end();
        this.#put(messages);
        this.#serve();
      }
    } catch (error) {
      this.cancelPending(error);
    } finally {
      this.#receiving = false;
    }
  }

  #put(messages: readonly Message[]): void {
    this.#messages = this.#connected
      ? messages.filter(({ error, remote }) =>
        error !== null || this.#transport.isFromPeer(remote)
      )
      : messages;
    this.#taken = 0;
  }

  #serve(): void {
    while (!this.#waiters.isEmpty) {
      const message = this.take();
      if (message === null) return;
      this.#waiters.resolveFirst(message);
    }
  }
}
