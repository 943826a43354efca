import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { queueBytes } from "../../../sockets/streams/_byte_outbox.ts";
import type { Outbox } from "../../../sockets/streams/_outbox.ts";
import {
  HIGH_WATER_MARK,
  SendQueue,
} from "../../../sockets/streams/_send_queue.ts";
import { SLAB_SIZE } from "../../../sockets/streams/_slab_pool.ts";
import {
  bytesFrom,
  callWith,
  concat,
  FakeSink,
  isPending,
  outcome,
  turn,
} from "./_fakes.ts";

const KIB = 1024;

interface Fixture {
  readonly sink: FakeSink;
  readonly queue: SendQueue;
  /** How many times the queue told its end. */
  readonly ends: { count: number };
}

function makeQueue(limit: (() => number) | null = null): Fixture {
  const sink = new FakeSink(limit);
  const ends = { count: 0 };
  const queue = queueBytes(sink, { onEnd: () => ends.count++ });
  return { sink, queue, ends };
}

/** How each promise has settled: its value, its reason or "pending". */
function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map(async (promise) => {
    if (await isPending(promise)) return "pending";
    return promise.catch((error) => error);
  }));
}

Deno.test(
  "SendQueue.write() sends the writes of one turn in one call of the sink",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();

    const writes = [1, 2, 3].map((byte) => queue.write(new Uint8Array([byte])));
    assertEquals(sink.pending, null);
    assertEquals(queue.queuedSize, 3);
    await Promise.resolve();
    assertEquals(sink.pending, new Uint8Array([1, 2, 3]));
    await sink.take();
    assertEquals(await Promise.all(writes), [1, 1, 1]);
    assertEquals(sink.calls.length, 1);
    assertEquals(queue.queuedSize, 0);
  },
);

Deno.test(
  "SendQueue.write() gathers what is written during a call of the sink for the next",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();

    queue.write(new Uint8Array([1]));
    await turn();
    queue.write(new Uint8Array([2]));
    await turn();
    queue.write(new Uint8Array([3]));
    assertEquals(sink.pending, new Uint8Array([1]));
    await sink.take();
    assertEquals(sink.pending, new Uint8Array([2, 3]));
    await sink.take();
    assertEquals(sink.pending, null);
  },
);

Deno.test("SendQueue.write() gives the rest again when the sink takes a part", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();

  const writes = [
    queue.write(new Uint8Array([1, 2])),
    queue.write(new Uint8Array([3])),
    queue.write(new Uint8Array([4, 5])),
  ];
  await turn();
  await sink.take(1);
  assertEquals(await outcomes(writes), ["pending", "pending", "pending"]);
  assertEquals(sink.pending, new Uint8Array([2, 3, 4, 5]));
  await sink.take(2);
  assertEquals(await outcomes(writes), [2, 1, "pending"]);
  await sink.take();
  assertEquals(await outcomes(writes), [2, 1, 2]);
});

Deno.test("SendQueue.write() copies a chunk below 4 KiB at the call", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const small = bytesFrom(1, 4 * KIB - 1);

  queue.write(small);
  small.fill(0);
  await turn();
  await sink.take();
  assertEquals(sink.taken, bytesFrom(1, 4 * KIB - 1));
});

Deno.test("SendQueue.write() passes a chunk of 4 KiB on as it is", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const large = new Uint8Array(12 * KIB).subarray(4 * KIB, 8 * KIB);

  const written = queue.write(large);
  await turn();
  assertEquals(sink.pending?.buffer, large.buffer);
  assertEquals(sink.pending?.byteOffset, 4 * KIB);
  await sink.take();
  assertEquals(await written, 4 * KIB);
});

Deno.test("SendQueue.write() keeps the order of small and large chunks", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue(() => Infinity);
  const whole = bytesFrom(0, 200 * KIB);
  const sizes = [10, 32 * KIB, 5, 7, 50 * KIB, 1, 33 * KIB, 100];
  let offset = 0;

  const writes = sizes.map((size) =>
    queue.write(whole.subarray(offset, offset += size))
  );
  assertEquals(await Promise.all(writes), sizes);
  assertEquals(sink.taken, whole.subarray(0, offset));
});

