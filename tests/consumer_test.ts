import { assertEquals } from "@std/assert";

const PROJECT = new URL("./consumer/", import.meta.url);

/** Runs Deno in the consumer's folder. */
async function runDeno(
  args: readonly string[],
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return {
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test({
  name: "the package echoes for a consumer when it may use the net alone",
  permissions: { read: true, run: true },
  async fn() {
    const { success, stdout, stderr } = await runDeno([
      "run",
      "--check",
      "--no-prompt",
      "--allow-net",
      "main.ts",
    ]);

    assertEquals(success, true, stderr);
    assertEquals(stdout.split("\n"), [
      "server: Hello, World!",
      "client: Hello, World!",
      "server: ñandú 🦤",
      "client: ñandú 🦤",
      "",
    ]);
  },
});
