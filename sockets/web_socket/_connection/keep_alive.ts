/** What keeps a connection alive, and tells when it is dead. */
export interface KeepAliveOptions {
  /**
   * So many milliseconds without a byte from the peer are the end; 0 for no
   * limit. After half of them the peer is asked.
   */
  readonly idleTimeout: number;
  /** How often the peer is told something, in milliseconds; 0 for never. */
  readonly pongInterval: number;
  /** Whether what the peer sends would be heard. */
  isListening(): boolean;
  /**
   * Whether the peer has taken something since the last call, while more waits: it
   * can answer nothing before it has all.
   */
  hasProgress(): boolean;
  /** Asks the peer for an answer. */
  ask(): void;
  /** Tells the peer something. */
  tell(): void;
  /** Nothing has come for too long. */
  onDead(): void;
}

/** Asks a silent peer whether it is there, and gives up when it does not answer. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #lastHeard = performance.now();
  #isAsked = false;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #pongTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    const { idleTimeout, pongInterval } = options;
    if (idleTimeout > 0) this.#watch(idleTimeout / 2);
    if (pongInterval > 0) {
      this.#pongTimer = setInterval(() => options.tell(), pongInterval);
    }
  }

  /** Something has come. */
  onHeard(): void {
    if (this.#options.idleTimeout === 0) return;
    this.#lastHeard = performance.now();
    this.#isAsked = false;
  }

  /** Ends it. */
  stop(): void {
    clearTimeout(this.#idleTimer);
    clearInterval(this.#pongTimer);
  }

  // One timer that looks at the clock: to set it anew with every message would
  // cost more than the rest of the message.
  #watch(delay: number): void {
    this.#idleTimer = setTimeout(() => this.#look(), delay);
  }

  #look(): void {
    const { idleTimeout } = this.#options;
    const { isListening, hasProgress } = this.#options;
    if (!isListening() || hasProgress()) this.onHeard();
    const silence = performance.now() - this.#lastHeard;
    if (silence < idleTimeout / 2) {
      this.#watch(idleTimeout / 2 - silence);
    } else if (!this.#isAsked) {
      this.#isAsked = true;
      this.#options.ask();
      // The whole half, even where the timer was late.
      this.#watch(idleTimeout / 2);
    } else if (silence < idleTimeout) {
      this.#watch(idleTimeout - silence);
    } else {
      this.#options.onDead();
    }
  }
}
