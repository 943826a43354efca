import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  SendQueue,
  type SendQueueSink,
} from "../../../sockets/streams/_send_queue.ts";
import { bytesFrom, concat, turn } from "./_fakes.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

/** A sink that takes so much at once, in turn, and the rest when it waits. */
class EagerSink implements SendQueueSink {
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
    await turn();
    this.#pending = false;
    this.taken.push(bytes.slice());
    return bytes.length;
  }
}

Deno.test(
  "SendQueue sends many large chunks at once where the sink can, without a copy",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = new SendQueue(sink);
    const whole = bytesFrom(0, 40 * KIB);

    const writes = [5, 10, 20, 5].map((size, index, sizes) => {
      const start = sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
      return queue.write(whole.subarray(start * KIB, (start + size) * KIB));
    });
    await queue.flush();
    assertEquals(sink.calls, { now: 1, waited: 0 });
    assertEquals(await Promise.all(writes), [5, 10, 20, 5].map((n) => n * KIB));
    assertEquals(concat(sink.taken), whole);
  },
);

Deno.test(
  "SendQueue waits for a slab and for a single chunk, even where the sink could take them at once",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = new SendQueue(sink);

    for (let i = 0; i < 500; i++) queue.write(new Uint8Array(200));
    await queue.flush();
    queue.write(new Uint8Array(64 * KIB));
    await queue.flush();
    assertEquals(sink.calls, { now: 0, waited: 2 });
  },
);

Deno.test(
  "SendQueue sends a full slab at once, and fills it again",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = new SendQueue(sink);
    const whole = bytesFrom(0, 400 * KIB);

    const writes: Promise<number>[] = [];
    for (let offset = 0; offset < whole.length; offset += 200) {
      writes.push(queue.write(whole.subarray(offset, offset + 200)));
    }
    assertEquals(sink.calls, { now: 3, waited: 0 });
    await queue.flush();
    assertEquals(sink.calls, { now: 3, waited: 1 });
    assertEquals(await Promise.all(writes), Array(2048).fill(200));
    assertEquals(concat(sink.taken), whole);
  },
);

Deno.test(
  "SendQueue goes on where a full slab was taken in part",
  PURE,
  async () => {
    const sink = new EagerSink([1000, 0]);
    const queue = new SendQueue(sink);
    const whole = bytesFrom(0, 300 * KIB);

    for (let offset = 0; offset < whole.length; offset += 100) {
      queue.write(whole.subarray(offset, offset + 100));
    }
    await queue.close();
    assertEquals(concat(sink.taken), whole);
  },
);

Deno.test(
  "SendQueue lets other work have its turn while the sink takes all at once",
  PURE,
  async () => {
    const sink = new EagerSink();
    const queue = new SendQueue(sink);
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
  },
);

Deno.test(
  "SendQueue tells the failure of the call that waits after one that took a part",
  PURE,
  async () => {
    const failure = new Error("reset");
    const explained = new Error("explained");
    const sizes: number[] = [];
    const queue = new SendQueue({
      writeNow: () => 11 * KIB,
      write(bytes) {
        sizes.push(bytes.length);
        return Promise.reject(failure);
      },
      explain: (error) => error === failure ? explained : error,
    });

    const chunk = new Uint8Array(10 * KIB);
    const writes = [chunk, chunk, chunk].map((bytes) => queue.write(bytes));
    assertEquals(await Promise.allSettled(writes), [
      { status: "fulfilled", value: 10 * KIB },
      { status: "rejected", reason: explained },
      { status: "rejected", reason: explained },
    ]);
    // What was left of the second chunk.
    assertEquals(sizes, [9 * KIB]);
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
          const queue = new SendQueue(sink);
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
