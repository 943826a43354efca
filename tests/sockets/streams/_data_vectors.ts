import type { DataReader } from "../../../sockets/streams/data_reader.ts";
import type { DataWriter } from "../../../sockets/streams/data_writer.ts";
import { UnicodeEncoding } from "../../../sockets/streams/unicode_encoding.ts";

/** A value and its bytes. */
export interface Vector {
  /** The names of the methods without `read` and `write`. */
  readonly member: string;
  readonly value: unknown;
  readonly bigEndian: string;
  readonly littleEndian: string;
  write(writer: DataWriter): void;
  read(reader: DataReader): unknown;
}

/** A string and its bytes. */
export interface StringVector {
  readonly text: string;
  readonly bytes: Readonly<Record<UnicodeEncoding, string>>;
}

const MS_1601_TO_1970 = 11_644_473_600_000n;

/** At least one value for each type. */
export const VECTORS: readonly Vector[] = [
  ...vectors("Boolean", {
    write: (writer, value) => writer.writeBoolean(value),
    read: (reader) => reader.readBoolean(),
    bytes: [[false, "00"], [true, "01"]],
  }),
  ...vectors("Byte", {
    write: (writer, value) => writer.writeByte(value),
    read: (reader) => reader.readByte(),
    bytes: [[0, "00"], [0x7F, "7f"], [0xFF, "ff"]],
  }),
  ...vectors("Int16", {
    write: (writer, value) => writer.writeInt16(value),
    read: (reader) => reader.readInt16(),
    bytes: [
      [0x0102, "0102", "0201"],
      [-2, "fffe", "feff"],
      [-0x8000, "8000", "0080"],
      [0x7FFF, "7fff", "ff7f"],
    ],
  }),
  ...vectors("UInt16", {
    write: (writer, value) => writer.writeUInt16(value),
    read: (reader) => reader.readUInt16(),
    bytes: [[0x0102, "0102", "0201"], [0xFFFE, "fffe", "feff"]],
  }),
  ...vectors("Int32", {
    write: (writer, value) => writer.writeInt32(value),
    read: (reader) => reader.readInt32(),
    bytes: [
      [0x01020304, "01020304", "04030201"],
      [-2, "fffffffe", "feffffff"],
      [-0x80000000, "80000000", "00000080"],
      [0x7FFFFFFF, "7fffffff", "ffffff7f"],
    ],
  }),
  ...vectors("UInt32", {
    write: (writer, value) => writer.writeUInt32(value),
    read: (reader) => reader.readUInt32(),
    bytes: [
      [0x01020304, "01020304", "04030201"],
      [0xFFFFFFFE, "fffffffe", "feffffff"],
    ],
  }),
  ...vectors("Int64", {
    write: (writer, value) => writer.writeInt64(value),
    read: (reader) => reader.readInt64(),
    bytes: [
      [0x0102030405060708n, "0102030405060708", "0807060504030201"],
      [-2n, "fffffffffffffffe", "feffffffffffffff"],
      [-(2n ** 63n), "8000000000000000", "0000000000000080"],
      [2n ** 63n - 1n, "7fffffffffffffff", "ffffffffffffff7f"],
    ],
  }),
  ...vectors("UInt64", {
    write: (writer, value) => writer.writeUInt64(value),
    read: (reader) => reader.readUInt64(),
    bytes: [
      [0x0102030405060708n, "0102030405060708", "0807060504030201"],
      [2n ** 64n - 2n, "fffffffffffffffe", "feffffffffffffff"],
    ],
  }),
  ...vectors("Single", {
    write: (writer, value) => writer.writeSingle(value),
    read: (reader) => reader.readSingle(),
    bytes: [
      [1.5, "3fc00000", "0000c03f"],
      [-0, "80000000", "00000080"],
      [-Infinity, "ff800000", "000080ff"],
      [NaN, "7fc00000", "0000c07f"],
    ],
  }),
  ...vectors("Double", {
    write: (writer, value) => writer.writeDouble(value),
    read: (reader) => reader.readDouble(),
    bytes: [
      [1.5, "3ff8000000000000", "000000000000f83f"],
      [-0.1, "bfb999999999999a", "9a9999999999b9bf"],
      [Infinity, "7ff0000000000000", "000000000000f07f"],
      [NaN, "7ff8000000000000", "000000000000f87f"],
    ],
  }),
  ...vectors("Guid", {
    write: (writer, value) => writer.writeGuid(value),
    read: (reader) => reader.readGuid(),
    bytes: [
      [
        "00112233-4455-6677-8899-aabbccddeeff",
        "00112233 4455 6677 8899 aabbccddeeff",
        "33221100 5544 7766 8899 aabbccddeeff",
      ],
      [
        "00000000-0000-0000-0000-000000000001",
        "00".repeat(15) + "01",
        "00".repeat(15) + "01",
      ],
    ],
  }),
  ...vectors("DateTime", {
    write: (writer, value) => writer.writeDateTime(value),
    read: (reader) => reader.readDateTime(),
    bytes: [
      [new Date("1601-01-01T00:00:00Z"), "00".repeat(8)],
      // The FILETIME of the Unix epoch.
      [new Date(0), "019db1ded53e8000", "00803ed5deb19d01"],
      [new Date("1600-12-31T23:59:59.999Z"), "ffffffffffffd8f0"],
      [
        new Date("9999-12-31T23:59:59.999Z"),
        toHex((253_402_300_799_999n + MS_1601_TO_1970) * 10_000n),
      ],
    ],
  }),
  ...vectors("TimeSpan", {
    write: (writer, value) => writer.writeTimeSpan(value),
    read: (reader) => reader.readTimeSpan(),
    bytes: [
      [1000, "0000000000989680", "8096980000000000"],
      [0.0001, "0000000000000001", "0100000000000000"],
      [-1.5, "ffffffffffffc568", "68c5ffffffffffff"],
      // The longest to the millisecond.
      [922_337_203_685_477, toHex(9_223_372_036_854_770_000n)],
    ],
  }),
];

