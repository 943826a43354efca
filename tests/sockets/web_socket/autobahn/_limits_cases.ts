/**
 * Section 9 of the Autobahn test suite: large messages, many fragments, many
 * pieces, and many round trips.
 *
 * @module
 */
import {
  answered,
  type AutobahnCase,
  event,
  fragments,
  frame,
  NORMAL,
  Opcode,
} from "./_case.ts";
import { repeated } from "./_payloads.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const FRAGMENT_SIZES = [
  64,
  256,
  KIB,
  4 * KIB,
  16 * KIB,
  64 * KIB,
  256 * KIB,
  MIB,
  4 * MIB,
];
const CHOPS = [64, 128, 256, 512, KIB, 2 * KIB];
const ROUND_TRIP_SIZES = [0, 16, 64, 256, KIB, 4 * KIB];
/** The suite has 1000, to measure how long they take. */
const ROUND_TRIPS = 200;

/** A kind of message, which every second section is about. */
interface Kind {
  readonly kind: "text" | "binary";
  /** What messages of one frame consist of. */
  readonly pattern: string | Uint8Array;
  /** What all others consist of. */
  readonly filler: string | Uint8Array;
  /** The number of the first section about it. */
  readonly first: number;
}

const KINDS: readonly Kind[] = [
  { kind: "text", pattern: "BAsd7&jh23", filler: "*", first: 1 },
  {
    kind: "binary",
    pattern: new Uint8Array([0, 0xfe, 0x23, 0xfa, 0xf0]),
    filler: new Uint8Array([0xfe]),
    first: 2,
  },
];

/** 9.1 and 9.2: larger and larger messages. */
function sizes({ kind, pattern, first }: Kind): AutobahnCase[] {
  return SIZES.map((size, index) => ({
    id: `9.${first}.${index + 1}`,
    behaviour: `echoes a ${kind} message of ${size / KIB} KiB`,
    makeExchange: () => {
      const payload = repeated(pattern, size);
      return answered([frame(Opcode[kind], payload)], [event(kind, payload)]);
    },
  }));
}

/** 9.3 and 9.4: larger and larger fragments. */
function fragmentSizes({ kind, filler, first }: Kind): AutobahnCase[] {
  return FRAGMENT_SIZES.map((size, index) => ({
    id: `9.${first + 2}.${index + 1}`,
    behaviour:
      `echoes a ${kind} message of 4 MiB in fragments of ${size} bytes`,
    makeExchange: () => {
      const payload = repeated(filler, 4 * MIB);
      const sends = fragments(frame(Opcode[kind], payload), size);
      return answered(sends, [event(kind, payload)]);
    },
  }));
}

/** 9.5 and 9.6: larger and larger pieces. */
function chops({ kind, pattern, first }: Kind): AutobahnCase[] {
  return CHOPS.map((chop, index) => ({
    id: `9.${first + 4}.${index + 1}`,
    behaviour: `echoes a ${kind} message of 1 MiB in pieces of ${chop} bytes`,
    makeExchange: () => {
      const payload = repeated(pattern, MIB);
      const sends = [frame(Opcode[kind], payload)];
      return answered(sends, [event(kind, payload)], chop);
    },
  }));
}

/** 9.7 and 9.8: each message waits for the echo of the one before. */
function roundTrips({ kind, filler, first }: Kind): AutobahnCase[] {
  return ROUND_TRIP_SIZES.map((size, index) => ({
    id: `9.${first + 6}.${index + 1}`,
    behaviour:
      `echoes ${ROUND_TRIPS} ${kind} messages of ${size} bytes in turn`,
    makeExchange: () => {
      const payload = repeated(filler, size);
      const turn = {
        sends: [frame(Opcode[kind], payload)],
        events: [event(kind, payload)],
      };
      return {
        turns: Array.from({ length: ROUND_TRIPS }, () => turn),
        ending: NORMAL,
      };
    },
  }));
}

/** The cases of the section 9. */
export const LIMITS_CASES: readonly AutobahnCase[] = [
  ...KINDS.flatMap(sizes),
  ...KINDS.flatMap(fragmentSizes),
  ...KINDS.flatMap(chops),
  ...KINDS.flatMap(roundTrips),
];
