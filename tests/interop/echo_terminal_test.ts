import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type Child, type Command, example } from "../examples/_child.ts";
import {
  type Server,
  startDatagramSocat,
  startPeer,
  startSocat,
} from "./_peers.ts";

const permissions = {
  net: ["127.0.0.1"],
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
async function typeLine(
  server: Server,
  ...options: string[]
): Promise<Child> {
  const address = ["--host", "127.0.0.1", "--port", server.port];
  const command = example("echo.ts", "client", ...address, ...options);
  const terminal = atTerminal(command);
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

  Deno.test(`echo --udp client at a terminal ends with code 0 at ${name}`, {
    permissions,
  }, async () => {
    await using server = await startDatagramSocat();
    await using terminal = await typeLine(server, "--udp");
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

for (const options of [[], ["--udp"]]) {
  const name = ["deno", "task", "echo", "server", ...options].join(" ");
  Deno.test(`${name} at a terminal ends with code 0 at Ctrl-C`, {
    permissions,
  }, async () => {
    const project = fileURLToPath(new URL("../../", import.meta.url));
    const task = [Deno.execPath(), "task", "--cwd", project, "echo"] as const;
    const args = ["server", "--port", "0", ...options];
    await using terminal = atTerminal([...task, ...args]);
    await terminal.stdout.match(/listening on port \d+\r\n/);
    await terminal.write(CTRL_C);

    assertEquals((await terminal.outcome()).code, 0);
  });
}
