import type { DataWriter } from "@winrt/sockets";

/** RFC 1035, section 2.3.4. */
const MAX_LABEL_SIZE = 63;
const MAX_NAME_SIZE = 255;
/** RFC 1035, section 4.1.4: the two upper bits tell a pointer. */
const POINTER = 0xC0;

/** A name that was read, and where the next field begins. */
export interface DecodedName {
  readonly name: string;
  readonly end: number;
}

/**
 * Writes a name as labels, each behind its length (RFC 1035, section 3.1).
 *
 * @param name Labels with dots between them. A dot or a backslash that is part
 * of a label has a backslash before it, and `\007` is the byte of that value
 * (RFC 1035, section 5.1).
 */
export function writeName(writer: DataWriter, name: string): void {
  const labels = (name.match(/(?:\\.|[^.\\])+/gsu) ?? []).map(toBytes);
  const size = labels.reduce((sum, { length }) => sum + 1 + length, 1);
  const isLong = labels.some(({ length }) => length > MAX_LABEL_SIZE);
  if (isLong || size > MAX_NAME_SIZE) {
    throw new RangeError(
      `Cannot write the name "${name}": a label has ${MAX_LABEL_SIZE} bytes at most, and all of it ${MAX_NAME_SIZE}`,
    );
  }
  for (const label of labels) {
    writer.writeByte(label.length);
    writer.writeBytes(label);
  }
  writer.writeByte(0);
}

/** Reads a name, which may end in a pointer to an earlier one. */
export function readName(message: Uint8Array, start: number): DecodedName {
  const labels: string[] = [];
  let position = start;
  let end: number | null = null;
  // A pointer leads back, and the next one further back: none goes round.
  let limit = start;
  let size = 0;
  for (;;) {
    const length = byteAt(message, position++);
    if (length === 0) break;
    if (length >= POINTER) {
      const target = (length - POINTER) << 8 | byteAt(message, position++);
      end ??= position;
      if (target >= limit) throw malformed("a pointer does not lead back");
      position = limit = target;
      continue;
    }
    size += 1 + length;
    if (length > MAX_LABEL_SIZE || size >= MAX_NAME_SIZE) {
      throw malformed("a name is too long");
    }
    const label = message.subarray(position, position += length);
    if (label.length < length) throw malformed("it ends within a name");
    labels.push(toText(label));
  }
  return { name: labels.join("."), end: end ?? position };
}

/** The failure of a message that is not one. */
export function malformed(reason: string): RangeError {
  return new RangeError(`Cannot read the message: ${reason}`);
}

function byteAt(message: Uint8Array, position: number): number {
  const byte = message[position];
  if (byte === undefined) throw malformed("it ends within a name");
  return byte;
}

function toBytes(label: string): Uint8Array {
  const bytes: number[] = [];
  const pieces = /\\([01]\d\d|2[0-4]\d|25[0-5])|\\?(.)/gsu;
  for (const [_, decimal, character = ""] of label.matchAll(pieces)) {
    if (decimal !== undefined) bytes.push(Number(decimal));
    else bytes.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(bytes);
}

/** Labels are UTF-8 in multicast DNS (RFC 6762, section 16), and ASCII elsewhere. */
function toText(label: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(label)
    .replaceAll(/[.\\]/g, "\\$&")
    .replaceAll(/\p{Cc}/gu, toDecimals);
}

function toDecimals(character: string): string {
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `\\${`${byte}`.padStart(3, "0")}`,
  ).join("");
}
