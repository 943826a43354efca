/**
 * Section 10 of the Autobahn test suite: fragments that are made on the way.
 *
 * @module
 */
import {
  answered,
  type AutobahnCase,
  event,
  fragments,
  frame,
  Opcode,
  smallCase,
} from "./_case.ts";

const PAYLOAD = "*".repeat(65536);

/** The case of the section 10. */
export const MISC_CASES: readonly AutobahnCase[] = [
  smallCase(
    "10.1.1",
    "echoes a text of 65536 bytes in fragments of 1300",
    answered(fragments(frame(Opcode.text, PAYLOAD), 1300), [
      event("text", PAYLOAD),
    ]),
  ),
];
