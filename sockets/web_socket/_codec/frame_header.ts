/** In the first byte: the frame is the last of its message (RFC 6455, 5.2). */
export const FIN = 0x80;
/** The reserved bits. */
export const RSV = 0x70;
/** The first of them: the message is compressed (RFC 7692, 6). */
export const RSV1 = 0x40;
/** Where the first byte has the opcode. */
export const OPCODE_BITS = 0x0f;
/** In the second byte: there is a masking key. */
export const MASK = 0x80;
/** The longest payload of a control frame (RFC 6455, 5.5). */
export const MAX_CONTROL_PAYLOAD = 125;
/** The longest header: that of a masked frame of 64 KiB or more. */
export const MAX_HEADER_SIZE = 14;

const LENGTH_BITS = 0x7f;
/** In the place of a length: it is in the two bytes behind. */
const LENGTH_16 = 126;
const MAX_LENGTH_16 = 0xffff;
/** In the place of a length: it is in the eight bytes behind. */
const LENGTH_64 = 127;
/** The upper half of the largest safe integer. */
const MAX_SAFE_HIGH = 0x1fffff;
const MASK_KEY_SIZE = 4;

/** How many bytes {@linkcode writeFrameHeader} writes. */
export function frameHeaderSize(
  payloadLength: number,
  isMasked: boolean,
): number {
  const size = isMasked ? 2 + MASK_KEY_SIZE : 2;
  if (payloadLength <= MAX_CONTROL_PAYLOAD) return size;
  return payloadLength <= MAX_LENGTH_16 ? size + 2 : size + 8;
}

/** The first byte of a header: what the frame is. */
export function firstByte(
  opcode: number,
  isFinal: boolean,
  isCompressed: boolean,
): number {
  return (isFinal ? FIN : 0) | (isCompressed ? RSV1 : 0) | opcode;
}

/**
 * Writes a header, and tells the offset behind it.
 *
 * @param first What {@linkcode firstByte} gives.
 * @param key The masking key, its first byte lowest; null for none.
 */
export function writeFrameHeader(
  target: Uint8Array,
  offset: number,
  first: number,
  payloadLength: number,
  key: number | null,
): number {
  const mask = key === null ? 0 : MASK;
  target[offset++] = first;
  if (payloadLength <= MAX_CONTROL_PAYLOAD) {
    target[offset++] = mask | payloadLength;
  } else if (payloadLength <= MAX_LENGTH_16) {
    target[offset++] = mask | LENGTH_16;
    target[offset++] = payloadLength >>> 8;
    target[offset++] = payloadLength;
  } else {
    target[offset++] = mask | LENGTH_64;
    offset = writeUint32(target, offset, Math.floor(payloadLength / 2 ** 32));
    offset = writeUint32(target, offset, payloadLength);
  }
  if (key === null) return offset;
  target[offset++] = key;
  target[offset++] = key >>> 8;
  target[offset++] = key >>> 16;
  target[offset++] = key >>> 24;
  return offset;
}

/** How long the header is that has this second byte. */
export function headerSizeOf(second: number): number {
  const mark = second & LENGTH_BITS;
  const size = (second & MASK) === 0 ? 2 : 2 + MASK_KEY_SIZE;
  if (mark <= MAX_CONTROL_PAYLOAD) return size;
  return mark === LENGTH_16 ? size + 2 : size + 8;
}

/**
 * Reads the length of the payload from the header at the offset. One that is
 * no safe integer comes without its lower half.
 */
export function readPayloadLength(bytes: Uint8Array, offset: number): number {
  const mark = (bytes[offset + 1] ?? 0) & LENGTH_BITS;
  if (mark < LENGTH_16) return mark;
  if (mark === LENGTH_16) {
    return (bytes[offset + 2] ?? 0) << 8 | (bytes[offset + 3] ?? 0);
  }
  const high = readUint32(bytes, offset + 2);
  const low = high > MAX_SAFE_HIGH ? 0 : readUint32(bytes, offset + 6);
  return high * 2 ** 32 + low;
}

/** Reads the masking key from the header that ends at the offset. */
export function readMaskKey(bytes: Uint8Array, end: number): number {
  return (bytes[end - 4] ?? 0) | (bytes[end - 3] ?? 0) << 8 |
    (bytes[end - 2] ?? 0) << 16 | (bytes[end - 1] ?? 0) << 24;
}

/** Writes the low 32 bits, the highest byte first. */
function writeUint32(
  target: Uint8Array,
  offset: number,
  value: number,
): number {
  target[offset++] = value >>> 24;
  target[offset++] = value >>> 16;
  target[offset++] = value >>> 8;
  target[offset++] = value;
  return offset;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  const low = (bytes[offset + 1] ?? 0) << 16 | (bytes[offset + 2] ?? 0) << 8 |
    (bytes[offset + 3] ?? 0);
  return (bytes[offset] ?? 0) * 2 ** 24 + low;
}
