interface Timer {
  readonly callback: () => void;
  /** How often it runs out again; null for once. */
  readonly interval: number | null;
  due: number;
}

/** Puts a clock that tests drive in the place of the one of the runtime. */
export class FakeClock implements Disposable {
  readonly #real = {
    now: performance.now,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  readonly #timers = new Map<number, Timer>();
  #now = 0;
  #lastId = 0;

  constructor() {
    const clear = (id?: number): void => void this.#timers.delete(id ?? 0);
    performance.now = () => this.#now;
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, delay: number): number =>
        this.#add({ callback, interval: null, due: this.#after(delay) }),
      setInterval: (callback: () => void, interval: number): number =>
        this.#add({ callback, interval, due: this.#after(interval) }),
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  /** How many timers run. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Lets time pass, while timers run out one after the other. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#next(end);
      if (next === undefined) break;
      const [id, timer] = next;
      this.#now = Math.max(this.#now, timer.due);
      if (timer.interval === null) this.#timers.delete(id);
      else timer.due += timer.interval;
      timer.callback();
    }
    this.#now = end;
  }

  /** Lets time pass in which nothing runs: timers are late. */
  block(milliseconds: number): void {
    this.#now += milliseconds;
  }

  [Symbol.dispose](): void {
    const { now, ...timers } = this.#real;
    performance.now = now;
    Object.assign(globalThis, timers);
  }

  /** Timers have whole milliseconds, one at least. */
  #after(delay: number): number {
    return this.#now + Math.max(1, Math.trunc(delay));
  }

  #add(timer: Timer): number {
    this.#timers.set(++this.#lastId, timer);
    return this.#lastId;
  }

  #next(end: number): [number, Timer] | undefined {
    return [...this.#timers].filter(([, { due }]) => due <= end)
      .sort(([, a], [, b]) => a.due - b.due).at(0);
  }
}
