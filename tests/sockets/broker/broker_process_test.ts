import { assertEquals, assertStringIncludes } from "@std/assert";
import { HELP } from "../../../sockets/_broker/server/options.ts";

const RUN = { permissions: { read: true, run: true } };

/** Runs the program of the broker; the flags of Deno are before its name. */
async function runBroker(
  flags: readonly string[],
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const program =
    new URL("../../../sockets/broker/broker_process.ts", import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...flags, program, ...args],
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("The broker shows its options", RUN, async () => {
  const { code, stdout } = await runBroker([], "--help");
  assertEquals(stdout, HELP);
  assertEquals(code, 0);
});

Deno.test("The broker refuses what is no option", RUN, async () => {
  const { code, stderr } = await runBroker([], "--other");
  assertEquals(
    stderr,
    'broker: Cannot use "--other": there is no such option\n',
  );
  assertEquals(code, 2);
});

Deno.test("The broker tells that it needs native calls", RUN, async () => {
  const { code, stderr } = await runBroker([]);
  assertStringIncludes(stderr, "broker: Cannot run a broker: it needs native");
  assertEquals(code, 1);
});

Deno.test("The broker tells that it needs its directory", RUN, async () => {
  const { code, stderr } = await runBroker(
    ["--allow-ffi"],
    "--state-directory=/tmp/a",
  );
  assertStringIncludes(stderr, "broker: Requires write access");
  assertEquals(code, 1);
});

Deno.test(
  "The broker refuses a directory whose socket would have too long a path",
  RUN,
  async () => {
    const directory = `/${"x".repeat(100)}`;
    const { code, stderr } = await runBroker(
      ["--allow-ffi"],
      `--state-directory=${directory}`,
    );
    assertStringIncludes(stderr, "a path of more than 107 bytes");
    assertEquals(code, 1);
  },
);
