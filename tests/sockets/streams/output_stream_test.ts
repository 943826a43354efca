import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertRejects,
} from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { queueBytes } from "../../../sockets/streams/_byte_outbox.ts";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import {
  bytesFrom,
  callWith,
  concat,
  CountingSignal,
  FakeSink,
  isPending,
  outcome,
  turn,
  turnEnd,
} from "./_fakes.ts";

const KIB = 1024;

interface Fixture {
  readonly sink: FakeSink;
  readonly stream: OutputStream;
}

function makeStream(limit: (() => number) | null = null): Fixture {
  const sink = new FakeSink(limit);
  return { sink, stream: new OutputStream(sink) };
}

function takeAll(): number {
  return Infinity;
}

/** A stream that tests feed, and that counts what was pulled from it. */
function makeSource(): {
  readable: ReadableStream<Uint8Array>;
  controller: ReadableStreamDefaultController<Uint8Array>;
  cancelReasons: unknown[];
} {
  const cancelReasons: unknown[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const readable = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: (reason) => void cancelReasons.push(reason),
  });
  if (controller === null) throw new Error("The stream did not start");
  return { readable, controller, cancelReasons };
}

Deno.test(
  "OutputStream.writeAsync() resolves with the number of bytes once the sink took them",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();

    const written = stream.writeAsync(new Uint8Array(5));
    await turn();
    await sink.take(3);
    assert(await isPending(written));
    await sink.take();
    assertEquals(await written, 5);
  },
);

Deno.test(
  "OutputStream.writeAsync() sends a thousand unawaited writes in one call",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream(takeAll);

    for (let i = 0; i < 1000; i++) stream.writeAsync(bytesFrom(64 * i, 64));
    assertEquals(await stream.flushAsync(), true);
    assertEquals(sink.calls.length, 1);
    assertEquals(sink.taken, bytesFrom(0, 64_000));
  },
);

Deno.test(
  "OutputStream.writeAsync() sends the awaited writes of many tasks in few calls",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream(takeAll);

    await Promise.all(Array.from({ length: 100 }, async () => {
      for (let i = 0; i < 10; i++) await stream.writeAsync(new Uint8Array(64));
    }));
    assertEquals(sink.taken.length, 64_000);
    assert(sink.calls.length <= 20, `${sink.calls.length} calls`);
  },
);

Deno.test(
  "OutputStream.writeAsync() rejects what is no Uint8Array and goes on",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream(takeAll);
    const { writeAsync } = stream;

    await assertRejects(
      () => callWith(writeAsync, stream, "text"),
      ArgumentError,
      '"text"',
    );
    await assertRejects(() => callWith(writeAsync, stream), ArgumentError);
    assertEquals(await stream.writeAsync(new Uint8Array(1)), 1);
    assertEquals(sink.taken.length, 1);
  },
);

Deno.test("OutputStream.writeAsync() of no bytes resolves at once", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();

  assertEquals(await stream.writeAsync(new Uint8Array()), 0);
  await turn();
  assertEquals(sink.pending, null);
});

Deno.test(
  "OutputStream.writeAsync() does not settle while the sink is stuck, and recovers",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();

    const writes = Array.from(
      { length: 10 },
      () => stream.writeAsync(new Uint8Array(64 * KIB)),
    );
    for (const write of writes) assert(await isPending(write));
    while (sink.pending !== null) await sink.take();
    assertEquals(await Promise.all(writes), Array(10).fill(64 * KIB));
  },
);

Deno.test(
  "OutputStream.writeAsync() rejects with the failure and errors the web stream",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const closed = outcome(writer.closed);

    const first = outcome(stream.writeAsync(new Uint8Array(2)));
    const second = outcome(writer.write(new Uint8Array(2)));
    await turn();
    await sink.take(3);
    await sink.fail(failure);
    assertEquals(await first, 2);
    assertEquals(await second, failure);
    assertEquals(await closed, failure);
    assertEquals(await outcome(writer.ready), failure);
    assertEquals(writer.desiredSize, null);
    assertEquals(await outcome(writer.write(new Uint8Array(1))), failure);
    assertEquals(await outcome(stream.writeAsync(new Uint8Array(1))), failure);
    assertEquals(sink.abortReasons, []);
  },
);

Deno.test(
  "OutputStream does not end the process when nobody awaits writes that fail",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const { signal } = new AbortController();
    const writer = stream.getWriter();
    const write = (): void => {
      stream.writeAsync(new Uint8Array(1));
      stream.writeAsync(new Uint8Array(1), { signal });
      writer.write(new Uint8Array(1));
    };

    write();
    await turn();
    await sink.fail(new Error("reset"));
    write();
    await turn();
    await assertRejects(() => stream.flushAsync(), Error, "reset");
  },
);

