import {
  assert,
  assertEquals,
  assertLess,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { Completions } from "../../../sockets/streams/_completions.ts";
import { isPending } from "./_fakes.ts";

const PURE = { permissions: "none" } as const;

/** Adds writes of one length; gives their promises. */
function addMany(
  completions: Completions,
  count: number,
  length: number,
  from = 0,
): Promise<number>[] {
  return Array.from(
    { length: count },
    (_, index) => completions.add(from + (index + 1) * length, length),
  );
}

Deno.test(
  "Completions.add() resolves with the value once its position is reached",
  PURE,
  async () => {
    const completions = new Completions();
    const [first, second] = [completions.add(3, 3), completions.add(5, 2)];

    completions.advance(4);
    assertEquals(await first, 3);
    assert(await isPending(second));
    completions.advance(5);
    assertEquals(await second, 2);
  },
);

Deno.test(
  "Completions.add() gives the writes of a small batch promises of their own",
  PURE,
  async () => {
    const completions = new Completions();
    const promises = addMany(completions, 8, 10);
    assertEquals(new Set(promises).size, 8);

    completions.advance(75);
    completions.fail(new Error("reset"));
    const outcomes = await Promise.allSettled(promises);
    assertEquals(
      outcomes.map(({ status }) => status === "fulfilled"),
      Array.from({ length: 8 }, (_, index) => index < 7),
    );
  },
);

Deno.test(
  "Completions.add() shares promises among the writes of one length in a large batch, for 8 KiB at most",
  PURE,
  async () => {
    const completions = new Completions();
    const promises = addMany(completions, 1000, 64);
    const shared = Map.groupBy(promises, (promise) => promise);
    assertLess(shared.size, 1000 / 10);
    for (const [, { length }] of shared) assert(length * 64 <= 8192);

    completions.advance(64_000);
    assertEquals(await Promise.all(promises), Array(1000).fill(64));
  },
);

Deno.test(
  "Completions.add() shares no promise among writes of different lengths",
  PURE,
  () => {
    const completions = new Completions();
    let position = 0;
    const promises = Array.from({ length: 100 }, (_, index) => {
      const length = 1 + index % 2;
      return completions.add(position += length, length);
    });
    assertEquals(new Set(promises).size, 100);
  },
);

Deno.test(
  "Completions.last() gives the last promise, which then is shared no more",
  PURE,
  async () => {
    const completions = new Completions();
    assertEquals(completions.last(), undefined);
    addMany(completions, 20, 1);
    const before = completions.add(21, 1);
    assertStrictEquals(completions.last(), before);
    const after = completions.add(22, 1);
    assertStrictEquals(completions.add(23, 1), after);

    completions.advance(21);
    assertEquals(await before, 1);
    assert(await isPending(after));
    completions.advance(23);
    assertEquals(completions.last(), undefined);
  },
);

Deno.test("Completions.part() ends the sharing", PURE, () => {
  const completions = new Completions();
  addMany(completions, 20, 1);
  const before = completions.add(21, 1);
  completions.part();
  assert(completions.add(22, 1) !== before);
});

Deno.test(
  "Completions fulfil only what was reached, and in order, whatever is shared",
  PURE,
  async () => {
    const lengths = fc.array(
      fc.record({
        length: fc.integer({ min: 1, max: 3000 }),
        count: fc.integer({ min: 1, max: 60 }),
      }),
      { maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(100), async (runs, percent) => {
        const completions = new Completions();
        const writes: {
          promise: Promise<number>;
          length: number;
          end: number;
        }[] = [];
        let end = 0;
        for (const { length, count } of runs) {
          for (const promise of addMany(completions, count, length, end)) {
            writes.push({ promise, length, end: end += length });
          }
        }
        const reached = Math.floor(end * percent / 100);
        const reason = new Error("reset");
        completions.advance(reached);
        completions.fail(reason);
        const outcomes = await Promise.allSettled(
          writes.map(({ promise }) => promise),
        );
        const done = outcomes.findIndex(({ status }) => status === "rejected");
        const fulfilled = done < 0 ? outcomes.length : done;
        for (const [index, { length, end }] of writes.entries()) {
          const isReached = index < fulfilled;
          assertEquals(
            outcomes[index],
            isReached
              ? { status: "fulfilled", value: length }
              : { status: "rejected", reason },
          );
          if (isReached) assert(end <= reached);
          // At most the writes that share 8 KiB are rejected for another one.
          else assert(end > reached - 8192);
        }
      }),
    );
  },
);
