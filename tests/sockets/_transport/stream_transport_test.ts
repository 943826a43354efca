import {
  assert,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../../errors/socket_error_status.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { TRANSPORT_KINDS } from "./_pairs.ts";

/** Reads, with the classified error, as the byte reader does. */
async function read(
  transport: StreamTransport,
  buffer: Uint8Array,
): Promise<number | null> {
  try {
    return await transport.read(buffer);
  } catch (error) {
    throw transport.explainRead(error);
  }
}

/** Writes, with the classified error, as the send queue does. */
async function write(
  transport: StreamTransport,
  bytes: Uint8Array,
): Promise<number> {
  try {
    return await transport.write(bytes);
  } catch (error) {
    throw transport.explainWrite(error);
  }
}

/** Writes all bytes. */
async function writeAll(
  transport: StreamTransport,
  bytes: Uint8Array,
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await write(transport, rest));
  }
}

/** Reads to the end. */
async function readAll(transport: StreamTransport): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(50_000);
    const count = await read(transport, buffer);
    if (count === null) {
      return new Uint8Array(
        await new Blob(chunks.map((c) => c.slice())).arrayBuffer(),
      );
    }
    assertGreater(count, 0);
    chunks.push(buffer.subarray(0, count));
  }
}

const DEFAULTS = {
  keepAlive: false,
  noDelay: true,
  hopLimit: undefined,
  lowLatency: false,
  sendBufferSize: undefined,
  tcp: {},
};

for (const { name, open } of TRANSPORT_KINDS) {
  Deno.test(`StreamTransport (${name}) carries bytes both ways`, async () => {
    const { transport, peer } = await open();
    const there = crypto.getRandomValues(new Uint8Array(60_000));
    const back = crypto.getRandomValues(new Uint8Array(60_000));
    const [atPeer, here] = await Promise.all([
      readAll(peer),
      readAll(transport),
      writeAll(transport, there).then(() => transport.closeWrite()),
      writeAll(peer, back).then(() => peer.closeWrite()),
    ]);
    assertEquals(atPeer, there);
    assertEquals(here, back);
    await transport.close();
    await peer.close();
  });

  Deno.test(`StreamTransport (${name}) tells both addresses`, async () => {
    const { transport, peer } = await open();
    assertEquals(transport.localAddress.hostname, "127.0.0.1");
    assertEquals(transport.localAddress.port, peer.remoteAddress.port);
    assertEquals(transport.remoteAddress.port, peer.localAddress.port);
    await transport.close();
    await peer.close();
  });

  Deno.test(`StreamTransport.read() (${name}) fills a small buffer and keeps the rest`, async () => {
    const { transport, peer } = await open();
    await write(peer, new Uint8Array([1, 2, 3]));
    const buffer = new Uint8Array(2);
    assertEquals(await read(transport, buffer), 2);
    assertEquals(buffer, new Uint8Array([1, 2]));
    assertEquals(await read(transport, buffer), 1);
    assertEquals(buffer[0], 3);
    await transport.close();
    await peer.close();
  });

  Deno.test(`StreamTransport.read() (${name}) gives null at the end, again and again`, async () => {
    const { transport, peer } = await open();
    await peer.closeWrite();
    assertEquals(await read(transport, new Uint8Array(1)), null);
    assertEquals(await read(transport, new Uint8Array(1)), null);
    await transport.close();
    await peer.close();
  });

  Deno.test(`StreamTransport.closeWrite() (${name}) leaves reading open`, async () => {
    const { transport, peer } = await open();
    await transport.closeWrite();
    assertEquals(await read(peer, new Uint8Array(1)), null);
    await write(peer, new Uint8Array([9]));
    const buffer = new Uint8Array(1);
    assertEquals(await read(transport, buffer), 1);
    assertEquals(buffer[0], 9);
    await transport.close();
    await peer.close();
  });

  Deno.test(`StreamTransport.close() (${name}) rejects a pending read as aborted`, async () => {
    const { transport, peer } = await open();
    const pending = read(transport, new Uint8Array(1));
    const rejected = assertRejects(() => pending, SocketError);
    await transport.close();
    const error = await rejected;
    assertEquals(error.status, SocketErrorStatus.operationAborted);
    await peer.close();
  });

  Deno.test(`StreamTransport.close() (${name}) rejects a pending write as aborted`, async () => {
    const { transport, peer } = await open();
    const writes = writeAll(transport, new Uint8Array(64 << 20));
    const rejected = assertRejects(() => writes, SocketError);
    await read(peer, new Uint8Array(1));
    await transport.close();
    const error = await rejected;
    assertEquals(error.status, SocketErrorStatus.operationAborted);
    await peer.close();
  });

  Deno.test(`StreamTransport.close() (${name}) is seen as an end when all was read`, async () => {
    const { transport, peer } = await open();
    await write(peer, new Uint8Array([1]));
    await read(transport, new Uint8Array(1));
    await transport.close();
    assertEquals(await read(peer, new Uint8Array(1)), null);
    await peer.close();
  });

  Deno.test({
    name:
      `StreamTransport.close() (${name}) is seen as a reset when data was not read`,
    ignore: !hasNativeSockets(),
    async fn() {
      const { transport, peer } = await open();
      await write(peer, new Uint8Array([1, 2]));
      await read(transport, new Uint8Array(1));
      await transport.close();
      const error = await assertRejects(
        () => read(peer, new Uint8Array(1)),
        SocketError,
      );
      assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
      await peer.close();
    },
  });

  Deno.test({
    name: `StreamTransport.reset() (${name}) is seen as a reset`,
    ignore: !hasNativeSockets(),
    async fn() {
      const { transport, peer } = await open();
      await transport.reset();
      const error = await assertRejects(
        () => read(peer, new Uint8Array(1)),
        SocketError,
      );
      assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
      await peer.close();
    },
  });

  Deno.test({
    name: `StreamTransport.read() (${name}) rejects when the peer resets`,
    ignore: !hasNativeSockets(),
    async fn() {
      const { transport, peer } = await open();
      const pending = read(transport, new Uint8Array(1));
      await peer.reset();
      const error = await assertRejects(() => pending, SocketError);
      assertEquals(error.status, SocketErrorStatus.connectionResetByPeer);
      await transport.close();
    },
  });

  Deno.test(`StreamTransport.write() (${name}) rejects after the peer has gone`, async () => {
    const { transport, peer } = await open();
    await peer.reset();
    const error = await assertRejects(async () => {
      for (;;) await write(transport, new Uint8Array(1024));
    }, SocketError);
    assert([
      SocketErrorStatus.connectionResetByPeer,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ].some((status) => status === error.status));
    assertInstanceOf(error.cause, Error);
    await transport.close();
  });

  Deno.test(`StreamTransport.setOptions() (${name}) takes the portable options`, async () => {
    const { transport, peer } = await open();
    transport.setOptions({ ...DEFAULTS, keepAlive: true, noDelay: false });
    transport.setOptions(DEFAULTS);
    await transport.close();
    await peer.close();
  });
}
