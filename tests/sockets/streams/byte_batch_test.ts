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
  type ChunkWriter,
  type LateBytes,
  takenAway,
  UNCOPIED_SIZE,
} from "../../../sockets/streams/_byte_batch.ts";
import {
  giveSlab,
  SLAB_SIZE,
  takeSlab,
} from "../../../sockets/streams/_slab_pool.ts";
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
    assertEquals(batch.uncopiedSize, 0);
    batch.append(large);
    assertEquals(batch.uncopiedSize, UNCOPIED_SIZE);

    const [first, second] = batch.upTo(Infinity);
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
    assertEquals(batch.uncopiedSize, 0);
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
  assertEquals(concat(batch.upTo(Infinity)), rest);
  assertEquals(batch.joined(), rest);
  batch.take(rest.length);
  assert(batch.isEmpty);
});

Deno.test(
  "ByteBatch.upTo() gives pieces up to a size, one at least",
  PURE,
  () => {
    const chunk = bytesFrom(0, 40 * KIB);
    const batch = batchOf(chunk, chunk, bytesFrom(0, 10), chunk);

    assertEquals(batch.upTo(1), [chunk]);
    assertEquals(batch.upTo(80 * KIB), [chunk, chunk]);
    assertEquals(batch.upTo(80 * KIB + 10), [chunk, chunk, bytesFrom(0, 10)]);
    batch.take(30 * KIB);
    assertEquals(batch.upTo(50 * KIB), [chunk.subarray(30 * KIB), chunk]);
  },
);

Deno.test(
  "ByteBatch refuses to send a chunk whose buffer was transferred",
  PURE,
  () => {
    for (const method of ["first", "joined", "upTo"] as const) {
      const chunk = new Uint8Array(UNCOPIED_SIZE);
      const batch = batchOf(chunk, new Uint8Array(UNCOPIED_SIZE));
      chunk.buffer.transfer();
      assertThrows(
        () => batch[method](Infinity),
        InvalidOperationError,
        "transferred",
      );
    }
  },
);

Deno.test(
  "ByteBatch gives what comes before a chunk whose buffer was transferred",
  PURE,
  () => {
    for (const method of ["first", "joined", "upTo"] as const) {
      const chunks = [1, 2].map((first) => bytesFrom(first, 5 * KIB));
      const last = new Uint8Array(5 * KIB);
      const batch = batchOf(...chunks, last);
      last.buffer.transfer();
      const taken = [batch[method](Infinity)].flat();
      batch.take(concat(taken).length);
      if (method === "first") taken.push(batch.first());
      assertEquals(concat(taken), concat(chunks));
    }
  },
);

Deno.test(
  "ByteBatch fills one slab while pieces of it are sent, and gives it back when all were",
  PURE,
  () => {
    const batch = new ByteBatch();
    const chunk = new Uint8Array(8 * KIB);
    const slabs = new Set<ArrayBufferLike>();
    for (let i = 0; i < 500; i++) {
      batch.append(bytesFrom(i, 100));
      batch.append(chunk);
      const [piece] = batch.upTo(Infinity);
      assertEquals(piece, bytesFrom(i, 100));
      if (piece !== undefined) slabs.add(piece.buffer);
      // It never runs empty.
      batch.append(bytesFrom(i + 1, 100));
      batch.take(100 + chunk.length);
      assertEquals(batch.first(), bytesFrom(i + 1, 100));
      batch.take(100);
    }
    assertEquals(slabs.size, 1);
  },
);

Deno.test(
  "ByteBatch is in order when pieces are dropped that were sent",
  PURE,
  () => {
    const batch = new ByteBatch();
    const chunks = Array.from(
      { length: 3000 },
      (_, i) => new Uint8Array(UNCOPIED_SIZE).fill(i),
    );
    for (const chunk of chunks) batch.append(chunk);
    // It never runs empty.
    for (const chunk of chunks) {
      assertStrictEquals(batch.first(), chunk);
      batch.take(UNCOPIED_SIZE);
      batch.append(new Uint8Array(UNCOPIED_SIZE));
    }
    assertEquals(batch.uncopiedSize, chunks.length * UNCOPIED_SIZE);
  },
);

