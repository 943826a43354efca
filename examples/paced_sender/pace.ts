import { delay } from "@std/async";

/** What tells the time, in milliseconds, and waits. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  wait: (milliseconds) => delay(milliseconds),
};

/** When to do something. */
export interface PaceOptions {
  /** The time between two of them, in milliseconds. */
  readonly interval: number;
  /** How often to do it. */
  readonly count: number;
  /** @default {the clock of the system} */
  readonly clock?: Clock;
}

/**
 * Does something at regular times. Each is counted from the start: what comes
 * late, or takes long, does not put off what follows.
 *
 * @param action What to do.
 * @returns By how much the latest was late, in milliseconds.
 */
export async function pace(
  { interval, count, clock = SYSTEM_CLOCK }: PaceOptions,
  action: () => Promise<unknown>,
): Promise<number> {
  const start = clock.now();
  let latest = 0;
  for (let index = 0; index < count; index++) {
    const due = start + index * interval;
    let rest = due - clock.now();
    // A timer counts whole milliseconds, and may be early.
    while (rest > 0) {
      await clock.wait(rest);
      rest = due - clock.now();
    }
    latest = Math.max(latest, -rest);
    await action();
  }
  return latest;
}
