import {
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ArgumentError, InvalidOperationError } from "../../../mod.ts";
import { ENDLESS, KIB, openTo, testEach } from "./_batched_sends.ts";
import { contentAt, fillContent } from "./_content.ts";

/** Takes a buffer away from whoever has it, as a worker that is sent it does. */
function transfer({ buffer }: Uint8Array<ArrayBuffer>): void {
  structuredClone(buffer, { transfer: [buffer] });
}

/** Makes the content of the stream in a buffer of its own. */
function ownContent(position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  fillContent(bytes, position);
  return bytes;
}

testEach(
  "OutputStream.writeAsync() rejects a buffer that was transferred before the call, and goes on",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    for (const size of [100, 64 * KIB]) {
      const chunk = new Uint8Array(size);
      transfer(chunk);
      stream.writeAsync(contentAt(peer.received, 100));
      await assertRejects(
        () => stream.writeAsync(chunk),
        ArgumentError,
        "transferred",
      );
      await Promise.all([
        stream.writeAsync(contentAt(peer.received + 100, 100)),
        peer.readTo(peer.received + 200),
      ]);
    }
    await Promise.all([stream.close(), peer.readToEnd()]);
    assertEquals(peer.received, 400);
  },
);

testEach(
  "OutputStream.writeAsync() sends small chunks although their buffer is transferred or resized after the call",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const transferred = ownContent(0, 4000);
    const resizable = new ArrayBuffer(4000, { maxByteLength: 8000 });
    const resized = new Uint8Array(resizable);
    fillContent(resized, 4000);
    const writes = [stream.writeAsync(transferred), stream.writeAsync(resized)];
    transfer(transferred);
    resizable.resize(10);
    assertEquals(await Promise.all(writes), [4000, 4000]);
    await Promise.all([stream.close(), peer.readToEnd()]);
    assertEquals(peer.received, 8000);
  },
);

/** A large chunk that is taken away between the call and the sending. */
interface TakenChunk {
  readonly chunk: Uint8Array;
  takeAway(): void;
}

const TAKEN_CHUNKS: Readonly<Record<string, () => TakenChunk>> = {
  transferred() {
    const chunk = new Uint8Array(100_000);
    return { chunk, takeAway: () => transfer(chunk) };
  },
  shrunk() {
    const buffer = new ArrayBuffer(100_000, { maxByteLength: 200_000 });
    const chunk = new Uint8Array(buffer, 0, 100_000);
    return { chunk, takeAway: () => buffer.resize(50_000) };
  },
  grown() {
    const buffer = new ArrayBuffer(100_000, { maxByteLength: 200_000 });
    const chunk = new Uint8Array(buffer);
    return { chunk, takeAway: () => buffer.resize(200_000) };
  },
};

for (const [name, make] of Object.entries(TAKEN_CHUNKS)) {
  testEach(
    `OutputStream.writeAsync() sends what comes before a large chunk that was ${name}, and fails from there on`,
    async (kind) => {
      await using pair = await openTo(kind);
      const { stream, peer } = pair;
      const { chunk, takeAway } = make();
      const before = [100, 20_000, 4096, 10].map((length, index, all) => {
        const start = all.slice(0, index).reduce((sum, each) => sum + each, 0);
        return stream.writeAsync(contentAt(start, length));
      });
      const after = [chunk, new Uint8Array(10), new Uint8Array(50_000)]
        .map((bytes) => stream.writeAsync(bytes));
      takeAway();

      assertEquals(await Promise.all(before), [100, 20_000, 4096, 10]);
      const error = await assertRejects(
        () => stream.flushAsync(),
        InvalidOperationError,
        'Cannot send "100000" bytes',
      );
      for (const write of [...after, stream.writeAsync(new Uint8Array(1))]) {
        assertStrictEquals(await assertRejects(() => write), error);
      }
      assertEquals(await peer.readToEnd(), kind.resets ? "reset" : "end");
      assertEquals(peer.received, 24_206);
    },
  );
}

testEach(
  "OutputStream.writeAsync() fails when a large chunk is transferred while a part of it was sent",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const chunk = ownContent(0, ENDLESS);
    const write = stream.writeAsync(chunk).catch((error: unknown) => error);
    await peer.readTo(100_000);
    transfer(chunk);
    await peer.readToEnd();
    assertGreaterOrEqual(peer.received, 100_000);
    assertLess(peer.received, ENDLESS);
    assertInstanceOf(await write, InvalidOperationError);
  },
);
