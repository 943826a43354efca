import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  firstByte,
  frameHeaderSize,
  headerSizeOf,
  MAX_HEADER_SIZE,
  readMaskKey,
  readPayloadLength,
  writeFrameHeader,
} from "../../../../sockets/web_socket/_codec/frame_header.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";

const PURE = { permissions: "none" } as const;
/** The key 37 fa 21 3d of RFC 6455, 5.7. */
const KEY = 0x3d21fa37;

/** Writes a header behind some bytes, and gives it in hex. */
function write(length: number, key: number | null, first = 0x82): string {
  const target = new Uint8Array(3 + MAX_HEADER_SIZE);
  const end = writeFrameHeader(target, 3, first, length, key);
  assertEquals(end - 3, frameHeaderSize(length, key !== null));
  assertEquals(target.subarray(0, 3), new Uint8Array(3));
  assertEquals(target.subarray(end).every((byte) => byte === 0), true);
  return target.subarray(3, end).toHex();
}

Deno.test("firstByte() has the bits and the opcode", PURE, () => {
  assertEquals(firstByte(Opcode.continuation, false, false), 0x00);
  assertEquals(firstByte(Opcode.text, true, false), 0x81);
  assertEquals(firstByte(Opcode.binary, false, true), 0x42);
  assertEquals(firstByte(Opcode.text, true, true), 0xc1);
  assertEquals(firstByte(Opcode.pong, true, false), 0x8a);
});

Deno.test(
  "writeFrameHeader() writes the length in the fewest bytes",
  PURE,
  () => {
    assertEquals(write(0, null), "8200");
    assertEquals(write(1, null), "8201");
    assertEquals(write(125, null), "827d");
    assertEquals(write(126, null), "827e007e");
    assertEquals(write(256, null), "827e0100");
    assertEquals(write(0xffff, null), "827effff");
    assertEquals(write(0x10000, null), "827f0000000000010000");
    assertEquals(write(0xffff_ffff, null), "827f00000000ffffffff");
    assertEquals(write(0x1_0203_0405, null), "827f0000000102030405");
    assertEquals(write(Number.MAX_SAFE_INTEGER, null), "827f001fffffffffffff");
  },
);

Deno.test("writeFrameHeader() writes the masking key", PURE, () => {
  assertEquals(write(0, KEY, 0x8a), "8a8037fa213d");
  assertEquals(write(5, KEY, 0x81), "818537fa213d");
  assertEquals(write(126, KEY), "82fe007e37fa213d");
  assertEquals(write(0x10000, KEY), "82ff000000000001000037fa213d");
  assertEquals(write(0, 0), "828000000000");
  assertEquals(write(0, -1), "8280ffffffff");
});

Deno.test("writeFrameHeader() writes what the readers read", PURE, () => {
  const length = fc.oneof(
    fc.nat(130),
    fc.nat(0x10010),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  );
  const key = fc.option(fc.integer());
  fc.assert(fc.property(length, key, fc.nat(20), (length, key, offset) => {
    const bytes = new Uint8Array(offset + MAX_HEADER_SIZE);
    const end = writeFrameHeader(bytes, offset, 0x82, length, key);
    assertEquals(headerSizeOf(bytes[offset + 1] ?? 0), end - offset);
    assertEquals(readPayloadLength(bytes, offset), length);
    if (key !== null) assertEquals(readMaskKey(bytes, end), key);
  }));
});

Deno.test(
  "readPayloadLength() drops the lower half of what is no safe integer",
  PURE,
  () => {
    const read = (hex: string): number =>
      readPayloadLength(Uint8Array.fromHex(`827f${hex}`), 0);
    assertEquals(read("001fffffffffffff"), Number.MAX_SAFE_INTEGER);
    assertEquals(read("0020000000000000"), 2 ** 53);
    assertEquals(read("00200000ffffffff"), 2 ** 53);
    assertEquals(read("7fffffffffffffff"), 2 ** 63 - 2 ** 32);
    assertEquals(read("8000000000000000"), 2 ** 63);
  },
);
