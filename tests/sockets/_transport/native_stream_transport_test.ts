import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import {
  adoptConnection,
  adoptDatagram,
  adoptListener,
} from "../../../sockets/_transport/adopt.ts";
import { connectNatively } from "../../../sockets/_transport/connect_natively.ts";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import { listenNatively } from "../../../sockets/_transport/native_listener_transport.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import type { NativeStreamTransport } from "../../../sockets/_transport/native_stream_transport.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { READ_CANCELLED } from "../../../sockets/streams/_byte_reader.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { isPending } from "../streams/_fakes.ts";
import { read, readAll, readExactly, write, writeAll } from "./_io.ts";

const ignore = !hasNativeSockets();
const LOCAL = { hostname: "127.0.0.1", port: 0 };

/** A native connection, and its peer. */
async function openPair(): Promise<{
  readonly transport: NativeStreamTransport;
  readonly peer: StreamTransport;
}> {
  const listener = listenNatively(LOCAL);
  try {
    const accepting = listener.accept();
    const transport = await connectNatively(undefined, listener.localAddress);
    return { transport, peer: await accepting };
  } finally {
    await listener.close();
  }
}

/** Another descriptor of the same socket, as another process would have it. */
function duplicate(descriptor: number): number {
  return libc?.call.dup(descriptor) ?? -1;
}

Deno.test({
  name:
    "NativeStreamTransport.cancelRead() ends a read that has taken nothing, and the next read gets what comes",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    const pending = transport.read(new Uint8Array(8));
    assertEquals(await isPending(pending), true);
    transport.cancelRead();
    const reason = await pending.then(() => null, (error) => error);
    assertEquals(reason, READ_CANCELLED);
    await write(peer, new Uint8Array([1, 2, 3]));
    assertEquals(await readExactly(transport, 3), new Uint8Array([1, 2, 3]));
    await transport.close();
    await peer.close();
  },
});

Deno.test({
  name:
    "NativeStreamTransport.cancelRead() without a read leaves the next one alone",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    transport.cancelRead();
    await write(peer, new Uint8Array([1]));
    assertEquals(await read(transport, new Uint8Array(8)), 1);
    await transport.close();
    await peer.close();
  },
});

Deno.test({
  name:
    "NativeStreamTransport.abandon() tells the peer nothing while another has the socket, unread bytes included",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    await write(peer, new Uint8Array([1, 2, 3]));
    const other = duplicate(transport.descriptor);
    await transport.abandon();
    await transport.abandon();
    const successor = adoptConnection(other);
    await write(successor, new Uint8Array([9]));
    assertEquals(await readExactly(peer, 1), new Uint8Array([9]));
    assertEquals(await readExactly(successor, 3), new Uint8Array([1, 2, 3]));
    const end = readAll(peer);
    await successor.close();
    assertEquals(await end, new Uint8Array());
    await peer.close();
  },
});

Deno.test({
  name:
    "NativeStreamTransport.closeGracefully() is seen as an end whatever was read",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    await writeAll(peer, new Uint8Array(200_000));
    await transport.closeGracefully();
    await transport.closeGracefully();
    assertEquals(await read(peer, new Uint8Array(1)), null);
    await peer.close();
  },
});

Deno.test({
  name: "NativeStreamTransport refuses all use after it was closed",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    await transport.close();
    await transport.reset();
    assertEquals(transport.writeNow([new Uint8Array(100)]), 0);
    for (
      const use of [
        () => read(transport, new Uint8Array(1)),
        () => write(transport, new Uint8Array(1)),
        () => transport.closeWrite(),
      ]
    ) {
      const error = await assertRejects(use, SocketError);
      assertEquals(error.status, SocketErrorStatus.operationAborted);
    }
    await peer.close();
  },
});

Deno.test({
  name: "NativeStreamTransport.read() fills a buffer that is shared memory",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([5, 6, 7, 8]);
    await writeAll(peer, shared);
    const buffer = new Uint8Array(new SharedArrayBuffer(4));
    assertEquals(await read(transport, buffer), 4);
    assertEquals([...buffer], [5, 6, 7, 8]);
    assertEquals(await write(transport, shared), 4);
    assertEquals(await readExactly(peer, 4), new Uint8Array([5, 6, 7, 8]));
    await transport.close();
    await peer.close();
  },
});

