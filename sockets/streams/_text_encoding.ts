import { ArgumentError } from "../../errors/argument_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import type { BinaryOutput } from "./_binary_output.ts";
import { describe } from "./_describe.ts";
import { UnicodeEncoding } from "./unicode_encoding.ts";

/**
 * Up to this many ASCII characters a loop is faster than the encoder and the
 * decoder of the runtime, which cost some hundred nanoseconds a call.
 */
const SHORT_LENGTH = 24;

const NAMES = {
  [UnicodeEncoding.utf8]: "UTF-8",
  [UnicodeEncoding.utf16LE]: "UTF-16LE",
  [UnicodeEncoding.utf16BE]: "UTF-16BE",
} as const satisfies Record<UnicodeEncoding, string>;

const encoder = new TextEncoder();
const decoders: Record<UnicodeEncoding, TextDecoder> = {
  [UnicodeEncoding.utf8]: makeDecoder(UnicodeEncoding.utf8),
  [UnicodeEncoding.utf16LE]: makeDecoder(UnicodeEncoding.utf16LE),
  [UnicodeEncoding.utf16BE]: makeDecoder(UnicodeEncoding.utf16BE),
};

/** How many bytes a code unit of the encoding has. */
export function codeUnitSize(encoding: UnicodeEncoding): number {
  return encoding === UnicodeEncoding.utf8 ? 1 : 2;
}

/** How many bytes the text has in the encoding. */
export function measureText(text: string, encoding: UnicodeEncoding): number {
  checkText(text, "measure");
  return encoding === UnicodeEncoding.utf8
    ? measureUtf8(text)
    : text.length * 2;
}

/** Appends the text to the output; returns how many bytes that took. */
export function encodeText(
  text: string,
  encoding: UnicodeEncoding,
  output: BinaryOutput,
): number {
  checkText(text, "write");
  const { length } = output;
  if (encoding === UnicodeEncoding.utf8) {
    encodeUtf8(text, output);
  } else {
    encodeUtf16(text, encoding === UnicodeEncoding.utf16LE, output);
  }
  return output.length - length;
}

/** The text that the bytes are in the encoding. */
export function decodeText(
  bytes: Uint8Array,
  encoding: UnicodeEncoding,
): string {
  if (encoding === UnicodeEncoding.utf8 && bytes.length <= SHORT_LENGTH) {
    const text = decodeAscii(bytes);
    if (text !== null) return text;
  }
  try {
    return decoders[encoding].decode(bytes);
  } catch (cause) {
    throw new InvalidOperationError(
      `Cannot read a string of ${bytes.length} bytes: they are no valid ${
        NAMES[encoding]
      }`,
      { hresult: HResult.ERROR_NO_UNICODE_TRANSLATION, cause },
    );
  }
}

function makeDecoder(encoding: UnicodeEncoding): TextDecoder {
  // A byte order mark at the start of a string is a character of it.
  return new TextDecoder(NAMES[encoding], { fatal: true, ignoreBOM: true });
}

function checkText(text: string, action: string): void {
  if (typeof text !== "string") {
    throw new ArgumentError(
      `Cannot ${action} ${describe(text)}: it must be a string`,
    );
  }
  if (text.isWellFormed()) return;
  // With the flag "u" a pair of surrogates is one character, which is none.
  const index = text.search(/\p{Surrogate}/u);
  const unit = text.charCodeAt(index).toString(16).toUpperCase();
  throw new ArgumentError(
    `Cannot ${action} a string with "U+${unit}" at index ${index}: it is half of a surrogate pair`,
  );
}

function measureUtf8(text: string): number {
  let size = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Two surrogates, one unit each, make four bytes together.
    const isTwoBytes = unit < 0x800 || (unit >= 0xD800 && unit <= 0xDFFF);
    size += isTwoBytes ? 1 : 2;
  }
  return size;
}

function encodeUtf8(text: string, output: BinaryOutput): void {
  if (text.length <= SHORT_LENGTH && encodeAscii(text, output)) return;
  // Most text is ASCII, so room for three bytes a unit would be a waste.
  const { read, written } = encoder.encodeInto(text, output.room(text.length));
  output.commit(written);
  if (read === text.length) return;
  const rest = text.slice(read);
  const room = output.room(measureUtf8(rest));
  output.commit(encoder.encodeInto(rest, room).written);
}

function encodeAscii(text: string, output: BinaryOutput): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= 0x80) return false;
  }
  const offset = output.reserve(text.length);
  const { view } = output;
  for (let i = 0; i < text.length; i++) {
    view.setUint8(offset + i, text.charCodeAt(i));
  }
  return true;
}

function encodeUtf16(
  text: string,
  littleEndian: boolean,
  output: BinaryOutput,
): void {
  const offset = output.reserve(text.length * 2);
  const { view } = output;
  for (let i = 0; i < text.length; i++) {
    view.setUint16(offset + i * 2, text.charCodeAt(i), littleEndian);
  }
}

/** The text of ASCII bytes; null if some are not. */
function decodeAscii(bytes: Uint8Array): string | null {
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
