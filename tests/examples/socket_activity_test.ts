import { assertEquals } from "@std/assert";
import { hasNativeSockets } from "../../sockets/_transport/native_socket.ts";
import { TestBroker } from "../sockets/_broker/_broker_process.ts";
import { Child, example, exampleWith } from "./_child.ts";

/** Runs the client of the sample to its end. */
async function runClient(
  broker: TestBroker,
  ...args: string[]
): Promise<void> {
  const flags = [
    "--allow-ffi",
    "--allow-run",
    "--allow-env=WINRT_SOCKETS_BROKER",
  ];
  await using client = new Child(
    exampleWith(flags, "socket_activity/client.ts", ...args),
    { WINRT_SOCKETS_BROKER: broker.directory },
  );
  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "The broker has the socket\n",
    stderr: "",
  });
}

Deno.test({
  name:
    "SocketActivityStreamSocket sample: the task reads what comes after the client has ended, keeps the connection alive, and connects again",
  ignore: !hasNativeSockets(),
  async fn() {
    await using broker = await TestBroker.start();
    await using server = new Child(example("socket_activity/server.ts", "0"));
    const port = await server.stdout.match(/port (\d+)/);
    await runClient(broker, "localhost", port, "60000");
    await server.stdout.match(/has connected/);

    await server.write("Hello World\n");
    await broker.logged(/The server says: Hello World\n/);
    // The task has given the socket back: it is told of the next one as well.
    await broker.logged(/is done/);
    await server.write("Tr\u00e8s bien!\n");
    await broker.logged(/The server says: Tr\u00e8s bien!\n/);
    await broker.logged(/is done[^]*is done/);

    // The client runs again, and finds its socket with the broker.
    await runClient(broker, "localhost", port);
    await server.write("Again\n");
    await broker.logged(/The server says: Again\n/);
    await broker.logged(/is done[^]*is done[^]*is done/);

    await server.write("\n");
    await broker.logged(/Connected again\n/);
    await server.stdout.match(/has connected[^]*has connected/);
  },
});

Deno.test({
  name:
    "SocketActivityStreamSocket sample: the task is started when the keep-alive time is over",
  ignore: !hasNativeSockets(),
  async fn() {
    await using broker = await TestBroker.start();
    await using server = new Child(example("socket_activity/server.ts", "0"));
    const port = await server.stdout.match(/port (\d+)/);
    await runClient(broker, "127.0.0.1", port, "100");
    await server.stdout.match(/The client says: Keep alive/);
    // Once more, since the task transfers it with the same time.
    await server.stdout.match(/Keep alive[^]*Keep alive/);
  },
});
