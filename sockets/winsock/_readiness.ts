/** What a descriptor can be ready for: `EPOLLIN`, `EPOLLPRI`, `EPOLLOUT`. */
export const Readiness = { readable: 0x1, urgent: 0x2, writable: 0x4 } as const;
export type Readiness = typeof Readiness[keyof typeof Readiness];

/** All of them, which is what errors and hang-ups come to. */
export const ANY_READINESS = 0x7;

/** Waits for descriptors to be ready. */
export interface ReadinessPoller {
  /**
   * Resolves when the descriptor is ready, or was {@linkcode forget forgotten}.
   *
   * @throws {SocketError} If the system cannot wait for it.
   */
  wait(descriptor: number, readiness: Readiness): Promise<void>;

  /**
   * Resolves what waits for a readiness of a descriptor, ready or not.
   *
   * @returns A promise that resolves when the thread has come back, unless
   * somebody else waits.
   */
  nudge(descriptor: number, readiness?: Readiness): Promise<void>;

  /**
   * To be called before a descriptor is closed.
   *
   * @returns The same.
   */
  forget(descriptor: number): Promise<void>;
}

/** Who waits for one descriptor. */
export class Waiters {
  readonly #waiters = new Map<Readiness, PromiseWithResolvers<void>>();

  /** What is waited for. */
  get events(): number {
    let events = 0;
    for (const readiness of this.#waiters.keys()) events |= readiness;
    return events;
  }

  /** The promise of those who wait already; undefined if nobody does. */
  pending(readiness: Readiness): Promise<void> | undefined {
    return this.#waiters.get(readiness)?.promise;
  }

  add(readiness: Readiness): Promise<void> {
    const waiter = Promise.withResolvers<void>();
    this.#waiters.set(readiness, waiter);
    return waiter.promise;
  }

  /** Drops a waiter whose promise nobody has. */
  drop(readiness: Readiness): void {
    this.#waiters.delete(readiness);
  }

  /** Resolves the promises of what has come; returns how many. */
  settle(events: number): number {
    let count = 0;
    for (const [readiness, waiter] of this.#waiters) {
      if ((events & readiness) === 0) continue;
      this.#waiters.delete(readiness);
      waiter.resolve();
      count++;
    }
    return count;
  }
}
