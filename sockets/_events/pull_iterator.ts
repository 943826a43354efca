/**
 * Iterates over what is waited for. Unlike an asynchronous generator, it ends a
 * pending step when the iteration is left, so that the step takes nothing.
 */
export class PullIterator<T> implements AsyncIterableIterator<T> {
  readonly #take: (signal: AbortSignal) => Promise<T | null>;
  readonly #left = new AbortController();

  /**
   * @param take Waits for the next value; null is the end. The signal tells
   * that nobody wants it any more, and ends the waiting with null.
   */
  constructor(take: (signal: AbortSignal) => Promise<T | null>) {
    this.#take = take;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const { signal } = this.#left;
    const value = signal.aborted ? null : await this.#take(signal);
    return value === null
      ? { done: true, value: undefined }
      : { done: false, value };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#left.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
