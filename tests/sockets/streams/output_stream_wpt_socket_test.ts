/**
 * The standard's behaviour on the output stream of a connected `StreamSocket`.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { toBytes } from "@std/streams";
import { SocketError } from "../../../errors/socket_error.ts";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { closeAll, openPair } from "../stream_socket/_echo.ts";
import { bytesFrom, isPending, outcome } from "./_fakes.ts";
import { FakeReadable } from "./_writable_streams.ts";

const permissions = { net: ["127.0.0.1"] } satisfies Deno.PermissionOptions;
const reason = new Error("enough");
/** More than a system takes for a peer that does not read. */
const STUCK_SIZE = 64 * 1024 * 1024;

Deno.test(
  "StreamSocket.outputStream sends what a writer writes, and its close() ends the data",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const received = toBytes(server.inputStream);
    const writer = client.outputStream.getWriter();
    for (let i = 0; i < 100; i++) {
      await writer.ready;
      writer.write(bytesFrom(i * 100, 100));
    }

    assertEquals(await writer.close(), undefined);
    await writer.closed;
    assertEquals(await received, bytesFrom(0, 10_000));
    assertEquals(writer.desiredSize, 0);
    await assertRejects(() => writer.close(), TypeError);
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.outputStream goes on with the next writer when one lets go of its writes",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const received = toBytes(server.inputStream);
    const writer = client.outputStream.getWriter();
    const write = writer.write(bytesFrom(0, 1000));
    const closed = outcome(writer.closed);
    writer.releaseLock();
    const next = client.outputStream.getWriter();
    next.write(bytesFrom(1000, 1000));
    await next.close();

    assertInstanceOf(await closed, TypeError);
    assertEquals(await write, undefined);
    assertEquals(await received, bytesFrom(0, 2000));
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.outputStream is not ready while the peer does not read, and ready when it does",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const writer = client.outputStream.getWriter();
    const write = writer.write(new Uint8Array(STUCK_SIZE));
    const { ready } = writer;

    assertEquals(writer.desiredSize, HIGH_WATER_MARK - STUCK_SIZE);
    assert(await isPending(ready));
    const received = toBytes(server.inputStream);
    await Promise.all([write, ready]);
    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
    await writer.close();
    assertEquals((await received).length, STUCK_SIZE);
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.outputStream rejects all with the reason when a writer aborts that is stuck",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const writer = client.outputStream.getWriter();
    const pending = [
      writer.write(new Uint8Array(STUCK_SIZE)),
      writer.write(new Uint8Array(1)),
      writer.ready,
      writer.closed,
    ];
    for (const promise of pending) assert(await isPending(promise));
    const results = pending.map(outcome);

    assertEquals(await writer.abort(reason), undefined);
    for (const result of await Promise.all(results)) {
      assertStrictEquals(result, reason);
    }
    assertStrictEquals(await outcome(writer.ready), reason);
    assertEquals(writer.desiredSize, null);
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.outputStream tells one failure to write(), ready and closed when the peer has gone",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const writer = client.outputStream.getWriter();
    const closed = outcome(writer.closed);
    await closeAll(server);

    const failure = await assertRejects(async () => {
      // The system takes some before it hears of the peer.
      for (;;) await writer.write(new Uint8Array(1));
    }, SocketError);
    assertStrictEquals(await closed, failure);
    assertStrictEquals(await outcome(writer.ready), failure);
    assertEquals(writer.desiredSize, null);
    await assertRejects(() => writer.close(), TypeError);
    assertEquals(await writer.abort(reason), undefined);
    await closeAll(client);
  },
);

Deno.test(
  "StreamSocket.outputStream takes pipes one after the other with preventClose, and pipeThrough()",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const echoed = server.inputStream.pipeTo(server.outputStream);
    for (const offset of [0, 1000]) {
      const source = ReadableStream.from([bytesFrom(offset, 1000)]);
      await source.pipeTo(client.outputStream, { preventClose: true });
      assert(!client.outputStream.locked);
    }
    const replies = ReadableStream.from([bytesFrom(2000, 1000)]).pipeThrough({
      readable: client.inputStream,
      writable: client.outputStream,
    });

    assertEquals(await toBytes(replies), bytesFrom(0, 3000));
    await echoed;
    await closeAll(client, server);
  },
);

Deno.test(
  "StreamSocket.outputStream cancels the source of a pipe when the peer has gone",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const { readable, controller, cancelReasons } = new FakeReadable();
    const piped = outcome(readable.pipeTo(client.outputStream));
    await closeAll(server);
    while (await isPending(piped)) controller.enqueue(new Uint8Array(1));

    const failure = await piped;
    assertInstanceOf(failure, SocketError);
    assertEquals(cancelReasons.length, 1);
    assertStrictEquals(cancelReasons[0], failure);
    await closeAll(client);
  },
);

Deno.test(
  "StreamSocket.outputStream is aborted by the signal of a pipe",
  { permissions },
  async () => {
    const { client, server } = await openPair();
    const { readable, cancelReasons } = new FakeReadable();
    const aborter = new AbortController();
    const { outputStream } = client;
    const piped = readable.pipeTo(outputStream, { signal: aborter.signal });
    assert(await isPending(piped));
    aborter.abort(reason);

    assertStrictEquals(await outcome(piped), reason);
    assertEquals(cancelReasons, [reason]);
    const { closed } = outputStream.getWriter();
    assertStrictEquals(await outcome(closed), reason);
    await closeAll(client, server);
  },
);

for (const locked of [true, false]) {
  Deno.test(
    `StreamSocket.close() ends the output stream ${
      locked ? "of a writer" : "that a pipe has locked"
    }`,
    { permissions: { net: ["127.0.0.1"] } },
    async () => {
      const { client, server } = await openPair();
      const { outputStream } = client;
      const { readable, cancelReasons } = new FakeReadable();
      const ended = locked
        ? outputStream.getWriter().closed
        : readable.pipeTo(outputStream);
      const noted = outcome(ended);
      await closeAll(client, server);

      assert(!await isPending(noted));
      assertEquals(cancelReasons.length, locked ? 0 : 1);
    },
  );
}
