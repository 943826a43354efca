/** For promises whose outcome is told by another one as well. */
export function ignore(): void {}

/** So many writes of a batch have a promise of their own, whatever their size. */
const MAX_OWN = 8;
/** So many bytes of writes share a promise at most. */
const MAX_SHARED_SIZE = 8 * 1024;
/** Settled entries are dropped once there are this many. */
const MAX_SETTLED = 1024;

interface Completion extends PromiseWithResolvers<number> {
  readonly value: number;
  /** Completes when this many bytes were sent. */
  position: number;
  /** The position up to which others may share the promise. */
  readonly limit: number;
}

/**
 * Promises that settle, in order, as a stream of bytes makes progress. A
 * promise of its own costs a small write more than all else together, so in a
 * large batch small neighbours whose results are equal share one.
 */
export class Completions {
  readonly #entries: Completion[] = [];
  /** Entries before this index have settled. */
  #settled = 0;
  /** How many entries this batch has. */
  #own = 0;
  /** The last entry, while more may share it. */
  #shared: Completion | null = null;
  readonly #mayShare: boolean;

  /** @param mayShare Not where one of them may fail and the others do not. */
  constructor(mayShare: boolean = true) {
    this.#mayShare = mayShare;
  }

  /**
   * A promise that resolves with `value` once `position` is reached. Others
   * may have it as well: then it waits for the last of their positions.
   */
  add(position: number, value: number): Promise<number> {
    const shared = this.#shared;
    if (
      shared !== null && shared.value === value && position <= shared.limit
    ) {
      shared.position = position;
      return shared.promise;
    }
    const entry = this.#append(position, value);
    if (this.#mayShare && ++this.#own > MAX_OWN) this.#shared = entry;
    return entry.promise;
  }

  /**
   * The promise of what was added last, which settles after all others. What
   * comes later does not share it.
   */
  last(): Promise<number> | undefined {
    this.#shared = null;
    return this.#entries.at(-1)?.promise;
  }

  /** Begins a new batch: it shares no promise with what came before. */
  part(): void {
    this.#own = 0;
    this.#shared = null;
  }

  /** Resolves what is complete at `position`. */
  advance(position: number): void {
    const entries = this.#entries;
    let index = this.#settled;
    for (; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined || entry.position > position) break;
      entry.resolve(entry.value);
    }
    this.#settled = index;
    if (index === entries.length) {
      this.#clear();
    } else if (index >= MAX_SETTLED && index * 2 >= entries.length) {
      // A queue that never runs empty does not grow without bounds.
      entries.splice(0, index);
      this.#settled = 0;
    }
  }

  /** Rejects what completes next. */
  failNext(reason: unknown): void {
    const entry = this.#entries[this.#settled];
    if (entry === undefined) return;
    // A flush tells it, too.
    entry.promise.catch(ignore);
    entry.reject(reason);
  }

  /** Rejects all that is not complete. */
  fail(reason: unknown): void {
    const entries = this.#entries.slice(this.#settled);
    this.#clear();
    for (const { promise, reject } of entries) {
      // A failure reaches the caller by flushAsync() as well. A write that
      // nobody awaits must not end the process as an unhandled rejection.
      promise.catch(ignore);
      reject(reason);
    }
  }

  #append(position: number, value: number): Completion {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const limit = position - value + MAX_SHARED_SIZE;
    const entry = { value, position, limit, promise, resolve, reject };
    this.#entries.push(entry);
    return entry;
  }

  #clear(): void {
    this.#entries.length = 0;
    this.#settled = 0;
    this.#shared = null;
  }
}
