/** The size of a slab: more gains nothing, measured on loopback. */
export const SLAB_SIZE: number = 128 * 1024;
/** How many idle slabs are kept for all sockets together (8 MiB). */
const MAX_IDLE_SLABS = 64;

const idle: Uint8Array<ArrayBuffer>[] = [];

/** Takes a slab of {@linkcode SLAB_SIZE} bytes; its content is undefined. */
export function takeSlab(): Uint8Array<ArrayBuffer> {
  return idle.pop() ?? new Uint8Array(SLAB_SIZE);
}

/** Gives a slab back that nothing refers to any more. */
export function giveSlab(slab: Uint8Array<ArrayBuffer>): void {
  // A sink may have transferred it.
  const isWhole = slab.length === SLAB_SIZE;
  if (isWhole && idle.length < MAX_IDLE_SLABS) idle.push(slab);
}
