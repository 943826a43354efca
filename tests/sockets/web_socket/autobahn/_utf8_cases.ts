/**
 * Section 6 of the Autobahn test suite: texts that are UTF-8, and others.
 *
 * @module
 */
import { concat } from "../../streams/_fakes.ts";
import { UTF8_SEQUENCES } from "./_utf8_sequences.ts";
import {
  answered,
  type AutobahnCase,
  bytesOf,
  event,
  type Exchange,
  failed,
  fragments,
  frame,
  Opcode,
  opening,
  type SentFrame,
  smallCase,
} from "./_case.ts";

const { continuation, text } = Opcode;
const GREETING = "Hello-µ@ßöäüàá-UTF-8!!";
const GREEK = "κόσμε";
const INVALID = 1007;

const SURROGATE = concat([
  bytesOf(GREEK),
  Uint8Array.fromHex("eda080"),
  bytesOf("edited"),
]);
/** U+110000, which is no code point: the second of its bytes tells. */
const OUT_OF_RANGE = concat([
  bytesOf(GREEK),
  Uint8Array.fromHex("f4908080"),
  bytesOf("edited"),
]);
/** Where that code point starts, the byte that tells, and its end. */
const BEFORE = 11;
const TELLING = 12;
const AFTER = 15;

function echoed(
  sends: readonly SentFrame[],
  payload: string | Uint8Array,
): Exchange {
  return answered(sends, [event("text", payload)]);
}

/** What comes first is taken, and the next fails before there is an end. */
function failedFast(first: SentFrame, next: SentFrame): Exchange {
  return {
    turns: [{ sends: [first], events: [] }, { sends: [next], events: [] }],
    ending: { isFailure: true, codes: [INVALID] },
  };
}

/** The first two of three fragments. */
function failedFragment(start: number, end: number): Exchange {
  return failedFast(
    opening(text, OUT_OF_RANGE.subarray(0, start)),
    opening(continuation, OUT_OF_RANGE.subarray(start, end)),
  );
}

/** The first two of three parts of a frame. */
function failedPart(start: number, end: number): Exchange {
  const whole = frame(text, OUT_OF_RANGE);
  return failedFast(
    { ...whole, part: [0, start] },
    { ...whole, part: [start, end] },
  );
}

const FRAGMENTED: readonly AutobahnCase[] = [
  smallCase("6.1.1", "echoes an empty text", echoed([frame(text)], "")),
  smallCase(
    "6.1.2",
    "echoes a text of three empty fragments",
    echoed([opening(text), opening(continuation), frame(continuation)], ""),
  ),
  smallCase(
    "6.1.3",
    "echoes a text between two empty fragments",
    echoed([
      opening(text),
      opening(continuation, "middle frame payload"),
      frame(continuation),
    ], "middle frame payload"),
  ),
  smallCase(
    "6.2.1",
    "echoes a text that is not ASCII",
    echoed([frame(text, GREETING)], GREETING),
  ),
  smallCase(
    "6.2.2",
    "echoes a text that is cut between characters",
    echoed([
      opening(text, GREETING.slice(0, 11)),
      frame(continuation, GREETING.slice(11)),
    ], GREETING),
  ),
  smallCase(
    "6.2.3",
    "echoes a text in fragments of one byte",
    echoed(fragments(frame(text, GREETING), 1), GREETING),
  ),
  smallCase(
    "6.2.4",
    "echoes a Greek text in fragments of one byte",
    echoed(fragments(frame(text, GREEK), 1), GREEK),
  ),
  smallCase(
    "6.3.1",
    "fails a text with a surrogate",
    failed([frame(text, SURROGATE)], { code: INVALID }),
  ),
  smallCase(
    "6.3.2",
    "fails a text with a surrogate in fragments of one byte",
    failed(fragments(frame(text, SURROGATE), 1), { code: INVALID }),
  ),
];

const FAIL_FAST: readonly AutobahnCase[] = [
  smallCase(
    "6.4.1",
    "fails a text at the fragment that is wrong",
    failedFragment(BEFORE, AFTER),
  ),
  smallCase(
    "6.4.2",
    "fails a text at the byte that is wrong, in a fragment",
    failedFragment(TELLING, TELLING + 1),
  ),
  smallCase(
    "6.4.3",
    "fails a text at the part of a frame that is wrong",
    failedPart(BEFORE, AFTER),
  ),
  smallCase(
    "6.4.4",
    "fails a text at the byte that is wrong, in a frame",
    failedPart(TELLING, TELLING + 1),
  ),
];

const SEQUENCES: readonly AutobahnCase[] = UTF8_SEQUENCES.map(
  ({ id, hex, isValid }) => {
    const payload = Uint8Array.fromHex(hex);
    const sends = [frame(text, payload)];
    return isValid
      ? smallCase(id, `echoes the text ${hex}`, echoed(sends, payload))
      : smallCase(
        id,
        `fails the text ${hex}`,
        failed(sends, { code: INVALID }),
      );
  },
);

/** The cases of the section 6. */
export const UTF8_CASES: readonly AutobahnCase[] = [
  ...FRAGMENTED,
  ...FAIL_FAST,
  ...SEQUENCES,
];
