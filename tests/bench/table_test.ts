import { assertEquals } from "@std/assert";
import { formatRun } from "../../bench/_peers/run.ts";
import { formatTable } from "../../bench/_peers/table.ts";
import { createComparison, createRun } from "./_run.ts";

const permissions = "none";

Deno.test("formatTable() aligns the columns and names what failed", {
  permissions,
}, () => {
  assertEquals(formatTable(createComparison()).split("\n"), [
    "64 B × 1000",
    "                     packets/s      min–max   × C",
    "  C      writev         20.0 M  19.5–25.0 M  1.00",
    "  winrt  writeAsync     15.0 M  14.0–16.0 M  0.75",
    "  Bun    write each  failed: <gone> & away",
  ]);
});

Deno.test("formatTable() shows what was measured when a row failed later", {
  permissions,
}, () => {
  const comparison = createComparison();
  const [row] = comparison.rows;
  const rows = row === undefined ? [] : [{ ...row, failure: "gone" }];

  assertEquals(formatTable({ ...comparison, rows }).split("\n"), [
    "64 B × 1000",
    "                                  packets/s      min–max   × C",
    "  C  writev (failed later: gone)     20.0 M  19.5–25.0 M  1.00",
  ]);
});

Deno.test("formatRun() ends with the machine, the peers and how to repeat it", {
  permissions,
}, () => {
  const text = formatRun(createRun());

  assertEquals(text.split("\n\n").at(-1)?.split("\n"), [
    "Machine   2 × Processor",
    "System    linux 6.0, x86_64",
    "Date      2026-01-02 03:04 UTC",
    "C         cc <12>",
    "Node      not measured: `node` was not found",
    "Receiver  in C",
    "Rounds    3, of 100 ms a row, interleaved",
    'Repeat    deno task bench:peers --rounds 3 --milliseconds 100 --only "64 B"',
  ]);
});

Deno.test("formatRun() repeats with the same peers when some were left out", {
  permissions,
}, () => {
  const run = createRun();
  const peers = new Set(["bun"] as const);
  const text = formatRun({
    ...run,
    options: { ...run.options, only: "", peers },
  });

  assertEquals(
    text.split("\n").at(-1),
    "Repeat    deno task bench:peers --rounds 3 --milliseconds 100 --peers bun",
  );
});
