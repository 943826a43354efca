/** Room for a few values, so that the first writes do not grow it. */
const MIN_CAPACITY = 256;

/** A block without room, which is what a reader or writer begins with. */
export const EMPTY_BLOCK: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Makes a block of at least `needed` bytes. The capacities double, so that
 * appending costs the same per byte however much there is.
 */
export function makeBlock(needed: number): Uint8Array<ArrayBuffer> {
  let capacity = MIN_CAPACITY;
  while (capacity < needed) capacity *= 2;
  return new Uint8Array(capacity);
}

/** A view of the same bytes for numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
