import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import {
  ByteReader,
  READ_CANCELLED,
} from "../../../sockets/streams/_byte_reader.ts";
import { InputStream } from "../../../sockets/streams/input_stream.ts";
import {
  bytesFrom,
  concat,
  CountingSignal,
  FakeSource,
  isPending,
  turn,
} from "./_fakes.ts";

const KIB = 1024;

Deno.test(
  "ByteReader.read() resolves with the number of bytes, and with null at the end",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const target = new Uint8Array(4);

    source.give(1, 2);
    assertEquals(await reader.read(target), 2);
    assertEquals(target, new Uint8Array([1, 2, 0, 0]));
    source.end();
    assertEquals(await reader.read(target), null);
    assertEquals(await reader.read(target), null);
    assert(reader.ended);
    assertEquals(source.sizes.length, 2);
  },
);

Deno.test("ByteReader.read() reads straight into the target when it may", {
  permissions: "none",
}, async () => {
  const source = new FakeSource();
  const reader = new ByteReader(source);
  const target = new Uint8Array(100 * KIB);

  const read = reader.read(target);
  assertEquals(source.buffers[0]?.buffer, target.buffer);
  source.give(1);
  assertEquals(await read, 1);
});

Deno.test(
  "ByteReader.read() with a minimum waits for it and ends with fewer bytes at the end",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const target = new Uint8Array(4);

    const first = reader.read(target, { minimum: 3 });
    source.give(1, 2);
    assert(await isPending(first));
    source.give(3, 4);
    assertEquals(await first, 4);
    assertEquals(target, new Uint8Array([1, 2, 3, 4]));

    const last = reader.read(target, { minimum: 4 });
    source.give(5);
    source.end();
    assertEquals(await last, 1);
    assertEquals(target[0], 5);
  },
);

Deno.test(
  "ByteReader.read() never reads more than the target without readAhead",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const { signal } = new AbortController();

    source.giveBytes(bytesFrom(0, 10));
    await reader.read(new Uint8Array(3));
    await reader.read(new Uint8Array(4), { minimum: 4, signal });
    assertEquals(source.sizes, [3, 4]);
    assert(!reader.hasBuffered);

    const ahead = new Uint8Array(1);
    await reader.read(ahead, { readAhead: true });
    assertEquals(source.sizes, [3, 4, 4 * KIB]);
    assert(reader.hasBuffered);
    const rest = new Uint8Array(8);
    assertEquals(await reader.read(rest), 2);
    assertEquals(source.sizes.length, 3);
  },
);

Deno.test(
  "ByteReader.read() serves overlapping reads in the order of the calls, one source read at a time",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const targets = [3, 1, 2].map((length) => new Uint8Array(length));

    const reads = targets.map((target) =>
      reader.read(target, { minimum: target.length })
    );
    await turn();
    assertEquals(source.sizes, [3]);
    source.give(1, 2);
    source.give(3);
    source.give(4);
    source.give(5, 6);
    assertEquals(await Promise.all(reads), [3, 1, 2]);
    assertEquals(targets.map((target) => [...target]), [[1, 2, 3], [4], [
      5,
      6,
    ]]);
  },
);

Deno.test(
  "ByteReader.read() loses nothing when the source fails after some bytes",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const failure = new Error("reset");
    const target = new Uint8Array(4);

    const read = reader.read(target, { minimum: 4 });
    source.give(1, 2);
    source.fail(failure);
    assertEquals(await assertRejects(() => read), failure);
    assertEquals(
      await assertRejects(() => reader.read(target, { minimum: 3 })),
      failure,
    );
    const rest = new Uint8Array(4);
    assertEquals(await reader.read(rest), 2);
    assertEquals(rest, new Uint8Array([1, 2, 0, 0]));
    assertEquals(await assertRejects(() => reader.read(rest)), failure);
  },
);

