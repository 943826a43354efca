/**
 * Sections 1 to 4 of the Autobahn test suite: framing, pings and pongs, reserved
 * bits, and opcodes.
 *
 * @module
 */
import {
  answered,
  type AutobahnCase,
  type Chop,
  event,
  type Exchange,
  failed,
  frame,
  Opcode,
  type SentFrame,
  smallCase,
} from "./_case.ts";

const { text, binary, close, ping, pong } = Opcode;
const HELLO = "Hello, world!";
const OCTETS = new Uint8Array([0, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0, 0xff]);
const HELLO_ECHOED = event("text", HELLO);

const LENGTHS: readonly (readonly [size: number, chop?: Chop])[] = [
  [0],
  [125],
  [126],
  [127],
  [128],
  [65535],
  [65536],
  [65536, 997],
];

/** A payload of one byte, repeated. */
function stars(size: number): string {
  return "*".repeat(size);
}

function thorns(size: number): Uint8Array {
  return new Uint8Array(size).fill(0xfe);
}

function inPieces(chop: Chop): string {
  return chop === "together" ? "" : `, in pieces of ${chop}`;
}

const SIZES: readonly AutobahnCase[] = LENGTHS.flatMap(
  ([size, chop = "together"], index) => [
    smallCase(
      `1.1.${index + 1}`,
      `echoes a text of ${size} bytes${inPieces(chop)}`,
      answered(
        [frame(text, stars(size))],
        [event("text", stars(size))],
        chop,
      ),
    ),
    smallCase(
      `1.2.${index + 1}`,
      `echoes ${size} bytes${inPieces(chop)}`,
      answered(
        [frame(binary, thorns(size))],
        [event("binary", thorns(size))],
        chop,
      ),
    ),
  ],
);

function pinged(payload: string | Uint8Array, chop?: Chop): Exchange {
  return answered([frame(ping, payload)], [event("pong", payload)], chop);
}

const TEN_PINGS = Array.from({ length: 10 }, (_, i) => `payload-${i}`);
const PINGS_SENT = TEN_PINGS.map((payload) => frame(ping, payload));
const PONGS_RECEIVED = TEN_PINGS.map((payload) => event("pong", payload));
const UNSOLICITED = frame(pong, "unsolicited pong payload");

const PINGS: readonly AutobahnCase[] = [
  smallCase("2.1", "answers a ping without payload", pinged("")),
  smallCase("2.2", "answers a ping of text", pinged(HELLO)),
  smallCase("2.3", "answers a ping that is not UTF-8", pinged(OCTETS)),
  smallCase("2.4", "answers a ping of 125 bytes", pinged(thorns(125))),
  smallCase(
    "2.5",
    "fails a ping of 126 bytes",
    failed([frame(ping, thorns(126))]),
  ),
  smallCase(
    "2.6",
    "answers a ping of 125 bytes, byte by byte",
    pinged(thorns(125), 1),
  ),
  smallCase(
    "2.7",
    "ignores a pong without payload",
    answered([frame(pong)], []),
  ),
  smallCase("2.8", "ignores a pong", answered([UNSOLICITED], [])),
  smallCase(
    "2.9",
    "answers a ping after a pong",
    answered(
      [UNSOLICITED, frame(ping, "ping payload")],
      [event("pong", "ping payload")],
    ),
  ),
  smallCase(
    "2.10",
    "answers ten pings",
    answered(PINGS_SENT, PONGS_RECEIVED),
  ),
  smallCase(
    "2.11",
    "answers ten pings, byte by byte",
    answered(PINGS_SENT, PONGS_RECEIVED, 1),
  ),
];

/** A text, a frame that the library must fail, and a ping. */
function failedAfterText(wrong: SentFrame, chop?: Chop): Exchange {
  return failed([frame(text, HELLO), wrong, frame(ping)], {
    events: [HELLO_ECHOED],
    ...(chop === undefined ? {} : { chop }),
  });
}

const RESERVED_BITS: readonly AutobahnCase[] = [
  smallCase(
    "3.1",
    "fails a text with RSV3 set",
    failed([frame(text, HELLO, { reserved: 1 })]),
  ),
  smallCase(
    "3.2",
    "echoes a text, and fails the next with RSV2 set",
    failedAfterText(frame(text, HELLO, { reserved: 2 })),
  ),
  smallCase(
    "3.3",
    "echoes a text, and fails the next with RSV2 and RSV3 set, frame by frame",
    failedAfterText(frame(text, HELLO, { reserved: 3 }), "frames"),
  ),
  smallCase(
    "3.4",
    "echoes a text, and fails the next with RSV1 set, byte by byte",
    failedAfterText(frame(text, HELLO, { reserved: 4 }), 1),
  ),
  smallCase(
    "3.5",
    "fails a binary message with RSV1 and RSV3 set",
    failed([frame(binary, OCTETS, { reserved: 5 })]),
  ),
  // Autobahn calls it a ping, and sends a binary message.
  smallCase(
    "3.6",
    "fails a binary message with RSV1 and RSV2 set",
    failed([frame(binary, HELLO, { reserved: 6 })]),
  ),
  smallCase(
    "3.7",
    "fails a close frame with all reserved bits set",
    failed([frame(close, "", { reserved: 7 })]),
  ),
];

/** Five reserved opcodes in a row, which both subsections use alike. */
function reservedOpcodes(section: string, first: number): AutobahnCase[] {
  return [
    smallCase(
      `${section}.1`,
      `fails a frame of the opcode ${first}`,
      failed([frame(first)]),
    ),
    smallCase(
      `${section}.2`,
      `fails a frame of the opcode ${first + 1} with a payload`,
      failed([frame(first + 1, "reserved opcode payload")]),
    ),
    smallCase(
      `${section}.3`,
      `echoes a text, and fails a frame of the opcode ${first + 2}`,
      failedAfterText(frame(first + 2)),
    ),
    smallCase(
      `${section}.4`,
      `echoes a text, and fails a frame of the opcode ${first + 3}`,
      failedAfterText(frame(first + 3, HELLO)),
    ),
    smallCase(
      `${section}.5`,
      `echoes a text, and fails a frame of the opcode ${first + 4}, by bytes`,
      failedAfterText(frame(first + 4, HELLO), 1),
    ),
  ];
}

/** The cases of the sections 1 to 4. */
export const FRAMING_CASES: readonly AutobahnCase[] = [
  ...SIZES,
  ...PINGS,
  ...RESERVED_BITS,
  ...reservedOpcodes("4.1", 3),
  ...reservedOpcodes("4.2", 11),
];