Deno.test("OutputStream.writeAsync() with a signal aborts the stream", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();
  const counting = new CountingSignal();
  const { controller, signal } = counting;
  const reason = new Error("cancelled");

  const earlier = outcome(stream.writeAsync(new Uint8Array(1)));
  const write = outcome(stream.writeAsync(new Uint8Array(1), { signal }));
  assertEquals(counting.listeners, 1);
  await turn();
  controller.abort(reason);
  assertEquals([await earlier, await write], [reason, reason]);
  assertEquals(sink.abortReasons, [reason]);
  assertEquals(counting.listeners, 0);
  assertEquals(await outcome(stream.getWriter().closed), reason);
});

Deno.test(
  "OutputStream.writeAsync() removes its abort listener when it has settled",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream(takeAll);
    const counting = new CountingSignal();
    const { controller, signal } = counting;

    await stream.writeAsync(new Uint8Array(1), { signal });
    await stream.writeAsync(new Uint8Array(), { signal });
    assertEquals(counting.listeners, 0);
    controller.abort();
    assertEquals(sink.abortReasons, []);
    assertEquals(await stream.writeAsync(new Uint8Array(1)), 1);
  },
);

Deno.test(
  "OutputStream.writeAsync() with a signal that is aborted already writes nothing",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);

    const write = outcome(stream.writeAsync(new Uint8Array(1), { signal }));
    assertEquals(await write, reason);
    await turn();
    assertEquals(sink.pending, null);
    assertEquals(sink.abortReasons, []);
  },
);

Deno.test(
  "OutputStream.flushAsync() resolves after all earlier writes, and not after later ones",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();

    stream.writeAsync(new Uint8Array([1]));
    stream.getWriter().write(new Uint8Array([2]));
    const flushed = stream.flushAsync();
    assertEquals(sink.pending, new Uint8Array([1, 2]));
    const later = stream.writeAsync(new Uint8Array([3]));
    await sink.take();
    assertEquals(await flushed, true);
    assert(await isPending(later));
    await sink.take();
  },
);

Deno.test("OutputStream.flushAsync() rejects when an earlier write failed", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();
  const failure = new Error("reset");

  stream.writeAsync(new Uint8Array(1));
  const flushed = outcome(stream.flushAsync());
  await sink.fail(failure);
  assertEquals(await flushed, failure);
  assertEquals(await outcome(stream.flushAsync()), failure);
});

Deno.test(
  "OutputStream.flushAsync() stops waiting at its signal, and sending goes on",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const counting = new CountingSignal();
    const { controller, signal } = counting;
    const reason = new Error("enough");

    const written = stream.writeAsync(new Uint8Array(2));
    const flushed = outcome(stream.flushAsync({ signal }));
    assert(await isPending(flushed));
    controller.abort(reason);
    assertEquals(await flushed, reason);
    assertEquals(counting.listeners, 0);
    assertEquals(await outcome(stream.flushAsync({ signal })), reason);
    await sink.take();
    assertEquals(await written, 2);
  },
);

Deno.test(
  "OutputStream.flushAsync() with an aborted signal after a failure leaves nothing unhandled",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const reason = new Error("enough");

    stream.writeAsync(new Uint8Array(1));
    await turn();
    await sink.fail(new Error("reset"));
    const signal = AbortSignal.abort(reason);
    assertEquals(await outcome(stream.flushAsync({ signal })), reason);
    await turn();
  },
);

Deno.test(
  "OutputStream.pipeTo() sends everything in order and closes the sink",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream(takeAll);
    const whole = bytesFrom(0, 300 * KIB);
    const chunks = [10, 40 * KIB, 1, 100 * KIB, 70 * KIB, 300];
    let offset = 0;

    await ReadableStream.from(
      chunks.map((size) => whole.subarray(offset, offset += size)),
    ).pipeTo(stream);
    assertEquals(sink.taken, whole.subarray(0, offset));
    assertEquals(sink.closed, 1);
    await assertRejects(
      () => stream.writeAsync(new Uint8Array(1)),
      ClosedError,
    );
  },
);

