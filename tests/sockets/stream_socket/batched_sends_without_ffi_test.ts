import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";

/** The tests of batched sends in this folder, but for this one. */
function testFiles(): string[] {
  const folder = new URL(".", import.meta.url);
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => /^batched_sends.*_test\.ts$/.test(name))
    .map((name) => new URL(name, folder).href)
    .filter((href) => href !== import.meta.url);
}

Deno.test(
  "OutputStream passes all tests of batched sends without the ffi permission",
  { permissions: { read: true, run: true } },
  async () => {
    // Whether there are native calls is settled once for a process.
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["test", "--quiet", "--no-prompt", "--no-check", "--reporter=tap"],
        "--allow-net=127.0.0.1",
        ...testFiles(),
      ],
    }).output();
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout);
    const failed = output.split("\n").filter((line) =>
      line.startsWith("not ok")
    );
    assertEquals(failed, []);
    assertEquals([code, decoder.decode(stderr)], [0, ""]);
    assertStringIncludes(output, "over Deno.connect");
    assertFalse(output.includes("over native sends"));
  },
);
