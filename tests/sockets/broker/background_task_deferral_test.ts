import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError, BackgroundTaskDeferral } from "../../../mod.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "BackgroundTaskDeferral.complete() calls the handler once",
  PURE,
  () => {
    let count = 0;
    const deferral = new BackgroundTaskDeferral(() => void count++);
    assertEquals(count, 0);
    deferral.complete();
    deferral.complete();
    assertEquals(count, 1);
  },
);

Deno.test(
  "BackgroundTaskDeferral is complete when its scope is left",
  PURE,
  () => {
    let count = 0;
    {
      using deferral = new BackgroundTaskDeferral(() => void count++);
      deferral.complete();
    }
    {
      using _deferral = new BackgroundTaskDeferral(() => void count++);
    }
    assertEquals(count, 2);
  },
);

Deno.test("BackgroundTaskDeferral() refuses what is no function", PURE, () => {
  assertThrows(
    () => Reflect.construct(BackgroundTaskDeferral, [null]),
    ArgumentError,
    "Cannot make a deferral: the handler must be a function",
  );
});