for (const size of [100, 4 * KIB, 16 * KIB, 64 * KIB, 200 * KIB]) {
  Deno.test(
    `OutputStream leaves a buffer of ${size} bytes free once a web stream has written it`,
    { permissions: "none" },
    async () => {
      const { sink, stream } = makeStream(takeAll);
      const buffer = new Uint8Array(size);
      let count = 0;
      const source = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (count === 20) return controller.close();
          controller.enqueue(buffer.fill(count++));
        },
      }, { highWaterMark: 0 });

      await source.pipeTo(stream, { preventClose: true });
      const writer = new WritableStreamDefaultWriter(stream);
      while (count < 40) await writer.write(buffer.fill(count++));
      await writer.close();
      const values = Array.from(
        { length: 40 },
        (_, i) => sink.taken.subarray(i * size, (i + 1) * size),
      );
      assert(values.every((bytes, i) => bytes.every((byte) => byte === i)));
    },
  );
}

Deno.test("OutputStream.pipeTo() sends small chunks in few calls", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream(takeAll);
  const chunks = Array.from({ length: 1000 }, (_, i) => bytesFrom(i * 64, 64));
  await ReadableStream.from(chunks).pipeTo(stream);
  assertEquals(sink.taken, bytesFrom(0, 64_000));
  assertLess(sink.calls.length, 20);
});

Deno.test(
  "OutputStream asks nothing of a sink but what is documented",
  { permissions: "none" },
  async () => {
    const failure = new Error("mine");
    const sink = {
      write: () => Promise.reject(failure),
      explain: () => "explained",
      writeNow: () => 1000,
    };
    const stream = new OutputStream(sink);
    const chunk = new Uint8Array(40 * KIB);
    stream.writeAsync(chunk);
    assertEquals(await outcome(stream.writeAsync(chunk)), failure);
  },
);

Deno.test("OutputStream.pipeTo() leaves the stream open with preventClose", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream(takeAll);

  await ReadableStream.from([new Uint8Array([1])])
    .pipeTo(stream, { preventClose: true });
  stream.writeAsync(new Uint8Array([2]));
  await stream.getWriter().write(new Uint8Array([3]));
  assertEquals(sink.taken, new Uint8Array([1, 2, 3]));
  assertEquals(sink.closed, 0);
});

Deno.test(
  "OutputStream.pipeTo() stops pulling while the sink is stuck, and recovers",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    let pulled = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled === 100) return controller.close();
        controller.enqueue(bytesFrom(pulled++ * 16 * KIB, 16 * KIB));
      },
    }, { highWaterMark: 0 });

    const piped = source.pipeTo(stream);
    assert(await isPending(piped));
    assert(pulled * 16 * KIB <= HIGH_WATER_MARK + 32 * KIB, `${pulled} pulled`);
    while (await isPending(piped)) {
      if (sink.pending !== null) await sink.take();
    }
    await piped;
    assertEquals(sink.taken, bytesFrom(0, 1600 * KIB));
  },
);

Deno.test(
  "OutputStream.pipeTo() aborts at once when the source errors while the sink is stuck",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const { readable, controller } = makeSource();
    const failure = new Error("source");

    const piped = outcome(readable.pipeTo(stream));
    controller.enqueue(new Uint8Array(10));
    await turnEnd();
    assertEquals(sink.pending?.length, 10);
    controller.error(failure);
    assertEquals(await piped, failure);
    assertEquals(sink.abortReasons, [failure]);
    assertEquals(await outcome(stream.writeAsync(new Uint8Array(1))), failure);
  },
);

Deno.test(
  "OutputStream.pipeTo() aborts at once when its signal aborts while the sink is stuck",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const { readable, controller, cancelReasons } = makeSource();
    const aborter = new AbortController();
    const reason = new Error("enough");

    const piped = outcome(readable.pipeTo(stream, { signal: aborter.signal }));
    controller.enqueue(new Uint8Array(10));
    await turnEnd();
    aborter.abort(reason);
    assertEquals(await piped, reason);
    assertEquals(sink.abortReasons, [reason]);
    assertEquals(cancelReasons, [reason]);
  },
);

Deno.test(
  "OutputStream.pipeTo() that waits for room ends when the queue is aborted",
  { permissions: "none" },
  async () => {
    const sink = new FakeSink();
    const queue = queueBytes(sink);
    const { readable, controller, cancelReasons } = makeSource();
    const reason = new Error("aborted");

    const piped = outcome(readable.pipeTo(new OutputStream(queue)));
    controller.enqueue(new Uint8Array(HIGH_WATER_MARK));
    controller.enqueue(new Uint8Array(1));
    assert(await isPending(piped));
    await queue.abort(reason);
    assertEquals(await piped, reason);
    assertEquals(cancelReasons, [reason]);
  },
);

