import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { adoptListener } from "../../../sockets/_transport/adopt.ts";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { joinListeners } from "../../../sockets/_transport/joined_listener.ts";
import { ACCEPT_CANCELLED } from "../../../sockets/_transport/listener_transport.ts";
import { listenTcp } from "../../../sockets/_transport/listen_tcp.ts";
import { listenNatively } from "../../../sockets/_transport/native_listener_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";

const ignore = !hasNativeSockets();
const LOCAL = { hostname: "127.0.0.1", port: 0 };

Deno.test({
  name: "NativeListenerTransport.accept() rejects as aborted after a close",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    const accepting = assertRejects(() => listener.accept(), SocketError);
    await listener.close();
    await listener.close();
    const later = assertRejects(() => listener.accept(), SocketError);
    for (const { status } of [await accepting, await later]) {
      assertEquals(status, SocketErrorStatus.operationAborted);
    }
  },
});

Deno.test({
  name: "listenNatively() throws for a port that is taken",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    const error = assertThrows(
      () => listenNatively(listener.localAddress),
      SocketError,
      "Cannot listen on",
    );
    assertEquals(error.status, SocketErrorStatus.addressAlreadyInUse);
    await listener.close();
  },
});

Deno.test({
  name: "listenNatively() needs net for the address",
  ignore,
  permissions: { ffi: true, net: ["127.0.0.2"] },
  fn() {
    assertThrows(() => listenNatively(LOCAL), Deno.errors.NotCapable);
  },
});

Deno.test({
  name: "listenNatively() on :: accepts connections of both families",
  ignore,
  async fn() {
    const listener = listenNatively({ hostname: "::", port: 0 });
    const { port } = listener.localAddress;
    for (const hostname of ["127.0.0.1", "::1"]) {
      const accepting = listener.accept();
      const client = await connectTcp({ hostname, port });
      const server = await accepting;
      assertEquals(server.remoteAddress.port, client.localAddress.port);
      await client.close();
      await server.close();
    }
    await listener.close();
  },
});

Deno.test({
  name:
    "NativeListenerTransport.abandon() leaves what waits to be accepted to another",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    const accepting = listener.accept();
    const aborted = assertRejects(() => accepting, SocketError);
    const copies = listener.descriptors.map((each) =>
      libc?.call.dup(each) ?? -1
    );
    await listener.abandon();
    await aborted;
    const client = await connectTcp(listener.localAddress);
    const successor = adoptListener(copies);
    const server = await successor.accept();
    assertEquals(server.remoteAddress.port, client.localAddress.port);
    await client.close();
    await server.close();
    await successor.close();
  },
});

Deno.test({
  name:
    "joinListeners() hands out what each has accepted after they were abandoned",
  ignore,
  async fn() {
    const first = listenNatively(LOCAL);
    const { port } = first.localAddress;
    const second = listenNatively({ hostname: "127.0.0.2", port });
    const joined = joinListeners([first, second]);
    assertEquals(joined.handover?.descriptors, [
      ...first.descriptors,
      ...second.descriptors,
    ]);
    const accepting = joined.accept();
    const clients = [
      await connectTcp({ hostname: "127.0.0.1", port }),
      await connectTcp({ hostname: "127.0.0.2", port }),
    ];
    const servers = [await accepting];
    // The other one has accepted as well, ahead of the next call.
    servers.push(await joined.accept());
    const ahead = joined.accept();
    joined.handover?.abandon();
    await assertRejects(() => ahead, SocketError);
    await assertRejects(() => joined.accept(), SocketError);
    assertEquals(
      servers.map(({ localAddress }) => localAddress.hostname).sort(),
      ["127.0.0.1", "127.0.0.2"],
    );
    for (const each of [...clients, ...servers]) await each.close();
  },
});

Deno.test({
  name: "joinListeners() cannot be handed over if one of them cannot",
  ignore,
  async fn() {
    const first = listenNatively(LOCAL);
    const { port } = first.localAddress;
    const second = listenTcp({ hostname: "127.0.0.2", port });
    const joined = joinListeners([first, second]);
    assertEquals(joined.handover, null);
    await joined.close();
  },
});

Deno.test({
  name:
    "NativeListenerTransport.cancelAccept() also ends an accept that leaves others their turn",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    // So many accepts in a row that never had to wait.
    for (let i = 0; i < 16; i++) {
      const client = await connectTcp(listener.localAddress);
      await (await listener.accept()).close();
      await client.close();
    }
    const accepting = listener.accept();
    listener.cancelAccept();
    assertEquals(
      await accepting.then(() => null, (error) => error),
      ACCEPT_CANCELLED,
    );
    await listener.close();
  },
});
