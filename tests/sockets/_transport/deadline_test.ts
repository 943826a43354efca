import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { withDeadline } from "../../../sockets/_transport/deadline.ts";
import { isPending } from "../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;

/** Waits until the signal ends it. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
}

function deadline(
  milliseconds: number,
  signal?: AbortSignal,
): Parameters<typeof withDeadline>[0] {
  return {
    milliseconds,
    signal,
    onTimeout: () => new Error(`after ${milliseconds}`),
  };
}

Deno.test(
  "withDeadline() gives what comes in time, and leaves no timer",
  PURE,
  async () => {
    assertEquals(
      await withDeadline(deadline(60_000), () => Promise.resolve(1)),
      1,
    );
    await assertRejects(
      () =>
        withDeadline(deadline(60_000), () => Promise.reject(new Error("own"))),
      Error,
      "own",
    );
  },
);

Deno.test(
  "withDeadline() ends what takes longer with the error of the time-out",
  PURE,
  async () => {
    await assertRejects(
      () => withDeadline(deadline(5), untilAborted),
      Error,
      "after 5",
    );
    await assertRejects(
      () => withDeadline(deadline(0), untilAborted),
      Error,
      "after 0",
    );
  },
);

Deno.test(
  "withDeadline() ends with the reason of the signal",
  PURE,
  async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const running = withDeadline(
      deadline(60_000, controller.signal),
      untilAborted,
    );
    assert(await isPending(running.catch(() => {})));
    controller.abort(reason);
    assertStrictEquals(await assertRejects(() => running), reason);
    const late = withDeadline(
      deadline(60_000, controller.signal),
      untilAborted,
    );
    assertStrictEquals(await assertRejects(() => late), reason);
  },
);

Deno.test(
  "withDeadline() has no limit where a timer could not take it",
  PURE,
  async () => {
    for (const milliseconds of [Infinity, 2 ** 31]) {
      const controller = new AbortController();
      const running = withDeadline(
        deadline(milliseconds, controller.signal),
        untilAborted,
      );
      // A timer of more than 31 bits would run out at once.
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert(await isPending(running.catch(() => {})));
      controller.abort(new Error("enough"));
      await assertRejects(() => running, Error, "enough");
    }
  },
);