Deno.test(
  "SendQueue.write() keeps many small chunks between large ones in one slab",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();

    for (let i = 0; i < 4; i++) {
      queue.write(new Uint8Array([i]));
      queue.write(new Uint8Array(32 * KIB));
    }
    await turn();
    const slabs = new Set<ArrayBufferLike>();
    while (sink.pending !== null) {
      if (sink.pending.length === 1) slabs.add(sink.pending.buffer);
      await sink.take();
    }
    assertEquals(slabs.size, 1);
    assertEquals(sink.calls.map((call) => call.length), [
      ...[1, 32 * KIB, 1, 32 * KIB],
      ...[1, 32 * KIB, 1, 32 * KIB],
    ]);
  },
);

Deno.test(
  "SendQueue.write() sends a slab when the next chunk does not fit in",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const size = 3 * KIB;
    const fitting = Math.floor(SLAB_SIZE / size);
    const whole = bytesFrom(0, (fitting + 2) * size);

    const writes: Promise<number>[] = [];
    for (let offset = 0; offset < whole.length; offset += size) {
      writes.push(queue.write(whole.subarray(offset, offset + size)));
    }
    assertEquals(sink.pending?.length, fitting * size);
    await sink.take();
    assertEquals(sink.pending?.length, 2 * size);
    await sink.take();
    assertEquals(await Promise.all(writes), Array(fitting + 2).fill(size));
    assertEquals(sink.taken, whole);
  },
);

Deno.test("SendQueue.write() fills a slab to its last byte", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const size = 2 * KIB;

  for (let i = 0; i < SLAB_SIZE / size; i++) queue.write(new Uint8Array(size));
  assertEquals(sink.pending, null);
  await turn();
  assertEquals(sink.pending?.length, SLAB_SIZE);
  await sink.take();
  assertEquals(queue.queuedSize, 0);
});

Deno.test("SendQueue.write() does not touch a slab that is on its way", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const other = makeQueue();

  queue.write(bytesFrom(0, 100));
  await turn();
  other.queue.write(bytesFrom(50, 100));
  queue.write(bytesFrom(100, 100));
  await turn();
  await other.sink.take();
  await sink.take();
  await sink.take();
  assertEquals(sink.taken, bytesFrom(0, 200));
  assertEquals(other.sink.taken, bytesFrom(50, 100));
});

Deno.test("SendQueue.write() of no bytes resolves at once and sends nothing", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();

  queue.write(new Uint8Array([1]));
  assertEquals(await queue.write(new Uint8Array()), 0);
  await turn();
  await sink.take();
  assertEquals(sink.calls.length, 1);
});

Deno.test(
  "SendQueue.write() rejects what is no Uint8Array, and a buffer that was transferred",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const gone = new Uint8Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });

    for (
      const chunk of [
        undefined,
        null,
        "text",
        Symbol("symbol"),
        [1],
        {},
        gone,
        new ArrayBuffer(1),
      ]
    ) {
      await assertRejects(
        () => callWith(queue.write, queue, chunk),
        ArgumentError,
      );
    }
    await turn();
    assertEquals(sink.pending, null);
    assert(queue.isOpen);
  },
);

Deno.test("SendQueue.write() takes the views of a SharedArrayBuffer", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue(() => Infinity);

  assertEquals(await queue.write(new Uint8Array(new SharedArrayBuffer(0))), 0);
  await queue.write(new Uint8Array(new SharedArrayBuffer(3)).fill(7));
  assertEquals(sink.taken, new Uint8Array([7, 7, 7]));
});

Deno.test(
  "SendQueue fails when a large chunk is transferred before it is sent",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const large = new Uint8Array(40 * KIB);

    const writes = [
      queue.write(new Uint8Array([1])),
      queue.write(large),
      queue.write(new Uint8Array([2])),
    ];
    await turn();
    structuredClone(large.buffer, { transfer: [large.buffer] });
    await sink.take();
    const failure = queue.failure?.error;
    assert(failure instanceof InvalidOperationError);
    assertEquals(await outcomes(writes), [1, failure, failure]);
    assertEquals(sink.taken, new Uint8Array([1]));
  },
);

