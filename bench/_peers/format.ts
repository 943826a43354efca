/**
 * Numbers as people read them.
 *
 * @module
 */
import type { Comparison } from "./comparison.ts";
import type { Summary } from "./statistics.ts";

type Unit = Comparison["unit"];

/** A factor, and the letter that stands for it. */
type Scale = readonly [factor: number, letter: string];

/** Three digits, with the letter of the thousands or millions. */
export function formatFigure(value: number, unit: Unit): string {
  const [factor, letter] = toScale(value, unit);
  return `${toThreeDigits(value / factor)}${letter}`;
}

/** From the least to the most, `19.8–22.4 M`. */
export function formatSpread({ min, max }: Summary, unit: Unit): string {
  const [factor, letter] = toScale(max, unit);
  const low = toThreeDigits(min / factor);
  return `${low}–${toThreeDigits(max / factor)}${letter}`;
}

/** Two digits at least, `0.98`, `3.40`, `131`. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return "–";
  return ratio < 0.0995 ? ratio.toFixed(3) : toThreeDigits(ratio);
}

/** A duration, `1 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1e3);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

function toScale(value: number, unit: Unit): Scale {
  if (unit === "µs" || value < 999.5) return [1, ""];
  return value < 999_500 ? [1e3, " k"] : [1e6, " M"];
}

function toThreeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
