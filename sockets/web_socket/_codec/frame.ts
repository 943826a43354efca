import { frameHeaderSize, writeFrameHeader } from "./frame_header.ts";
import { applyMask, nextMaskKey, wordsOf } from "./masking.ts";

/**
 * Writes a frame whose payload is masked, as a client has to.
 *
 * @param words The target by 32-bit words.
 */
export function writeMaskedFrame(
  target: Uint8Array,
  words: Int32Array,
  offset: number,
  first: number,
  payload: Uint8Array,
): void {
  const { length } = payload;
  const key = nextMaskKey();
  const start = writeFrameHeader(target, offset, first, length, key);
  target.set(payload, start);
  applyMask(target, words, start, start + length, key, 0);
}

/** Writes a frame whose payload is as it is, as a server has to. */
export function writePlainFrame(
  target: Uint8Array,
  offset: number,
  first: number,
  payload: Uint8Array,
): void {
  const start = writeFrameHeader(target, offset, first, payload.length, null);
  target.set(payload, start);
}

/** Makes a frame. */
export function encodeFrame(
  first: number,
  payload: Uint8Array,
  isMasked: boolean,
): Uint8Array {
  const size = frameHeaderSize(payload.length, isMasked) + payload.length;
  const frame = new Uint8Array(size);
  if (isMasked) writeMaskedFrame(frame, wordsOf(frame), 0, first, payload);
  else writePlainFrame(frame, 0, first, payload);
  return frame;
}
