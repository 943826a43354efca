/**
 * The order of the bytes of a number, with the numbers of WinRT.
 *
 * @example Usage
 * ```ts
 * import { ByteOrder } from "@winrt/sockets/byte-order";
 * import { DataWriter } from "@winrt/sockets/data-writer";
 * import { assertEquals } from "@std/assert";
 *
 * const writer = new DataWriter();
 * writer.writeUInt16(1);
 * writer.byteOrder = ByteOrder.littleEndian;
 * writer.writeUInt16(1);
 *
 * assertEquals(writer.detachBuffer(), new Uint8Array([0, 1, 1, 0]));
 * ```
 */
export const ByteOrder = {
  /** The least significant byte first. */
  littleEndian: 0,
  /** The most significant byte first, as network protocols have it. */
  bigEndian: 1,
} as const;

/** One of the values of {@linkcode ByteOrder}. */
export type ByteOrder = typeof ByteOrder[keyof typeof ByteOrder];
