import { ArgumentError } from "../../errors/argument_error.ts";
import { describe } from "./_describe.ts";
import { ByteOrder } from "./byte_order.ts";
import { InputStreamOptions } from "./input_stream_options.ts";
import { UnicodeEncoding } from "./unicode_encoding.ts";

/** The largest UInt32, which is what counts of bytes are in WinRT. */
const MAX_UINT32 = 0xFFFFFFFF;

/** Checks that a value is an integer which the type can hold. */
export function checkInteger(
  value: number,
  type: string,
  min: number,
  max: number,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new ArgumentError(
    `Cannot write ${
      describe(value)
    } as ${type}: it must be a whole number from ${min} to ${max}`,
  );
}

/** Turns a value into the bits of a 64-bit integer, after a check. */
export function toInteger64(
  value: bigint | number,
  type: "Int64" | "UInt64",
): bigint {
  const isInteger = typeof value === "bigint" || Number.isSafeInteger(value);
  if (isInteger) {
    const integer = BigInt(value);
    const held = type === "Int64"
      ? BigInt.asIntN(64, integer)
      : BigInt.asUintN(64, integer);
    if (held === integer) return integer;
  }
  const range = type === "Int64" ? "-2^63 to 2^63 - 1" : "0 to 2^64 - 1";
  throw new ArgumentError(
    `Cannot write ${
      describe(value)
    } as ${type}: it must be a bigint, or a number that is a safe integer, from ${range}`,
  );
}

/** Checks that a value is a number, and not too large for a Single. */
export function checkSingle(value: number): void {
  checkNumber(value, "Single");
  if (!Number.isFinite(value) || Number.isFinite(Math.fround(value))) return;
  throw new ArgumentError(
    `Cannot write ${value} as Single: it is out of range`,
  );
}

/** Checks that a value is a number; NaN and the infinities are. */
export function checkNumber(value: number, type: string): void {
  if (typeof value === "number") return;
  throw new ArgumentError(
    `Cannot write ${describe(value)} as ${type}: it must be a number`,
  );
}

/** Checks a number of bytes or of code units. */
export function checkCount(count: number, action: string): void {
  if (Number.isInteger(count) && count >= 0 && count <= MAX_UINT32) return;
  throw new ArgumentError(
    `Cannot ${action} ${
      describe(count)
    }: the count must be a whole number from 0 to ${MAX_UINT32}`,
  );
}

/** Checks that a value is a byte order. */
export function checkByteOrder(value: ByteOrder): void {
  if (Object.values(ByteOrder).includes(value)) return;
  throw new ArgumentError(
    `Cannot set byteOrder to ${describe(value)}: it must be one of ByteOrder`,
  );
}

/** Checks that a value is an encoding. */
export function checkUnicodeEncoding(value: UnicodeEncoding): void {
  if (Object.values(UnicodeEncoding).includes(value)) return;
  throw new ArgumentError(
    `Cannot set unicodeEncoding to ${
      describe(value)
    }: it must be one of UnicodeEncoding`,
  );
}

/** Checks that a value has flags of the options, and no others. */
export function checkInputStreamOptions(value: InputStreamOptions): void {
  const all = InputStreamOptions.partial | InputStreamOptions.readAhead;
  if (Number.isInteger(value) && value >= 0 && value <= all) return;
  throw new ArgumentError(
    `Cannot set inputStreamOptions to ${
      describe(value)
    }: it must be flags of InputStreamOptions`,
  );
}
