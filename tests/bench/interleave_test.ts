import { assertEquals, assertRejects } from "@std/assert";
import {
  interleave,
  type InterleaveOptions,
} from "../../bench/_peers/interleave.ts";
import { select, type Selection } from "../../bench/_peers/scenarios.ts";

const permissions = "none";

/** Two scenarios, with two rows of raw Deno each. */
function createSelections(): Selection[] {
  return select(new Set(["deno"] as const), "KiB").slice(0, 2);
}

function createOptions(
  options: Partial<InterleaveOptions>,
): InterleaveOptions {
  return {
    rounds: 2,
    signal: new AbortController().signal,
    measure: () => Promise.resolve([1]),
    onStep: () => {},
    ...options,
  };
}

Deno.test(
  "interleave() measures every row in each round, in turns forth and back",
  {
    permissions,
  },
  async () => {
    const order: string[] = [];
    const results = await interleave(
      createSelections(),
      createOptions({
        measure: ({ title }, { way }) => {
          order.push(`${title} ${way}`);
          return Promise.resolve([order.length]);
        },
      }),
    );

    assertEquals(order, [
      "4 KiB × 100 write",
      "4 KiB × 100 writer",
      "16 KiB × 100 write",
      "16 KiB × 100 writer",
      "4 KiB × 100 writer",
      "4 KiB × 100 write",
      "16 KiB × 100 writer",
      "16 KiB × 100 write",
    ]);
    assertEquals(
      results.map(({ results }) => results.map(({ samples }) => samples)),
      [[[[1], [6]], [[2], [5]]], [[[3], [8]], [[4], [7]]]],
    );
  },
);

Deno.test("interleave() leaves a row out when it has failed, and goes on", {
  permissions,
}, async () => {
  let steps = 0;
  let failures = 0;
  const [first] = await interleave(
    createSelections(),
    createOptions({
      rounds: 3,
      measure: ({ title }, { way }) => {
        if (way !== "write" || title !== "4 KiB × 100") {
          return Promise.resolve([1]);
        }
        failures++;
        return Promise.reject(new Error("Gone"));
      },
      onStep: () => void steps++,
    }),
  );

  assertEquals(
    first?.results.map(({ samples, failure }) => [samples.length, failure]),
    [[0, "Gone"], [3, null]],
  );
  assertEquals(failures, 1);
  assertEquals(steps, 12);
});

Deno.test("interleave() rejects with the reason when its signal aborts", {
  permissions,
}, async () => {
  const controller = new AbortController();
  const error = await assertRejects(() =>
    interleave(
      createSelections(),
      createOptions({
        signal: controller.signal,
        measure: () => {
          controller.abort(new Error("Enough"));
          return Promise.reject(new Error("Gone"));
        },
      }),
    ), Error);
  assertEquals(error.message, "Enough");
});