/** Strings with characters of all lengths. */
export const STRING_VECTORS: readonly StringVector[] = [
  stringVector("", "", ""),
  stringVector("Hi", "4869", "4800 6900"),
  stringVector("Très", "5472c3a873", "5400 7200 e800 7300"),
  stringVector("€", "e282ac", "ac20"),
  stringVector("🦤!", "f09fa6a421", "3ed8 a4dd 2100"),
  stringVector("\uFEFFa", "efbbbf61", "fffe 6100"),
  stringVector("a\0b", "610062", "6100 0000 6200"),
  stringVector("a".repeat(100), "61".repeat(100), "6100".repeat(100)),
  stringVector(
    "aé€🦤".repeat(20),
    "61c3a9e282acf09fa6a4".repeat(20),
    "6100 e900 ac20 3ed8 a4dd".repeat(20),
  ),
];

interface VectorsOf<T> {
  readonly bytes: readonly (readonly [
    value: T,
    bigEndian: string,
    /** The bytes in reverse where there is none. */
    littleEndian?: string,
  ])[];
  write(writer: DataWriter, value: T): void;
  read(reader: DataReader): T;
}

function vectors<T>(member: string, of: VectorsOf<T>): Vector[] {
  return of.bytes.map(([value, bigEndian, littleEndian]) => ({
    member,
    value,
    bigEndian,
    littleEndian: littleEndian ?? reverse(bigEndian),
    write: (writer) => of.write(writer, value),
    read: (reader) => of.read(reader),
  }));
}

function stringVector(
  text: string,
  utf8: string,
  utf16LE: string,
): StringVector {
  return {
    text,
    bytes: {
      [UnicodeEncoding.utf8]: utf8,
      [UnicodeEncoding.utf16LE]: utf16LE,
      [UnicodeEncoding.utf16BE]: swapPairs(utf16LE),
    },
  };
}

/** A 64-bit integer, big-endian. */
function toHex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, "0");
}

function reverse(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join("");
}

function swapPairs(hex: string): string {
  return hex.replaceAll(" ", "").replace(/(..)(..)/g, "$2$1");
}
