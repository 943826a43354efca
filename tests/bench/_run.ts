import type { Comparison } from "../../bench/_peers/comparison.ts";
import { OTHERS } from "../../bench/_peers/options.ts";
import type { Run } from "../../bench/_peers/run.ts";

/** A table with a reference, a row of this library, and one that failed. */
export function createComparison(): Comparison {
  return {
    title: "64 B × 1000",
    unit: "packets/s",
    references: ["C"],
    rows: [
      {
        by: "C",
        label: "writev",
        isOurs: false,
        isHeadline: true,
        summary: { median: 20_000_000, min: 19_500_000, max: 25_000_000 },
        failure: null,
        ratios: [1],
      },
      {
        by: "winrt",
        label: "writeAsync",
        isOurs: true,
        isHeadline: true,
        summary: { median: 15_000_000, min: 14_000_000, max: 16_000_000 },
        failure: null,
        ratios: [0.75],
      },
      {
        by: "Bun",
        label: "write each",
        isOurs: false,
        isHeadline: true,
        summary: null,
        failure: "<gone> & away",
        ratios: [null],
      },
    ],
  };
}

/** A run with that table, in which Node is missing. */
export function createRun(): Run {
  return {
    comparisons: [createComparison()],
    machine: {
      processor: "2 × Processor",
      system: "linux 6.0, x86_64",
      date: "2026-01-02 03:04 UTC",
    },
    peers: {
      found: [{ peer: "c", version: "cc <12>", senders: [] }],
      missing: [{ peer: "node", reason: "`node` was not found" }],
    },
    options: {
      help: false,
      rounds: 3,
      milliseconds: 100,
      only: "64 B",
      peers: new Set(OTHERS),
      report: null,
    },
  };
}
