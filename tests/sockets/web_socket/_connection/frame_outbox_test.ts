import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { InvalidOperationError } from "../../../../errors/invalid_operation_error.ts";
import { SendQueue } from "../../../../sockets/streams/_send_queue.ts";
import { giveSlab, takeSlab } from "../../../../sockets/streams/_slab_pool.ts";
import { FrameOutbox } from "../../../../sockets/web_socket/_connection/frame_outbox.ts";
import { bytesFrom, FakeSink, outcome, turn } from "../../streams/_fakes.ts";
import { BINARY, PING, TEXT } from "../_raw_peer.ts";
import { bytesOf, decodeFrames, textFrames } from "./_frames.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;
const SIZES = [0, 1, 125, 126, 4 * KIB, 64 * KIB - 1, 64 * KIB, 300 * KIB];

interface Fixture {
  readonly sink: FakeSink;
  readonly outbox: FrameOutbox;
  readonly queue: SendQueue;
}

function open(
  options: { isMasked?: boolean; skipsEmpty?: boolean } = {},
  limit: (() => number) | null = () => Infinity,
): Fixture {
  const sink = new FakeSink(limit);
  const outbox = new FrameOutbox(sink, {}, {
    isMasked: false,
    skipsEmpty: false,
    ...options,
  });
  outbox.nextFirstByte = BINARY;
  return { sink, outbox, queue: new SendQueue(outbox) };
}

Deno.test("FrameOutbox makes a frame of each chunk", PURE, async () => {
  for (const isMasked of [false, true]) {
    const { sink, queue } = open({ isMasked });
    const writes = SIZES.map((size) => queue.write(bytesFrom(size, size)));
    assertEquals(await Promise.all(writes), SIZES);
    assertEquals(
      decodeFrames(sink.taken),
      SIZES.map((size) => ({
        firstByte: BINARY,
        isMasked,
        payload: bytesFrom(size, size),
      })),
    );
  }
});

Deno.test(
  "FrameOutbox sends the frames of one turn in one call",
  PURE,
  async () => {
    for (const isMasked of [false, true]) {
      const { sink, outbox, queue } = open({ isMasked });
      queue.write(bytesOf("a"));
      outbox.nextFirstByte = TEXT;
      queue.write(bytesOf("b"));
      queue.write(bytesOf(""));
      await queue.flush();
      assertEquals(sink.calls.length, 1);
      assertEquals(textFrames(sink.taken), [[BINARY, "a"], [TEXT, "b"], [
        TEXT,
        "",
      ]]);
    }
  },
);

Deno.test("FrameOutbox counts a frame as long as it is", PURE, () => {
  const sizes = [[0, 2], [125, 127], [126, 130], [65_535, 65_539], [
    65_536,
    65_546,
  ]];
  const plain = open();
  const masked = open({ isMasked: true });
  for (const [length = 0, size = 0] of sizes) {
    assertEquals(plain.outbox.sizeOf(length), size);
    assertEquals(masked.outbox.sizeOf(length), size + 4);
  }
});

Deno.test(
  "FrameOutbox leaves empty messages out where bytes alone count, but no control frame",
  PURE,
  async () => {
    const { sink, outbox, queue } = open({ skipsEmpty: true });
    assertEquals(await queue.write(new Uint8Array(0)), 0);
    await turn();
    assertEquals(sink.calls, []);
    outbox.nextFirstByte = PING;
    queue.write(new Uint8Array(0));
    await queue.flush();
    assertEquals(textFrames(sink.taken), [[PING, ""]]);
  },
);

Deno.test(
  "FrameOutbox refuses a message inside of another, and goes on",
  PURE,
  async () => {
    const { sink, outbox, queue } = open();
    outbox.nextFirstByte = null;
    await assertRejects(
      () => queue.write(bytesOf("a")),
      InvalidOperationError,
      "sendFinalFrameAsync first",
    );
    outbox.nextFirstByte = TEXT;
    await queue.write(bytesOf("b"));
    assertEquals(textFrames(sink.taken), [[TEXT, "b"]]);
  },
);

Deno.test("FrameOutbox copies a small chunk at the call", PURE, async () => {
  for (const isMasked of [false, true]) {
    const { sink, queue } = open({ isMasked });
    const chunk = bytesFrom(1, 4 * KIB - 1);
    queue.write(chunk);
    chunk.fill(0);
    await queue.flush();
    assertEquals(
      decodeFrames(sink.taken)[0]?.payload,
      bytesFrom(1, 4 * KIB - 1),
    );
  }
});