Deno.test({
  name: "NativeStreamTransport.writeNow() throws when the peer has reset",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    await peer.reset();
    const error = assertThrows(
      () => transport.writeNow([new Uint8Array(100)]),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
    await transport.close();
  },
});

Deno.test({
  name: "connectNatively() rejects when nobody listens",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    const { localAddress } = listener;
    // The port is kept from others by a connection that nobody accepts.
    const peer = await connectNatively(undefined, localAddress);
    await listener.close();
    await peer.close();
    const error = await assertRejects(
      () => connectTcp(localAddress, { isTransferable: true }),
      SocketError,
    );
    assertEquals(error.status, SocketErrorStatus.connectionRefused);
  },
});

Deno.test({
  name: "connectNatively() binds to the local address that it is given",
  ignore,
  async fn() {
    const listener = listenNatively(LOCAL);
    const accepting = listener.accept();
    const from = { hostname: "127.0.0.9", port: 0 };
    const transport = await connectNatively(from, listener.localAddress);
    assertEquals(transport.localAddress.hostname, "127.0.0.9");
    const peer = await accepting;
    assertEquals(peer.remoteAddress, transport.localAddress);
    await assertRejects(
      () =>
        connectNatively(
          { hostname: "203.0.113.1", port: 0 },
          listener.localAddress,
        ),
      SocketError,
      'Cannot connect from "203.0.113.1:0"',
    );
    await listener.close();
    await transport.close();
    await peer.close();
  },
});

Deno.test({
  name: "connectNatively() gives up with the reason of its signal",
  ignore,
  async fn() {
    const listener = Deno.listen({ ...LOCAL, tcpBacklog: 1 });
    const to = { hostname: "127.0.0.1", port: listener.addr.port };
    // Nobody accepts; what does not fit into the queue is not answered.
    const queued = await Promise.all([1, 2].map(() => Deno.connect(to)));
    const abort = new AbortController();
    const connecting = connectNatively(undefined, to, abort.signal);
    assertEquals(await isPending(connecting), true);
    abort.abort("enough");
    assertEquals(await connecting.then(() => null, (e) => e), "enough");
    for (const conn of queued) conn.close();
    await listener.close();
  },
});

Deno.test({
  name: "connectNatively() needs net for the address",
  ignore,
  permissions: { ffi: true, net: ["127.0.0.1:1"] },
  async fn() {
    await assertRejects(
      () => connectNatively(undefined, { hostname: "127.0.0.1", port: 2 }),
      Deno.errors.NotCapable,
    );
  },
});

Deno.test({
  name: "adopt functions refuse descriptors that are not what they take",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    const listener = listenNatively(LOCAL);
    const [listening = -1] = listener.descriptors;
    for (const bad of [-1, 1.5, NaN, 2 ** 31]) {
      assertThrows(() => adoptConnection(bad), ArgumentError, `"${bad}"`);
      assertThrows(() => adoptListener(bad), ArgumentError, `"${bad}"`);
      assertThrows(() => adoptDatagram(bad), ArgumentError, `"${bad}"`);
    }
    assertThrows(() => adoptListener([]), ArgumentError, "one at least");
    // Not open, not connected, not listening, not for datagrams.
    for (
      const adopt of [
        () => adoptConnection(2 ** 31 - 1),
        () => adoptConnection(listening),
        () => adoptListener(transport.descriptor),
        () => adoptDatagram(transport.descriptor),
      ]
    ) {
      assertThrows(adopt, SocketError, "Cannot use the descriptor");
    }
    await listener.close();
    // Those that were refused are still open.
    await write(peer, new Uint8Array([1]));
    assertEquals(await read(transport, new Uint8Array(1)), 1);
    await transport.close();
    await peer.close();
  },
});

Deno.test({
  name:
    "NativeStreamTransport lets others have their turn while it never has to wait",
  ignore,
  async fn() {
    const { transport, peer } = await openPair();
    const { promise, resolve } = Promise.withResolvers<void>();
    let isOver = false;
    promise.then(() => isOver = true);
    setTimeout(resolve, 0);
    // What each round reads is there already.
    const message = new Uint8Array([1]);
    while (!isOver) {
      await write(transport, message);
      await read(peer, message);
    }
    await transport.close();
    await peer.close();
  },
});
