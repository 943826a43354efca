import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  giveSlab,
  SLAB_SIZE,
  takeSlab,
} from "../../../sockets/streams/_slab_pool.ts";

const PURE = { permissions: "none" } as const;

Deno.test("takeSlab() gives a slab that was given back", PURE, () => {
  const slab = takeSlab();
  assertEquals(slab.length, SLAB_SIZE);
  giveSlab(slab);
  assertStrictEquals(takeSlab(), slab);
});

Deno.test(
  "giveSlab() leaves a slab alone whose buffer was transferred",
  PURE,
  () => {
    const slab = takeSlab();
    slab.buffer.transfer();
    giveSlab(slab);
    assertEquals(takeSlab().length, SLAB_SIZE);
  },
);

Deno.test("giveSlab() keeps 64 idle slabs at most", PURE, () => {
  const slabs = Array.from({ length: 70 }, () => new Uint8Array(SLAB_SIZE));
  for (const slab of slabs) giveSlab(slab);
  const kept = Array.from({ length: 70 }, takeSlab)
    .filter((slab) => slabs.includes(slab));
  assertEquals(kept.length <= 64, true);
});