Deno.test(
  "ByteReader.read() keeps its bytes apart from the target of a failed read, even a Node Buffer",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const target = Buffer.alloc(4);

    const failed = reader.read(target, { minimum: 4 });
    source.give(1, 2);
    await turn();
    reader.cancelPending(new Error("cancelled"));
    await assertRejects(() => failed, Error, "cancelled");
    source.give(3);
    await turn();
    target.fill(99);

    const rest = new Uint8Array(3);
    assertEquals(await reader.read(rest, { minimum: 3 }), 3);
    assertEquals(rest, new Uint8Array([1, 2, 3]));
  },
);

Deno.test(
  "ByteReader.read() rejects when the source throws instead of returning a promise",
  { permissions: "none" },
  async () => {
    const failure = new Error("thrown");
    let ends = 0;
    const reader = new ByteReader({
      read() {
        throw failure;
      },
    }, { onEnd: () => ends++ });

    assertEquals(
      await assertRejects(() => reader.read(new Uint8Array(1))),
      failure,
    );
    assertEquals(
      await assertRejects(() => reader.read(new Uint8Array(1))),
      failure,
    );
    assertEquals(ends, 1);
  },
);

Deno.test(
  "ByteReader.read() rejects when the target is transferred before it is filled",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const target = new Uint8Array(4);
    const { signal } = new AbortController();

    const read = reader.read(target, { minimum: 4, signal });
    const next = new Uint8Array(2);
    const later = reader.read(next);
    structuredClone(target.buffer, { transfer: [target.buffer] });
    source.give(1, 2);
    await assertRejects(() => read, ArgumentError, "transferred or shrunk");
    assertEquals(await later, 2);
    assertEquals(next, new Uint8Array([1, 2]));
  },
);

Deno.test(
  "ByteReader.read() rejects with the reason of a signal that is aborted already",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const reason = new Error("too late");

    const rejection = await assertRejects(() =>
      reader.read(new Uint8Array(1), { signal: AbortSignal.abort(reason) })
    );
    assertEquals(rejection, reason);
    assertEquals(source.sizes, []);
  },
);

Deno.test(
  "ByteReader.read() lets its source read serve the next read when a signal cancels it",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const controller = new AbortController();
    const reason = new Error("cancelled");

    const first = reader.read(new Uint8Array(4), { signal: controller.signal });
    const second = new Uint8Array(1);
    const secondRead = reader.read(second);
    controller.abort(reason);
    assertEquals(await assertRejects(() => first), reason);
    source.give(1, 2);
    assertEquals(await secondRead, 1);
    const third = new Uint8Array(4);
    assertEquals(await reader.read(third), 1);
    assertEquals([second[0], third[0]], [1, 2]);
    assertEquals(source.sizes.length, 1);
  },
);

Deno.test("ByteReader.read() gives back what a cancelled read had taken", {
  permissions: "none",
}, async () => {
  const source = new FakeSource();
  const reader = new ByteReader(source);
  const controller = new AbortController();

  const first = reader.read(new Uint8Array(4), {
    minimum: 4,
    signal: controller.signal,
  });
  const second = new Uint8Array(3);
  const secondRead = reader.read(second, { minimum: 3 });
  source.give(1, 2);
  await turn();
  controller.abort(new Error("cancelled"));
  await assertRejects(() => first, Error, "cancelled");
  source.give(3);
  assertEquals(await secondRead, 3);
  assertEquals(second, new Uint8Array([1, 2, 3]));
});

Deno.test("ByteReader.read() takes a queued read out when its signal aborts", {
  permissions: "none",
}, async () => {
  const source = new FakeSource();
  const reader = new ByteReader(source);
  const controller = new AbortController();

  const first = reader.read(new Uint8Array(1));
  const second = reader.read(new Uint8Array(1), { signal: controller.signal });
  const third = new Uint8Array(1);
  const thirdRead = reader.read(third);
  controller.abort(new Error("cancelled"));
  await assertRejects(() => second, Error, "cancelled");
  source.give(1);
  source.give(2);
  assertEquals(await first, 1);
  assertEquals(await thirdRead, 1);
  assertEquals(third[0], 2);
});

