/**
 * How a read ends. The values are flags: `partial | readAhead` is allowed.
 *
 * @example Usage
 * ```ts
 * import { InputStreamOptions } from "@winrt/sockets/input-stream-options";
 * import { assertEquals } from "@std/assert";
 *
 * const { partial, readAhead } = InputStreamOptions;
 * assertEquals(partial | readAhead, 3);
 * ```
 */
export const InputStreamOptions = {
  /** The read ends when all bytes asked for are there, or at the end. */
  none: 0,
  /** The read ends as soon as at least one byte is there. */
  partial: 1,
  /** More than was asked for may be read ahead, to serve later reads. */
  readAhead: 2,
} as const;
/** A combination of the flags of {@linkcode InputStreamOptions}. */
export type InputStreamOptions = number;
