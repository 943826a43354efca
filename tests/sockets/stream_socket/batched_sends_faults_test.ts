import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  type OutputStream,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import {
  type ConnectionKind,
  ENDLESS,
  KIB,
  MIB,
  openTo,
  testEach,
} from "./_batched_sends.ts";
import { type Ending, leavingPeer } from "./_leaving_peer.ts";
import { callSize, MIXED_SIZES, Writes } from "./_writes.ts";

/** The sizes of the chunks of a batch, in turn. */
const CHUNKS: Readonly<Record<string, readonly number[]>> = {
  "64 B": [64],
  "16 KiB": [16 * KIB],
  "64 KiB": [64 * KIB],
  "mixed sizes": MIXED_SIZES,
};

/** Linux tells a reset as EPIPE where an end was told before. */
const STATUS_OF_ENDING: Readonly<Record<Ending, SocketErrorStatus>> = {
  reset: SocketErrorStatus.connectionResetByPeer,
  close: SocketErrorStatus.softwareCausedConnectionAbort,
};

async function testLeavingPeer(
  kind: ConnectionKind,
  ending: Ending,
  chunks: readonly number[],
): Promise<void> {
  const peer = await leavingPeer(ending, MIB);
  const socket = await kind.connect(peer.port);
  const stream = socket.outputStream;
  const writes = new Writes(stream);
  writes.writeTo(ENDLESS, chunks);
  const flushed = stream.flushAsync().catch((error: unknown) => error);

  const received = await peer.left;
  const { error, fulfilledSize, rejected, firstRejectedSize } = await writes
    .settled();
  assertGreaterOrEqual(received, MIB);
  assertGreater(rejected, 0);
  // What took a part of its call tells so before it fails.
  const inFlight = kind.takesParts ? 0 : callSize(chunks);
  assertLess(received, fulfilledSize + firstRejectedSize + inFlight);
  assertInstanceOf(error, SocketError);
  assertEquals(error.status, STATUS_OF_ENDING[ending]);

  assertStrictEquals(await flushed, error);
  for (
    const late of [
      stream.writeAsync(new Uint8Array(1)),
      stream.writeAsync(new Uint8Array(64 * KIB)),
      stream.flushAsync(),
      stream.close(),
    ]
  ) {
    assertStrictEquals(await assertRejects(() => late), error);
  }
  await socket[Symbol.asyncDispose]();
}

for (const [name, chunks] of Object.entries(CHUNKS)) {
  testEach(
    `OutputStream.writeAsync() rejects what was not taken, with one error, when the peer resets amid ${name}`,
    (kind) => testLeavingPeer(kind, "reset", chunks),
  );
}

testEach(
  "OutputStream.writeAsync() rejects what was not taken, with one error, when the peer closes amid mixed sizes",
  (kind) => testLeavingPeer(kind, "close", MIXED_SIZES),
);

for (const [name, chunks] of Object.entries(CHUNKS)) {
  testEach(
    `OutputStream.writeAsync() rejects a batch of ${name} as a whole when the peer has reset before it`,
    async (kind) => {
      const peer = await leavingPeer("reset", 1);
      const socket = await kind.connect(peer.port);
      const writes = new Writes(socket.outputStream);
      writes.write(1);
      assertEquals(await peer.left, 1);
      writes.writeTo(MIB, chunks);
      const { error, fulfilledSize } = await writes.settled();
      assertEquals(fulfilledSize, 1);
      assertInstanceOf(error, SocketError);
      // node:net of Deno 2.9.6 writes twice, and tells how the second one failed.
      const ending = kind.takesParts ? "reset" : "close";
      assertEquals(error.status, STATUS_OF_ENDING[ending]);
      await socket[Symbol.asyncDispose]();
    },
  );
}

/** What ends the sending at once. */
type Aborter = (stream: OutputStream, reason: Error) => Promise<unknown>;

const ABORTERS: Readonly<Record<string, Aborter>> = {
  "OutputStream.abort()": (stream, reason) => stream.abort(reason),
  "OutputStream.getWriter().abort()": (stream, reason) =>
    stream.getWriter().abort(reason),
  "OutputStream.writeAsync() with a signal that aborts": (stream, reason) => {
    const abort = new AbortController();
    const { signal } = abort;
    const write = stream.writeAsync(new Uint8Array(64 * KIB), { signal });
    abort.abort(reason);
    return write.catch((error) => assertStrictEquals(error, reason));
  },
};

async function testAbort(
  kind: ConnectionKind,
  abort: Aborter,
  chunks: readonly number[],
  readFirst: number,
): Promise<void> {
  await using pair = await openTo(kind);
  const { socket, stream, peer } = pair;
  const writes = new Writes(stream);
  writes.writeTo(ENDLESS, chunks);
  const reason = new Error("enough");
  const flushed = assertRejects(() => stream.flushAsync());
  const read = assertRejects(
    () => socket.inputStream.readAsync(new Uint8Array(1)),
    SocketError,
  );
  await peer.readTo(readFirst);
  await abort(stream, reason);

  const { error, fulfilledSize, rejected, firstRejectedSize } = await writes
    .settled();
  assertGreater(rejected, 0);
  assertStrictEquals(error, reason);
  assertStrictEquals(await flushed, reason);
  assertEquals((await read).status, SocketErrorStatus.operationAborted);
  const late = assertRejects(() => stream.writeAsync(new Uint8Array(1)));
  assertStrictEquals(await late, reason);

  assertEquals(await peer.readToEnd(), kind.resets ? "reset" : "end");
  assertGreaterOrEqual(peer.received, readFirst);
  assertLess(
    peer.received,
    fulfilledSize + firstRejectedSize + callSize(chunks),
  );
  // Without a reset, all that the system has taken still arrives.
  if (!kind.resets) assertGreaterOrEqual(peer.received, fulfilledSize);
}

for (const [name, abort] of Object.entries(ABORTERS)) {
  for (const readFirst of [0, MIB]) {
    const when = readFirst === 0 ? "right after the writes" : "during a flush";
    testEach(
      `${name} ${when} rejects what was not taken with the reason, and tears the connection down`,
      (kind) => testAbort(kind, abort, MIXED_SIZES, readFirst),
    );
  }
}

testEach(
  "OutputStream.abort() during a flush rejects every write of 64 B that was not taken with the reason",
  (kind) =>
    testAbort(
      kind,
      (stream, reason) => stream.abort(reason),
      [64],
      MIB,
    ),
);
