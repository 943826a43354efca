/**
 * Section 7 of the Autobahn test suite: the closing handshake, which the peer
 * begins.
 *
 * @module
 */
import { concat } from "../../streams/_fakes.ts";
import {
  answered,
  type AutobahnCase,
  bytesOf,
  closing,
  event,
  type Exchange,
  failed,
  frame,
  Opcode,
  opening,
  type SentFrame,
  smallCase,
} from "./_case.ts";
import { repeated } from "./_payloads.ts";

const { continuation, text, close, ping } = Opcode;
const HELLO = "Hello World!";
const LONG = repeated("BAsd7&jh23", 256 * 1024);
const NORMAL = 1000;
const NOT_UTF8 = concat([
  bytesOf("κόσμε"),
  Uint8Array.fromHex("eda080"),
  bytesOf("edited"),
]);
const VALID_CODES = [
  1000,
  1001,
  1002,
  1003,
  1007,
  1008,
  1009,
  1010,
  1011,
  3000,
  3999,
  4000,
  4999,
];
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
/** The suite only notes what is done about them; the RFC has no such codes. */
const UNKNOWN_CODES = [5000, 65535];

/** Nothing is received, and the closing handshake is done. */
function closed(
  sends: readonly SentFrame[],
  codes: readonly (number | null)[] = [NORMAL],
): Exchange {
  return {
    turns: [{ sends, events: [] }],
    ending: { isFailure: false, codes },
  };
}

const BEHAVIOUR: readonly AutobahnCase[] = [
  smallCase(
    "7.1.1",
    "echoes a text before it is closed",
    answered([frame(text, HELLO)], [event("text", HELLO)]),
  ),
  smallCase(
    "7.1.2",
    "ignores a second close frame",
    closed([closing(NORMAL), frame(close)]),
  ),
  smallCase(
    "7.1.3",
    "ignores a ping after a close frame",
    closed([closing(NORMAL), frame(ping)]),
  ),
  smallCase(
    "7.1.4",
    "ignores a text after a close frame",
    closed([closing(NORMAL), frame(text, HELLO)]),
  ),
  smallCase(
    "7.1.5",
    "is closed inside a text",
    closed([
      opening(text, "fragment1"),
      closing(NORMAL),
      frame(continuation, "fragment2"),
    ]),
  ),
  smallCase("7.1.6", "is closed right after 256 KiB and a text", {
    turns: [{
      sends: [
        frame(text, LONG),
        frame(text, HELLO),
        closing(NORMAL),
        frame(ping),
      ],
      events: [event("text", LONG), event("text", HELLO)],
      // The suite only notes whether they come back.
      mayBeCutShort: true,
    }],
    ending: { isFailure: false, codes: [NORMAL] },
  }),
];

const PAYLOADS: readonly AutobahnCase[] = [
  smallCase(
    "7.3.1",
    "answers a close frame without a code by one",
    closed([frame(close)], [null]),
  ),
  smallCase(
    "7.3.2",
    "fails a close frame of one byte",
    failed([frame(close, "a")]),
  ),
  smallCase("7.3.3", "is closed with a code", closed([closing(NORMAL)])),
  smallCase(
    "7.3.4",
    "is closed with a code and a reason",
    closed([closing(NORMAL, HELLO)]),
  ),
  smallCase(
    "7.3.5",
    "is closed with a reason of 123 bytes",
    closed([closing(NORMAL, "*".repeat(123))]),
  ),
  smallCase(
    "7.3.6",
    "fails a close frame with a reason of 124 bytes",
    failed([closing(NORMAL, "*".repeat(124))]),
  ),
  smallCase(
    "7.5.1",
    "fails a close frame with a reason that is not UTF-8",
    failed([closing(NORMAL, NOT_UTF8)], { code: 1007 }),
  ),
];

const VALID: readonly AutobahnCase[] = VALID_CODES.map((code, index) =>
  smallCase(
    `7.7.${index + 1}`,
    `is closed with the code ${code}`,
    closed([closing(code)], [NORMAL, code]),
  )
);

function failedCodes(
  section: string,
  codes: readonly number[],
): AutobahnCase[] {
  return codes.map((code, index) =>
    smallCase(
      `${section}.${index + 1}`,
      `fails a close frame with the code ${code}`,
      failed([closing(code)]),
    )
  );
}

/** The cases of the section 7. */
export const CLOSE_CASES: readonly AutobahnCase[] = [
  ...BEHAVIOUR,
  ...PAYLOADS,
  ...VALID,
  ...failedCodes("7.9", INVALID_CODES),
  ...failedCodes("7.13", UNKNOWN_CODES),
];
