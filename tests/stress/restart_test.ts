import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Child, exampleWith } from "../examples/_child.ts";
import { TestBroker } from "../sockets/_broker/_broker_process.ts";

const RESTARTS = 20;
const MIN_RATE = 200;
const LOAD = fileURLToPath(new URL("_short_connections.ts", import.meta.url));

/** Starts the echo server, and waits until it has its listener. */
async function startServer(broker: TestBroker): Promise<{
  readonly server: Child;
  readonly port: string;
}> {
  const flags = [
    "--allow-ffi",
    "--allow-env=WINRT_SOCKETS_BROKER",
  ];
  const server = new Child(
    exampleWith(flags, "restartable_echo.ts", "0"),
    { WINRT_SOCKETS_BROKER: broker.directory },
  );
  return { server, port: await server.stdout.match(/port (\d+)/) };
}

Deno.test(
  `StreamSocketListener survives ${RESTARTS} restarts of its server by way of the broker, and no client notices`,
  async () => {
    await using broker = await TestBroker.start();
    let { server, port } = await startServer(broker);
    await using load = new Child([
      Deno.execPath(),
      "run",
      "--quiet",
      "--allow-net=127.0.0.1",
      LOAD,
      port,
    ]);
    await load.stdout.match(/Started/);
    for (let i = 0; i < RESTARTS; i++) {
      server.terminate();
      // It serves what it has accepted, and ends.
      const outcome = await server.outcome();
      assertEquals(outcome.code, 0, outcome.stderr);
      await server[Symbol.asyncDispose]();
      const next = await startServer(broker);
      assertEquals(next.port, port);
      server = next.server;
    }
    await load.write("\n");
    const { stdout, stderr } = await load.outcome();
    const [, result = ""] = stdout.split("\n");
    const { good, failures, perSecond } = JSON.parse(result);
    assertEquals(failures, [], stderr);
    assertGreaterOrEqual(perSecond, MIN_RATE, `${good} connections`);
    await server[Symbol.asyncDispose]();
  },
);
