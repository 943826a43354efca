import { assertEquals, assertRejects } from "@std/assert";
import { loadOnce } from "../../../sockets/certificates/_load_once.ts";

const PURE = { permissions: "none" } as const;

Deno.test("loadOnce() loads once, also for those that wait", PURE, async () => {
  let times = 0;
  const load = loadOnce(() => Promise.resolve(++times));
  assertEquals(await Promise.all([load(), load()]), [1, 1]);
  assertEquals(await load(), 1);
});

Deno.test("loadOnce() tries again after it has failed", PURE, async () => {
  let times = 0;
  const load = loadOnce(() =>
    ++times === 1
      ? Promise.reject(new TypeError("offline"))
      : Promise.resolve(times)
  );
  const first = load();
  await assertRejects(load, TypeError, "offline");
  await assertRejects(() => first, TypeError, "offline");
  assertEquals(await load(), 2);
});
