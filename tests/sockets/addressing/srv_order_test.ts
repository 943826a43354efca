import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  orderSrvRecords,
  type RankedRecord,
} from "../../../sockets/addressing/_srv_order.ts";

interface NamedRecord extends RankedRecord {
  readonly name: string;
}

function record(name: string, priority: number, weight: number): NamedRecord {
  return { name, priority, weight };
}

/** A seeded source of numbers from 0 to below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often each record comes first, as a share of all draws. */
function shares(
  records: readonly NamedRecord[],
  draws: number,
): Record<string, number> {
  const random = seeded(2782);
  const counts: Record<string, number> = {};
  for (let i = 0; i < draws; i++) {
    const name = orderSrvRecords(records, random)[0]?.name ?? "";
    counts[name] = (counts[name] ?? 0) + 1 / draws;
  }
  return counts;
}

Deno.test("orderSrvRecords() puts the lower priority first", {
  permissions: "none",
}, () => {
  const records = [
    record("c", 20, 100),
    record("a", 1, 0),
    record("d", 100, 65535),
    record("b", 3, 1),
  ];

  const names = orderSrvRecords(records).map(({ name }) => name);

  assertEquals(names, ["a", "b", "c", "d"]);
});

Deno.test("orderSrvRecords() draws among equals by weight", {
  permissions: "none",
}, () => {
  const found = shares(
    [record("a", 0, 60), record("b", 0, 30), record("c", 0, 10)],
    20_000,
  );

  assertAlmostEquals(found.a ?? 0, 0.6, 0.02);
  assertAlmostEquals(found.b ?? 0, 0.3, 0.02);
  assertAlmostEquals(found.c ?? 0, 0.1, 0.02);
});

Deno.test("orderSrvRecords() gives weight 0 a small chance beside others", {
  permissions: "none",
}, () => {
  // The zero is last in the list, but first in the draw (RFC 2782).
  const found = shares([record("a", 0, 49), record("z", 0, 0)], 20_000);

  assertAlmostEquals(found.z ?? 0, 1 / 50, 0.005);
  assertAlmostEquals(found.a ?? 0, 49 / 50, 0.005);
});

Deno.test(
  "orderSrvRecords() keeps the order of the resolver when all weights are 0",
  {
    permissions: "none",
  },
  () => {
    const records = [record("a", 0, 0), record("b", 0, 0), record("c", 0, 0)];

    assertEquals(orderSrvRecords(records), records);
  },
);

Deno.test("orderSrvRecords() draws the rest by weight too", {
  permissions: "none",
}, () => {
  const records = [record("a", 0, 1), record("b", 0, 2), record("c", 0, 3)];
  const order = (...numbers: number[]): string => {
    const random = () => numbers.shift() ?? 0;
    return orderSrvRecords(records, random).map(({ name }) => name).join("");
  };

  // The sums are 1, 3, 6: a mark from 0 to 6 is drawn, then from the rest.
  assertEquals(order(0, 0, 0), "abc");
  assertEquals(order(2 / 7, 0, 0), "bac");
  assertEquals(order(6 / 7, 3 / 4, 0), "cba");
  assertEquals(order(0.999, 0, 0), "cab");
});

Deno.test(
  "orderSrvRecords() gives every record once and leaves its argument as it was",
  {
    permissions: "none",
  },
  () => {
    const records = fc.array(
      fc.record({ priority: fc.nat(3), weight: fc.nat(65535) }),
    );
    fc.assert(
      fc.property(records, fc.integer(), (records, seed) => {
        const before = [...records];
        const ordered = orderSrvRecords(records, seeded(seed));
        assertEquals(records, before);
        assertEquals(new Set(ordered), new Set(records));
        assertEquals(ordered.length, records.length);
        assert(
          ordered.every(({ priority }, i) =>
            i === 0 || priority >= (ordered[i - 1]?.priority ?? 0)
          ),
        );
      }),
    );
  },
);
