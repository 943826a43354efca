import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  encodeFrame,
  writeMaskedFrame,
  writePlainFrame,
} from "../../../../sockets/web_socket/_codec/frame.ts";
import { wordsOf } from "../../../../sockets/web_socket/_codec/masking.ts";
import { bytesFrom } from "../../streams/_fakes.ts";
import { decodeFrames } from "../_connection/_frames.ts";
import { BINARY, PING, TEXT } from "../_raw_peer.ts";

const PURE = { permissions: "none" } as const;
const HELLO = new TextEncoder().encode("Hello");

Deno.test("encodeFrame() gives the examples of RFC 6455, 5.7", PURE, () => {
  assertEquals(encodeFrame(TEXT, HELLO, false).toHex(), "810548656c6c6f");
  assertEquals(encodeFrame(PING, HELLO, false).toHex(), "890548656c6c6f");
  assertEquals(
    encodeFrame(BINARY, new Uint8Array(256), false).subarray(0, 4).toHex(),
    "827e0100",
  );
  assertEquals(
    encodeFrame(BINARY, new Uint8Array(65_536), false).subarray(0, 10).toHex(),
    "827f0000000000010000",
  );
});

Deno.test("encodeFrame() masks with another key each time", PURE, () => {
  const [first, second] = [
    encodeFrame(TEXT, HELLO, true),
    encodeFrame(TEXT, HELLO, true),
  ];
  assertEquals(first.length, 11);
  assertNotEquals(first, second);
  const frame = { firstByte: TEXT, isMasked: true, payload: HELLO };
  assertEquals(decodeFrames(first), [frame]);
  assertEquals(decodeFrames(second), [frame]);
});

Deno.test("encodeFrame() leaves the payload as it is", PURE, () => {
  const payload = bytesFrom(1, 100);
  encodeFrame(BINARY, payload, true);
  assertEquals(payload, bytesFrom(1, 100));
});

Deno.test(
  "writePlainFrame() and writeMaskedFrame() write at any offset, and nothing else",
  PURE,
  () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(300),
        fc.boolean(),
        (offset, size, isMasked) => {
          const payload = bytesFrom(size, size);
          const length = encodeFrame(BINARY, payload, isMasked).length;
          const target = new Uint8Array(offset + length + 9).fill(0xaa);
          if (isMasked) {
            writeMaskedFrame(
              target,
              wordsOf(target),
              offset,
              BINARY,
              payload,
            );
          } else writePlainFrame(target, offset, BINARY, payload);
          const frame = target.subarray(offset, offset + length);
          assertEquals(decodeFrames(frame), [{
            firstByte: BINARY,
            isMasked,
            payload,
          }]);
          target.fill(0xaa, offset, offset + length);
          assertEquals(target, new Uint8Array(target.length).fill(0xaa));
        },
      ),
    );
  },
);
