/**
 * The tables of a run, free of how they are shown.
 *
 * @module
 */
import {
  type Figure,
  type Row,
  type Scenario,
  SENDER_NAMES,
} from "./scenarios.ts";
import { summarize, type Summary } from "./statistics.ts";

/** What a sender answers: a number for each figure of the scenario. */
export type Sample = readonly number[];

/** What was measured of a row. */
export interface RowResult {
  readonly row: Row;
  readonly samples: readonly Sample[];
  /** Why there are no more samples. */
  readonly failure: string | null;
}

/** What was measured in a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly results: readonly RowResult[];
}

/** One row of a {@linkcode Comparison}. */
export interface ComparisonRow {
  readonly by: string;
  readonly label: string;
  readonly isOurs: boolean;
  readonly isHeadline: boolean;
  readonly summary: Summary | null;
  readonly failure: string | null;
  /** How often the median of each reference goes into that of this row. */
  readonly ratios: readonly (number | null)[];
}

/** One figure of one scenario. */
export interface Comparison {
  readonly title: string;
  readonly unit: Figure["unit"];
  /** What the ratios are to. */
  readonly references: readonly string[];
  readonly rows: readonly ComparisonRow[];
}

/** Makes a table of each figure of each scenario. */
export function compare(results: readonly ScenarioResult[]): Comparison[] {
  return results.flatMap((result) =>
    result.scenario.figures.map((figure, index) =>
      compareFigure(result, figure, index)
    )
  );
}

function compareFigure(
  { scenario, results }: ScenarioResult,
  { name, unit }: Figure,
  index: number,
): Comparison {
  const measured = results.map((result) => ({
    ...result,
    summary: summarize(result.samples.map((sample) => sample[index] ?? NaN)),
  }));
  const references = measured.filter(({ row, summary }) =>
    row.isHeadline && row.peer !== "winrt" && summary !== null
  );
  return {
    title: name === "" ? scenario.title : `${scenario.title}, ${name}`,
    unit,
    references: references.map(({ row }) => SENDER_NAMES[row.sender]),
    rows: measured.map(({ row, failure, summary }) => ({
      by: SENDER_NAMES[row.sender],
      label: row.label,
      isOurs: row.peer === "winrt",
      isHeadline: row.isHeadline === true,
      summary,
      failure,
      ratios: references.map((reference) =>
        toRatio(summary, reference.summary)
      ),
    })),
  };
}

function toRatio(
  summary: Summary | null,
  reference: Summary | null,
): number | null {
  if (summary === null || reference === null) return null;
  return summary.median / reference.median;
}
