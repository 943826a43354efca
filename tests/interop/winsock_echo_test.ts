import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { Child, exampleWith } from "../examples/_child.ts";
import { randomBytes } from "../examples/_echo.ts";
import { startPeer, startSocat } from "./_peers.ts";

const SIZE = 3 * 1024 * 1024;

const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** Asserts that socat gets back what it sends to a server. */
async function assertEchoes(port: string): Promise<void> {
  const address = `TCP4:127.0.0.1:${port}`;
  // -t: how long to go on after one side has ended.
  await using socat = startPeer("socat", "-t", "60", "-", address);
  const input = randomBytes(SIZE);
  await socat.write(input);
  await socat.endInput();
  const output = await socat.stdout.bytes();
  assertEquals(output.length, input.length);
  assertEquals(Buffer.compare(output, input), 0);
  const { code, stderr } = await socat.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

for (const mode of ["blocking", "select", "wsapoll"]) {
  Deno.test(`winsock_echo_server serves socat in mode ${mode}`, {
    permissions,
  }, async () => {
    await using server = new Child(
      exampleWith(
        ["--allow-ffi"],
        "winsock_echo_server.ts",
        `--mode=${mode}`,
        "--port=0",
      ),
    );
    const port = await server.stdout.match(/^Listening on port (\d+)\n/);
    await assertEchoes(port);
    const both = [assertEchoes(port), assertEchoes(port)];
    await Promise.all(both);
  });
}

Deno.test("winsock_echo_client talks to socat", { permissions }, async () => {
  await using socat = await startSocat("EXEC:cat");
  const text = "a".repeat(100_000);
  await using client = new Child(
    exampleWith(
      ["--allow-ffi"],
      "winsock_echo_client.ts",
      `--port=${socat.port}`,
      `--text=${text}`,
    ),
  );
  assertEquals(await client.outcome(), {
    code: 0,
    stdout: `${text}\n`,
    stderr: "",
  });
});