Deno.test(
  "SendQueue.flush() resolves after all earlier writes, and not after later ones",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const order: string[] = [];

    queue.write(new Uint8Array([1])).then(() => order.push("write 1"));
    queue.write(new Uint8Array([2])).then(() => order.push("write 2"));
    const flushed = queue.flush().then(() => void order.push("flush"));
    assertEquals(sink.pending, new Uint8Array([1, 2]));
    const later = queue.write(new Uint8Array([3]));
    await sink.take();
    await flushed;
    assertEquals(order, ["write 1", "write 2", "flush"]);
    assert(await isPending(later));
    await sink.take();
  },
);

Deno.test("SendQueue.flush() resolves at once when nothing is queued", {
  permissions: "none",
}, async () => {
  const { queue } = makeQueue();

  await queue.flush();
});

Deno.test("SendQueue.flush() waits for a write that is on its way", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();

  queue.write(new Uint8Array(3));
  await turn();
  const flushed = queue.flush();
  await sink.take(2);
  assert(await isPending(flushed));
  await sink.take();
  await flushed;
});

Deno.test("SendQueue.flush() rejects when an earlier write failed", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const failure = new Error("reset");

  queue.write(new Uint8Array([1]));
  const flushed = assertRejects(() => queue.flush());
  await sink.fail(failure);
  assertEquals(await flushed, failure);
  assertEquals(await assertRejects(() => queue.flush()), failure);
});

Deno.test(
  "SendQueue rejects exactly the writes that were not fully taken when the sink fails",
  { permissions: "none" },
  async () => {
    for (let taken = 0; taken < 6; taken++) {
      const { sink, queue, ends } = makeQueue();
      const failure = new Error("reset");
      const failures: unknown[] = [];
      queue.onFailure = (error) => failures.push(error);
      const rejected: number[] = [];

      const writes = [2, 1, 3].map((size, index) => {
        const write = queue.write(new Uint8Array(size));
        write.catch(() => rejected.push(index));
        return write;
      });
      await turn();
      if (taken > 0) await sink.take(taken);
      await sink.fail(failure);
      assertEquals(await outcomes(writes), [
        taken >= 2 ? 2 : failure,
        taken >= 3 ? 1 : failure,
        taken >= 6 ? 3 : failure,
      ]);
      assertEquals(rejected, rejected.toSorted());
      assertEquals(
        await assertRejects(() => queue.write(new Uint8Array(1))),
        failure,
      );
      assertEquals(queue.failure, { error: failure });
      assertEquals(failures, [failure]);
      assertEquals(ends.count, 1);
      assert(!queue.isOpen);
      assertEquals(queue.queuedSize, 0);
    }
  },
);

Deno.test(
  "SendQueue fails with a sink that throws instead of returning a promise",
  { permissions: "none" },
  async () => {
    const failure = new Error("thrown");
    const queue = queueBytes({
      write() {
        throw failure;
      },
    });
    const size = 31 * KIB;

    const writes = Array.from(
      { length: 6 },
      () => queue.write(new Uint8Array(size)),
    );
    assertEquals(await outcomes(writes), Array(6).fill(failure));
    assertEquals(await assertRejects(() => queue.flush()), failure);
  },
);

Deno.test(
  "SendQueue.write() settles when all is sent, or fails, while it is called",
  { permissions: "none" },
  async () => {
    const large = new Uint8Array(8 * KIB);
    const queue = queueBytes({
      write: (bytes) => Promise.resolve(bytes.length),
    });
    const writes = [queue.write(large)];
    large.buffer.transfer();
    // The last of them fills a slab, so that it is sent at once.
    for (let i = 0; i < 129; i++) writes.push(queue.write(new Uint8Array(KIB)));
    const failure = queue.failure?.error;
    assert(failure instanceof InvalidOperationError);
    assertEquals(await outcomes(writes), Array(130).fill(failure));
    assertEquals(await outcome(queue.close()), failure);
  },
);