Deno.test("ByteBatch throws when there is nothing to send", PURE, () => {
  for (const method of ["first", "joined", "upTo"] as const) {
    assertThrows(() => new ByteBatch()[method](1), RangeError);
  }
});

Deno.test("ByteBatch keeps no slab once all was sent", PURE, () => {
  const batch = batchOf(new Uint8Array(10));
  const [piece] = batch.upTo(Infinity);
  batch.take(10);
  const slab = takeSlab();
  assertStrictEquals(slab.buffer, piece?.buffer);
  giveSlab(slab);
});

Deno.test("ByteBatch.joined() gives the joined slab back", PURE, () => {
  const batch = batchOf(new Uint8Array(8 * KIB), new Uint8Array(8 * KIB));
  const { buffer } = batch.joined();
  batch.take(16 * KIB);
  const slab = takeSlab();
  assertStrictEquals(slab.buffer, buffer);
  giveSlab(slab);
});

Deno.test("ByteBatch.clear() drops all", PURE, () => {
  const batch = batchOf(
    new Uint8Array(10),
    new Uint8Array(8 * KIB),
    new Uint8Array(10),
  );
  batch.take(5);
  batch.clear();
  assert(batch.isEmpty);
  assertEquals(batch.uncopiedSize, 0);
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
      way: fc.constantFrom("append", "appendBy", "appendLate"),
      method: fc.constantFrom("first", "joined", "upTo"),
      part: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const batch = new ByteBatch();
        const taken: Uint8Array[] = [];
        let appended = 0;
        const take = (
          method: "first" | "joined" | "upTo",
          part: number,
        ): void => {
          if (batch.isEmpty) return;
          const bytes = concat([batch[method](100 * KIB)].flat());
          const count = Math.max(1, Math.floor(bytes.length * part / 100));
          taken.push(bytes.slice(0, count));
          batch.take(count);
        };
        for (const { sizes, way, method, part } of steps) {
          for (const length of sizes) {
            const bytes = bytesFrom(appended, length);
            if (way === "append") batch.append(bytes);
            else if (way === "appendBy") batch.appendBy(COPY, bytes, length);
            else batch.appendLate(new Late(bytes));
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

/** A writer that puts a chunk between brackets. */
const BRACKETS: ChunkWriter = {
  write(chunk, target, offset) {
    target[offset] = 0x5b;
    target.set(chunk, offset + 1);
    target[offset + 1 + chunk.length] = 0x5d;
  },
};

const COPY: ChunkWriter = {
  write: (chunk, target, offset) => target.set(chunk, offset),
};

/** Bytes that are made when it is their turn, and how often that was. */
class Late implements LateBytes {
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** From where on, and how many, they were made. */
  readonly calls: [offset: number, count: number][] = [];
  error: Error | null = null;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  make(offset: number, target: Uint8Array): number {
    if (this.error !== null) throw this.error;
    const part = this.#bytes.subarray(offset, offset + target.length);
    target.set(part);
    this.calls.push([offset, part.length]);
    return part.length;
  }
}

Deno.test(
  "ByteBatch.appendBy() puts other bytes in the place of a chunk",
  PURE,
  () => {
    const batch = new ByteBatch();
    batch.append(bytesFrom(1, 2));
    batch.appendBy(BRACKETS, bytesFrom(7, 2), 4);
    batch.appendBy(BRACKETS, new Uint8Array(0), 2);
    assertEquals(
      batch.joined(),
      new Uint8Array([1, 2, 0x5b, 7, 8, 0x5d, 0x5b, 0x5d]),
    );
    assertEquals(batch.uncopiedSize, 0);
  },
);

Deno.test(
  "ByteBatch.appendBy() tells when a slab is full, and writes into the next",
  PURE,
  () => {
    const batch = new ByteBatch();
    const size = SLAB_SIZE / 2 + 1;
    const chunk = bytesFrom(3, size - 2);
    assertEquals(batch.appendBy(BRACKETS, chunk, size), false);
    assertEquals(batch.appendBy(BRACKETS, chunk, size), true);
    for (let i = 0; i < 2; i++) {
      assertEquals(batch.first().subarray(1, -1), chunk);
      batch.take(size);
    }
    assert(batch.isEmpty);
  },
);

Deno.test(
  "ByteBatch.appendLate() makes the bytes when it is their turn, a slab at most",
  PURE,
  () => {
    for (const method of ["first", "joined", "upTo"] as const) {
      const late = new Late(bytesFrom(0, 2 * SLAB_SIZE + 5));
      const batch = batchOf(bytesFrom(9, 3));
      batch.appendLate(late);
      batch.append(bytesFrom(8, 2));
      assertEquals(concat([batch[method](Infinity)].flat()), bytesFrom(9, 3));
      assertEquals(late.calls, []);
      batch.take(3);

      const taken: Uint8Array[] = [];
      for (let left = late.length; left > 0;) {
        const piece = concat([batch[method](Infinity)].flat());
        taken.push(piece);
        batch.take(piece.length);
        left -= piece.length;
      }
      assertEquals(concat(taken), bytesFrom(0, late.length));
      assertEquals(late.calls, [[0, SLAB_SIZE], [SLAB_SIZE, SLAB_SIZE], [
        2 * SLAB_SIZE,
        5,
      ]]);
      assertEquals(batch.joined(), bytesFrom(8, 2));
    }
  },
);

Deno.test(
  "ByteBatch makes late bytes again from where the sink has got",
  PURE,
  () => {
    const late = new Late(bytesFrom(0, 100));
    const batch = new ByteBatch();
    batch.appendLate(late);
    assertEquals(batch.first(), bytesFrom(0, 100));
    batch.take(30);
    assertEquals(batch.first(), bytesFrom(30, 70));
    batch.take(70);
    assert(batch.isEmpty);
  },
);

Deno.test(
  "ByteBatch makes late bytes in another slab once the sink has transferred the last",
  PURE,
  () => {
    const late = new Late(bytesFrom(0, SLAB_SIZE + 10));
    const batch = new ByteBatch();
    batch.appendLate(late);
    const { buffer } = batch.first();
    assert(buffer instanceof ArrayBuffer);
    buffer.transfer();
    batch.take(SLAB_SIZE);
    assertEquals(batch.first(), bytesFrom(SLAB_SIZE, 10));
  },
);

Deno.test(
  "ByteBatch gives the slab of late bytes back when all were sent",
  PURE,
  () => {
    const batch = new ByteBatch();
    batch.appendLate(new Late(bytesFrom(0, 10)));
    const { buffer } = batch.first();
    batch.take(10);
    const slab = takeSlab();
    assertStrictEquals(slab.buffer, buffer);
    giveSlab(slab);
  },
);

Deno.test(
  "ByteBatch throws what late bytes throw, behind what comes before them",
  PURE,
  () => {
    for (const method of ["first", "joined", "upTo"] as const) {
      const late = new Late(bytesFrom(0, 10));
      late.error = takenAway(10);
      const batch = batchOf(bytesFrom(1, 2));
      batch.appendLate(late);
      batch.take(concat([batch[method](Infinity)].flat()).length);
      assertThrows(
        () => batch[method](Infinity),
        InvalidOperationError,
        '"10" bytes',
      );
    }
  },
);

Deno.test("ByteBatch.clear() drops late bytes, made or not", PURE, () => {
  for (const isMade of [false, true]) {
    const batch = new ByteBatch();
    batch.appendLate(new Late(bytesFrom(0, 10)));
    if (isMade) batch.first();
    batch.clear();
    assert(batch.isEmpty);
  }
});