Deno.test("ByteReader.read() removes its abort listener however it ends", {
  permissions: "none",
}, async () => {
  const source = new FakeSource();
  const reader = new ByteReader(source);
  const counting = new CountingSignal();
  const { controller, signal } = counting;

  const served = reader.read(new Uint8Array(1), { signal });
  assertEquals(counting.listeners, 1);
  source.give(1);
  await served;
  assertEquals(counting.listeners, 0);

  const failed = reader.read(new Uint8Array(1), { signal });
  reader.cancelPending(new Error("cancelled"));
  await assertRejects(() => failed);
  assertEquals(counting.listeners, 0);

  const aborted = reader.read(new Uint8Array(1), { signal });
  controller.abort();
  await assertRejects(() => aborted);
  assertEquals(counting.listeners, 0);
});

Deno.test(
  "ByteReader.cancelPending() rejects every pending read, and later reads go on",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const reason = new Error("cancelled");
    const target = new Uint8Array(2);

    const reads = [reader.read(target), reader.read(new Uint8Array(2))];
    reader.cancelPending(reason);
    for (const read of reads) {
      assertEquals(await assertRejects(() => read), reason);
    }
    const next = new Uint8Array(2);
    const nextRead = reader.read(next);
    source.give(1, 2);
    assertEquals(await nextRead, 2);
    assertEquals(next, new Uint8Array([1, 2]));
    assertEquals(source.sizes.length, 1);
  },
);

Deno.test("ByteReader.unread() puts bytes before all others", {
  permissions: "none",
}, async () => {
  const source = new FakeSource();
  const reader = new ByteReader(source);
  const target = new Uint8Array(2);

  reader.unread(new Uint8Array([3]));
  reader.unread(new Uint8Array([1, 2]));
  assert(reader.hasBuffered);
  assertEquals(await reader.read(target), 2);
  assertEquals(target, new Uint8Array([1, 2]));
  assertEquals(await reader.read(target), 1);
  assert(!reader.hasBuffered);
});

Deno.test("ByteReader.unread() of nothing leaves nothing buffered", {
  permissions: "none",
}, () => {
  const reader = new ByteReader(new FakeSource());

  reader.unread(new Uint8Array());
  assert(!reader.hasBuffered);
});

Deno.test(
  "ByteReader.close() rejects pending reads with its error and later ones as closed",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const reason = new Error("aborted");

    const pending = reader.read(new Uint8Array(1));
    reader.close(reason);
    reader.close(new Error("again"));
    assertEquals(await assertRejects(() => pending), reason);
    await assertRejects(() => reader.read(new Uint8Array(1)), ClosedError);
    assertEquals(source.cancelReasons, []);
  },
);

Deno.test("ByteReader.close() leaves what arrives later without effect", {
  permissions: "none",
}, async () => {
  for (const outcome of ["bytes", "end", "error"]) {
    let ends = 0;
    const source = new FakeSource();
    const reader = new ByteReader(source, { onEnd: () => ends++ });
    const pending = reader.read(new Uint8Array(1));
    reader.close(new Error("aborted"));
    await assertRejects(() => pending, Error, "aborted");
    if (outcome === "bytes") source.give(1);
    else if (outcome === "end") source.end();
    else source.fail(new Error("closed below"));
    await turn();
    assertEquals(ends, 0);
    await assertRejects(() => reader.read(new Uint8Array(1)), ClosedError);
  }
});

Deno.test(
  "ByteReader.cancel() tells the source once",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);

    const pending = reader.read(new Uint8Array(1));
    await reader.cancel("first");
    await reader.cancel("second");
    await assertRejects(() => pending, ClosedError);
    assertEquals(source.cancelReasons, ["first"]);
  },
);

Deno.test("ByteReader calls onEnd once, at the end or at a failure", {
  permissions: "none",
}, async () => {
  for (const outcome of ["end", "error"]) {
    let ends = 0;
    const source = new FakeSource();
    const reader = new ByteReader(source, { onEnd: () => ends++ });
    const reads = [
      reader.read(new Uint8Array(1)),
      reader.read(new Uint8Array(1)),
    ];
    if (outcome === "end") source.end();
    else source.fail(new Error("reset"));
    await Promise.allSettled(reads);
    await Promise.allSettled([reader.read(new Uint8Array(1))]);
    assertEquals(ends, 1);
  }
});

