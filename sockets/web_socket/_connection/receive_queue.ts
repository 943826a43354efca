/** More than this waiting keeps the peer waiting. */
const HIGH_WATER_MARK = 256 * 1024;
/** What an item counts for, beyond its bytes: a million empty ones count. */
const OVERHEAD = 128;
/** Places of items that were taken are dropped once there are this many. */
const MAX_TAKEN = 1024;

interface Item<T> {
  readonly value: T;
  readonly size: number;
}

/** What has come and nobody has taken yet, oldest first. */
export class ReceiveQueue<T> {
  readonly #items: (Item<T> | undefined)[] = [];
  /** Items before this index were taken. */
  #first = 0;
  #size = 0;
  #noRoom: PromiseWithResolvers<void> | null = null;
  #drained: PromiseWithResolvers<void> | null = null;

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#first === this.#items.length;
  }

  /** Resolves when there is room for more; null if there is. */
  get room(): Promise<void> | null {
    if (this.#size < HIGH_WATER_MARK) return null;
    this.#noRoom ??= Promise.withResolvers();
    return this.#noRoom.promise;
  }

  /** Resolves when nothing waits any more. */
  get drained(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** The oldest; null if nothing waits. */
  peek(): T | null {
    return this.#items[this.#first]?.value ?? null;
  }

  /** Puts something behind all others. */
  put(value: T, bytes: number): void {
    const size = bytes + OVERHEAD;
    this.#items.push({ value, size });
    this.#size += size;
  }

  /** Takes the oldest out; null if nothing waits. */
  take(): T | null {
    const item = this.#items[this.#first];
    if (item === undefined) return null;
    this.#items[this.#first++] = undefined;
    this.#compact();
    this.#size -= item.size;
    if (this.#noRoom !== null && this.#size < HIGH_WATER_MARK) {
      this.#noRoom.resolve();
      this.#noRoom = null;
    }
    return item.value;
  }

  #compact(): void {
    if (this.isEmpty) {
      this.#items.length = 0;
      this.#first = 0;
      this.#drained?.resolve();
      this.#drained = null;
    } else if (
      this.#first >= MAX_TAKEN && this.#first * 2 >= this.#items.length
    ) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
