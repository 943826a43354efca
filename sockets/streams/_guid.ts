import { ArgumentError } from "../../errors/argument_error.ts";
import { describe } from "./_describe.ts";

/** How many bytes a GUID has. */
export const GUID_SIZE = 16;

const GUID_REGEXP =
  /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;
const BRACES_REGEXP = /^\{(.*)\}$/;

/** The GUID structure of `guiddef.h`, with `Data4` as one number. */
export interface Guid {
  readonly data1: number;
  readonly data2: number;
  readonly data3: number;
  /** Eight bytes, whose order is always that of the text. */
  readonly data4: bigint;
}

/** Parses a GUID, with or without braces, in either case. */
export function parseGuid(value: string): Guid {
  const text = typeof value === "string"
    ? value.replace(BRACES_REGEXP, "$1")
    : "";
  const match = GUID_REGEXP.exec(text);
  if (match === null) {
    throw new ArgumentError(
      `Cannot write ${
        describe(value)
      } as a GUID: it must have the form "00000000-0000-0000-0000-000000000000"`,
    );
  }
  const [, data1, data2, data3, ...data4] = match;
  return {
    data1: Number(`0x${data1}`),
    data2: Number(`0x${data2}`),
    data3: Number(`0x${data3}`),
    data4: BigInt(`0x${data4.join("")}`),
  };
}

/** Puts a GUID into {@linkcode GUID_SIZE} bytes. */
export function setGuid(
  view: DataView,
  offset: number,
  guid: Guid,
  littleEndian: boolean,
): void {
  view.setUint32(offset, guid.data1, littleEndian);
  view.setUint16(offset + 4, guid.data2, littleEndian);
  view.setUint16(offset + 6, guid.data3, littleEndian);
  view.setBigUint64(offset + 8, guid.data4);
}

/** The GUID in {@linkcode GUID_SIZE} bytes: lower case, without braces. */
export function getGuid(
  view: DataView,
  offset: number,
  littleEndian: boolean,
): string {
  const data4 = toHex(view.getBigUint64(offset + 8), 16);
  return [
    toHex(view.getUint32(offset, littleEndian), 8),
    toHex(view.getUint16(offset + 4, littleEndian), 4),
    toHex(view.getUint16(offset + 6, littleEndian), 4),
    data4.slice(0, 4),
    data4.slice(4),
  ].join("-");
}

function toHex(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
