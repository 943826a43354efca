interface Completion {
  /** Completes when this many bytes were sent since the beginning. */
  readonly position: number;
  readonly value: number;
  resolve(value: number): void;
  reject(reason: unknown): void;
}

/** For promises whose outcome is told by another one as well. */
export function ignore(): void {}

/** Settled entries are dropped once there are this many. */
const MAX_SETTLED = 1024;

/** Promises that settle, in order, as a stream of bytes makes progress. */
export class Completions {
  #entries: Completion[] = [];
  /** Entries before this index have settled. */
  #settled = 0;

  /** A promise that resolves with `value` once `position` is reached. */
  add(position: number, value: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    // A failure reaches the caller by flushAsync() as well. A write that
    // nobody awaits must not end the process as an unhandled rejection.
    promise.catch(ignore);
    this.#entries.push({ position, value, resolve, reject });
    return promise;
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

  /** Rejects all that is not complete. */
  fail(reason: unknown): void {
    const entries = this.#entries.slice(this.#settled);
    this.#clear();
    for (const entry of entries) entry.reject(reason);
  }

  #clear(): void {
    this.#entries = [];
    this.#settled = 0;
  }
}
