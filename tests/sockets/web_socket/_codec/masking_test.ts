import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  applyMask,
  nextMaskKey,
  wordsOf,
} from "../../../../sockets/web_socket/_codec/masking.ts";
import { bytesFrom } from "../../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;
/** The key 37 fa 21 3d of RFC 6455, 5.7. */
const KEY = 0x3d21fa37;

/** The same byte by byte, as RFC 6455, 5.3 has it. */
function maskByBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  key: number,
  phase: number,
): Uint8Array {
  const keyBytes = new Uint8Array(4);
  new DataView(keyBytes.buffer).setInt32(0, key, true);
  return bytes.map((byte, i) =>
    i < start || i >= end
      ? byte
      : byte ^ (keyBytes[(i - start + phase) % 4] ?? 0)
  );
}

function assertMasks(
  bytes: Uint8Array,
  start: number,
  end: number,
  key: number,
  phase: number,
): void {
  const expected = maskByBytes(bytes, start, end, key, phase);
  applyMask(bytes, wordsOf(bytes), start, end, key, phase);
  assertEquals(bytes, expected);
}

Deno.test("applyMask() masks the example of RFC 6455", PURE, () => {
  const bytes = new TextEncoder().encode("Hello");
  applyMask(bytes, wordsOf(bytes), 0, bytes.length, KEY, 0);
  assertEquals(bytes.toHex(), "7f9f4d5158");
});

Deno.test("applyMask() unmasks what it has masked", PURE, () => {
  const bytes = bytesFrom(0, 50);
  applyMask(bytes, wordsOf(bytes), 3, 41, KEY, 1);
  assertNotEquals(bytes, bytesFrom(0, 50));
  applyMask(bytes, wordsOf(bytes), 3, 41, KEY, 1);
  assertEquals(bytes, bytesFrom(0, 50));
});

Deno.test(
  "applyMask() masks any range from any byte of the key, and nothing beside it",
  PURE,
  () => {
    const length = 23;
    for (let phase = 0; phase < 4; phase++) {
      for (let start = 0; start <= length; start++) {
        for (let end = start; end <= length; end++) {
          assertMasks(bytesFrom(start, length), start, end, KEY, phase);
        }
      }
    }
  },
);

Deno.test("applyMask() masks by any key", PURE, () => {
  const range = fc.uint8Array({ maxLength: 300 }).chain((bytes) =>
    fc.record({
      bytes: fc.constant(bytes),
      start: fc.nat(bytes.length),
      end: fc.nat(bytes.length),
    })
  );
  fc.assert(
    fc.property(range, fc.integer(), fc.nat(3), (range, key, phase) => {
      const start = Math.min(range.start, range.end);
      const end = Math.max(range.start, range.end);
      assertMasks(new Uint8Array(range.bytes), start, end, key, phase);
    }),
  );
});

Deno.test("applyMask() masks in parts as in one", PURE, () => {
  const parts = bytesFrom(0, 40);
  const words = wordsOf(parts);
  applyMask(parts, words, 2, 9, KEY, 0);
  applyMask(parts, words, 9, 10, KEY, 7 & 3);
  applyMask(parts, words, 10, 10, KEY, 8 & 3);
  applyMask(parts, words, 10, 37, KEY, 8 & 3);
  assertEquals(parts, maskByBytes(bytesFrom(0, 40), 2, 37, KEY, 0));
});

Deno.test("wordsOf() gives the whole words of the same memory", PURE, () => {
  const bytes = new Uint8Array(20).subarray(8, 19);
  const words = wordsOf(bytes);
  assertEquals(words.length, 2);
  words[1] = 0x04030201;
  assertEquals(bytes, new Uint8Array([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0]));
});

Deno.test("wordsOf() throws when the bytes are not aligned", PURE, () => {
  assertThrows(() => wordsOf(new Uint8Array(8).subarray(1)), RangeError);
});

Deno.test("nextMaskKey() gives other keys all the time", PURE, () => {
  const count = 20_000;
  const keys = Array.from({ length: count }, nextMaskKey);
  assertEquals(keys.every((key) => key === (key | 0)), true);
  // Of so many random ones hardly any two are equal.
  const isRepeating = new Set(keys).size < count - 10;
  assertEquals(isRepeating, false);
});
