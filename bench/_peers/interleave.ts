/**
 * The order of a run.
 *
 * @module
 */
import type { RowResult, Sample, ScenarioResult } from "./comparison.ts";
import type { Row, Scenario, Selection } from "./scenarios.ts";

/** What {@linkcode interleave} calls. */
export interface InterleaveOptions {
  readonly rounds: number;
  /** Ends the run, with its reason. */
  readonly signal: AbortSignal;
  measure(scenario: Scenario, row: Row): Promise<Sample>;
  /** A measurement is done, or was left out. */
  onStep(scenario: Scenario, row: Row): void;
}

/**
 * Measures all rows once in each round, so that what disturbs the machine for a
 * while disturbs all of them. Every other round is in the reverse order, so that
 * none is always behind the same one. A row that failed is left out from then
 * on.
 */
export async function interleave(
  selections: readonly Selection[],
  options: InterleaveOptions,
): Promise<ScenarioResult[]> {
  const work = selections.map(({ scenario, rows }) => ({
    scenario,
    results: rows.map((row) => new RowWork(row)),
  }));
  for (let round = 0; round < options.rounds; round++) {
    for (const { scenario, results } of work) {
      const order = round % 2 === 0 ? results : results.toReversed();
      for (const result of order) await result.advance(scenario, options);
    }
  }
  return work;
}

class RowWork implements RowResult {
  readonly row: Row;
  readonly samples: Sample[] = [];
  failure: string | null = null;

  constructor(row: Row) {
    this.row = row;
  }

  async advance(
    scenario: Scenario,
    { measure, onStep, signal }: InterleaveOptions,
  ): Promise<void> {
    if (this.failure === null) {
      try {
        this.samples.push(await measure(scenario, this.row));
      } catch (error) {
        signal.throwIfAborted();
        this.failure = error instanceof Error ? error.message : String(error);
      }
    }
    onStep(scenario, this.row);
  }
}
