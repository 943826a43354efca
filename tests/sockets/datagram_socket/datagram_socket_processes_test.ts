import { assertEquals, assertLess, assertMatch } from "@std/assert";

const RUN = {
  permissions: { read: true, run: true },
  // They look into /proc.
  ignore: Deno.build.os !== "linux",
} as const;
/** The flags for Deno that choose how a socket is made. */
const FLAGS = {
  "native calls": ["--allow-ffi"],
  "Deno.listenDatagram": ["--unstable-net"],
  "node:dgram": [],
} as const;
/** More than Deno itself takes, and what `_many_sockets.ts` has at once. */
const MAX_DESCRIPTORS = 128;
for (const [name, flags] of Object.entries(FLAGS)) {
  Deno.test({
    name:
      `DatagramSocket by ${name} leaves neither descriptors nor memory behind when 10,000 are closed`,
    ...RUN,
    async fn() {
      const count = 10_000;
      const output = await run(
        ["--v8-flags=--expose-gc", "--allow-run=ls", ...flags],
        "_many_sockets.ts",
        `${count}`,
      );
      const [, descriptors, bytes] =
        /^descriptors: (.+)\nbytes: (.+)$/m.exec(output) ?? [];
      // Deno opens some of its own within its first second.
      assertLess(Number(descriptors), 10);
      // A socket that is kept takes a kilobyte and more.
      assertLess(Number(bytes), 100 * count);
    },
  });

  Deno.test({
    name:
      `DatagramSocket by ${name} tells that there are no more descriptors, and goes on once there are`,
    ...RUN,
    async fn() {
      const output = await run(flags, "_out_of_descriptors.ts");
      const lines = output.trim().split("\n");
      const reason = "too many open files";
      assertEquals(lines.length, 6);
      for (const [index, line] of lines.entries()) {
        if (index % 2 === 1) assertEquals(line, "worked: true");
        else assertMatch(line, new RegExp(`^tooManyOpenFiles: .*: ${reason}$`));
      }
    },
  });
}

for (const [name, flags] of Object.entries(FLAGS)) {
  Deno.test({
    name:
      `DatagramSocket by ${name} does not send to an address that was denied, by its name either`,
    permissions: { read: true, run: true },
    async fn() {
      const output = await run(
        ["--deny-net=127.0.0.1,[::1]", ...flags],
        "_send_to_localhost.ts",
      );
      assertEquals(output, "NotCapable\nNotCapable\n");
    },
  });
}

/** Runs a program of this folder with few descriptors; returns what it prints. */
async function run(
  flags: readonly string[],
  program: string,
  ...args: string[]
): Promise<string> {
  const { href } = new URL(program, import.meta.url);
  const all = ["--quiet", "--no-prompt", "--no-check", "--allow-net", ...flags];
  const limit = `ulimit -n ${MAX_DESCRIPTORS}; exec "$0" "$@"`;
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", limit, Deno.execPath(), "run", ...all, href, ...args],
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr)], [0, ""]);
  return decoder.decode(stdout);
}