Deno.test(
  "ByteReader.blockSize grows while blocks come back full and shrinks when they do not, within bounds",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const sizes = [];

    assertEquals(reader.blockSize, 4 * KIB);
    for (let i = 0; i < 6; i++) {
      source.giveBytes(new Uint8Array(reader.blockSize));
      await reader.read(new Uint8Array(reader.blockSize), { readAhead: true });
      sizes.push(reader.blockSize / KIB);
    }
    assertEquals(sizes, [8, 16, 32, 64, 64, 64]);

    sizes.length = 0;
    for (let i = 0; i < 6; i++) {
      source.give(1);
      await reader.read(new Uint8Array(1), { readAhead: true });
      sizes.push(reader.blockSize / KIB);
    }
    assertEquals(sizes, [32, 16, 8, 4, 4, 4]);

    source.giveBytes(new Uint8Array(2 * KIB));
    await reader.read(new Uint8Array(2 * KIB), { readAhead: true });
    assertEquals(reader.blockSize, 4 * KIB);
  },
);

Deno.test(
  "ByteReader.blockSize is not changed by short reads that a signal can cancel",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const { signal } = new AbortController();

    for (let i = 0; i < 20; i++) {
      source.give(1);
      await reader.read(new Uint8Array(1), { signal });
    }
    assertEquals(reader.blockSize, 4 * KIB);
  },
);