Deno.test("OutputStream.pipeTo() cancels its source when the sink fails", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();
  const { readable, controller, cancelReasons } = makeSource();
  const failure = new Error("reset");

  const piped = outcome(readable.pipeTo(stream));
  controller.enqueue(new Uint8Array(10));
  await turnEnd();
  await sink.fail(failure);
  assertEquals(await piped, failure);
  assertEquals(cancelReasons, [failure]);
});

Deno.test(
  "OutputStream.pipeTo() rejects a chunk that is no Uint8Array and aborts the sink",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const source = ReadableStream.from(["text"]);

    const error = await outcome(callWith(source.pipeTo, source, stream));
    assertInstanceOf(error, ArgumentError);
    assertEquals(sink.abortReasons, [error]);
    assertEquals(await outcome(stream.writeAsync(new Uint8Array(1))), error);
  },
);

Deno.test(
  "OutputStream.pipeTo() is refused once the stream takes no more writes, and what was written is sent",
  { permissions: "none" },
  async () => {
    const sink = new FakeSink();
    const queue = queueBytes(sink);
    const { readable, controller } = makeSource();

    const piped = outcome(readable.pipeTo(new OutputStream(queue)));
    controller.enqueue(new Uint8Array([1]));
    await turnEnd();
    queue.stop();
    controller.enqueue(new Uint8Array([2]));
    assertInstanceOf(await piped, ClosedError);
    assertEquals(sink.abortReasons, []);
    await sink.take();
    assertEquals(sink.taken, new Uint8Array([1]));
  },
);

Deno.test("OutputStream.close() drains, then closes the sink once", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();

  const written = stream.writeAsync(new Uint8Array(3));
  const closings = [stream.close(), stream.close()];
  await assertRejects(() => stream.writeAsync(new Uint8Array(1)), ClosedError);
  await turn();
  await sink.take(1);
  for (const closing of closings) assert(await isPending(closing));
  await sink.take();
  await Promise.all(closings);
  await stream.close();
  assertEquals(await written, 3);
  assertEquals(sink.closed, 1);
  await stream.getWriter().closed;
});

Deno.test("OutputStream.close() again waits for the close of the sink", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();
  const sinkClosed = Promise.withResolvers<void>();
  sink.closing = sinkClosed.promise;
  const writer = stream.getWriter();

  const first = writer.close();
  writer.releaseLock();
  const second = stream.close();
  assert(await isPending(second));
  sinkClosed.resolve();
  await Promise.all([first, second]);
  assertEquals(sink.closed, 1);
});

Deno.test("OutputStream.close() rejects while a writer locks the stream", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream(takeAll);
  const writer = stream.getWriter();

  await assertRejects(() => stream.close(), TypeError);
  await writer.write(new Uint8Array(1));
  writer.releaseLock();
  await stream.close();
  assertEquals(sink.closed, 1);
});

Deno.test(
  "OutputStream.close() rejects when not all bytes could be handed over",
  { permissions: "none" },
  async () => {
    const failure = new Error("reset");
    for (const before of [true, false]) {
      const { sink, stream } = makeStream();
      stream.writeAsync(new Uint8Array(3));
      const closing = before ? null : outcome(stream.close());
      await turn();
      await sink.fail(failure);
      assertEquals(await (closing ?? outcome(stream.close())), failure);
      assertEquals(sink.closed, 0);
    }
  },
);

Deno.test(
  "OutputStream.close() after an abort, or after the socket took no more writes, does nothing",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    await stream.abort(new Error("enough"));
    await stream.close();
    assertEquals(sink.closed, 0);

    const queue = queueBytes(sink);
    queue.stop();
    await new OutputStream(queue).close();
    assertEquals(sink.closed, 0);
  },
);

Deno.test("OutputStream.flushAsync() of a closed stream resolves", {
  permissions: "none",
}, async () => {
  const { stream } = makeStream(takeAll);

  stream.writeAsync(new Uint8Array(1));
  await stream.close();
  assertEquals(await stream.flushAsync(), true);
});

Deno.test(
  "OutputStream.abort() with a stuck sink settles at once and rejects what is pending",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const reason = new Error("enough");
    const writer = stream.getWriter();

    const pending = [
      stream.writeAsync(new Uint8Array(HIGH_WATER_MARK)),
      writer.write(new Uint8Array(1)),
      writer.ready,
      stream.flushAsync(),
      writer.closed,
    ].map(outcome);
    await turn();
    await writer.abort(reason);
    assertEquals(await Promise.all(pending), Array(5).fill(reason));
    assertEquals(sink.abortReasons, [reason]);
    assertEquals(await outcome(stream.writeAsync(new Uint8Array(1))), reason);
    assertEquals(await outcome(writer.write(new Uint8Array(1))), reason);
  },
);