Deno.test(
  "SendQueue.write() settles with its own batch, whatever comes after it",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const chunk = new Uint8Array(64);
    const first = Array.from({ length: 20 }, () => queue.write(chunk));
    queue.send();
    const later = queue.write(chunk);
    await sink.take();
    assertEquals(await outcomes([...first, later]), [
      ...Array(20).fill(64),
      "pending",
    ]);
    await sink.take();
    assertEquals(await later, 64);
  },
);

Deno.test(
  "SendQueue.abort() leaves what is on its way to the sink as it is",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const write = queue.write(bytesFrom(1, 1000));
    await turn();
    const { pending } = sink;
    await queue.abort(new Error("enough"));
    await outcome(write);

    // Others take slabs meanwhile.
    const others = Array.from({ length: 3 }, () => makeQueue());
    for (const other of others) other.queue.write(new Uint8Array(1000));
    assertEquals(pending, bytesFrom(1, 1000));
    await turn();
    for (const other of others) await other.sink.take();
    await sink.take();
  },
);

Deno.test(
  "SendQueue aborts the sink when a chunk that was transferred leaves a gap",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    const large = new Uint8Array(40 * KIB);
    const write = queue.write(large);
    large.buffer.transfer();
    const failure = await outcome(write);
    assert(failure instanceof InvalidOperationError);
    assertEquals(sink.abortReasons, [failure]);
    assertEquals(await outcome(queue.close()), failure);
  },
);

Deno.test(
  "SendQueue sends what comes before a chunk that was transferred",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue(() => Infinity);
    const large = new Uint8Array(8 * KIB);
    const writes = [
      queue.write(bytesFrom(0, 10)),
      queue.write(bytesFrom(10, 5 * KIB)),
      queue.write(large),
      queue.write(new Uint8Array(10)),
    ];
    large.buffer.transfer();
    const settled = await outcomes(writes);
    const failure = queue.failure?.error;
    assertEquals(settled, [10, 5 * KIB, failure, failure]);
    assertEquals(sink.taken, bytesFrom(0, 10 + 5 * KIB));
  },
);

Deno.test(
  "SendQueue does not end the process when nobody awaits writes that fail",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();

    queue.write(new Uint8Array([1]));
    queue.write(new Uint8Array(40 * KIB));
    await turn();
    await sink.fail(new Error("reset"));
    queue.write(new Uint8Array([2]));
    await turn();
    assert(queue.failure !== null);
  },
);

Deno.test("SendQueue.desiredSize and room tell of back-pressure", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();

  assertEquals(queue.desiredSize, HIGH_WATER_MARK);
  const open = queue.room;
  assertEquals(queue.room, open);
  await open;
  for (let i = 0; i < 8; i++) queue.write(new Uint8Array(32 * KIB));
  assertEquals(queue.desiredSize, 0);
  const room = queue.room;
  assertEquals(queue.room, room);
  assert(await isPending(room));
  await sink.take(1);
  await room;
  assertEquals(queue.room, room);
  queue.write(new Uint8Array(1));
  assert(queue.room !== room);
  assert(await isPending(queue.room));
});

Deno.test("SendQueue.room rejects when the sink fails, and stays so", {
  permissions: "none",
}, async () => {
  const { sink, queue } = makeQueue();
  const failure = new Error("reset");

  queue.write(new Uint8Array(HIGH_WATER_MARK));
  const room = queue.room;
  await turn();
  await sink.fail(failure);
  assertEquals(await assertRejects(() => room), failure);
  assertEquals(await assertRejects(() => queue.room), failure);
});

Deno.test("SendQueue.stop() refuses writes and still sends what is queued", {
  permissions: "none",
}, async () => {
  const { sink, queue, ends } = makeQueue();

  const written = queue.write(new Uint8Array([1]));
  queue.stop();
  await assertRejects(() => queue.write(new Uint8Array([2])), ClosedError);
  await assertRejects(() => queue.write(new Uint8Array()), ClosedError);
  await turn();
  await sink.take();
  assertEquals(await written, 1);
  assertEquals(sink.closed, 0);
  assertEquals(ends.count, 0);
});

