/** Takes a value if one is there, or waits for it. */
type Take<T> = (signal: AbortSignal) => T | null | Promise<T | null>;

/**
 * Iterates over what is waited for. Unlike an asynchronous generator, it ends a
 * pending step when the iteration is left, so that the step takes nothing.
 */
export class PullIterator<T> implements AsyncIterableIterator<T> {
  readonly #take: Take<T>;
  readonly #left = new AbortController();
  #isLeft = false;

  /**
   * @param take Takes the next value, or waits for it; null is the end. The
   * signal tells that nobody wants it any more, and ends the waiting with null.
   */
  constructor(take: Take<T>) {
    this.#take = take;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const taken = this.#isLeft ? null : this.#take(this.#left.signal);
    const value = taken instanceof Promise ? await taken : taken;
    return value === null
      ? { done: true, value: undefined }
      : { done: false, value };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isLeft = true;
    this.#left.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
