import { assertEquals } from "@std/assert";
import { formatProgress, Progress } from "../../bench/_peers/progress.ts";

const permissions = "none";

/** A run of so many steps, each of which takes a second. */
function run(total: number, isTerminal: boolean): string[] {
  const texts: string[] = [];
  let now = 5_000;
  const output = { isTerminal, write: (text: string) => void texts.push(text) };
  const progress = new Progress(total, output, () => now);
  for (let step = 1; step <= total; step++) {
    now += 1_000;
    progress.advance(`step ${step}`);
  }
  progress.end();
  return texts;
}

Deno.test("formatProgress() tells the time that is left", {
  permissions,
}, () => {
  assertEquals(
    formatProgress({ done: 30, total: 120, elapsed: 30_000 }),
    "[######------------------]  25 %, 1 min 30 s left",
  );
  assertEquals(
    formatProgress({ done: 8, total: 8, elapsed: 1 }),
    "[########################] 100 %, 0 s left",
  );
});

Deno.test("Progress.advance() overwrites the line when it is on a terminal", {
  permissions,
}, () => {
  assertEquals(run(2, true), [
    "\r\x1b[K[############------------]  50 %, 1 s left  step 1",
    "\r\x1b[K[########################] 100 %, 0 s left  step 2",
    "\r\x1b[K",
  ]);
});

Deno.test(
  "Progress.advance() writes a line now and then when it is not on a terminal",
  {
    permissions,
  },
  () => {
    const texts = run(40, false);
    assertEquals(texts.length, 10);
    assertEquals(
      texts[0],
      "[##----------------------]  10 %, 36 s left  step 4\n",
    );
  },
);
