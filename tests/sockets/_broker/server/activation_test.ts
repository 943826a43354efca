import { assertEquals } from "@std/assert";
import {
  activate,
  endTask,
  KEPT,
  retryTask,
  startTask,
  startWatch,
  type Watch,
} from "../../../../sockets/_broker/server/activation.ts";
import { SocketActivityTriggerReason } from "../../../../sockets/broker/socket_activity_trigger_reason.ts";

const PURE = { permissions: "none" } as const;

const REASON = SocketActivityTriggerReason.socketClosed;
const WATCHED: Watch = { name: "watched" };

function running(failures: number): Watch {
  return { name: "running", activation: { reason: REASON, failures } };
}

Deno.test("startWatch() watches for a task alone", PURE, () => {
  assertEquals(startWatch("1"), WATCHED);
  assertEquals(startWatch(null), KEPT);
});

Deno.test(
  "activate() makes a task due, and a second time nothing",
  PURE,
  () => {
    const due = activate(WATCHED, REASON);
    assertEquals(due, {
      name: "due",
      activation: { reason: REASON, failures: 0 },
    });
    assertEquals(
      activate(due, SocketActivityTriggerReason.socketActivity),
      due,
    );
    assertEquals(activate(KEPT, REASON), KEPT);
  },
);

Deno.test("startTask() starts what is due alone", PURE, () => {
  assertEquals(startTask(activate(WATCHED, REASON)), running(0));
  for (const watch of [KEPT, WATCHED, running(0)]) {
    assertEquals(startTask(watch), watch);
  }
});

Deno.test("endTask() keeps the socket after a success", PURE, () => {
  for (const failures of [0, 1, 2]) {
    assertEquals(endTask(running(failures), true), KEPT);
  }
});

Deno.test("endTask() tries again twice after failures", PURE, () => {
  const delays: number[] = [];
  let watch = running(0);
  while (true) {
    watch = endTask(watch, false);
    if (watch.name !== "waiting") break;
    delays.push(watch.delay);
    watch = startTask(retryTask(watch));
  }
  assertEquals(delays, [1_000, 5_000]);
  assertEquals(watch, KEPT);
});

Deno.test("endTask() leaves alone what does not run any more", PURE, () => {
  for (const watch of [KEPT, WATCHED]) {
    assertEquals(endTask(watch, false), watch);
  }
});

Deno.test("retryTask() leaves alone what does not wait", PURE, () => {
  for (const watch of [KEPT, WATCHED, running(1)]) {
    assertEquals(retryTask(watch), watch);
  }
});