Deno.test("SendQueue.close() drains, then closes the sink once", {
  permissions: "none",
}, async () => {
  const { sink, queue, ends } = makeQueue();

  const written = queue.write(new Uint8Array([1]));
  const closing = queue.close();
  assertEquals(queue.close(), closing);
  assertEquals(queue.closing, closing);
  assert(await isPending(closing));
  assertEquals(sink.closed, 0);
  await sink.take();
  await closing;
  assertEquals(await written, 1);
  await queue.close();
  assertEquals(sink.closed, 1);
  assertEquals(ends.count, 1);
  await assertRejects(() => queue.write(new Uint8Array([2])), ClosedError);
  await queue.flush();
});

Deno.test("SendQueue.close() of a sink without close() resolves", {
  permissions: "none",
}, async () => {
  const queue = queueBytes({
    write: (bytes) => Promise.resolve(bytes.length),
  });

  queue.write(new Uint8Array(3));
  await queue.close();
  assertEquals(queue.queuedSize, 0);
});

Deno.test("SendQueue.close() rejects when the sink fails before it or in it", {
  permissions: "none",
}, async () => {
  const failure = new Error("reset");
  for (const inClose of [false, true]) {
    const { sink, queue, ends } = makeQueue();
    sink.closing = inClose ? Promise.reject(failure) : Promise.resolve();
    sink.closing.catch(() => {});
    queue.write(new Uint8Array([1]));
    const closed = assertRejects(() => queue.close());
    await (inClose ? sink.take() : sink.fail(failure));
    assertEquals(await closed, failure);
    assertEquals(await assertRejects(() => queue.close()), failure);
    assertEquals(queue.failure, { error: failure });
    assertEquals(sink.closed, inClose ? 1 : 0);
    assertEquals(ends.count, 1);
  }
});

Deno.test(
  "SendQueue.abort() rejects all writes at once though the sink is stuck",
  { permissions: "none" },
  async () => {
    const { sink, queue, ends } = makeQueue();
    const reason = new Error("enough");

    const writes = [
      queue.write(new Uint8Array([1])),
      queue.write(new Uint8Array(40 * KIB)),
      queue.flush(),
      queue.close(),
    ];
    const settled = outcomes(writes);
    await queue.abort(reason);
    assertEquals(await settled, Array(4).fill(reason));
    assert(queue.isAborted);
    assertEquals(sink.abortReasons, [reason]);
    assertEquals(ends.count, 1);
    assertEquals(
      await assertRejects(() => queue.write(new Uint8Array([2]))),
      reason,
    );
    await queue.abort(new Error("again"));
    assertEquals(sink.abortReasons, [reason]);

    await sink.take();
    assertEquals(sink.pending, null);
    assertEquals(queue.queuedSize, 0);
  },
);

Deno.test(
  "SendQueue.abort() stays the failure when the call in flight or the close fails with it",
  { permissions: "none" },
  async () => {
    const reason = new Error("enough");
    const { sink, queue, ends } = makeQueue();
    queue.write(new Uint8Array([1]));
    await turn();
    await queue.abort(reason);
    await sink.fail(new Error("closed below"));
    assertEquals(queue.failure, { error: reason });
    assertEquals(ends.count, 1);

    const other = makeQueue();
    const closed = Promise.withResolvers<void>();
    other.sink.closing = closed.promise;
    const closing = assertRejects(() => other.queue.close());
    await turn();
    await other.queue.abort(reason);
    closed.reject(new Error("closed below"));
    await closing;
    assertEquals(other.queue.failure, { error: reason });
    assertEquals(other.ends.count, 1);
  },
);

Deno.test("SendQueue.abort() aborts the sink before it tells the end", {
  permissions: "none",
}, async () => {
  const order: string[] = [];
  const queue = queueBytes({
    write: () => new Promise(() => {}),
    abort: () => void order.push("abort"),
  }, { onEnd: () => order.push("end") });

  await queue.abort(new Error("enough"));
  assertEquals(order, ["abort", "end"]);
});

Deno.test("SendQueue.abort() rejects when the sink cannot be aborted", {
  permissions: "none",
}, async () => {
  for (const way of ["throws", "rejects"]) {
    const failure = new Error("stuck");
    let ends = 0;
    const queue = queueBytes({
      write: () => new Promise(() => {}),
      abort() {
        if (way === "throws") throw failure;
        return Promise.reject(failure);
      },
    }, { onEnd: () => ends++ });
    assertEquals(
      await assertRejects(() => queue.abort(new Error("enough"))),
      failure,
    );
    assertEquals(ends, 1);
  }
});