Deno.test("OutputStream.abort() without a reason rejects with an AbortError", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream();

  const write = outcome(stream.writeAsync(new Uint8Array(1)));
  await stream.abort();
  const error = await write;
  assertInstanceOf(error, DOMException);
  assertEquals(error.name, "AbortError");
  assertEquals(sink.abortReasons, [error]);
});

Deno.test(
  "OutputStream.abort() while the stream closes ends the close of a stuck sink",
  { permissions: "none" },
  async () => {
    const { sink, stream } = makeStream();
    const reason = new Error("enough");

    stream.writeAsync(new Uint8Array(1));
    const closing = outcome(stream.close());
    await turn();
    const aborted = outcome(stream.abort(reason));
    assertEquals(await closing, reason);
    assertEquals(await aborted, undefined);
    assertEquals(sink.abortReasons, [reason]);
  },
);

Deno.test("OutputStream.abort() twice, or after the close, does nothing more", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream(takeAll);
  await stream.close();
  await stream.abort(new Error("enough"));
  assertEquals(sink.abortReasons, []);

  const other = makeStream();
  const reason = new Error("enough");
  await other.stream.abort(reason);
  await other.stream.abort(new Error("again"));
  assertEquals(other.sink.abortReasons, [reason]);
});

Deno.test("OutputStream.abort() rejects when the sink cannot be aborted", {
  permissions: "none",
}, async () => {
  const failure = new Error("stuck");
  const stream = new OutputStream({
    write: () => new Promise(() => {}),
    abort: () => Promise.reject(failure),
  });

  assertEquals(await outcome(stream.abort(new Error("enough"))), failure);
});

Deno.test(
  "OutputStream over a SendQueue that failed is errored from the start",
  { permissions: "none" },
  async () => {
    const sink = new FakeSink();
    const queue = queueBytes(sink);
    const failure = new Error("reset");
    queue.write(new Uint8Array(1));
    await turn();
    await sink.fail(failure);

    const stream = new OutputStream(queue);
    assertEquals(await outcome(stream.getWriter().closed), failure);
    assertEquals(await outcome(stream.writeAsync(new Uint8Array(1))), failure);
  },
);

Deno.test("OutputStream[Symbol.asyncDispose]() closes the stream", {
  permissions: "none",
}, async () => {
  const { sink, stream } = makeStream(takeAll);
  {
    await using disposed = stream;
    disposed.writeAsync(new Uint8Array(3));
  }
  assertEquals(sink.taken.length, 3);
  assertEquals(sink.closed, 1);
});

Deno.test(
  "OutputStream keeps the order of the calls of any mix of ways, and every byte",
  { permissions: "none" },
  async () => {
    const size = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 200 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 100 * KIB }) },
    );
    const way = fc.constantFrom(
      "writeAsync",
      "writer",
      "signal",
      "pipeTo",
      "flush",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ way, size, pause: fc.boolean() }), {
          maxLength: 40,
        }),
        fc.array(fc.integer({ min: 1, max: 70 * KIB }), { minLength: 1 }),
        async (steps, limits) => {
          let call = 0;
          const { sink, stream } = makeStream(() =>
            limits[call++ % limits.length] ?? 1
          );
          const { signal } = new AbortController();
          const chunks: Uint8Array[] = [];
          const done: Promise<unknown>[] = [];
          let offset = 0;
          for (const { way, size, pause } of steps) {
            const chunk = bytesFrom(offset, size);
            if (way === "flush") {
              done.push(stream.flushAsync());
              continue;
            }
            chunks.push(chunk);
            offset += size;
            if (way === "writeAsync") {
              done.push(stream.writeAsync(chunk));
            } else if (way === "signal") {
              done.push(stream.writeAsync(chunk, { signal }));
            } else if (way === "writer") {
              const writer = stream.getWriter();
              done.push(writer.write(chunk));
              writer.releaseLock();
            } else {
              await ReadableStream.from([chunk]).pipeTo(stream, {
                preventClose: true,
              });
            }
            if (pause) await turn();
          }
          await Promise.all(done);
          await stream.close();
          assertEquals(sink.taken, concat(chunks));
          assertEquals(sink.closed, 1);
        },
      ),
      { numRuns: 60 },
    );
  },
);
