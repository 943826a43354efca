import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { listenTcp } from "../../../sockets/_transport/listen_tcp.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0 };

async function closedPort(): Promise<number> {
  const listener = listenTcp(ANY_PORT);
  listener.close();
  await Promise.resolve();
  return listener.localAddress.port;
}

const ORIGINS = [undefined, { hostname: "127.0.0.1", port: 0 }];

for (const from of ORIGINS) {
  const how = from === undefined ? "" : " from a local address";

  Deno.test(`connectTcp()${how} rejects with connectionRefused where nobody listens`, async () => {
    const port = await closedPort();
    const error = await assertRejects(
      () => connectTcp({ hostname: "127.0.0.1", port }, { from }),
      SocketError,
      `Cannot connect to "127.0.0.1:${port}"`,
    );
    assertEquals(error.status, SocketErrorStatus.connectionRefused);
  });

  Deno.test(`connectTcp()${how} rejects with the reason of an aborted signal`, async () => {
    const listener = listenTcp(ANY_PORT);
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(
      () => connectTcp(listener.localAddress, { from, signal }),
      Error,
      "enough",
    );
    listener.close();
  });

  Deno.test({
    name:
      `connectTcp()${how} rejects with the reason of a signal while it connects`,
    // Only Linux leaves a connection hanging whose listener has a full queue.
    ignore: Deno.build.os !== "linux",
    async fn() {
      const listener = Deno.listen({ ...ANY_PORT, tcpBacklog: 0 });
      const to = listener.addr;
      const first = await connectTcp(to);
      const abort = new AbortController();
      const { signal } = abort;
      const second = connectTcp(to, { from, signal });
      const third = connectTcp(to, { from, signal });
      const ends = Promise.allSettled([second, third]);
      abort.abort(new Error("enough"));
      await assertRejects(() => third, Error, "enough");
      for (const end of await ends) {
        if (end.status === "fulfilled") end.value.close();
      }
      first.close();
      listener.close();
    },
  });
}

Deno.test("connectTcp() from a local address and port uses them", async () => {
  const listener = listenTcp(ANY_PORT);
  const port = await closedPort();
  const from = { hostname: "127.0.0.1", port };
  const [client, server] = await Promise.all([
    connectTcp(listener.localAddress, { from }),
    listener.accept(),
  ]);
  assertEquals(server.remoteAddress.port, port);
  assertEquals(client.localAddress.port, port);
  client.reset();
  server.close();
  listener.close();
});

Deno.test("connectTcp() rejects with cannotAssignRequestedAddress from the address of another machine", async () => {
  const listener = listenTcp(ANY_PORT);
  const from = { hostname: "203.0.113.1", port: 0 };
  const error = await assertRejects(
    () => connectTcp(listener.localAddress, { from }),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.cannotAssignRequestedAddress);
  assertStringIncludes(error.message, "203.0.113.1");
  listener.close();
});

Deno.test("connectTcp() rejects with addressAlreadyInUse from a port that is taken", async () => {
  const listener = listenTcp(ANY_PORT);
  const error = await assertRejects(
    () => connectTcp(listener.localAddress, { from: listener.localAddress }),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
  listener.close();
});

Deno.test({
  name: "connectTcp() rejects with NotCapable without the permission",
  permissions: { net: false },
  async fn() {
    for (const from of ORIGINS) {
      await assertRejects(
        () => connectTcp({ hostname: "127.0.0.1", port: 9 }, { from }),
        Deno.errors.NotCapable,
      );
    }
  },
});
