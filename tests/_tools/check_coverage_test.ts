import { assertEquals } from "@std/assert";
import {
  checkFolders,
  parseLcov,
  sumFolders,
} from "../../_tools/check_coverage.ts";
import { ROOT } from "../../_tools/_project.ts";

/** A record of the lcov format for a file with so many lines, hit or not. */
function record(path: string, hits: readonly number[]): string {
  const file = decodeURIComponent(new URL(path, ROOT).pathname);
  const lines = hits.map((count, index) => `DA:${index + 1},${count}`);
  return [`SF:${file}`, ...lines, "LH:1", "LF:2", "end_of_record", ""]
    .join("\n");
}

Deno.test({
  name: "parseLcov() counts the lines of source files alone",
  permissions: "none",
  fn() {
    const lcov = record("errors/a.ts", [1, 0, 20]) +
      record("sockets/streams/b.ts", [0]) +
      record("examples/echo.ts", [1]) +
      "SF:/elsewhere/errors/a.ts\nDA:1,1\nend_of_record\n";

    assertEquals([...parseLcov(lcov)], [
      ["errors/a.ts", { covered: 2, total: 3 }],
      ["sockets/streams/b.ts", { covered: 0, total: 1 }],
    ]);
  },
});

Deno.test({
  name: "sumFolders() adds up the files of a folder",
  permissions: "none",
  fn() {
    const folders = sumFolders(
      new Map([
        ["errors/a.ts", { covered: 1, total: 2 }],
        ["errors/b.ts", { covered: 3, total: 3 }],
        ["sockets/streams/a.ts", { covered: 1, total: 1 }],
      ]),
    );

    assertEquals([...folders], [
      ["errors", { covered: 4, total: 5 }],
      ["sockets/streams", { covered: 1, total: 1 }],
    ]);
  },
});

Deno.test({
  name: "checkFolders() wants 95 % where it matters most, 90 % elsewhere",
  permissions: "none",
  fn() {
    const folders = new Map([
      ["errors", { covered: 95, total: 100 }],
      ["sockets/addressing", { covered: 949, total: 1000 }],
      ["sockets/stream_socket", { covered: 90, total: 100 }],
      ["sockets/winsock", { covered: 89, total: 100 }],
      ["sockets/broker", { covered: 0, total: 0 }],
    ]);

    assertEquals(checkFolders(folders), [
      "sockets/addressing: 94.9 % of the lines covered, not 95 %",
      "sockets/winsock: 89.0 % of the lines covered, not 90 %",
    ]);
  },
});
