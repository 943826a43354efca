/** How many bytes small messages share. */
const SLAB_SIZE = 16 * 1024;
/** Messages of more bytes have their own. */
const MAX_SHARED_SIZE = 2 * 1024;

let slab = new Uint8Array(0);
let end = 0;

/**
 * Copies the bytes of a message. Small ones are put side by side: to allocate an
 * array for each takes ten times as long as the copy. A `DataReader` gives none of
 * them away with the others.
 */
export function copyMessage(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > MAX_SHARED_SIZE) return bytes.slice();
  if (end + length > slab.length) {
    slab = new Uint8Array(SLAB_SIZE);
    end = 0;
  }
  const copy = slab.subarray(end, end + length);
  copy.set(bytes);
  end += length;
  return copy;
}
