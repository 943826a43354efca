import { assertEquals, assertThrows } from "@std/assert";
import { HResult, InvalidOperationError } from "../../../mod.ts";
import { chooseStateDirectory } from "../../../sockets/_broker/application.ts";
import { heldSockets } from "../../../sockets/_broker/broker_client.ts";
import {
  newStateDirectory,
  removeDirectory,
  run,
  TestBroker,
} from "./_broker_process.ts";
import { native, PASSING } from "./_sockets.ts";

Deno.test("A broker of another user is not trusted, nor is its client", {
  ...PASSING,
  // It takes root to act as another user.
  ignore: PASSING.ignore === true || native().call.getuid() !== 0,
}, async () => {
  await using broker = await TestBroker.start();
  const path = `${broker.directory}/broker.sock`;
  await run("chmod", "755", broker.directory);
  await run("chmod", "777", path);
  const client = asNobody("client", path);
  assertEquals(await readOutput(client), "refused");
  await broker.logged(/a program of the user 65534 was refused/);
  await client.stdin.close();
  await client.status;

  const foreign = newStateDirectory();
  await run("mkdir", "-m", "777", foreign);
  const server = asNobody("server", `${foreign}/broker.sock`);
  assertEquals(await readOutput(server), "listening");
  chooseStateDirectory(foreign);
  assertThrows(heldSockets, InvalidOperationError, "others may enter");
  await run("chmod", "700", foreign);
  const error = assertThrows(
    heldSockets,
    InvalidOperationError,
    `Cannot list the sockets: the broker in "${foreign}" belongs to another user`,
  );
  assertEquals(error.hresult, HResult.E_ACCESSDENIED);
  await server.stdin.close();
  await server.status;
  await removeDirectory(foreign);
});

function asNobody(...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-ffi",
      new URL("./_stranger.ts", import.meta.url).href,
      ...args,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

/** Reads once from a program, which may go on. */
async function readOutput(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}
