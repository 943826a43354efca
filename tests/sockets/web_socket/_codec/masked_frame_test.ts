import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvalidOperationError } from "../../../../errors/invalid_operation_error.ts";
import { MaskedFrame } from "../../../../sockets/web_socket/_codec/masked_frame.ts";
import { bytesFrom, concat } from "../../streams/_fakes.ts";
import { decodeFrames } from "../_connection/_frames.ts";
import { BINARY } from "../_raw_peer.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

/** Makes all of a frame, so much at a time. */
function make(frame: MaskedFrame, sizes: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; offset < frame.length; i++) {
    const target = new Uint8Array(sizes[i % sizes.length] ?? 1).fill(0xaa);
    const count = frame.make(offset, target);
    parts.push(target.subarray(0, count));
    offset += count;
  }
  return concat(parts);
}

Deno.test(
  "MaskedFrame.make() makes the whole frame if there is room",
  PURE,
  () => {
    for (const size of [0, 1, 125, 126, 65_535, 65_536]) {
      const payload = bytesFrom(1, size);
      const frame = new MaskedFrame(BINARY, payload);
      const bytes = make(frame, [frame.length + 100]);
      assertEquals(bytes.length, frame.length);
      assertEquals(decodeFrames(bytes), [{
        firstByte: BINARY,
        isMasked: true,
        payload,
      }]);
    }
  },
);

Deno.test(
  "MaskedFrame.make() makes the same again from any offset",
  PURE,
  () => {
    const frame = new MaskedFrame(BINARY, bytesFrom(1, 200));
    const whole = make(frame, [500]);
    for (let offset = 0; offset < frame.length; offset++) {
      const target = new Uint8Array(500);
      const count = frame.make(offset, target);
      assertEquals(target.subarray(0, count), whole.subarray(offset));
    }
  },
);

Deno.test("MaskedFrame.make() leaves the payload as it is", PURE, () => {
  const payload = bytesFrom(1, 100);
  make(new MaskedFrame(BINARY, payload), [200]);
  assertEquals(payload, bytesFrom(1, 100));
});

Deno.test("MaskedFrame masks each frame with another key", PURE, () => {
  const payload = new Uint8Array(16);
  assertNotEquals(
    make(new MaskedFrame(BINARY, payload), [50]),
    make(new MaskedFrame(BINARY, payload), [50]),
  );
});

Deno.test(
  "MaskedFrame.make() throws when the payload was taken away",
  PURE,
  () => {
    const payload = new Uint8Array(100);
    const frame = new MaskedFrame(BINARY, payload);
    payload.buffer.transfer();
    assertThrows(
      () => frame.make(0, new Uint8Array(200)),
      InvalidOperationError,
      '"100" bytes',
    );
  },
);

Deno.test(
  "MaskedFrame makes what is masked in one, however it is made in parts",
  PURE,
  () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(fc.property(fc.nat(300), sizes, (size, sizes) => {
      const payload = bytesFrom(size, size);
      const bytes = make(new MaskedFrame(BINARY, payload), sizes);
      assertEquals(decodeFrames(bytes), [{
        firstByte: BINARY,
        isMasked: true,
        payload,
      }]);
    }));
  },
);

Deno.test("MaskedFrame.make() fills large targets", PURE, () => {
  const payload = bytesFrom(7, 300 * KIB);
  const bytes = make(new MaskedFrame(BINARY, payload), [128 * KIB]);
  assertEquals(decodeFrames(bytes)[0]?.payload, payload);
});
