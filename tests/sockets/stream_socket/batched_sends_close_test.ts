import {
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ClosedError,
  type OutputStream,
  SocketError,
  type StreamSocket,
} from "../../../mod.ts";
import { ENDLESS, KIB, MIB, openTo, testEach } from "./_batched_sends.ts";
import { contentAt } from "./_content.ts";
import { leavingPeer } from "./_leaving_peer.ts";
import { callSize, MIXED_SIZES, Writes } from "./_writes.ts";

/** What ends the sending once everything was sent. */
type Closer = (socket: StreamSocket, stream: OutputStream) => Promise<void>;

const CLOSERS: Readonly<Record<string, Closer>> = {
  "StreamSocket.close()": (socket) => {
    socket.close();
    return socket[Symbol.asyncDispose]();
  },
  "OutputStream.close()": (_, stream) => stream.close(),
  "OutputStream.getWriter().close()": (_, stream) => stream.getWriter().close(),
};

for (const [name, close] of Object.entries(CLOSERS)) {
  testEach(
    `${name} during a flush sends all that was written, and then the end`,
    async (kind) => {
      await using pair = await openTo(kind);
      const { socket, stream, peer } = pair;
      const writes = new Writes(stream);
      writes.writeTo(16 * MIB, MIXED_SIZES);
      const flushed = stream.flushAsync();
      const closed = close(socket, stream);
      await assertRejects(
        () => stream.writeAsync(new Uint8Array(1)),
        ClosedError,
      );

      await peer.readSlowly(100_000);
      assertEquals(peer.received, writes.written);
      await writes.assertFulfilled();
      assertEquals(await flushed, true);
      await closed;
    },
  );

  testEach(
    `${name} during a flush ends with the error of the writes when the peer resets`,
    async (kind) => {
      const peer = await leavingPeer("reset", MIB);
      const socket = await kind.connect(peer.port);
      const writes = new Writes(socket.outputStream);
      writes.writeTo(ENDLESS, [16 * KIB]);
      const flushed = socket.outputStream.flushAsync();
      const closed = close(socket, socket.outputStream)
        .catch((error: unknown) => error);

      const received = await peer.left;
      const { error, fulfilledSize, rejected } = await writes.settled();
      assertGreater(rejected, 0);
      assertLess(received, fulfilledSize + 16 * KIB + callSize([]));
      assertStrictEquals(await assertRejects(() => flushed), error);
      assertInstanceOf(error, SocketError);
      // Closing the socket leaves it to the writes to tell.
      assertStrictEquals(
        await closed,
        name === "StreamSocket.close()" ? undefined : error,
      );
      await socket[Symbol.asyncDispose]();
    },
  );
}

testEach(
  "OutputStream.close() during a flush leaves reading open",
  async (kind) => {
    await using pair = await openTo(kind);
    const { socket, stream, peer } = pair;
    const writes = new Writes(stream);
    writes.writeTo(8 * MIB, [16 * KIB]);
    const closed = stream.close();
    await peer.conn.write(contentAt(0, 1000));
    const reply = await socket.inputStream.readAsync(new Uint8Array(1000));
    assertEquals(reply, contentAt(0, 1000));
    assertEquals(await peer.readToEnd(), "end");
    assertEquals(peer.received, writes.written);
    await closed;
  },
);

testEach(
  "StreamSocket.close() during a flush takes what is left when data is unread, whether the peer can read it or not",
  async (kind) => {
    await using pair = await openTo(kind);
    const { socket, stream, peer } = pair;
    await peer.conn.write(new Uint8Array(3));
    await socket.inputStream.readAsync(new Uint8Array(1));
    const writes = new Writes(stream);
    writes.writeTo(16 * MIB, MIXED_SIZES);
    const flushed = stream.flushAsync();
    socket.close();

    const ending = await peer.readToEnd();
    await writes.assertFulfilled();
    assertEquals(await flushed, true);
    // Without native calls it depends on whether the end had to wait for data.
    if (kind.resets) assertEquals(ending, "reset");
    // A reset takes what had not come yet.
    if (ending === "end") assertEquals(peer.received, writes.written);
    assertGreater(peer.received, 0);
  },
);
