import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { summarize } from "../../bench/_peers/statistics.ts";
// @ts-types="../../bench/_peers/senders/serve_commands.d.mts"
import { percentile } from "../../bench/_peers/senders/serve_commands.mjs";

const permissions = "none";

Deno.test("summarize() gives the middle of an odd number of samples", {
  permissions,
}, () => {
  assertEquals(summarize([30, 1, 20]), { median: 20, min: 1, max: 30 });
});

Deno.test(
  "summarize() gives the mean of both in the middle when there is an even number of samples",
  {
    permissions,
  },
  () => {
    assertEquals(summarize([4, 1, 2, 100]), { median: 3, min: 1, max: 100 });
  },
);

Deno.test("summarize() gives null when there are no samples", {
  permissions,
}, () => {
  assertEquals(summarize([]), null);
});

Deno.test(
  "summarize() has at least half of the samples on each side of the median",
  {
    permissions,
  },
  () => {
    const samples = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(fc.property(samples, (samples) => {
      const { median = NaN } = summarize(samples) ?? {};
      const below = samples.filter((sample) => sample <= median).length;
      const above = samples.filter((sample) => sample >= median).length;
      return Math.min(below, above) >= samples.length / 2;
    }));
  },
);

Deno.test("percentile() gives the nearest rank", { permissions }, () => {
  const sorted = Float64Array.from({ length: 200 }, (_, index) => index + 1);
  assertEquals(percentile(sorted, 0.5), 100);
  assertEquals(percentile(sorted, 0.99), 198);
  assertEquals(percentile(sorted, 0), 1);
  assertEquals(percentile(sorted, 1), 200);
  assertEquals(percentile(new Float64Array(0), 0.5), NaN);
});
