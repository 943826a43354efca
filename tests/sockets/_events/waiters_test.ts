import { assert, assertEquals, assertRejects } from "@std/assert";
import { Waiters } from "../../../sockets/_events/waiters.ts";
import { CountingSignal, isPending } from "../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "Waiters.resolveFirst() gives values in the order of the waiting",
  PURE,
  async () => {
    const waiters = new Waiters<string>();
    assert(waiters.isEmpty);
    const [first, second] = [waiters.wait(), waiters.wait()];
    assert(!waiters.isEmpty);
    waiters.resolveFirst("a");
    assertEquals(await first, "a");
    assert(await isPending(second));
    waiters.resolveFirst("b");
    assertEquals(await second, "b");
    assert(waiters.isEmpty);
  },
);

Deno.test(
  "Waiters.resolveFirst() does nothing when nobody waits",
  PURE,
  async () => {
    const waiters = new Waiters<string>();
    waiters.resolveFirst("a");
    const waiting = waiters.wait();
    assert(await isPending(waiting));
    waiters.end();
    assertEquals(await waiting, null);
  },
);

Deno.test("Waiters.end() lets all go without a value", PURE, async () => {
  const waiters = new Waiters<string>();
  const waits = [waiters.wait(), waiters.wait(new AbortController().signal)];
  waiters.end();
  assertEquals(await Promise.all(waits), [null, null]);
  assert(waiters.isEmpty);
});

Deno.test("Waiters.reject() rejects all", PURE, async () => {
  const waiters = new Waiters<string>();
  const waits = [waiters.wait(), waiters.wait()];
  waiters.reject(new Error("lost"));
  for (const waiting of waits) {
    await assertRejects(() => waiting, Error, "lost");
  }
  assert(waiters.isEmpty);
});

Deno.test(
  "Waiters.wait() ends with null when its signal is aborted, and no other",
  PURE,
  async () => {
    const waiters = new Waiters<string>();
    const controller = new AbortController();
    const other = new AbortController();
    const waits = [
      waiters.wait(controller.signal),
      waiters.wait(other.signal),
      waiters.wait(controller.signal),
      waiters.wait(),
    ];
    controller.abort();
    waiters.resolveFirst("a");
    waiters.resolveFirst("b");
    assertEquals(await Promise.all(waits), [null, "a", null, "b"]);
  },
);

Deno.test("Waiters.wait() listens to a signal once", PURE, async () => {
  const waiters = new Waiters<number>();
  const counting = new CountingSignal();
  for (let i = 0; i < 100; i++) {
    const waiting = waiters.wait(counting.signal);
    waiters.resolveFirst(i);
    assertEquals(await waiting, i);
  }
  assertEquals(counting.listeners, 1);
  const waiting = waiters.wait(counting.signal);
  counting.controller.abort();
  assertEquals(await waiting, null);
});
