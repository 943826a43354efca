import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { adapterAddresses } from "../../../sockets/_transport/adapter.ts";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { joinListeners } from "../../../sockets/_transport/joined_listener.ts";
import { listenEverywhere } from "../../../sockets/_transport/listen_everywhere.ts";
import { listenTcp } from "../../../sockets/_transport/listen_tcp.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0 };

Deno.test("listenTcp() rejects a pending accept as aborted when it is closed", async () => {
  const listener = listenTcp(ANY_PORT);
  const accept = listener.accept();
  listener.close();
  const error = await assertRejects(() => accept, SocketError);
  assertEquals(error.status, SocketErrorStatus.operationAborted);
});

Deno.test("listenTcp() throws addressAlreadyInUse on a port that is taken", () => {
  const listener = listenTcp(ANY_PORT);
  const error = assertThrows(
    () => listenTcp(listener.localAddress),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
  listener.close();
});

Deno.test("listenTcp() throws cannotAssignRequestedAddress for the address of another machine", () => {
  const error = assertThrows(
    () => listenTcp({ hostname: "203.0.113.1", port: 0 }),
    SocketError,
  );
  assertEquals(error.status, SocketErrorStatus.cannotAssignRequestedAddress);
  assertStringIncludes(error.message, 'Cannot listen on "203.0.113.1:0"');
});

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`listenEverywhere() accepts from ${hostname}`, async () => {
    const listener = listenEverywhere(0, listenTcp);
    const { port } = listener.localAddress;
    const [client, server] = await Promise.all([
      connectTcp({ hostname, port }),
      listener.accept(),
    ]);
    assertEquals(server.remoteAddress.port, client.localAddress.port);
    client.close();
    server.close();
    listener.close();
  });
}

Deno.test("joinListeners() accepts from each of its listeners", async () => {
  const first = listenTcp(ANY_PORT);
  const { port } = first.localAddress;
  const second = listenTcp({ hostname: "127.0.0.2", port });
  const listener = joinListeners([first, second]);
  assertEquals(listener.localAddress.port, port);
  for (const hostname of ["127.0.0.1", "127.0.0.2", "127.0.0.1"]) {
    const [client, server] = await Promise.all([
      connectTcp({ hostname, port }),
      listener.accept(),
    ]);
    assertEquals(server.localAddress.hostname, hostname);
    client.close();
    server.close();
  }
  listener.close();
});

Deno.test("joinListeners() rejects a pending accept as aborted when it is closed", async () => {
  const first = listenTcp(ANY_PORT);
  const second = listenTcp({
    hostname: "127.0.0.2",
    port: first.localAddress.port,
  });
  const listener = joinListeners([first, second]);
  const accept = listener.accept();
  listener.close();
  const error = await assertRejects(() => accept, SocketError);
  assertEquals(error.status, SocketErrorStatus.operationAborted);
});

Deno.test("joinListeners() throws for no listeners", () => {
  assertThrows(() => joinListeners([]), TypeError);
});

Deno.test("adapterAddresses() gives the addresses of an interface", () => {
  const [loopback] = Deno.networkInterfaces()
    .filter(({ address }) => address === "127.0.0.1");
  const addresses = adapterAddresses(loopback?.name ?? "");
  assertEquals(addresses.includes("127.0.0.1"), true);
});

Deno.test("adapterAddresses() throws an ArgumentError that names the interfaces there are", () => {
  const error = assertThrows(() => adapterAddresses("nope0"), ArgumentError);
  const name = Deno.networkInterfaces()[0]?.name ?? "";
  assertStringIncludes(error.message, '"nope0"');
  assertStringIncludes(error.message, name);
});
