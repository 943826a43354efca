import { assertEquals } from "@std/assert";
import {
  compare,
  type RowResult,
  type Sample,
} from "../../bench/_peers/comparison.ts";
import { PEERS, select, type Selection } from "../../bench/_peers/scenarios.ts";

const permissions = "none";

function selectOne(title: string): Selection {
  const [selection] = select(new Set(PEERS), title);
  if (selection === undefined) throw new Error(`There is no "${title}"`);
  return selection;
}

/** The results of the rows that have samples, in the order of the tables. */
function createResults(
  { rows }: Selection,
  samples: Readonly<Record<string, readonly Sample[]>>,
): RowResult[] {
  return rows.flatMap((row) => {
    const own = samples[`${row.sender} ${row.way}`];
    return own === undefined ? [] : [{ row, samples: own, failure: null }];
  });
}

Deno.test("compare() divides medians by those of the headlines of the peers", {
  permissions,
}, () => {
  const selection = selectOne("64 KiB × 100");
  const results = createResults(selection, {
    "c writev": [[100], [300], [200]],
    "winrt-ffi flush": [[100], [90], [110]],
    "node cork": [[50], [40], [60]],
    "node write": [[10], [10], [10]],
  });

  const [comparison, ...others] = compare([{ ...selection, results }]);

  assertEquals(others, []);
  assertEquals(comparison?.title, "64 KiB × 100");
  assertEquals(comparison?.unit, "packets/s");
  assertEquals(comparison?.references, ["C", "Node"]);
  assertEquals(
    comparison?.rows.map(({ by, label, ratios }) => [by, label, ratios]),
    [
      ["C", "writev", [1, 4]],
      ["winrt, FFI", "writeAsync × n, flushAsync", [0.5, 2]],
      ["Node", "cork, write × n, uncork", [0.25, 1]],
      ["Node", "write each", [0.05, 0.2]],
    ],
  );
  assertEquals(
    comparison?.rows.map(({ isOurs }) => isOurs),
    [false, true, false, false],
  );
});

Deno.test("compare() makes a table of each figure of a round trip", {
  permissions,
}, () => {
  const selection = selectOne("Round trip");
  const results = createResults(selection, {
    "winrt-ffi ping-pong": [[20, 90], [30, 60]],
    "deno ping-pong": [[50, 100]],
  });

  const comparisons = compare([{ ...selection, results }]);

  assertEquals(
    comparisons.map(({ title, unit }) => [title, unit]),
    [
      ["Round trip of 64 B, median", "µs"],
      ["Round trip of 64 B, 99th percentile", "µs"],
    ],
  );
  assertEquals(
    comparisons.map(({ rows }) => rows[0]?.summary),
    [{ median: 25, min: 20, max: 30 }, { median: 75, min: 60, max: 90 }],
  );
  assertEquals(
    comparisons.map(({ rows }) => rows[0]?.ratios),
    [[0.5], [0.75]],
  );
});

Deno.test("compare() has no reference when the headline of a peer failed", {
  permissions,
}, () => {
  const selection = selectOne("64 KiB × 100");
  const results = createResults(selection, {
    "c writev": [],
    "winrt-ffi flush": [[100]],
    "deno write": [[50]],
  }).map((result) =>
    result.samples.length > 0 ? result : { ...result, failure: "gone" }
  );

  const [comparison] = compare([{ ...selection, results }]);

  assertEquals(comparison?.references, ["Deno"]);
  assertEquals(
    comparison?.rows.map(({ ratios, failure }) => [ratios, failure]),
    [[[null], "gone"], [[2], null], [[1], null]],
  );
});
