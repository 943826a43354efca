/**
 * The report of a run: a page that needs nothing else.
 *
 * @module
 */
import type { Comparison, ComparisonRow } from "./comparison.ts";
import { formatFigure, formatRatio, formatSpread } from "./format.ts";
import { REPORT_STYLE } from "./report_style.ts";
import { formatRun, type Run, toFacts } from "./run.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const BAR_HEIGHT = 22;

/** Makes the page. */
export function formatReport(run: Run): string {
  const { processor, system, date } = run.machine;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Batched sends of @winrt/sockets and its peers</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>Batched sends of @winrt/sockets and its peers</h1>
<p class="unit">${escapeHtml(`${processor}, ${system}, ${date}`)}</p>
<p>The same packets are sent over TCP on one machine: “64 B × 1000” is 1,000
packets of 64 bytes, which are then awaited. A bar is the median of all rounds,
and the line below it goes from the least to the most. “0.95 × C” is 0.95 times
the median of C, in the row that has “1.00 × C”; the dashes are there, too. Where
C was not measured, the dashes are at the first peer that was.</p>
${formatSummary(run.comparisons)}
${run.comparisons.map(formatComparison).join("\n")}
<section>
<h2>How it was measured</h2>
<dl>
${toFacts(run).map(formatFact).join("\n")}
</dl>
<p>Each sender is a process of its own, and only one of them sends at a time, to
one receiver in another process, without Nagle’s algorithm. The receiver tells
how many bytes came, so that none was lost. A row is measured after a third of
its time to warm up.</p>
<details>
<summary>The same as text</summary>
<pre>${escapeHtml(formatRun(run))}</pre>
</details>
</section>
</main>
</body>
</html>
`;
}

/** Makes text out of characters that HTML has a use for. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function formatFact([name, value]: readonly [string, string]): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function formatSummary(comparisons: readonly Comparison[]): string {
  const items = comparisons.flatMap((comparison) => {
    const row = comparison.rows.find((row) => row.isOurs && row.isHeadline);
    if (row === undefined || row.summary === null) return [];
    const median = formatFigure(row.summary.median, comparison.unit);
    return [`<li><b>${escapeHtml(comparison.title)}</b>
<span>${median} ${comparison.unit}</span>
${formatRatios(row, comparison)}</li>`];
  });
  return `<section>
<h2>@winrt/sockets in short</h2>
<p class="unit">writeAsync × n, flushAsync; with <code>--allow-ffi</code></p>
<ul class="summary">
${items.join("\n")}
</ul>
</section>`;
}

function formatComparison(comparison: Comparison): string {
  const { title, unit, rows } = comparison;
  const better = unit === "µs" ? "less is better" : "more is better";
  return `<section>
<h2>${escapeHtml(title)}</h2>
<p class="unit">${unit}, ${better}</p>
<ul class="bars">
${rows.map((row) => formatRow(row, comparison)).join("\n")}
</ul>
</section>`;
}

function formatRow(row: ComparisonRow, comparison: Comparison): string {
  const name = `<div class="name"><b>${escapeHtml(row.by)}</b> ${
    escapeHtml(row.label)
  }</div>`;
  const failure = row.failure === null
    ? ""
    : `<div class="failure">failed: ${escapeHtml(row.failure)}</div>`;
  const measured = row.summary === null ? "" : `${formatBar(row, comparison)}
<div class="numbers"><b>${
    formatFigure(row.summary.median, comparison.unit)
  }</b> <span>${formatSpread(row.summary, comparison.unit)}</span>
${formatRatios(row, comparison)}</div>`;
  return `<li${row.isOurs ? ' class="ours"' : ""}>${name}
${measured}${failure}</li>`;
}

function formatRatios(row: ComparisonRow, { references }: Comparison): string {
  return references.map((name, index) =>
    `<span>${formatRatio(row.ratios[index] ?? null)}&nbsp;× ${
      escapeHtml(name)
    }</span>`
  ).join("\n");
}

function formatBar({ summary }: ComparisonRow, { rows }: Comparison): string {
  if (summary === null) return "";
  const most = Math.max(...rows.map(({ summary }) => summary?.max ?? 0));
  function toShare(value: number): string {
    return `${(value / most * 100).toFixed(2)}%`;
  }
  const reference = rows.find((row) => row.isHeadline && !row.isOurs)?.summary;
  const mark = reference ? toShare(reference.median) : null;
  return `<svg width="100%" height="${BAR_HEIGHT}" aria-hidden="true">
<rect class="bar" width="${toShare(summary.median)}" height="14"/>
<line class="spread" x1="${toShare(summary.min)}" x2="${
    toShare(summary.max)
  }" y1="18" y2="18"/>
${
    mark === null
      ? ""
      : `<line class="mark" x1="${mark}" x2="${mark}" y1="0" y2="${BAR_HEIGHT}"/>`
  }
</svg>`;
}
