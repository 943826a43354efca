/**
 * Frames, written and read in the plainest way, for comparisons.
 *
 * @module
 */
import { concat } from "../../streams/_fakes.ts";

/** A frame as it is on the wire. */
export interface Frame {
  readonly firstByte: number;
  readonly payload: Uint8Array;
  /** Four bytes; null if it is not masked. */
  readonly key: Uint8Array | null;
}

/** A frame as the parser tells it, all of its pieces together. */
export interface ReadFrame {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly isMessageStart: boolean;
  readonly isMessageEnd: boolean;
  readonly isWhole: boolean;
  readonly size: number;
  /** What there is of the payload, in hex. */
  readonly payload: string;
}

/** All that can be read, and the close code of what went wrong. */
export interface Reading {
  readonly frames: readonly ReadFrame[];
  readonly closeCode: number | null;
  readonly isBetweenMessages: boolean;
}

/** Which frames are right. */
export interface Rules {
  readonly isServer: boolean;
  readonly allowsCompression: boolean;
}

/** The bytes of a frame. */
export function encodeFrame({ firstByte, payload, key }: Frame): Uint8Array {
  const mask = key === null ? 0 : 0x80;
  const { length } = payload;
  const header = new DataView(new ArrayBuffer(10));
  let size = 2;
  header.setUint8(0, firstByte);
  if (length < 126) {
    header.setUint8(1, mask | length);
  } else if (length < 65536) {
    header.setUint8(1, mask | 126);
    header.setUint16(2, length);
    size = 4;
  } else {
    header.setUint8(1, mask | 127);
    header.setBigUint64(2, BigInt(length));
    size = 10;
  }
  return concat([
    new Uint8Array(header.buffer, 0, size),
    key ?? new Uint8Array(0),
    key === null ? payload : xor(payload, key),
  ]);
}

/** Reads all frames of bytes that are all there. */
export function readFrames(bytes: Uint8Array, rules: Rules): Reading {
  const frames: ReadFrame[] = [];
  let message: ReadFrame | null = null;
  let offset = 0;
  for (;;) {
    const header = readHeader(bytes.subarray(offset));
    if (header === null) break;
    const code = judge(header, rules, message !== null);
    if (code !== null) {
      return { ...end(frames, message, true), closeCode: code };
    }
    const { opcode, size, headerSize, key } = header;
    const start = offset + headerSize;
    const payload = bytes.subarray(start, start + Number(size));
    const isWhole = BigInt(payload.length) === size;
    if (opcode >= 8 && !isWhole) return end(frames, message, true);
    const { isFinal } = header;
    const frame: ReadFrame = {
      opcode: opcode === 0 && message !== null ? message.opcode : opcode,
      isCompressed: opcode === 0 && message !== null
        ? message.isCompressed
        : header.isCompressed,
      isMessageStart: opcode !== 0,
      isMessageEnd: isFinal && isWhole,
      isWhole,
      size: Number(size),
      payload: xor(payload, key).toHex(),
    };
    frames.push(frame);
    if (opcode < 8) message = isFinal ? null : frame;
    if (!isWhole) return end(frames, message, true);
    offset = start + payload.length;
  }
  return end(frames, message, offset < bytes.length);
}

function end(
  frames: readonly ReadFrame[],
  message: ReadFrame | null,
  isInFrame: boolean,
): Reading {
  const isBetweenMessages = message === null && !isInFrame;
  return { frames, closeCode: null, isBetweenMessages };
}

interface Header {
  readonly isFinal: boolean;
  readonly isCompressed: boolean;
  readonly hasOtherBits: boolean;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly key: Uint8Array;
  readonly size: bigint;
  readonly isMinimal: boolean;
  readonly headerSize: number;
}

function readHeader(bytes: Uint8Array): Header | null {
  const { 0: first, 1: second } = bytes;
  if (first === undefined || second === undefined) return null;
  const isMasked = second >= 128;
  const mark = second % 128;
  const lengthSize = mark === 127 ? 8 : mark === 126 ? 2 : 0;
  const keyStart = 2 + lengthSize;
  const headerSize = keyStart + (isMasked ? 4 : 0);
  if (bytes.length < headerSize) return null;
  const length = bytes.subarray(2, keyStart).toHex();
  const size = lengthSize === 0 ? BigInt(mark) : BigInt(`0x${length}`);
  const minimum = lengthSize === 8 ? 65536n : lengthSize === 2 ? 126n : 0n;
  return {
    isFinal: first >= 128,
    isCompressed: (first & 64) !== 0,
    hasOtherBits: (first & 48) !== 0,
    opcode: first % 16,
    isMasked,
    key: isMasked ? bytes.subarray(keyStart, headerSize) : new Uint8Array(4),
    size,
    isMinimal: size >= minimum,
    headerSize,
  };
}

/** The close code of what is wrong; null if nothing is. */
function judge(
  header: Header,
  rules: Rules,
  isInMessage: boolean,
): number | null {
  const { opcode, size } = header;
  const isControl = opcode >= 8;
  const mayBeCompressed = rules.allowsCompression && [1, 2].includes(opcode);
  const isWrong = header.isMasked !== rules.isServer || header.hasOtherBits ||
    (header.isCompressed && !mayBeCompressed) ||
    ![0, 1, 2, 8, 9, 10].includes(opcode) ||
    (isControl && (!header.isFinal || size > 125n)) ||
    (opcode === 0 && !isInMessage) ||
    ([1, 2].includes(opcode) && isInMessage) ||
    !header.isMinimal || size >= 2n ** 63n;
  if (isWrong) return 1002;
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? 1009 : null;
}

function xor(payload: Uint8Array, key: Uint8Array): Uint8Array {
  return payload.map((byte, index) => byte ^ (key[index % 4] ?? 0));
}