Deno.test("SendQueue.abort() does nothing after a failure or a close", {
  permissions: "none",
}, async () => {
  const failed = makeQueue();
  failed.queue.write(new Uint8Array([1]));
  await turn();
  await failed.sink.fail(new Error("reset"));
  await failed.queue.abort(new Error("enough"));
  assertEquals(failed.sink.abortReasons, []);
  assertEquals(failed.ends.count, 1);

  const closed = makeQueue();
  await closed.queue.close();
  await closed.queue.abort(new Error("enough"));
  assertEquals(closed.sink.abortReasons, []);
  assertEquals(closed.queue.failure, null);
  assertEquals(closed.ends.count, 1);
});

Deno.test("SendQueue.abort() during the close of the sink tells one end", {
  permissions: "none",
}, async () => {
  const { sink, queue, ends } = makeQueue();
  const closed = Promise.withResolvers<void>();
  sink.closing = closed.promise;

  const closing = queue.close();
  await turn();
  await queue.abort(new Error("enough"));
  assertEquals(sink.abortReasons.length, 1);
  closed.resolve();
  await closing;
  assertEquals(ends.count, 1);
});

Deno.test(
  "SendQueue does not keep what has settled while it never runs empty",
  { permissions: "none" },
  async () => {
    const { sink, queue } = makeQueue();
    let settled = 0;

    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 1500; i++) {
        // Of different lengths, so that they share no promise.
        queue.write(new Uint8Array(1 + i % 2)).then(() => settled++);
      }
      await turn();
      if (round > 0) await sink.take();
      // All but the last bytes: something is always on its way.
      await sink.take(2235);
      assertEquals(settled, 1500 * (round + 1) - 10);
      assertEquals(queue.queuedSize, 15);
    }
    while (sink.pending !== null) await sink.take();
    assertEquals(settled, 7500);
    assertEquals(sink.taken.length, 11250);
  },
);

Deno.test(
  "SendQueue delivers the writes in the order of the calls, whatever the sink takes",
  { permissions: "none" },
  async () => {
    const size = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 100 * KIB }) },
      { weight: 1, arbitrary: fc.constantFrom(4 * KIB - 1, 4 * KIB) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ size, pause: fc.boolean(), flush: fc.boolean() }),
          {
            maxLength: 40,
          },
        ),
        fc.array(fc.integer({ min: 1, max: 50 * KIB }), { minLength: 1 }),
        async (writes, limits) => {
          let call = 0;
          const { sink, queue } = makeQueue(() =>
            limits[call++ % limits.length] ?? 1
          );
          const chunks: Uint8Array[] = [];
          const written: Promise<number>[] = [];
          let offset = 0;
          for (const { size, pause, flush } of writes) {
            const chunk = bytesFrom(offset, size);
            offset += size;
            chunks.push(chunk.slice());
            written.push(queue.write(chunk));
            if (size < 4 * KIB) chunk.fill(0);
            if (flush) queue.flush();
            if (pause) await turn();
          }
          await queue.close();
          assertEquals(
            await Promise.all(written),
            writes.map(({ size }) => size),
          );
          assertEquals(sink.taken, concat(chunks));
        },
      ),
      { numRuns: 60 },
    );
  },
);

for (const count of [0, 5, -1, 1.5, NaN]) {
  Deno.test({
    name:
      `SendQueue.write() rejects when the sink says that it took ${count} of 4 bytes`,
    permissions: "none",
    async fn() {
      const queue = queueBytes({ write: () => Promise.resolve(count) });
      await assertRejects(
        () => queue.write(new Uint8Array(4)),
        InvalidOperationError,
        `"${count}"`,
      );
    },
  });
}

