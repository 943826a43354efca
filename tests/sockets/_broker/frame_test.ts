import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  encodeFrame,
  FrameReader,
  MAX_FRAME_SIZE,
} from "../../../sockets/_broker/frame.ts";

const PURE = { permissions: "none" } as const;

/** Reads a frame that arrives in pieces. */
function readPieces(
  frame: Uint8Array,
  sizes: readonly number[],
): string | null {
  const reader = new FrameReader();
  let text: string | null = null;
  let offset = 0;
  for (const size of [...sizes, frame.length]) {
    assertEquals(text, null);
    text = reader.push(frame.subarray(offset, offset + size));
    offset += size;
    if (offset >= frame.length) break;
  }
  return text;
}

Deno.test(
  "FrameReader.push() reads what encodeFrame() wrote, in any pieces",
  PURE,
  () => {
    fc.assert(fc.property(
      fc.string({ unit: "grapheme", maxLength: 600 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 10 }),
      (text, sizes) => {
        assertEquals(readPieces(encodeFrame(text), sizes), text);
      },
    ));
  },
);

Deno.test("encodeFrame() puts the length in front", PURE, () => {
  assertEquals(encodeFrame(""), new Uint8Array(4));
  assertEquals(encodeFrame("é"), Uint8Array.of(0, 0, 0, 2, 0xc3, 0xa9));
});

Deno.test("encodeFrame() refuses what is too long", PURE, () => {
  assertThrows(
    () => encodeFrame("x".repeat(MAX_FRAME_SIZE + 1)),
    RangeError,
    'Cannot send "16777217" bytes: too many',
  );
});

Deno.test("FrameReader.isEmpty tells whether anything has come", PURE, () => {
  const reader = new FrameReader();
  assertEquals(reader.isEmpty, true);
  assertEquals(reader.push(new Uint8Array(1)), null);
  assertEquals(reader.isEmpty, false);
});

Deno.test(
  "FrameReader.push() refuses what is too long, and what follows",
  PURE,
  () => {
    assertThrows(
      () => new FrameReader().push(Uint8Array.of(1, 0, 0, 1)),
      RangeError,
      'Cannot read a frame of "16777217" bytes',
    );
    assertThrows(
      () => new FrameReader().push(new Uint8Array(5)),
      RangeError,
      "more bytes follow it",
    );
  },
);

Deno.test("FrameReader.push() refuses what is no UTF-8", PURE, () => {
  const frame = Uint8Array.of(0, 0, 0, 1, 0xff);
  assertThrows(() => new FrameReader().push(frame), TypeError);
});
