import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type Child, type Command, example } from "../examples/_child.ts";
import { type Server, startPeer, startSocat } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const CTRL_C = "\x03";
const CTRL_D = "\x04";

/** Runs a command at a terminal whose keyboard is the standard input. */
function atTerminal(command: Command): Child {
  const line = command.map((word) => `'${word}'`).join(" ");
  // Without exec, a shell such as dash stays in between, and Ctrl-C ends it.
  return startPeer("script", "-qec", `exec ${line}`, "/dev/null");
}

/** Runs the client at a terminal, types a line and waits until it comes back. */
async function typeLine(server: Server): Promise<Child> {
  const address = ["--host", "127.0.0.1", "--port", server.port];
  const terminal = atTerminal(example("echo.ts", "client", ...address));
  await terminal.write("hello\n");
  // Once as it is typed, and once as it comes back.
  await terminal.stdout.match(/^hello\r\nhello\r\n/);
  return terminal;
}

for (const [name, key] of [["Ctrl-C", CTRL_C], ["Ctrl-D", CTRL_D]] as const) {
  Deno.test(`echo client at a terminal ends with code 0 at ${name}`, {
    permissions,
  }, async () => {
    await using server = await startSocat("EXEC:cat");
    await using terminal = await typeLine(server);
    await terminal.write(key);

    assertEquals((await terminal.outcome()).code, 0);
  });
}

Deno.test("echo client at a terminal ends with code 0 when the server closes", {
  permissions,
}, async () => {
  await using server = await startSocat("EXEC:head -n 1");
  await using terminal = await typeLine(server);

  assertEquals((await terminal.outcome()).code, 0);
});

Deno.test("deno task echo server at a terminal ends with code 0 at Ctrl-C", {
  permissions,
}, async () => {
  const project = fileURLToPath(new URL("../../", import.meta.url));
  const task = [Deno.execPath(), "task", "--cwd", project, "echo"] as const;
  await using terminal = atTerminal([...task, "server", "--port", "0"]);
  await terminal.stdout.match(/listening on port \d+\r\n/);
  await terminal.write(CTRL_C);

  assertEquals((await terminal.outcome()).code, 0);
});
