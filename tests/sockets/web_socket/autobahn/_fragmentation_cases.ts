/**
 * Section 5 of the Autobahn test suite: fragmentation.
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
  NORMAL,
  Opcode,
  opening,
  smallCase,
} from "./_case.ts";

const { continuation, text, ping, pong } = Opcode;
const HELLO = frame(text, "Hello, world!");
const PING = frame(ping, "ping payload");
const PONGED = event("pong", "ping payload");
const FIRST = opening(text, "fragment1");
const SECOND = frame(continuation, "fragment2");
const WHOLE = event("text", "fragment1fragment2");
const NOT_CONTINUED = "non-continuation payload";

/** The frames of a message that no message is open for, twice. */
function unopenedTwice(isFinal: boolean): Exchange {
  const once = [
    frame(continuation, "fragment1", { isFinal }),
    opening(text, "fragment2"),
    frame(continuation, "fragment3"),
  ];
  return failed([...once, ...once]);
}

/** A continuation of nothing, then a text, in each of the three ways. */
function unopened(first: number, isFinal: boolean): AutobahnCase[] {
  const sends = [frame(continuation, NOT_CONTINUED, { isFinal }), HELLO];
  const which = isFinal ? "last frame" : "next frame";
  const ways: readonly [string, Chop][] = [
    ["", "together"],
    [", frame by frame", "frames"],
    [", byte by byte", 1],
  ];
  return ways.map(([how, chop], index) =>
    smallCase(
      `5.${first + index}`,
      `fails the ${which} of no message${how}`,
      failed(sends, { chop }),
    )
  );
}

/** A fragmented text with pings in it; the rest waits for the first pong. */
function pingedInside(chop: Chop): Exchange {
  return {
    turns: [
      {
        sends: [
          FIRST,
          opening(continuation, "fragment2"),
          frame(ping, "pongme 1!"),
        ],
        events: [event("pong", "pongme 1!")],
      },
      {
        sends: [
          opening(continuation, "fragment3"),
          opening(continuation, "fragment4"),
          frame(ping, "pongme 2!"),
          frame(continuation, "fragment5"),
        ],
        events: [
          event("pong", "pongme 2!"),
          event("text", "fragment1fragment2fragment3fragment4fragment5"),
        ],
      },
    ],
    ending: NORMAL,
    chop,
  };
}

/** The cases of the section 5. */
export const FRAGMENTATION_CASES: readonly AutobahnCase[] = [
  smallCase(
    "5.1",
    "fails a ping in two fragments",
    failed([opening(ping, "fragment1"), SECOND]),
  ),
  smallCase(
    "5.2",
    "fails a pong in two fragments",
    failed([opening(pong, "fragment1"), SECOND]),
  ),
  smallCase(
    "5.3",
    "echoes a text in two fragments",
    answered([FIRST, SECOND], [WHOLE]),
  ),
  smallCase(
    "5.4",
    "echoes a text in two fragments, frame by frame",
    answered([FIRST, SECOND], [WHOLE], "frames"),
  ),
  smallCase(
    "5.5",
    "echoes a text in two fragments, byte by byte",
    answered([FIRST, SECOND], [WHOLE], 1),
  ),
  smallCase(
    "5.6",
    "answers a ping inside a text, and echoes that",
    answered([FIRST, PING, SECOND], [PONGED, WHOLE]),
  ),
  smallCase(
    "5.7",
    "answers a ping inside a text, and echoes that, frame by frame",
    answered([FIRST, PING, SECOND], [PONGED, WHOLE], "frames"),
  ),
  smallCase(
    "5.8",
    "answers a ping inside a text, and echoes that, byte by byte",
    answered([FIRST, PING, SECOND], [PONGED, WHOLE], 1),
  ),
  ...unopened(9, true),
  ...unopened(12, false),
  smallCase(
    "5.15",
    "echoes a text in two fragments, and fails the next frame of no message",
    failed([
      FIRST,
      SECOND,
      opening(continuation, "fragment3"),
      frame(text, "fragment4"),
    ], { events: [WHOLE] }),
  ),
  smallCase(
    "5.16",
    "fails the next frame of no message before a text in two fragments",
    unopenedTwice(false),
  ),
  smallCase(
    "5.17",
    "fails the last frame of no message before a text in two fragments",
    unopenedTwice(true),
  ),
  smallCase(
    "5.18",
    "fails a text inside a text",
    failed([FIRST, frame(text, "fragment2")]),
  ),
  smallCase(
    "5.19",
    "answers pings inside a text of five fragments, and echoes that",
    pingedInside("together"),
  ),
  smallCase(
    "5.20",
    "answers pings inside a text, and echoes that, frame by frame",
    pingedInside("frames"),
  ),
];
