import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ReceiveQueue } from "../../../../sockets/web_socket/_connection/receive_queue.ts";
import { isPending } from "../../streams/_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

Deno.test(
  "ReceiveQueue.take() gives the oldest, and null when nothing waits",
  PURE,
  () => {
    const queue = new ReceiveQueue<string>();
    assert(queue.isEmpty);
    assertEquals(queue.peek(), null);
    assertEquals(queue.take(), null);

    queue.put("a", 1);
    queue.put("b", 1);
    assert(!queue.isEmpty);
    assertEquals(queue.peek(), "a");
    assertEquals(queue.take(), "a");
    assertEquals(queue.peek(), "b");
    assertEquals(queue.take(), "b");
    assert(queue.isEmpty);
    assertEquals(queue.take(), null);
  },
);

Deno.test("ReceiveQueue.room is null until 256 KiB wait", PURE, () => {
  const queue = new ReceiveQueue<number>();
  queue.put(1, 256 * KIB - 129);
  assertEquals(queue.room, null);
  queue.put(2, 0);
  assert(queue.room !== null);
});

Deno.test("ReceiveQueue.room counts items without bytes", PURE, () => {
  const queue = new ReceiveQueue<number>();
  let count = 0;
  for (; queue.room === null; count++) queue.put(count, 0);
  assertEquals(count, 2 * KIB);
});

Deno.test(
  "ReceiveQueue.room resolves once less than 256 KiB wait",
  PURE,
  async () => {
    const queue = new ReceiveQueue<number>();
    for (let i = 0; i < 3; i++) queue.put(i, 128 * KIB);
    const { room } = queue;
    assert(room !== null);
    assertStrictEquals(queue.room, room);
    queue.take();
    assert(await isPending(room));
    queue.take();
    assertEquals(await room, undefined);
    assertEquals(queue.room, null);
  },
);

Deno.test(
  "ReceiveQueue.room is another promise when there is no room again",
  PURE,
  async () => {
    const queue = new ReceiveQueue<number>();
    queue.put(1, 256 * KIB);
    const first = queue.room;
    queue.take();
    queue.put(2, 256 * KIB);
    const second = queue.room;
    assert(first !== null && second !== null);
    assertEquals(await first, undefined);
    assert(await isPending(second));
  },
);

Deno.test(
  "ReceiveQueue.drained resolves when the last was taken",
  PURE,
  async () => {
    const queue = new ReceiveQueue<number>();
    assertEquals(await queue.drained, undefined);
    queue.put(1, 1);
    queue.put(2, 1);
    const { drained } = queue;
    assertStrictEquals(queue.drained, drained);
    queue.take();
    assert(await isPending(drained));
    queue.take();
    assertEquals(await drained, undefined);
    queue.put(3, 1);
    assert(await isPending(queue.drained));
  },
);

Deno.test(
  "ReceiveQueue is in order when places are dropped that were taken",
  PURE,
  () => {
    const queue = new ReceiveQueue<number>();
    let next = 0;
    for (let i = 0; i < 5000; i++) queue.put(i, 0);
    // It never runs empty.
    for (let i = 5000; i < 10_000; i++) {
      assertEquals(queue.take(), next++);
      queue.put(i, 0);
    }
    while (!queue.isEmpty) assertEquals(queue.take(), next++);
    assertEquals(next, 10_000);
  },
);

Deno.test("ReceiveQueue does what an array does", PURE, () => {
  const step = fc.oneof(fc.nat(300 * KIB), fc.constant(null));
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const queue = new ReceiveQueue<number>();
    const model: number[] = [];
    for (const size of steps) {
      if (size === null) {
        assertEquals(queue.take(), model.shift() ?? null);
      } else {
        queue.put(size, size);
        model.push(size);
      }
      const total = model.reduce((sum, size) => sum + size + 128, 0);
      assertEquals(queue.peek(), model[0] ?? null);
      assertEquals(queue.isEmpty, model.length === 0);
      assertEquals(queue.room === null, total < 256 * KIB);
    }
  }));
});
