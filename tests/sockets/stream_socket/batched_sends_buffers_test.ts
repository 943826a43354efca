import { Buffer } from "node:buffer";
import { assertEquals, assertRejects } from "@std/assert";
import type { OutputStream } from "../../../mod.ts";
import {
  ENDLESS,
  KIB,
  MIB,
  openTo,
  testEach,
  turns,
} from "./_batched_sends.ts";
import { contentAt, fillContent } from "./_content.ts";

testEach(
  "OutputStream.writeAsync() sends a chunk below 4 KiB as it was at the call",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    let written = 0;
    for (const size of [1, 63, 64, 1200, 4095]) {
      const chunk = new Uint8Array(size);
      for (let i = 0; i < 500; i++) {
        fillContent(chunk, written);
        stream.writeAsync(chunk);
        chunk.fill(0xEE);
        written += size;
      }
    }
    await Promise.all([stream.close(), peer.readToEnd()]);
    assertEquals(peer.received, written);
  },
);

testEach(
  "OutputStream.writeAsync() is done with a large chunk when it resolves",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const received = peer.readSlowly(50_000);
    let written = 0;
    for (const size of [4096, 40_000, 64 * KIB, MIB]) {
      const chunks = [new Uint8Array(size), new Uint8Array(size)];
      for (let i = 0; i < 6; i++) {
        // Two at a time, so that native calls have several pieces.
        const writes = chunks.map((chunk, index) => {
          fillContent(chunk, written + index * size);
          return stream.writeAsync(chunk).then((count) => {
            chunk.fill(0xEE);
            return count;
          });
        });
        assertEquals(await Promise.all(writes), [size, size]);
        written += 2 * size;
      }
    }
    await stream.close();
    await received;
    assertEquals(peer.received, written);
  },
);

testEach(
  "OutputStream.pipeTo() sends chunks of every size right from a source that fills one buffer again",
  async (kind) => {
    const sizes = [1, 4095, 4096, 20_000, 64 * KIB - 1, 64 * KIB, 200_000];
    for (const size of sizes) {
      await using pair = await openTo(kind);
      const { stream, peer } = pair;
      const chunk = new Uint8Array(size);
      let rounds = 0;
      const piped = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (rounds === 40) return controller.close();
          fillContent(chunk, rounds++ * size);
          controller.enqueue(chunk);
        },
      }, { highWaterMark: 0 }).pipeTo(stream);
      await Promise.all([piped, peer.readSlowly(100_000)]);
      assertEquals(peer.received, 40 * size);
    }
  },
);

testEach(
  "OutputStream.writeAsync() of no bytes resolves to 0, and sends nothing",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const nothing = new Uint8Array(0);
    assertEquals(await stream.writeAsync(nothing), 0);
    const writes = [100, 0, 5000, 0, 0, 40_000, 0].map((length, index, all) => {
      const position = all.slice(0, index).reduce((sum, each) => sum + each, 0);
      return stream.writeAsync(contentAt(position, length));
    });
    assertEquals(await Promise.all(writes), [100, 0, 5000, 0, 0, 40_000, 0]);
    await Promise.all([stream.close(), peer.readToEnd()]);
    assertEquals(peer.received, 45_100);
  },
);

testEach(
  "OutputStream.writeAsync() of no bytes resolves while others wait for the peer",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream } = pair;
    const waiting = assertRejects(
      () => stream.writeAsync(new Uint8Array(ENDLESS)),
      Error,
      "enough",
    );
    await turns(1);
    assertEquals(await stream.writeAsync(new Uint8Array(0)), 0);
    await stream.abort(new Error("enough"));
    await waiting;
  },
);

/** Bytes of every kind that a caller may have, in memory of their own. */
const MEMORIES: Readonly<Record<string, (length: number) => Uint8Array>> = {
  "a SharedArrayBuffer": (length) =>
    new Uint8Array(new SharedArrayBuffer(length)),
  "a SharedArrayBuffer that can grow": (length) =>
    new Uint8Array(
      new SharedArrayBuffer(length, { maxByteLength: 2 * length }),
    ),
  "a resizable ArrayBuffer": (length) =>
    new Uint8Array(new ArrayBuffer(length, { maxByteLength: 2 * length })),
  "a WebAssembly memory": (length) =>
    new Uint8Array(new WebAssembly.Memory({ initial: 4 }).buffer, 5, length),
  "a shared WebAssembly memory": (length) => {
    const memory = new WebAssembly.Memory({
      initial: 4,
      maximum: 4,
      shared: true,
    });
    return new Uint8Array(memory.buffer, 5, length);
  },
  "a Node Buffer": (length) => Buffer.alloc(length),
  "a Node Buffer of the pool": (length) => Buffer.allocUnsafe(length),
  "the middle of a buffer": (length) =>
    new Uint8Array(3 * length + 7).subarray(length + 7, 2 * length + 7),
};

/** Writes chunks of several sizes, each alone and among plain ones. */
function writeAll(
  stream: OutputStream,
  allocate: (length: number) => Uint8Array,
): { lengths: number[]; writes: Promise<number>[]; written: number } {
  const lengths: number[] = [];
  const writes: Promise<number>[] = [];
  let written = 0;
  for (const length of [1, 100, 4095, 4096, 40_000, 100_000]) {
    for (let i = 0; i < 9; i++) {
      // Every third chunk is a plain one.
      const chunk = i % 3 === 2 ? new Uint8Array(length) : allocate(length);
      fillContent(chunk, written);
      writes.push(stream.writeAsync(chunk));
      lengths.push(length);
      written += length;
    }
  }
  return { lengths, writes, written };
}

for (const [name, allocate] of Object.entries(MEMORIES)) {
  testEach(
    `OutputStream.writeAsync() sends the bytes of ${name}, in one batch and one by one`,
    async (kind) => {
      await using pair = await openTo(kind);
      const { stream, peer } = pair;
      const { lengths, writes, written } = writeAll(stream, allocate);
      await Promise.all([stream.flushAsync(), peer.readTo(written)]);
      assertEquals(await Promise.all(writes), lengths);

      for (const length of [100, 4096, 100_000]) {
        const chunk = allocate(length);
        fillContent(chunk, peer.received);
        const [count] = await Promise.all([
          stream.writeAsync(chunk),
          peer.readTo(peer.received + length),
        ]);
        assertEquals(count, length);
      }
      await Promise.all([stream.close(), peer.readToEnd()]);
      assertEquals(peer.received, written + 104_196);
    },
  );
}

testEach(
  "OutputStream.writeAsync() is not stopped by a buffer whose other parts change",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const whole = new Uint8Array(300_000);
    const chunk = whole.subarray(100_000, 200_000);
    fillContent(chunk, 0);
    const write = stream.writeAsync(chunk);
    whole.fill(0xEE, 0, 100_000);
    whole.fill(0xEE, 200_000);
    await Promise.all([peer.readTo(100_000), write]);
    assertEquals(peer.received, 100_000);
  },
);
