import { createHash } from "node:crypto";
import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { DataWriter } from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  type BatchPair,
  CONNECTION_KINDS,
  type ConnectionKind,
  KIB,
  MIB,
  openTo,
  testEach,
  turns,
} from "./_batched_sends.ts";
import { contentAt, fillContent } from "./_content.ts";

testEach(
  "OutputStream.writeAsync() sends 100 MiB in one write",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const bytes = new Uint8Array(100 * MIB);
    fillContent(bytes, 0);
    const sent = stream.writeAsync(bytes);
    const closed = stream.close();
    const hash = createHash("sha256");
    const buffer = new Uint8Array(256 * KIB);
    for (
      let count = await peer.conn.read(buffer);
      count !== null;
      count = await peer.conn.read(buffer)
    ) hash.update(buffer.subarray(0, count));
    assertEquals(
      hash.digest("hex"),
      createHash("sha256").update(bytes).digest("hex"),
    );
    assertEquals(await sent, bytes.length);
    await closed;
  },
);

const MILLIONS = 10_000_000;
/** Once is enough: how the bytes are sent makes no difference to so many. */
const FASTEST = CONNECTION_KINDS.slice(0, 1);

testEach(
  "OutputStream.writeAsync() sends one byte ten million times",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const received = peer.readToEnd();
    const start = performance.now();
    const byte = new Uint8Array(1);
    const block = 100_000;
    for (let written = 0; written < MILLIONS; written += block) {
      for (const value of contentAt(written, block)) {
        byte[0] = value;
        stream.writeAsync(byte);
      }
      await stream.flushAsync();
    }
    await Promise.all([stream.close(), received]);
    assertEquals(peer.received, MILLIONS);
    assertLess(performance.now() - start, 20_000);
  },
  FASTEST,
);

testEach(
  "OutputStreamWriter.write() sends one byte ten million times, waiting where there is no room",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const received = peer.readToEnd();
    const start = performance.now();
    const writer = stream.getWriter();
    const byte = new Uint8Array(1);
    const block = 100_000;
    for (let written = 0; written < MILLIONS; written += block) {
      for (const value of contentAt(written, block)) {
        byte[0] = value;
        writer.write(byte);
        if ((writer.desiredSize ?? 0) <= 0) await writer.ready;
      }
    }
    await Promise.all([writer.close(), received]);
    assertEquals(peer.received, MILLIONS);
    assertLess(performance.now() - start, 20_000);
  },
  FASTEST,
);

/** The same with little room in the system, where that can be set. */
function withSmallBuffer(kind: ConnectionKind): ConnectionKind {
  if (!hasNativeSockets()) return kind;
  return {
    ...kind,
    async connect(port) {
      const socket = await kind.connect(port);
      socket.control.outboundBufferSizeInBytes = 16 * KIB;
      return socket;
    },
  };
}

/** Lengths around those at which something changes. */
const EDGES = [
  ...[0, 1, 63, 4095, 4096, 4097, 32_767, 32_768, 65_535, 65_536],
  ...[131_071, 131_072, 131_073],
];
const WAYS = ["writeAsync", "writer", "DataWriter", "pipeTo"] as const;

interface Step {
  readonly way: typeof WAYS[number];
  readonly length: number;
  /** How many times it is written. */
  readonly count: number;
  /** Whether others have their turn after it. */
  readonly pause: boolean;
}

/** Writes by every way in, in turn; none is waited for but a pipe. */
async function writeSteps(
  { stream }: BatchPair,
  steps: readonly Step[],
): Promise<number> {
  const data = new DataWriter(stream);
  const done: Promise<unknown>[] = [];
  let writer: WritableStreamDefaultWriter<Uint8Array> | null = null;
  let written = 0;
  for (const { way, length, count, pause } of steps) {
    const chunks = Array.from(
      { length: count },
      (_, index) => contentAt(written + index * length, length),
    );
    written += count * length;
    if (way === "writeAsync") {
      done.push(...chunks.map((chunk) => stream.writeAsync(chunk)));
    } else if (way === "writer") {
      writer ??= stream.getWriter();
      for (const chunk of chunks) done.push(writer.write(chunk));
    } else if (way === "DataWriter") {
      for (const chunk of chunks) {
        data.writeBytes(chunk);
        done.push(data.storeAsync());
      }
    } else {
      writer?.releaseLock();
      writer = null;
      await ReadableStream.from(chunks).pipeTo(stream, { preventClose: true });
    }
    if (pause) await turns(1);
  }
  writer?.releaseLock();
  await Promise.all(done);
  await stream.close();
  return written;
}

testEach(
  "OutputStream keeps the order of all ways in, and every byte, to a slow peer",
  async (kind) => {
    const step = fc.record({
      way: fc.constantFrom(...WAYS),
      length: fc.oneof(
        fc.constantFrom(...EDGES),
        fc.integer({ min: 0, max: 10_000 }),
      ),
      count: fc.integer({ min: 1, max: 12 }),
      pause: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 40 }),
        fc.array(fc.integer({ min: 1000, max: 200_000 }), { minLength: 1 }),
        async (steps, limits) => {
          await using pair = await openTo(withSmallBuffer(kind));
          const { peer } = pair;
          const writing = writeSteps(pair, steps);
          for (let i = 0; await peer.read(limits[i % limits.length]); i++) {
            await turns(i % 3);
          }
          assertEquals(peer.received, await writing);
        },
      ),
      { numRuns: 15 },
    );
  },
);

testEach(
  "OutputStream.writeAsync() sends every byte where the system takes a part at a time",
  async (kind) => {
    await using pair = await openTo(withSmallBuffer(kind));
    const { stream, peer } = pair;
    const lengths = [4 * KIB, 64, 64 * KIB, 20_000, 1, 32 * KIB, 100, 50_001];
    const writes: Promise<number>[] = [];
    let written = 0;
    for (let i = 0; i < 640; i++) {
      const length = lengths[i % lengths.length] ?? 0;
      writes.push(stream.writeAsync(contentAt(written, length)));
      written += length;
    }
    const closed = stream.close();
    await peer.readSlowly(10_007);
    assertEquals(peer.received, written);
    assertEquals(
      await Promise.all(writes),
      writes.map((_, index) => lengths[index % lengths.length] ?? 0),
    );
    await closed;
  },
);