Deno.test({
  name:
    "SendQueue.send() sends what is queued at once, and nothing when nothing is",
  permissions: "none",
  async fn() {
    const calls: number[] = [];
    const queue = queueBytes({
      write(bytes) {
        calls.push(bytes.length);
        return Promise.resolve(bytes.length);
      },
    });
    queue.send();
    assertEquals(calls, []);
    const written = queue.write(new Uint8Array(3));
    queue.send();
    assertEquals(calls, [3]);
    await written;
    queue.send();
    assertEquals(calls, [3]);
  },
});

/** An outbox of chunks that counts each as one more than its bytes. */
class CountingOutbox implements Outbox {
  readonly refusesSome: boolean;
  readonly chunks: Uint8Array[] = [];
  readonly sent: Uint8Array[] = [];
  /** Why chunks are refused. */
  refusal: Error | null = null;

  constructor(refusesSome: boolean) {
    this.refusesSome = refusesSome;
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0;
  }

  sizeOf(length: number): number {
    return length === 0 ? 0 : length + 1;
  }

  refuse(): Error | null {
    return this.refusal;
  }

  append(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    return false;
  }

  send(): Promise<number> {
    const [first] = this.chunks;
    return Promise.resolve(this.sizeOf(first?.length ?? 0));
  }

  take(): void {
    this.sent.push(...this.chunks.splice(0, 1));
  }

  clear(): void {
    this.chunks.length = 0;
  }
}

Deno.test(
  "SendQueue counts a chunk for what Outbox.sizeOf() says, and resolves with its length",
  {
    permissions: "none",
  },
  async () => {
    const outbox = new CountingOutbox(false);
    const queue = new SendQueue(outbox);
    const writes = [1, 2, 3].map((size) => queue.write(new Uint8Array(size)));
    assertEquals(queue.queuedSize, 9);
    assertEquals(queue.desiredSize, HIGH_WATER_MARK - 9);
    assertEquals(await Promise.all(writes), [1, 2, 3]);
    assertEquals(queue.queuedSize, 0);
    assertEquals(outbox.sent.map(({ length }) => length), [1, 2, 3]);
  },
);

Deno.test(
  "SendQueue.write() of a chunk that counts for nothing is done at once",
  {
    permissions: "none",
  },
  async () => {
    const outbox = new CountingOutbox(false);
    const queue = new SendQueue(outbox);
    assertEquals(await queue.write(new Uint8Array(0)), 0);
    const taken = new Uint8Array(1);
    taken.buffer.transfer();
    await assertRejects(() => queue.write(taken), ArgumentError);
    assertEquals(outbox.sent, []);
  },
);

Deno.test(
  "SendQueue.write() rejects a chunk that the outbox refuses, and goes on",
  {
    permissions: "none",
  },
  async () => {
    const outbox = new CountingOutbox(false);
    const queue = new SendQueue(outbox);
    outbox.refusal = new Error("not now");
    const refused = queue.write(new Uint8Array(1));
    const lent = queue.writeOfWebStream(new Uint8Array(1));
    // Nothing of it is for a flush to tell.
    await queue.flush();
    await assertRejects(() => refused, Error, "not now");
    await assertRejects(() => lent, Error, "not now");
    outbox.refusal = null;
    assertEquals(await queue.write(new Uint8Array(2)), 2);
  },
);

Deno.test(
  "SendQueue.flush() tells what was refused where Outbox.refusesSome, once",
  {
    permissions: "none",
  },
  async () => {
    const outbox = new CountingOutbox(true);
    const queue = new SendQueue(outbox);
    outbox.refusal = new Error("not now");
    // Nobody awaits it.
    queue.write(new Uint8Array(1)).catch(() => {});
    outbox.refusal = null;
    queue.write(new Uint8Array(2));
    await assertRejects(() => queue.flush(), Error, "not now");
    await queue.flush();
    assertEquals(outbox.sent.length, 1);
  },
);

Deno.test(
  "SendQueue gives each write a promise of its own where Outbox.refusesSome",
  {
    permissions: "none",
  },
  async () => {
    for (const refusesSome of [false, true]) {
      const queue = new SendQueue(new CountingOutbox(refusesSome));
      const writes = Array.from(
        { length: 50 },
        () => queue.write(new Uint8Array(1)),
      );
      assertEquals(new Set(writes).size === 50, refusesSome);
      await queue.flush();
    }
  },
);
