import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MessageBuffer } from "../../../../sockets/web_socket/_connection/message_buffer.ts";
import { bytesFrom, concat } from "../../streams/_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

Deno.test(
  "MessageBuffer.take() gives all bytes away, and starts anew",
  PURE,
  () => {
    const buffer = new MessageBuffer();
    assertEquals(buffer.size, 0);
    buffer.append(bytesFrom(0, 3), 0);
    buffer.append(bytesFrom(3, 0), 0);
    buffer.append(bytesFrom(3, 4), 0);
    assertEquals(buffer.size, 7);
    const taken = buffer.take();
    assertEquals(taken, bytesFrom(0, 7));
    assertEquals(buffer.size, 0);
    assertEquals(buffer.take(), new Uint8Array(0));
    buffer.append(new Uint8Array(7), 0);
    assertEquals(taken, bytesFrom(0, 7));
  },
);

Deno.test("MessageBuffer.append() copies what it is given", PURE, () => {
  const buffer = new MessageBuffer();
  const bytes = bytesFrom(1, 10);
  buffer.append(bytes, 0);
  bytes.fill(0);
  assertEquals(buffer.take(), bytesFrom(1, 10));
});

Deno.test(
  "MessageBuffer.append() has no more room than for what is announced",
  PURE,
  () => {
    const buffer = new MessageBuffer();
    const part = 64 * KIB;
    for (let i = 1; i <= 10; i++) {
      buffer.append(bytesFrom(i, part), (10 - i) * part);
    }
    const bytes = buffer.take();
    assertEquals(bytes.length, 10 * part);
    assertEquals(bytes.buffer.byteLength, 10 * part);
  },
);

Deno.test(
  "MessageBuffer.append() makes no room for what has not come",
  PURE,
  () => {
    const buffer = new MessageBuffer();
    buffer.append(bytesFrom(0, 100), 2 ** 40);
    buffer.append(bytesFrom(100, 50), 2 ** 40 - 50);
    const bytes = buffer.take();
    assertEquals(bytes, bytesFrom(0, 150));
    assertEquals(bytes.buffer.byteLength, 200);
  },
);

Deno.test(
  "MessageBuffer gives what was appended, however it was cut",
  PURE,
  () => {
    const part = fc.record({
      length: fc.nat(5 * KIB),
      announced: fc.oneof(fc.constant(0), fc.nat(10 * KIB)),
    });
    fc.assert(fc.property(fc.array(part), (parts) => {
      const buffer = new MessageBuffer();
      const expected = parts.map(({ length }, i) => bytesFrom(i, length));
      parts.forEach(({ announced }, i) => {
        buffer.append(expected[i] ?? new Uint8Array(0), announced);
      });
      const whole = concat(expected);
      assertEquals(buffer.size, whole.length);
      const taken = buffer.take();
      assertEquals(taken, whole);
      assert(taken.buffer.byteLength < 2 * Math.max(whole.length, 1));
    }));
  },
);
