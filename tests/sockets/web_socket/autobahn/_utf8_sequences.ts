/**
 * The sequences of bytes that the sections 6.5 to 6.23 of the Autobahn test suite
 * send as texts: those of Markus Kuhn's stress test of decoders
 * (https://www.cl.cam.ac.uk/~mgk25/ucs/examples/UTF-8-test.txt).
 *
 * @module
 */

/** A sequence of bytes, by the number of its case. */
export interface Utf8Sequence {
  readonly id: string;
  readonly hex: string;
  readonly isValid: boolean;
}

type Judged = readonly [hex: string, isValid: boolean];

const FIRST_SECTION = 5;
const GREEK = "cebae1bdb9cf83cebcceb5";
/** How many bytes of it are whole characters. */
const WHOLE_CHARACTERS = new Set([2, 5, 7, 9, 11]);
/** Without their last byte: the least and the most of each length. */
const CUT_OFF = [
  "c0",
  "e080",
  "f08080",
  "f8808080",
  "fc80808080",
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
];

function valid(...sequences: readonly string[]): Judged[] {
  return sequences.map((hex) => [hex, true]);
}

function invalid(...sequences: readonly string[]): Judged[] {
  return sequences.map((hex) => [hex, false]);
}

function inHello(hex: string): string {
  const encoder = new TextEncoder();
  return encoder.encode("hello").toHex() + hex +
    encoder.encode("world").toHex();
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** Bytes from the first to before the end, each with more behind it. */
function range(first: number, end: number, more = ""): string {
  return Array.from(
    { length: end - first },
    (_, index) => hexOf(first + index) + more,
  ).join("");
}

function prefixes(): Judged[] {
  return Array.from({ length: GREEK.length / 2 }, (_, index) => {
    const size = index + 1;
    return [GREEK.slice(0, 2 * size), WHOLE_CHARACTERS.has(size)];
  });
}

/** The last two code points of each plane from 1 on. */
function nonCharacters(): string[] {
  const planes = Array.from({ length: 16 }, (_, index) => index + 1);
  return planes.flatMap((plane) =>
    [0xfffe, 0xffff].map((low) =>
      new TextEncoder().encode(String.fromCodePoint(plane << 16 | low)).toHex()
    )
  );
}

/** By subsections, from 6.5 on. */
const SUBSECTIONS: readonly (readonly Judged[])[] = [
  // Valid text.
  valid(
    inHello("24"),
    inHello("c2a2"),
    inHello("e282ac"),
    inHello("f0a4ada2"),
    GREEK,
  ),
  // All prefixes of a text.
  prefixes(),
  // The first sequence of each length.
  valid("00", "c280", "e0a080", "f0908080"),
  invalid("f888808080", "fc8480808080"),
  // The last sequence of each length.
  valid("7f", "dfbf", "efbfbf", "f48fbfbf"),
  invalid("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
  // Other boundaries.
  [
    ...valid("ed9fbf", "ee8080", "efbfbd", "f48fbfbf"),
    ...invalid("f4908080"),
  ],
  // Continuation bytes that continue nothing.
  invalid(
    "80",
    "bf",
    "80bf",
    "80bf80",
    "80bf80bf",
    "80bf80bf80",
    "80bf80bf80bf",
    range(0x80, 0xbf),
  ),
  // Start bytes that are not continued, each before a space.
  invalid(
    range(0xc0, 0xdf, "20"),
    range(0xe0, 0xef, "20"),
    range(0xf0, 0xf7, "20"),
    range(0xf8, 0xfb, "20"),
    range(0xfc, 0xfd, "20"),
  ),
  // Sequences without their last byte, alone and together.
  invalid(...CUT_OFF),
  invalid(CUT_OFF.join("")),
  // Bytes that are never there.
  invalid("fe", "ff", "fefeffff"),
  // ASCII in more bytes than one.
  invalid("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
  // The most that is too long.
  invalid("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"),
  // NUL in more bytes than one.
  invalid("c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
  // Surrogates.
  invalid("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"),
  invalid(
    "eda080edb080",
    "eda080edbfbf",
    "edadbfedb080",
    "edadbfedbfbf",
    "edae80edb080",
    "edae80edbfbf",
    "edafbfedb080",
    "edafbfedbfbf",
  ),
  // Code points that are no characters.
  valid("efbfbe", "efbfbf", ...nonCharacters()),
  // Specials.
  valid("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"),
];

/** All of them. */
export const UTF8_SEQUENCES: readonly Utf8Sequence[] = SUBSECTIONS.flatMap(
  (sequences, section) =>
    sequences.map(([hex, isValid], index) => ({
      id: `6.${FIRST_SECTION + section}.${index + 1}`,
      hex,
      isValid,
    })),
);