Deno.test("FrameOutbox copies what a web stream lends", PURE, async () => {
  for (const isMasked of [false, true]) {
    const { sink, queue } = open({ isMasked });
    const size = 63 * KIB;
    const chunk = bytesFrom(1, size);
    await queue.writeOfWebStream(chunk);
    chunk.fill(0);
    await queue.flush();
    assertEquals(decodeFrames(sink.taken)[0]?.payload, bytesFrom(1, size));
  }
});

Deno.test(
  "FrameOutbox passes a large payload on as it is if it is not masked",
  PURE,
  async () => {
    const { sink, queue } = open({}, null);
    const chunk = bytesFrom(1, 40 * KIB);
    const written = queue.write(chunk);
    await turn();
    assertEquals(sink.pending, new Uint8Array([BINARY, 126, 40 * 4, 0]));
    await sink.take();
    assertStrictEquals(sink.pending, chunk);
    await sink.take();
    assertEquals(await written, 40 * KIB);
  },
);

Deno.test(
  "FrameOutbox leaves the caller's bytes as they are",
  PURE,
  async () => {
    const { queue } = open({ isMasked: true });
    for (const size of SIZES) {
      const chunk = bytesFrom(1, size);
      await queue.write(chunk);
      assertEquals(chunk, bytesFrom(1, size));
    }
  },
);

Deno.test("FrameOutbox masks each frame with another key", PURE, async () => {
  const { sink, queue } = open({ isMasked: true });
  for (let i = 0; i < 10; i++) queue.write(new Uint8Array(4));
  await queue.flush();
  const keys = Array.from(
    { length: 10 },
    (_, i) => sink.taken.slice(i * 10 + 2, i * 10 + 6).toHex(),
  );
  assertEquals(new Set(keys).size, 10);
});

Deno.test("FrameOutbox keeps no slab once all was sent", PURE, async () => {
  for (const isMasked of [false, true]) {
    const { sink, queue } = open({ isMasked }, null);
    for (let i = 0; i < 2; i++) {
      queue.write(bytesOf("abc"));
      await turn();
      const buffer = sink.pending?.buffer;
      await sink.take();
      const slab = takeSlab();
      assertStrictEquals(slab.buffer, buffer);
      // Somebody else has it now: nothing may be written to it.
      slab.fill(0);
      queue.write(bytesOf("def"));
      await turn();
      assertEquals(slab, new Uint8Array(slab.length));
      await sink.take();
      giveSlab(slab);
    }
  }
});

Deno.test("FrameOutbox drops all when the sink fails", PURE, async () => {
  for (const isMasked of [false, true]) {
    const { sink, outbox, queue } = open({ isMasked }, null);
    const writes = SIZES.map((size) =>
      outcome(queue.write(new Uint8Array(size)))
    );
    await turn();
    const error = new Error("lost");
    await sink.fail(error);
    for (const failed of await Promise.all(writes)) {
      assertStrictEquals(failed, error);
    }
    assert(outbox.isEmpty);
  }
});

Deno.test(
  "FrameOutbox breaks off when a large chunk was taken away before it was sent",
  PURE,
  async () => {
    for (const isMasked of [false, true]) {
      const { sink, queue } = open({ isMasked }, null);
      const first = queue.write(bytesOf("first"));
      const chunk = new Uint8Array(100 * KIB);
      const second = outcome(queue.write(chunk));
      chunk.buffer.transfer();
      await turn();
      await sink.take();
      assertEquals(await first, 5);
      const error = await second;
      assert(error instanceof InvalidOperationError);
      assertEquals(error.message.includes("transferred"), true);
    }
  },
);

Deno.test(
  "FrameOutbox sends the same, however the sink takes it",
  PURE,
  async () => {
    const size = fc.oneof(
      fc.nat(200),
      fc.nat(10 * KIB),
      fc.integer({ min: 60 * KIB, max: 200 * KIB }),
    );
    const limits = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 100 * KIB }),
      ),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { maxLength: 8 }),
        limits,
        fc.boolean(),
        async (sizes, limits, isMasked) => {
          let call = 0;
          // Small steps alone would take too long.
          const limit = (): number =>
            call < 100 ? limits[call++ % limits.length] ?? 1 : 50 * KIB;
          const { sink, queue } = open({ isMasked }, limit);
          for (const [i, size] of sizes.entries()) {
            queue.write(
              bytesFrom(i, size),
            );
          }
          await queue.flush();
          assertEquals(
            decodeFrames(sink.taken).map(({ payload }) => payload),
            sizes.map((size, i) => bytesFrom(i, size)),
          );
        },
      ),
      { numRuns: 40 },
    );
  },
);
