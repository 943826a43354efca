/**
 * What is made of the samples of a row.
 *
 * @module
 */

/** A sample for each round, in short. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Sums samples up; null if there are none. */
export function summarize(samples: readonly number[]): Summary | null {
  const sorted = samples.toSorted((left, right) => left - right);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  return { median: median(sorted), min, max };
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(middle)] ?? NaN;
  const high = sorted[Math.ceil(middle)] ?? NaN;
  return (low + high) / 2;
}
