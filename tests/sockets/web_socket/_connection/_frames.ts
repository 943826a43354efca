import type { RawFrame } from "../_raw_peer.ts";

/** A frame that is easily compared: its first byte, and its payload as text. */
export type TextFrame = readonly [firstByte: number, text: string];

/** Reads all frames of bytes that are all there, in the plainest way. */
export function decodeFrames(bytes: Uint8Array): RawFrame[] {
  const frames: RawFrame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const [firstByte = 0, second = 0] = bytes.subarray(offset);
    const mark = second & 0x7f;
    const lengthSize = mark < 126 ? 0 : mark === 126 ? 2 : 8;
    const isMasked = second >= 0x80;
    const lengthEnd = offset + 2 + lengthSize;
    const length = lengthSize === 0
      ? mark
      : Number(`0x${bytes.subarray(offset + 2, lengthEnd).toHex()}`);
    const start = lengthEnd + (isMasked ? 4 : 0);
    const key = bytes.subarray(lengthEnd, start);
    offset = start + length;
    if (offset > bytes.length) throw new Error("A frame is cut off");
    const payload = bytes.slice(start, offset);
    for (let i = 0; isMasked && i < length; i++) {
      payload[i] = (payload[i] ?? 0) ^ (key[i % 4] ?? 0);
    }
    frames.push({ firstByte, isMasked, payload });
  }
  return frames;
}

/** The same, to be compared at a glance. */
export function textFrames(bytes: Uint8Array): TextFrame[] {
  const decoder = new TextDecoder();
  return decodeFrames(bytes).map((
    { firstByte, payload },
  ) => [firstByte, decoder.decode(payload)]);
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