Deno.test(
  "ByteReader obtains every byte once and in order under any schedule of reads and cancellations",
  { permissions: "none" },
  async () => {
    const action = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ give: fc.integer({ min: 1, max: 40 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          read: fc.integer({ min: 1, max: 50 }),
          whole: fc.boolean(),
          readAhead: fc.boolean(),
          signal: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.record({ abort: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ cancelPending: fc.constant(true) }) },
      { weight: 2, arbitrary: fc.record({ turn: fc.constant(true) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        async (actions) => {
          const source = new FakeSource();
          const reader = new ByteReader(source);
          const controllers: AbortController[] = [];
          const obtained: Promise<Uint8Array>[] = [];
          let given = 0;
          for (const step of actions) {
            if ("give" in step) {
              source.giveBytes(bytesFrom(given, step.give));
              given += step.give;
            } else if ("read" in step) {
              const target = new Uint8Array(step.read);
              const controller = new AbortController();
              if (step.signal) controllers.push(controller);
              obtained.push(
                reader.read(target, {
                  minimum: step.whole ? step.read : 1,
                  readAhead: step.readAhead,
                  signal: step.signal ? controller.signal : undefined,
                }).then(
                  (count) => target.slice(0, count ?? 0),
                  () => new Uint8Array(),
                ),
              );
            } else if ("abort" in step) {
              controllers.splice(step.abort, 1)[0]?.abort();
            } else if ("turn" in step) {
              await turn();
            } else {
              reader.cancelPending(new Error("cancelled"));
            }
          }
          source.end();
          obtained.push((async () => {
            const rest = new Uint8Array(given + 1);
            const count = await reader.read(rest, { minimum: rest.length });
            return rest.subarray(0, count ?? 0);
          })());
          assertEquals(
            concat(await Promise.all(obtained)),
            bytesFrom(0, given),
          );
        },
      ),
      { numRuns: 300 },
    );
  },
);

for (const count of [0, 5, -1, 1.5, NaN]) {
  Deno.test({
    name:
      `ByteReader.read() rejects when the source says that it read ${count} of 4 bytes`,
    permissions: "none",
    async fn() {
      const reader = new ByteReader({ read: () => Promise.resolve(count) });
      await assertRejects(
        () => reader.read(new Uint8Array(4)),
        InvalidOperationError,
        `"${count}"`,
      );
    },
  });
}

Deno.test({
  name:
    "ByteReader.read() fails, and the process does not, when the bytes of a cancelled read find their buffer transferred",
  permissions: "none",
  async fn() {
    const source = Promise.withResolvers<number>();
    const reader = new ByteReader({ read: () => source.promise });
    const target = new Uint8Array(4);
    const cancelled = reader.read(target);
    reader.cancelPending(new Error("enough"));
    await assertRejects(() => cancelled, Error, "enough");
    target.buffer.transfer();
    const next = reader.read(new Uint8Array(4));
    source.resolve(3);
    await assertRejects(() => next, InvalidOperationError, "transferred");
  },
});

Deno.test({
  name:
    "ByteReader.read() fails, and the process does not, when its buffer is transferred while the source fills it",
  permissions: "none",
  async fn() {
    const source = Promise.withResolvers<number>();
    const reader = new ByteReader({ read: () => source.promise });
    const target = new Uint8Array(4);
    const read = reader.read(target, { minimum: 4 });
    target.buffer.transfer();
    source.resolve(3);
    await assertRejects(() => read, ArgumentError, "transferred");
    const next = reader.read(new Uint8Array(4));
    await assertRejects(() => next, InvalidOperationError, "transferred");
  },
});

Deno.test({
  name:
    "ByteReader.read() fails, and the process does not, when its buffer is transferred while it waits for more",
  permissions: "none",
  async fn() {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    const target = new Uint8Array(4);
    const read = reader.read(target, { minimum: 4 });
    source.give(1, 2);
    await turn();
    target.buffer.transfer();
    reader.cancelPending(new Error("enough"));
    await assertRejects(() => read, Error, "enough");
  },
});

Deno.test({
  name: "InputStream asks nothing of a source but what is documented",
  permissions: "none",
  async fn() {
    const failure = new Error("mine");
    const source = {
      read: () => Promise.reject(failure),
      explain: () => "explained",
      confirmEnd: () => Promise.resolve(),
    };
    const stream = new InputStream(source);
    const error = await assertRejects(() =>
      stream.readAsync(new Uint8Array(1))
    );
    assert(error === failure);
  },
});

/** A source whose pending read can be ended. */
class CancellableSource {
  #read: PromiseWithResolvers<number | null> = Promise.withResolvers();
  #buffer: Uint8Array = new Uint8Array();

  read(buffer: Uint8Array): Promise<number | null> {
    this.#buffer = buffer;
    this.#read = Promise.withResolvers();
    return this.#read.promise;
  }

  give(...bytes: number[]): void {
    this.#buffer.set(bytes);
    this.#read.resolve(bytes.length);
  }

  cancelRead(): void {
    this.#read.reject(READ_CANCELLED);
  }
}

Deno.test({
  name:
    "ByteReader goes on after a read of the source that was cancelled and took nothing",
  permissions: "none",
  async fn() {
    const source = new CancellableSource();
    const reader = new ByteReader(source);
    const first = reader.read(new Uint8Array(4));
    const failure = assertRejects(() => first, Error, "enough");
    reader.cancelPending(new Error("enough"));
    await failure;
    assertEquals(reader.isResting, false);
    source.cancelRead();
    await turn();
    assertEquals(reader.isResting, true);
    const next = reader.read(new Uint8Array(4));
    source.give(1, 2);
    assertEquals(await next, 2);
  },
});

Deno.test({
  name:
    "ByteReader reads again for who has asked since, when the source's read was cancelled",
  permissions: "none",
  async fn() {
    const source = new CancellableSource();
    const reader = new ByteReader(source);
    const first = reader.read(new Uint8Array(4));
    const failure = assertRejects(() => first, Error, "enough");
    reader.cancelPending(new Error("enough"));
    await failure;
    const second = reader.read(new Uint8Array(4));
    source.cancelRead();
    await turn();
    source.give(7);
    assertEquals(await second, 1);
  },
});

Deno.test({
  name: "ByteReader.buffered is a copy of what waits, in order",
  permissions: "none",
  async fn() {
    const source = new FakeSource();
    const reader = new ByteReader(source);
    assertEquals(reader.buffered, new Uint8Array());
    source.give(1, 2, 3);
    await reader.read(new Uint8Array(1), { readAhead: true });
    reader.unread(new Uint8Array([9, 8]));
    assertEquals(reader.buffered, new Uint8Array([9, 8, 2, 3]));
    reader.buffered.fill(0);
    assertEquals(reader.buffered, new Uint8Array([9, 8, 2, 3]));
    assertEquals(reader.isResting, true);
    assertEquals(reader.isIdle, false);
  },
});
