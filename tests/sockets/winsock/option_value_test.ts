import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { valueOf } from "../../../sockets/winsock/_constant_table.ts";
import {
  decodeLinger,
  decodeOption,
  encodeOption,
  isTime,
  type OptionValue,
} from "../../../sockets/winsock/_option_value.ts";
import type { Platform } from "../../../sockets/winsock/_platform.ts";
import { WSAEINVAL } from "../../../sockets/winsock/mod.ts";

const PURE = { permissions: "none" } as const;
const PLATFORMS = ["linux", "darwin", "windows"] as const;

function encode(
  value: OptionValue,
  isTime: boolean,
  platform: Platform,
): Uint8Array<ArrayBuffer> {
  const bytes = encodeOption(value, isTime, platform);
  assert(typeof bytes !== "number");
  return bytes;
}

Deno.test("isTime() knows the options that are times", PURE, () => {
  for (const platform of PLATFORMS) {
    const level = valueOf("SOL_SOCKET", platform);
    const option = valueOf("SO_RCVTIMEO", platform);
    assertEquals(isTime(level, option, platform), true);
    assertEquals(isTime(6, option, platform), false);
    const other = valueOf("SO_RCVBUF", platform);
    assertEquals(isTime(level, other, platform), false);
  }
});

Deno.test("encodeOption() has the bytes of each platform", PURE, () => {
  const linger = { onOff: true, linger: 0x102 };
  assertEquals(encode(linger, false, "linux").toHex(), "0100000002010000");
  assertEquals(encode(linger, false, "darwin").toHex(), "0100000002010000");
  assertEquals(encode(linger, false, "windows").toHex(), "01000201");
  const time = `01${"00".repeat(7)}20a10700${"00".repeat(4)}`;
  assertEquals(encode(1500, true, "linux").toHex(), time);
  assertEquals(encode(1500, true, "darwin").toHex(), time);
  assertEquals(encode(1500, true, "windows").toHex(), "dc050000");
  for (const platform of PLATFORMS) {
    assertEquals(encode(-2, false, platform).toHex(), "feffffff");
    assertEquals(encode(true, false, platform).toHex(), "01000000");
    assertEquals(encode(Uint8Array.of(9), true, platform).toHex(), "09");
    const group = { multiaddr: "239.0.0.1", interface: "10.0.0.2" };
    assertEquals(encode(group, false, platform).toHex(), "ef0000010a000002");
    const group6 = { multiaddr: "ff02::1", interface: 3 };
    assertEquals(
      encode(group6, false, platform).toHex(),
      `ff02${"00".repeat(13)}0103000000`,
    );
  }
});

Deno.test("encodeOption() refuses groups that are none", PURE, () => {
  for (
    const group of [
      { multiaddr: "ff02::1", interface: "10.0.0.2" },
      { multiaddr: "239.0.0.1", interface: "eth0" },
      { multiaddr: "239.0.0.1", interface: 1 },
    ]
  ) {
    assertEquals(encodeOption(group, false, "linux"), WSAEINVAL);
  }
});

Deno.test(
  "decodeOption() and decodeLinger() give back what was set",
  PURE,
  () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PLATFORMS),
        fc.integer({ min: 0, max: 0x7fffffff }),
        fc.boolean(),
        (platform, number, onOff) => {
          for (const isTime of [true, false]) {
            const bytes = encode(number, isTime, platform);
            assertEquals(decodeOption(bytes, isTime, platform), number);
          }
          const linger = { onOff, linger: number & 0xffff };
          const told = { onOff: !onOff, linger: 0 };
          decodeLinger(encode(linger, false, platform), told, platform);
          assertEquals(told, linger);
        },
      ),
    );
  },
);

Deno.test("encodeOption() refuses times that are none", PURE, () => {
  for (const platform of PLATFORMS) {
    for (const time of [NaN, Infinity, -Infinity, -1, 2 ** 32]) {
      assertEquals(encodeOption(time, true, platform), WSAEINVAL);
    }
    assertEquals(typeof encodeOption(2 ** 32 - 1, true, platform), "object");
  }
});
