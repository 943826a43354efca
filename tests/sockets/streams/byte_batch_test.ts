import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import {
  ByteBatch,
  UNCOPIED_SIZE,
} from "../../../sockets/streams/_byte_batch.ts";
import { SLAB_SIZE } from "../../../sockets/streams/_slab_pool.ts";
import { bytesFrom, concat } from "./_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

function batchOf(...chunks: readonly Uint8Array[]): ByteBatch {
  const batch = new ByteBatch();
  for (const chunk of chunks) batch.append(chunk);
  return batch;
}

Deno.test(
  "ByteBatch.append() copies small chunks and keeps the others",
  PURE,
  () => {
    const small = bytesFrom(0, UNCOPIED_SIZE - 1);
    const large = bytesFrom(1, UNCOPIED_SIZE);
    const batch = batchOf(small);
    assert(!batch.hasUncopied);
    batch.append(large);
    assert(batch.hasUncopied);

    const [first, second] = batch.all();
    assertEquals(first, small);
    assert(first !== small);
    assertStrictEquals(second, large);
  },
);

Deno.test("ByteBatch.append() tells when a slab is full", PURE, () => {
  const batch = new ByteBatch();
  const size = KIB;
  for (let i = 0; i < SLAB_SIZE / size; i++) {
    assertEquals(batch.append(new Uint8Array(size)), false);
  }
  assertEquals(batch.append(new Uint8Array(size)), true);
  assertEquals(batch.append(new Uint8Array(size)), false);
  assertEquals(batch.first().length, SLAB_SIZE);
  batch.take(SLAB_SIZE);
  assertEquals(batch.first().length, 2 * size);
});

Deno.test(
  "ByteBatch.joined() joins pieces below 32 KiB up to the size of a slab",
  PURE,
  () => {
    const size = 16 * KIB;
    const chunks = Array.from({ length: 10 }, (_, i) => bytesFrom(i, size));
    const batch = batchOf(...chunks);

    assertEquals(batch.joined(), concat(chunks.slice(0, SLAB_SIZE / size)));
    batch.take(SLAB_SIZE);
    assertEquals(batch.joined(), concat(chunks.slice(SLAB_SIZE / size)));
    assert(!batch.hasUncopied);
  },
);

Deno.test(
  "ByteBatch.joined() gives a large or a lone piece as it is",
  PURE,
  () => {
    const lone = bytesFrom(0, 8 * KIB);
    const large = bytesFrom(1, 32 * KIB);
    const batch = batchOf(lone, large, bytesFrom(2, 10));

    assertStrictEquals(batch.joined(), lone);
    batch.take(lone.length);
    assertStrictEquals(batch.joined(), large);
    batch.take(large.length);
    assertEquals(batch.joined(), bytesFrom(2, 10));
  },
);

Deno.test("ByteBatch.take() goes on in the middle of a piece", PURE, () => {
  const whole = bytesFrom(0, 20 * KIB);
  const parts = [10, 5 * KIB, 7, 9 * KIB];
  const batch = new ByteBatch();
  let offset = 0;
  for (const size of parts) {
    batch.append(whole.subarray(offset, offset += size));
  }

  batch.take(5 * KIB);
  const rest = whole.subarray(5 * KIB, offset);
  assertEquals(batch.first(), whole.subarray(5 * KIB, 10 + 5 * KIB));
  assertEquals(concat(batch.all()), rest);
  assertEquals(batch.joined(), rest);
  batch.take(rest.length);
  assert(batch.isEmpty);
  assertEquals(batch.all(), []);
});

Deno.test("ByteBatch.all() gives 1024 pieces at most", PURE, () => {
  const chunk = new Uint8Array(UNCOPIED_SIZE);
  const batch = batchOf(...Array.from({ length: 3000 }, () => chunk));

  for (const count of [1024, 1024, 952]) {
    const pieces = batch.all();
    assertEquals(pieces.length, count);
    batch.take(count * UNCOPIED_SIZE);
  }
  assert(batch.isEmpty);
});

Deno.test(
  "ByteBatch refuses to send a chunk whose buffer was transferred",
  PURE,
  () => {
    for (const method of ["first", "joined", "all"] as const) {
      const chunk = new Uint8Array(UNCOPIED_SIZE);
      const batch = batchOf(chunk, new Uint8Array(UNCOPIED_SIZE));
      chunk.buffer.transfer();
      assertThrows(() => batch[method](), InvalidOperationError, "transferred");
    }
  },
);

Deno.test("ByteBatch.clear() drops all", PURE, () => {
  const batch = batchOf(
    new Uint8Array(10),
    new Uint8Array(8 * KIB),
    new Uint8Array(10),
  );
  batch.take(5);
  batch.clear();
  assert(batch.isEmpty);
  assert(!batch.hasUncopied);
  batch.append(bytesFrom(0, 3));
  assertEquals(batch.first(), bytesFrom(0, 3));
});

Deno.test(
  "ByteBatch gives every byte once and in order, however it is taken",
  PURE,
  () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 70 * KIB }),
    );
    const step = fc.record({
      sizes: fc.array(size, { maxLength: 8 }),
      method: fc.constantFrom("first", "joined", "all"),
      part: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const batch = new ByteBatch();
        const taken: Uint8Array[] = [];
        let appended = 0;
        const take = (
          method: "first" | "joined" | "all",
          part: number,
        ): void => {
          if (batch.isEmpty) return;
          const bytes = method === "all"
            ? concat(batch.all())
            : batch[method]();
          const count = Math.max(1, Math.floor(bytes.length * part / 100));
          taken.push(bytes.slice(0, count));
          batch.take(count);
        };
        for (const { sizes, method, part } of steps) {
          for (const length of sizes) {
            batch.append(bytesFrom(appended, length));
            appended += length;
          }
          take(method, part);
        }
        while (!batch.isEmpty) take("joined", 100);
        assertEquals(concat(taken), bytesFrom(0, appended));
      }),
      { numRuns: 60 },
    );
  },
);
