import { setImmediate } from "node:timers";

/** So many calls may go on without waiting; then other work has its turn. */
const MAX_AT_ONCE = 16;

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Counts calls that never had to wait: a peer that is always ready would keep
 * timers and other sockets waiting for ever.
 */
export class Turns {
  #count = 0;

  /** Whether it is the turn of others, before the next call. */
  get isOver(): boolean {
    return this.#count >= MAX_AT_ONCE;
  }

  /** Counts a call that did not wait. */
  count(): void {
    this.#count++;
  }

  /** Begins anew, after something has waited. */
  begin(): void {
    this.#count = 0;
  }
}
