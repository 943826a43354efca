import { Buffer } from "node:buffer";

/** No multiple of any size that is written, so that no gap goes unnoticed. */
const PERIOD = 4_194_301;
/** What all tests send: the byte at a place of the stream is known. */
const CONTENT = makeContent();

/** Pseudo-random bytes: xorshift32 of G. Marsaglia, "Xorshift RNGs" (2003). */
function makeContent(): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(PERIOD / 4));
  let x = 0x9E3779B9;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, PERIOD);
}

/** Fills a buffer with the bytes from this place of the stream on. */
export function fillContent(buffer: Uint8Array, position: number): void {
  for (let filled = 0; filled < buffer.length;) {
    const start = (position + filled) % PERIOD;
    const part = CONTENT.subarray(start, start + buffer.length - filled);
    buffer.set(part, filled);
    filled += part.length;
  }
}

/** The bytes from this place of the stream on; not to be changed. */
export function contentAt(position: number, length: number): Uint8Array {
  const start = position % PERIOD;
  if (start + length <= PERIOD) return CONTENT.subarray(start, start + length);
  const bytes = new Uint8Array(length);
  fillContent(bytes, position);
  return bytes;
}

/** Throws unless the bytes are those from this place of the stream on. */
export function assertContent(bytes: Uint8Array, position: number): void {
  const expected = contentAt(position, bytes.length);
  if (Buffer.compare(bytes, expected) === 0) return;
  const index = bytes.findIndex((byte, index) => byte !== expected[index]);
  throw new Error(
    `Byte "${position + index}" of the stream is "${bytes[index]}", not "${
      expected[index]
    }"`,
  );
}
