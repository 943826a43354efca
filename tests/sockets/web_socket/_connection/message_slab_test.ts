import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { copyMessage } from "../../../../sockets/web_socket/_connection/message_slab.ts";
import { bytesFrom } from "../../streams/_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

Deno.test("copyMessage() copies, so that the bytes may change", PURE, () => {
  for (const length of [0, 1, 2 * KIB, 2 * KIB + 1, 100 * KIB]) {
    const bytes = bytesFrom(1, length);
    const copy = copyMessage(bytes);
    bytes.fill(0);
    assertEquals(copy, bytesFrom(1, length));
  }
});

Deno.test("copyMessage() puts messages up to 2 KiB side by side", PURE, () => {
  const [first, second] = [
    copyMessage(bytesFrom(1, 8)),
    copyMessage(bytesFrom(2, 8)),
  ];
  assertStrictEquals(first.buffer, second.buffer);
  assertEquals(first, bytesFrom(1, 8));
  assertEquals(second, bytesFrom(2, 8));
});

Deno.test(
  "copyMessage() gives a larger message memory of its own",
  PURE,
  () => {
    const copy = copyMessage(new Uint8Array(2 * KIB + 1));
    assertEquals(copy.buffer.byteLength, 2 * KIB + 1);
  },
);

Deno.test("copyMessage() never writes over an earlier copy", PURE, () => {
  const copies = Array.from(
    { length: 100 },
    (_, i) => copyMessage(bytesFrom(i, 50 * i % (2 * KIB))),
  );
  copies.forEach((copy, i) =>
    assertEquals(copy, bytesFrom(i, 50 * i % (2 * KIB)))
  );
  assertNotStrictEquals(copies[1]?.buffer, copies[99]?.buffer);
});
