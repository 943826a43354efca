/**
 * All cases of the Autobahn test suite that are about WebSockets. No verdict
 * differs from "OK" of the suite, for clients and for servers. Where these tests
 * are not the same:
 *
 * - What the suite leaves open is right either way here too (7.1.6), or has to be
 *   1002 (7.13). Where it also takes a connection that is dropped without a close
 *   frame, there has to be one, with the code that it names.
 * - It compares the lengths of the messages of section 9, here it is all bytes.
 * - It waits for a second in 5.19, 5.20 and 6.4; here it is until the library has
 *   answered, or some turns of the event loop.
 * - Fragments of 9.4 consist of another byte, and 9.7 and 9.8 have fewer round
 *   trips.
 * - Sections 12 and 13 have fewer messages, whose data is made and not that of the
 *   suite. All have to be sent back compressed, within the agreed window or
 *   little more.
 *
 * @module
 */
import type { AutobahnCase } from "./_case.ts";
import { CLOSE_CASES } from "./_close_cases.ts";
import { COMPRESSION_CASES } from "./_compression_cases.ts";
import { FRAGMENTATION_CASES } from "./_fragmentation_cases.ts";
import { FRAMING_CASES } from "./_framing_cases.ts";
import { LIMITS_CASES } from "./_limits_cases.ts";
import { MISC_CASES } from "./_misc_cases.ts";
import { UTF8_CASES } from "./_utf8_cases.ts";

/** The cases of all sections. The suite has none in 8 and 11. */
export const AUTOBAHN_CASES: readonly AutobahnCase[] = [
  ...FRAMING_CASES,
  ...FRAGMENTATION_CASES,
  ...UTF8_CASES,
  ...CLOSE_CASES,
  ...LIMITS_CASES,
  ...MISC_CASES,
  ...COMPRESSION_CASES,
];
