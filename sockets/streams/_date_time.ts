import { ArgumentError } from "../../errors/argument_error.ts";
import { describe } from "./_describe.ts";

/** A tick of DateTime and TimeSpan is 100 ns. */
const TICKS_PER_MS = 10_000;
/** From 1601-01-01, the origin of DateTime, to 1970-01-01, that of Date. */
const EPOCH_DIFFERENCE_MS = 11_644_473_600_000;

/**
 * The date of a DateTime, rounded down to the millisecond. Every DateTime has
 * one: 64-bit ticks reach 29,227 years from 1601, and a Date reaches further.
 */
export function ticksToDate(ticks: bigint): Date {
  const ms = Number(ticks / BigInt(TICKS_PER_MS));
  const isRoundedUp = ticks % BigInt(TICKS_PER_MS) < 0n;
  return new Date(ms - (isRoundedUp ? 1 : 0) - EPOCH_DIFFERENCE_MS);
}

/** The DateTime of a date. */
export function dateToTicks(value: Date): bigint {
  const ms = value instanceof Date ? value.getTime() : NaN;
  if (!Number.isNaN(ms)) {
    const ticks = BigInt(ms + EPOCH_DIFFERENCE_MS) * BigInt(TICKS_PER_MS);
    if (isInt64(ticks)) return ticks;
  }
  throw new ArgumentError(
    `Cannot write ${
      describe(value)
    } as DateTime: it must be a valid Date from -027627-04-19 to +030828-09-14`,
  );
}

/** The milliseconds of a TimeSpan. */
export function ticksToMs(ticks: bigint): number {
  // All of the ticks may be more than a number can hold; the ms never are.
  const rest = Number(ticks % BigInt(TICKS_PER_MS));
  return Number(ticks / BigInt(TICKS_PER_MS)) + rest / TICKS_PER_MS;
}

/** The TimeSpan of milliseconds, rounded to the nearest tick. */
export function msToTicks(ms: number): bigint {
  if (Number.isFinite(ms)) {
    const whole = Math.trunc(ms);
    // The fraction by itself: the product of the whole could not hold it.
    const rest = Math.round((ms - whole) * TICKS_PER_MS);
    const ticks = BigInt(whole) * BigInt(TICKS_PER_MS) + BigInt(rest);
    if (isInt64(ticks)) return ticks;
  }
  throw new ArgumentError(
    `Cannot write ${
      describe(ms)
    } as TimeSpan: it must be a number of ms from -922337203685477 to 922337203685477`,
  );
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}
