/**
 * The tables as text.
 *
 * @module
 */
import type { Comparison, ComparisonRow } from "./comparison.ts";
import { formatFigure, formatRatio, formatSpread } from "./format.ts";

/** So many columns of a table are text, and aligned to the left. */
const TEXT_COLUMNS = 2;

/** Lays a table out, with a title and the names of its columns. */
export function formatTable(comparison: Comparison): string {
  const { title, unit, references, rows } = comparison;
  const ratios = references.map((name) => `× ${name}`);
  const lines = layOut([
    ["", "", unit, "min–max", ...ratios],
    ...rows.map((row) => toCells(row, comparison)),
  ]);
  return [title, ...lines].join("\n");
}

function toCells(row: ComparisonRow, { unit }: Comparison): string[] {
  const { by, label, summary, failure, ratios } = row;
  if (summary === null) return [by, label, `failed: ${failure}`];
  return [
    by,
    failure === null ? label : `${label} (failed later: ${failure})`,
    formatFigure(summary.median, unit),
    formatSpread(summary, unit),
    ...ratios.map(formatRatio),
  ];
}

function layOut(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => {
    // A row that is not whole ends with a text that no column has to fit.
    const whole = rows.filter((row) => row.length === columns);
    return Math.max(...whole.map((row) => row[column]?.length ?? 0));
  });
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < TEXT_COLUMNS ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
