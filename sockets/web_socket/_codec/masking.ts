/** How many keys are made at once: a call for each would cost more than it. */
const KEY_COUNT = 4096;

const keys = new Int32Array(KEY_COUNT);
let usedKeys = KEY_COUNT;

/** A masking key that cannot be predicted (RFC 6455, 5.3). */
export function nextMaskKey(): number {
  if (usedKeys === KEY_COUNT) {
    crypto.getRandomValues(keys);
    usedKeys = 0;
  }
  return keys[usedKeys++] ?? 0;
}

/**
 * The whole words of the same memory.
 *
 * @param bytes They start at a multiple of 4 in their buffer.
 */
export function wordsOf<T extends ArrayBufferLike>(
  bytes: Uint8Array<T>,
): Int32Array<T> {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/**
 * Masks bytes in place, or unmasks them, which is the same (RFC 6455, 5.3).
 *
 * @param words What {@linkcode wordsOf} makes of the bytes.
 * @param key Its lowest byte is the first of the masking key: so it lies in
 * the memory of all machines that Deno runs on.
 * @param phase With which byte of the key it starts.
 */
export function applyMask(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  key: number,
  phase: number,
): void {
  let mask = rotate(key, phase << 3);
  const aligned = Math.min((start + 3) & ~3, end);
  let i = start;
  for (; i < aligned; i++) {
    bytes[i] = (bytes[i] ?? 0) ^ mask;
    mask = rotate(mask, 8);
  }
  const wordEnd = end >> 2;
  for (let w = i >> 2; w < wordEnd; w++) words[w] = (words[w] ?? 0) ^ mask;
  for (i = Math.max(i, wordEnd << 2); i < end; i++) {
    bytes[i] = (bytes[i] ?? 0) ^ mask;
    mask = rotate(mask, 8);
  }
}

/** The bits that fall out on the right come in on the left. */
function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
