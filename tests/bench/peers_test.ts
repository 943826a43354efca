import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Child, type Outcome } from "../examples/_child.ts";

const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** On Windows, no program can press Ctrl-C for another one. */
const noInterrupt = Deno.build.os === "windows";

const QUICK = ["--rounds", "1", "--milliseconds", "5", "--peers", "deno"];

const PROGRAM = [
  "run",
  "--quiet",
  "--no-prompt",
  "--allow-run",
  "--allow-sys=cpus,osRelease",
  fileURLToPath(new URL("../../bench/peers.ts", import.meta.url)),
];

function start(...args: string[]): Child {
  return new Child([Deno.execPath(), ...PROGRAM, ...args]);
}

async function run(...args: string[]): Promise<Outcome> {
  await using child = start(...args);
  return await child.outcome();
}

Deno.test("bench:peers prints a table with every row, and who is missing", {
  permissions,
}, async () => {
  const { code, stdout, stderr } = await run(
    ...QUICK,
    "--only",
    "64 B x 1000",
    "--no-report",
  );

  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^64 B × 1000\n +packets\/s +min–max +× Deno\n/);
  assertMatch(stdout, /^TLS, 64 B × 1000\n +packets\/s +min–max +× Deno\n/m);
  assertEquals(stdout.match(/^ {2}winrt, FFI .* [\d.]+$/gm)?.length, 11);
  assertEquals(stdout.match(/^ {2}winrt {2}.* [\d.]+$/gm)?.length, 2);
  assertEquals(
    stdout.match(/^ {2}Deno +conn\.write each .* 1\.00$/gm)?.length,
    2,
  );
  assertMatch(stdout, /^Node +not measured: left out by --peers$/m);
  assertMatch(stdout, /^Receiver +in Deno$/m);
  assertMatch(stderr, /100 %, 0 s left/);
});

Deno.test("bench:peers names the peers that are not installed", {
  permissions,
}, async () => {
  const args = "--rounds 1 --milliseconds 1 --only pipeTo --no-report";
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [...PROGRAM, ...args.split(" ")],
    env: { PATH: "" },
    stderr: "null",
  }).output();

  assertEquals(success, true);
  const text = new TextDecoder().decode(stdout);
  assertMatch(text, /^C +not measured: `cc` was not found; install a C comp/m);
  assertMatch(text, /^Node +not measured: `node` was not found; install Node/m);
  assertMatch(text, /^Bun +not measured: `npx` was not found; install npm/m);
  assertMatch(text, /^Receiver +in Deno$/m);
});

Deno.test("bench:peers prints the report when it goes to the standard output", {
  permissions,
}, async () => {
  const { code, stdout, stderr } = await run(
    ...QUICK,
    "--only",
    "Round trip",
    "--report=-",
  );

  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^<!doctype html>\n[^]*<\/html>\n$/);
  const bars = [...stdout.matchAll(/class="bar" width="(.+?)%"/g)];
  assertEquals(bars.length, 16);
  for (const [, width] of bars) assert(Number(width) > 0);
});

Deno.test("bench:peers has one line for a command line that it cannot follow", {
  permissions,
}, async () => {
  assertEquals(await run("--only", "carrier pigeon"), {
    code: 2,
    stdout: "",
    stderr:
      'bench:peers: Cannot use "--only carrier pigeon": no scenario or row has this in its name\n',
  });
  assertEquals(await run("--report", "report.html"), {
    code: 2,
    stdout: "",
    stderr:
      'bench:peers: Cannot write "report.html": needs --allow-write=report.html\n',
  });
});

Deno.test("bench:peers shows its help", { permissions }, async () => {
  const { code, stdout } = await run("--help");
  assertEquals(code, 0);
  assertMatch(stdout, /deno task bench:peers \[options\]/);
});

Deno.test("bench:peers ends with its processes when Ctrl-C is pressed", {
  permissions,
  ignore: noInterrupt,
}, async () => {
  const args = "--rounds 200 --milliseconds 5 --only pipeTo --peers deno";
  await using child = start(...args.split(" "), "--no-report");
  await child.stderr.match(/10 %/);
  child.interrupt();
  const { code, stdout } = await child.outcome();
  assertEquals([code, stdout], [130, ""]);
});
