import { assertEquals } from "@std/assert";
import { BufferVector } from "../../../sockets/winsock/_buffer_vector.ts";
import { FakeMemory } from "./_fake_memory.ts";

const PURE = { permissions: "none" } as const;
const IOVEC = { size: 16, address: 0, length: 8 };
const WSABUF = { size: 16, address: 8, length: 0 };

Deno.test("BufferVector.fill() tells where each buffer is", PURE, () => {
  for (const layout of [IOVEC, WSABUF]) {
    const memory = new FakeMemory();
    const vector = new BufferVector(layout, memory.addressOf);
    const large = new Uint8Array(100).fill(1);
    const small = Uint8Array.of(2, 3);
    vector.fill([large, small, large.subarray(10, 12)]);
    assertEquals(memory.buffersOf(vector.bytes, layout, 3), [
      large,
      small,
      Uint8Array.of(1, 1),
    ]);
  }
});

Deno.test(
  "BufferVector.handOver() gives small buffers what has come",
  PURE,
  () => {
    const memory = new FakeMemory();
    const vector = new BufferVector(IOVEC, memory.addressOf);
    const buffers = [64, 65, 1].map((size) => new Uint8Array(size));
    vector.fill(buffers);
    for (const bytes of memory.buffersOf(vector.bytes, IOVEC, 3)) bytes.fill(7);
    // What is large was received in its place.
    assertEquals(buffers.map((buffer) => buffer[0]), [0, 7, 0]);
    vector.handOver(buffers);
    assertEquals(buffers.map((buffer) => new Set(buffer)), [
      new Set([7]),
      new Set([7]),
      new Set([7]),
    ]);
  },
);
