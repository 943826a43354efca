interface Waiter<T> {
  resolve(value: T | null): void;
  reject(error: unknown): void;
  readonly signal: AbortSignal | undefined;
}

/** Those who wait for the next value, in order. */
export class Waiters<T> {
  #waiters: Waiter<T>[] = [];
  /** The signals that it listens to, once for all waits that they end. */
  readonly #signals = new WeakSet<AbortSignal>();

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /**
   * Waits for a value.
   *
   * @param signal Ends the waiting with null.
   */
  wait(signal?: AbortSignal): Promise<T | null> {
    if (signal !== undefined) this.#listenTo(signal);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, signal });
    });
  }

  /** Gives a value to the first. */
  resolveFirst(value: T): void {
    this.#waiters.shift()?.resolve(value);
  }

  /** Lets all go without a value. */
  end(): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve(null);
  }

  /** Rejects all. */
  reject(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
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
