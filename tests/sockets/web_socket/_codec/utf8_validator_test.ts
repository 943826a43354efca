import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Utf8Validator } from "../../../../sockets/web_socket/_codec/utf8_validator.ts";
import { concat } from "../../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;

/** The ends of the ranges that bytes of UTF-8 are in, and those beside. */
const EDGES = Uint8Array.fromHex(
  "007f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff",
);
/** One of these ends any cut character: the first byte makes the difference. */
const ENDS = ["", "80", "90", "a0", "8080", "9080", "a080", "808080", "908080"]
  .map((hex) => Uint8Array.fromHex(hex));

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether the decoder loses nothing: to ask it by errors takes long. */
function isUtf8(bytes: Uint8Array): boolean {
  return encoder.encode(decoder.decode(bytes)).toHex() === bytes.toHex();
}

/** Whether something that follows would make the bytes UTF-8. */
function canBecomeUtf8(bytes: Uint8Array): boolean {
  return ENDS.some((end) => isUtf8(concat([bytes, end])));
}

/** Whether the validator says of the bytes what the decoder says. */
function assertAgrees(bytes: Uint8Array, cuts: readonly number[]): void {
  const validator = new Utf8Validator();
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    const isValid = canBecomeUtf8(bytes.subarray(0, end));
    assertEquals(validator.push(bytes.subarray(start, end)), isValid);
    if (!isValid) return;
    assertEquals(validator.isComplete, isUtf8(bytes.subarray(0, end)));
    start = end;
  }
}

function failsAt(hex: string): number | null {
  const validator = new Utf8Validator();
  const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
  const index = bytes.findIndex((_, i) =>
    !validator.push(bytes.subarray(i, i + 1))
  );
  return index === -1 ? null : index;
}

Deno.test("Utf8Validator.push() takes characters of each length", PURE, () => {
  assertEquals(failsAt("00 7f"), null);
  assertEquals(failsAt("c2 80 df bf"), null);
  assertEquals(failsAt("e0 a0 80 ed 9f bf ee 80 80 ef bf bf"), null);
  assertEquals(failsAt("f0 90 80 80 f4 8f bf bf"), null);
});

Deno.test("Utf8Validator.push() fails at the earliest byte", PURE, () => {
  assertEquals(failsAt("61 80"), 1);
  assertEquals(failsAt("c3 28"), 1);
  assertEquals(failsAt("e2 28 a1"), 1);
  assertEquals(failsAt("e2 82 28"), 2);
  assertEquals(failsAt("f0 90 80 28"), 3);
  assertEquals(failsAt("ff"), 0);
  assertEquals(failsAt("fe"), 0);
});

Deno.test("Utf8Validator.push() takes no overlong forms", PURE, () => {
  assertEquals(failsAt("c0 af"), 0);
  assertEquals(failsAt("c1 bf"), 0);
  assertEquals(failsAt("e0 80 af"), 1);
  assertEquals(failsAt("e0 9f bf"), 1);
  assertEquals(failsAt("f0 80 80 af"), 1);
  assertEquals(failsAt("f0 8f bf bf"), 1);
});

Deno.test("Utf8Validator.push() takes no surrogates", PURE, () => {
  assertEquals(failsAt("ed a0 80"), 1);
  assertEquals(failsAt("ed bf bf"), 1);
});

Deno.test("Utf8Validator.push() takes nothing above U+10FFFF", PURE, () => {
  assertEquals(failsAt("f4 90 80 80"), 1);
  assertEquals(failsAt("f5 80 80 80"), 0);
  assertEquals(failsAt("f8 88 80 80 80"), 0);
});

/** Checks the bytes, and behind a cut character all that may follow. */
function assertAgreesFrom(bytes: Uint8Array): void {
  assertAgrees(bytes, Array.from(bytes.keys()));
  if (isUtf8(bytes) || !canBecomeUtf8(bytes)) return;
  for (const next of EDGES) {
    assertAgreesFrom(new Uint8Array([...bytes, next]));
  }
}

Deno.test(
  "Utf8Validator.push() agrees with TextDecoder on all edges",
  PURE,
  () => {
    for (let first = 0; first < 0x100; first++) {
      assertAgreesFrom(new Uint8Array([first]));
    }
  },
);

/** Text, bytes from the edges, and any bytes, in a row. */
function nearlyUtf8(): fc.Arbitrary<Uint8Array> {
  const text = fc.string({ unit: "binary", maxLength: 150 });
  const encoded = text.map((text) => [...encoder.encode(text)]);
  const ascii = fc.nat(300).map((length) => new Array<number>(length).fill(97));
  const edge = fc.constantFrom(...EDGES).map((byte) => [byte]);
  const any = fc.array(fc.nat(0xff), { maxLength: 3 });
  return fc.array(
    fc.oneof(
      { arbitrary: encoded, weight: 6 },
      { arbitrary: ascii, weight: 3 },
      { arbitrary: edge, weight: 1 },
      { arbitrary: any, weight: 1 },
    ),
    { maxLength: 6 },
  ).map((parts) => new Uint8Array(parts.flat()));
}

Deno.test(
  "Utf8Validator.push() agrees with TextDecoder however the bytes are cut",
  PURE,
  () => {
    const cut = nearlyUtf8().chain((bytes) =>
      fc.record({
        bytes: fc.constant(bytes),
        cuts: fc.array(fc.nat(bytes.length), { maxLength: 5 }),
      })
    );
    fc.assert(
      fc.property(cut, ({ bytes, cuts }) => {
        assertAgrees(bytes, cuts.toSorted((a, b) => a - b));
      }),
      { numRuns: 400 },
    );
  },
);

Deno.test(
  "Utf8Validator.push() agrees with TextDecoder when long chunks are cut inside of a character",
  PURE,
  () => {
    for (const character of ["a", "é", "€", "😀"]) {
      const bytes = encoder.encode(character.repeat(400));
      for (let cut = 130; cut < 150; cut++) {
        assertAgrees(bytes, [cut, cut + 150]);
        assertAgrees(bytes.with(cut + 7, 0xff), [cut, cut + 150]);
        assertAgrees(bytes.with(cut, 0xff), [cut]);
        assertAgrees(bytes.with(cut - 1, 0xff), [cut]);
      }
    }
  },
);

Deno.test("Utf8Validator.push() takes chunks without bytes", PURE, () => {
  const validator = new Utf8Validator();
  assertEquals(validator.push(new Uint8Array(0)), true);
  assertEquals(validator.push(Uint8Array.fromHex("e282")), true);
  assertEquals(validator.push(new Uint8Array(0)), true);
  assertEquals(validator.isComplete, false);
  assertEquals(validator.push(Uint8Array.fromHex("ac")), true);
  assertEquals(validator.isComplete, true);
});

Deno.test("Utf8Validator.reset() forgets a cut character", PURE, () => {
  const validator = new Utf8Validator();
  for (const start of ["e0", "ed", "f0", "f4", "f4ff"]) {
    for (const character of ["61", "e18080", "e1bfbf"]) {
      validator.push(Uint8Array.fromHex(start));
      validator.reset();
      assertEquals(validator.isComplete, true);
      assertEquals(validator.push(Uint8Array.fromHex(character)), true);
      assertEquals(validator.isComplete, true);
    }
  }
});
