/**
 * What the cases of the Autobahn test suite consist of
 * (https://github.com/crossbario/autobahn-testsuite): the frames that the peer
 * sends, and what the library, which sends every message back, has to do then.
 *
 * @module
 */
import { concat } from "../../streams/_fakes.ts";

/** What a frame is (RFC 6455, section 5.2). */
export const Opcode = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** A frame that the peer sends, or a part of one. */
export interface SentFrame {
  readonly firstByte: number;
  readonly payload: Uint8Array;
  /** The part of the payload that is sent; all that is before was sent. */
  readonly part: readonly [start: number, end: number];
}

/** A message that the peer compresses, then sends in frames of this size. */
export interface SentMessage {
  readonly kind: "text" | "binary";
  readonly message: Uint8Array;
  readonly fragmentSize: number;
}

/** What the peer sends at a time. */
export type Sent = SentFrame | SentMessage;

/** What the library sends. */
export interface WireEvent {
  readonly kind: "text" | "binary" | "close" | "ping" | "pong";
  readonly payload: Uint8Array;
  readonly isCompressed: boolean;
}

/**
 * Something to send, and all that the library answers. If that is nothing, and
 * there is another turn, the library has some time to answer and must not.
 */
export interface Turn {
  readonly sends: readonly Sent[];
  readonly events: readonly WireEvent[];
  /** Whether the library may close before it has answered all. */
  readonly mayBeCutShort?: boolean;
}

/** How the connection ends, after all turns. */
export interface Ending {
  /** Whether the library says that the peer has broken the protocol. */
  readonly isFailure: boolean;
  /** What the close frame of the library may have as its code; null for none. */
  readonly codes: readonly (number | null)[];
}

/** How bytes go to the system: all at once, each frame alone, or in pieces. */
export type Chop = "together" | "frames" | number;

/** What is said of permessage-deflate (RFC 7692) in the handshake. */
export interface DeflateTerms {
  /** The offers of the peer that is a client. */
  readonly offers: string;
  /** What the library as a server makes of them. */
  readonly libraryAnswer: string;
  /** What the peer that is a server makes of the offer of the library. */
  readonly answer: string;
}

/** All that goes to and fro. */
export interface Exchange {
  readonly turns: readonly Turn[];
  readonly ending: Ending;
  readonly chop?: Chop;
  readonly deflate?: DeflateTerms;
}

/** A case by its number in the suite. */
export interface AutobahnCase {
  readonly id: string;
  /** What the library does, as the rest of a sentence. */
  readonly behaviour: string;
  /** What goes to and fro, made when it is wanted: some of it is large. */
  makeExchange(): Exchange;
}

/** What {@linkcode frame} takes beside the opcode and the payload. */
export interface FrameOptions {
  readonly isFinal?: boolean;
  /** The three reserved bits: 4 is RSV1. */
  readonly reserved?: number;
}

/** What a failure is, beside the frames. */
export interface FailureOptions {
  readonly code?: number;
  readonly events?: readonly WireEvent[];
  readonly chop?: Chop;
}

const encoder = new TextEncoder();

/** The exchange was all right. */
export const NORMAL: Ending = { isFailure: false, codes: [1000] };

/** The bytes of a text; bytes stay as they are. */
export function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? encoder.encode(data) : data;
}

/** A frame, which is the last of its message unless told otherwise. */
export function frame(
  opcode: number,
  data: string | Uint8Array = "",
  { isFinal = true, reserved = 0 }: FrameOptions = {},
): SentFrame {
  const payload = bytesOf(data);
  const firstByte = (isFinal ? 0x80 : 0) | reserved << 4 | opcode;
  return { firstByte, payload, part: [0, payload.length] };
}

/** A frame that is not the last of its message. */
export function opening(
  opcode: number,
  data: string | Uint8Array = "",
): SentFrame {
  return frame(opcode, data, { isFinal: false });
}

/** A close frame. */
export function closing(
  code: number,
  reason: string | Uint8Array = "",
): SentFrame {
  const start = new Uint8Array([code >> 8, code & 0xff]);
  return frame(Opcode.close, concat([start, bytesOf(reason)]));
}

/** A message, cut into frames. */
export function fragments(whole: SentFrame, size: number): SentFrame[] {
  const { firstByte, payload } = whole;
  if (payload.length <= size) return [whole];
  const frames: SentFrame[] = [];
  for (let start = 0; start < payload.length; start += size) {
    const opcodeAndReserved = start === 0 ? firstByte & 0x7f : 0;
    const isFinal = start + size >= payload.length;
    const piece = payload.subarray(start, start + size);
    frames.push({
      firstByte: (isFinal ? 0x80 : 0) | opcodeAndReserved,
      payload: piece,
      part: [0, piece.length],
    });
  }
  return frames;
}

/** What the library sends, uncompressed. */
export function event(
  kind: WireEvent["kind"],
  data: string | Uint8Array = "",
): WireEvent {
  return { kind, payload: bytesOf(data), isCompressed: false };
}

/** The library answers, and the connection is closed by the peer with 1000. */
export function answered(
  sends: readonly Sent[],
  events: readonly WireEvent[],
  chop: Chop = "together",
): Exchange {
  return { turns: [{ sends, events }], ending: NORMAL, chop };
}

/** The library fails the connection; with 1002 unless told otherwise. */
export function failed(
  sends: readonly Sent[],
  { code = 1002, events = [], chop = "together" }: FailureOptions = {},
): Exchange {
  const ending = { isFailure: true, codes: [code] };
  return { turns: [{ sends, events }], ending, chop };
}

/** A case that is small. */
export function smallCase(
  id: string,
  behaviour: string,
  exchange: Exchange,
): AutobahnCase {
  return { id, behaviour, makeExchange: () => exchange };
}
