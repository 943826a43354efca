import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions, UsageError } from "../../bench/_peers/options.ts";

const permissions = "none";

Deno.test("parseOptions() has defaults when nothing is given", {
  permissions,
}, () => {
  assertEquals(parseOptions([]), {
    help: false,
    rounds: 5,
    milliseconds: 250,
    only: "",
    peers: new Set(["c", "deno", "node", "bun"] as const),
    report: "bench/report.html",
  });
});

Deno.test("parseOptions() takes all options", { permissions }, () => {
  const line = "--rounds 2 --milliseconds=5 --only pipeTo --peers bun,c --help";
  assertEquals(parseOptions([...line.split(" "), "--report=-"]), {
    help: true,
    rounds: 2,
    milliseconds: 5,
    only: "pipeTo",
    peers: new Set(["bun", "c"] as const),
    report: "-",
  });
});

Deno.test("parseOptions() has no report when --no-report is given", {
  permissions,
}, () => {
  assertEquals(parseOptions(["--no-report"]).report, null);
});

const FAULTS: readonly (readonly [string, string])[] = [
  ["--rounds 0", 'Cannot use "--rounds 0": not a whole number from 1 to 1000'],
  ["--rounds 1.5", 'Cannot use "--rounds 1.5": not a whole number'],
  ["--rounds 1e1", 'Cannot use "--rounds 1e1": not a whole number'],
  ["--rounds", 'Cannot use "--rounds": it has no value, see --help'],
  ["--milliseconds 60001", "not a whole number from 1 to 60000"],
  ["--only", 'Cannot use "--only": it has no value'],
  ["--report", 'Cannot use "--report": it has no value'],
  ["--peers", 'Cannot use "--peers": it has no value'],
  ["--peers zig", '"zig" is not one of c, deno, node, bun'],
  ["--peers winrt", '"winrt" is not one of c, deno, node, bun'],
  ["--peers c,", '"" is not one of c, deno, node, bun'],
  ["--fast", 'Cannot use "--fast": not an option, see --help'],
  ["-- --help", 'Cannot use "--help": not an option, see --help'],
  ["all", 'Cannot use "all": not an option, see --help'],
];

for (const [line, message] of FAULTS) {
  Deno.test(`parseOptions() throws a UsageError when it gets "${line}"`, {
    permissions,
  }, () => {
    assertThrows(() => parseOptions(line.split(" ")), UsageError, message);
  });
}
