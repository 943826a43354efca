import type { BinaryInput } from "./_binary_input.ts";

/** What a `DataReader` has loaded from a stream last. */
const lastLoads = new WeakMap<object, BinaryInput>();

/** Notes that a `DataReader` has loaded bytes from a stream. */
export function noteLoad(stream: object, input: BinaryInput): void {
  lastLoads.set(stream, input);
}

/**
 * Whether the `DataReader` that has loaded from a stream last has bytes that
 * nobody has read.
 */
export function hasLoadedBytes(stream: object): boolean {
  return (lastLoads.get(stream)?.length ?? 0) > 0;
}
