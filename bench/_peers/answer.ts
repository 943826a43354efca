/**
 * The lines that a sender reads and prints; see `senders/serve_commands.mjs`.
 *
 * @module
 */
import type { Sample } from "./comparison.ts";
import type { Row, Scenario } from "./scenarios.ts";

/** How long, and to where. */
export interface CommandOptions {
  readonly milliseconds: number;
  readonly port: number;
}

/** The line that asks a sender for a measurement. */
export function formatCommand(
  { size, batch }: Scenario,
  { way }: Row,
  { milliseconds, port }: CommandOptions,
): string {
  return [way, size, batch, milliseconds, port].join(" ");
}

/**
 * Reads the answer: packets a second, or both times of a round trip.
 *
 * @throws {Error} If the sender failed, or bytes were lost.
 */
export function parseAnswer(line: string, { figures }: Scenario): Sample {
  const [outcome, ...words] = line.split(" ");
  if (outcome !== "ok") throw new Error(words.join(" "));
  const [first = NaN, second = NaN, sent = NaN, received = NaN] = words.map(
    Number,
  );
  if (sent !== received) {
    throw new Error(
      `Cannot trust the measurement: ${received} of ${sent} bytes arrived`,
    );
  }
  const sample = figures.length > 1 ? [first, second] : [first / second];
  if (sample.every((value) => Number.isFinite(value) && value > 0)) {
    return sample;
  }
  throw new Error(`Cannot read the answer "${line}": not the numbers expected`);
}
