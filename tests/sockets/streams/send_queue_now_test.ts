import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { queueBytes } from "../../../sockets/streams/_byte_outbox.ts";
import type { SendQueue } from "../../../sockets/streams/_send_queue.ts";
import type { OutputStreamSink } from "../../../sockets/streams/output_stream_sink.ts";
import { bytesFrom, concat, turn } from "./_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

/** A sink that takes so much at once, in turn, and the rest when it waits. */
class EagerSink implements OutputStreamSink {
  readonly taken: Uint8Array[] = [];
  /** How many calls took something at once, and how many waited. */
  readonly calls = { now: 0, waited: 0 };
  readonly #limits: readonly number[];
  #pending = false;

  constructor(limits: readonly number[] = [Infinity]) {
    this.#limits = limits;
  }

  writeNow(pieces: readonly Uint8Array[]): number {
    assert(!this.#pending, "A call while another waits");
    const limit = this.#limits[this.calls.now++ % this.#limits.length] ?? 0;
    const bytes = concat(pieces);
    const count = Math.min(limit, bytes.length);
    this.taken.push(bytes.subarray(0, count));
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    assert(!this.#pending, "A call while another waits");
    this.#pending = true;
    this.calls.waited++;
    // As the runtime's own: where nothing has to wait, no turn passes.
    await Promise.resolve();
    this.#pending = false;
    this.taken.push(bytes.slice());
    return bytes.length;
  }
}

function queueOver(sink: EagerSink): SendQueue {
  return queueBytes(sink, { writeNow: (pieces) => sink.writeNow(pieces) });
}

Deno.test(
  "SendQueue sends many large chunks at once where the sink can, without a copy",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = queueOver(sink);
    const whole = bytesFrom(0, 80 * KIB);

    const writes = [10, 20, 40, 10].map((size, index, sizes) => {
      const start = sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
      return queue.write(whole.subarray(start * KIB, (start + size) * KIB));
    });
    await queue.flush();
    assertEquals(sink.calls, { now: 1, waited: 0 });
    assertEquals(
      await Promise.all(writes),
      [10, 20, 40, 10].map((n) => n * KIB),
    );
    assertEquals(concat(sink.taken), whole);
  },
);

Deno.test(
  "SendQueue joins large chunks of less than 64 KiB together, even where the sink could take them at once",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = queueOver(sink);
    for (const size of [10, 20, 30]) queue.write(new Uint8Array(size * KIB));
    await queue.flush();
    assertEquals(sink.calls, { now: 0, waited: 1 });
  },
);

Deno.test(
  "SendQueue waits for a slab and for a single chunk, even where the sink could take them at once",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = queueOver(sink);

    for (let i = 0; i < 500; i++) queue.write(new Uint8Array(200));
    await queue.flush();
    queue.write(new Uint8Array(64 * KIB));
    await queue.flush();
    assertEquals(sink.calls, { now: 0, waited: 2 });
  },
);

Deno.test(
  "SendQueue lets other work have its turn while the sink takes all at once",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = queueOver(sink);
    const chunk = new Uint8Array(64 * KIB);
    let hadTurn = false;
    setImmediate(() => hadTurn = true);

    let flushes = 0;
    for (; !hadTurn && flushes < 100; flushes++) {
      queue.write(chunk);
      queue.write(chunk);
      await queue.flush();
    }
    assert(hadTurn);
    // And all of it went at once nevertheless.
    assertEquals(sink.calls, { now: flushes, waited: 0 });
  },
);

Deno.test(
  "SendQueue fails while other work has its turn, without a further call",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = queueOver(sink);
    const chunk = new Uint8Array(2048 * KIB);
    const writes = [chunk, chunk, chunk].map((bytes) => queue.write(bytes));
    queue.send();
    assertEquals(sink.calls, { now: 1, waited: 0 });
    const reason = new Error("enough");
    await queue.abort(reason);

    assertEquals(await Promise.allSettled(writes), [
      { status: "fulfilled", value: chunk.length },
      { status: "fulfilled", value: chunk.length },
      { status: "rejected", reason },
    ]);
    await turn();
    assertEquals(sink.calls, { now: 1, waited: 0 });
  },
);

Deno.test(
  "SendQueue fails when the call that does not wait tells the sink's failure",
  PURE,
  async () => {
    const failure = new Error("reset");
    const queue = queueBytes({
      write: () => Promise.reject(new Error("called after the failure")),
    }, {
      writeNow() {
        throw failure;
      },
    });
    const chunk = new Uint8Array(40 * KIB);
    const writes = Array.from({ length: 20 }, () => queue.write(chunk));
    const settled = await Promise.allSettled(writes);
    const expected = { status: "rejected" as const, reason: failure };
    assertEquals(settled, Array(20).fill(expected));
  },
);

Deno.test(
  "SendQueue tells the failure of the call that waits after one that took a part",
  PURE,
  async () => {
    const failure = new Error("reset");
    const explained = new Error("explained");
    const sizes: number[] = [];
    const queue = queueBytes({
      write(bytes) {
        sizes.push(bytes.length);
        return Promise.reject(failure);
      },
    }, {
      writeNow: () => 31 * KIB,
      explain: (error) => error === failure ? explained : error,
    });

    const chunk = new Uint8Array(30 * KIB);
    const writes = [chunk, chunk, chunk].map((bytes) => queue.write(bytes));
    assertEquals(await Promise.allSettled(writes), [
      { status: "fulfilled", value: 30 * KIB },
      { status: "rejected", reason: explained },
      { status: "rejected", reason: explained },
    ]);
    // What was left of the second chunk, and the third.
    assertEquals(sizes, [59 * KIB]);
  },
);

Deno.test(
  "SendQueue delivers the writes in the order of the calls, at once or not",
  PURE,
  async () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 40 * KIB }),
    );
    const limit = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 90 * KIB }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size, pause: fc.boolean() }), { maxLength: 40 }),
        fc.array(limit, { minLength: 1 }),
        async (steps, limits) => {
          const sink = new EagerSink(limits);
          const queue = queueOver(sink);
          const writes: Promise<number>[] = [];
          let appended = 0;
          for (const { size, pause } of steps) {
            writes.push(queue.write(bytesFrom(appended, size)));
            appended += size;
            if (pause) await turn();
          }
          await queue.close();
          assertEquals(
            await Promise.all(writes),
            steps.map((step) => step.size),
          );
          assertEquals(concat(sink.taken), bytesFrom(0, appended));
        },
      ),
      { numRuns: 60 },
    );
  },
);
