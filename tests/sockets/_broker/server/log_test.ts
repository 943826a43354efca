import { assertEquals, assertMatch } from "@std/assert";
import {
  boundedFile,
  openLog,
} from "../../../../sockets/_broker/server/log.ts";

const PURE = { permissions: "none" } as const;

/** A target that takes a few bytes at once, or none at all. */
class FakeTarget {
  text = "";
  isGone = false;

  writeSync(bytes: Uint8Array): number {
    if (this.isGone) throw new Deno.errors.BrokenPipe("Gone");
    const part = bytes.subarray(0, 7);
    this.text += new TextDecoder().decode(part);
    return part.length;
  }
}

Deno.test("Log.line() writes a whole line, with the time", PURE, () => {
  const target = new FakeTarget();
  openLog(target).line("a line of some length");
  assertMatch(
    target.text,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z a line of some length\n$/,
  );
});

Deno.test("Log.write() writes bytes as they are", PURE, () => {
  const target = new FakeTarget();
  openLog(target).write(new TextEncoder().encode("output of a task\n"));
  assertEquals(target.text, "output of a task\n");
});

Deno.test("Log.line() ignores a target that is gone", PURE, () => {
  const target = new FakeTarget();
  target.isGone = true;
  openLog(target).line("a line");
  assertEquals(target.text, "");
});

Deno.test(
  "boundedFile() begins anew before a file grows too large",
  PURE,
  () => {
    let text = "old";
    const file = boundedFile(
      {
        truncateSync: (length = 0) => void (text = text.slice(0, length)),
        writeSync(bytes) {
          text += new TextDecoder().decode(bytes);
          return bytes.length;
        },
      },
      text.length,
      10,
    );
    const log = openLog(file);
    const written: [string, string][] = [
      ["1234567", "old1234567"],
      ["8", "8"],
      ["x".repeat(13), "xxx"],
    ];
    for (const [line, expected] of written) {
      log.write(new TextEncoder().encode(line));
      assertEquals(text, expected);
    }
  },
);
