import { assertEquals } from "@std/assert";
import { TaskQueue } from "../../../../sockets/_broker/server/task_queue.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "TaskQueue.add() runs so many jobs at once, in order",
  PURE,
  async () => {
    const queue = new TaskQueue(2);
    const started: number[] = [];
    const gates = Array.from(
      { length: 4 },
      () => Promise.withResolvers<void>(),
    );
    const ends = gates.map(({ promise }, i) => {
      const end = Promise.withResolvers<void>();
      queue.add(async () => {
        started.push(i);
        await promise;
        end.resolve();
      });
      return end.promise;
    });
    assertEquals(queue.isIdle, false);
    assertEquals(started, [0, 1]);
    gates[1]?.resolve();
    await ends[1];
    gates[2]?.resolve();
    await ends[2];
    gates[3]?.resolve();
    await ends[3];
    assertEquals(started, [0, 1, 2, 3]);
    assertEquals(queue.isIdle, false);
    gates[0]?.resolve();
    await ends[0];
    await Promise.resolve();
    assertEquals(queue.isIdle, true);
  },
);
