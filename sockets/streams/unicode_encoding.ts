/**
 * How strings are encoded, with the numbers of WinRT.
 *
 * No encoding adds or takes away a byte order mark.
 *
 * @example Usage
 * ```ts
 * import { DataWriter } from "@winrt/sockets/data-writer";
 * import { UnicodeEncoding } from "@winrt/sockets/unicode-encoding";
 * import { assertEquals } from "@std/assert";
 *
 * const writer = new DataWriter();
 * writer.writeString("é");
 * writer.unicodeEncoding = UnicodeEncoding.utf16LE;
 * writer.writeString("é");
 *
 * assertEquals(writer.detachBuffer(), new Uint8Array([0xC3, 0xA9, 0xE9, 0]));
 * ```
 */
export const UnicodeEncoding = {
  /** UTF-8; a code unit is one byte. */
  utf8: 0,
  /** UTF-16, the low byte of each code unit of two bytes first. */
  utf16LE: 1,
  /** UTF-16, the high byte of each code unit of two bytes first. */
  utf16BE: 2,
} as const;

/** One of the values of {@linkcode UnicodeEncoding}. */
export type UnicodeEncoding =
  typeof UnicodeEncoding[keyof typeof UnicodeEncoding];
