/**
 * `pipeTo` and `pipeThrough` against the ideas of web-platform-tests,
 * `streams/piping/`: `general`, `close-propagation-forward`, `flow-control`,
 * `pipe-through`, `abort`.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { bytesFrom, isPending, outcome, turn, turnEnd } from "./_fakes.ts";
import { drain, FakeReadable, takeAll, testBoth } from "./_writable_streams.ts";

const KIB = 1024;
const reason = new Error("enough");

testBoth(
  "pipeTo() locks both streams, and unlocks them when it is done",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const { readable, controller } = new FakeReadable();
    const piped = readable.pipeTo(stream);

    assert(readable.locked && stream.locked);
    controller.enqueue(bytesFrom(0, 10));
    controller.close();
    assertEquals(await piped, undefined);
    assert(!readable.locked && !stream.locked);
    assertEquals([sink.taken, sink.closed], [bytesFrom(0, 10), 1]);
    await readable.getReader().closed;
    await stream.getWriter().closed;
  },
);

testBoth(
  "pipeTo() refuses a stream that is locked, and does not lock the other",
  async ({ stream }) => {
    const { readable } = new FakeReadable();
    const writer = stream.getWriter();
    await assertRejects(() => readable.pipeTo(stream), TypeError);
    assert(!readable.locked);

    writer.releaseLock();
    readable.getReader();
    await assertRejects(() => readable.pipeTo(stream), TypeError);
    assert(!stream.locked);
  },
);

testBoth(
  "pipeTo() waits for the last write and for the close of the sink",
  async ({ sink, stream }) => {
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const { readable, controller } = new FakeReadable();
    const piped = readable.pipeTo(stream);
    controller.enqueue(bytesFrom(0, 10));
    controller.close();
    await turnEnd();

    assert(await isPending(piped));
    assertEquals(sink.closed, 0);
    await drain(sink);
    assert(await isPending(piped));
    assertEquals(sink.closed, 1);
    sinkClosed.resolve();
    await piped;
    assertEquals(sink.taken, bytesFrom(0, 10));
  },
);

testBoth(
  "pipeTo() rejects when the sink cannot be closed",
  async ({ sink, stream }) => {
    const failure = new Error("mine");
    sink.limit = takeAll;
    sink.close = () => Promise.reject(failure);
    const source = ReadableStream.from([bytesFrom(0, 10)]);

    assertEquals(await outcome(source.pipeTo(stream)), failure);
    assertEquals(await outcome(stream.getWriter().closed), failure);
    assertEquals(sink.taken, bytesFrom(0, 10));
  },
);

testBoth(
  "pipeTo() with preventClose leaves the stream to the next pipe",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    for (const offset of [0, 10, 20]) {
      const source = ReadableStream.from([bytesFrom(offset, 10)]);
      await source.pipeTo(stream, { preventClose: true });
      assertEquals([sink.closed, stream.locked], [0, false]);
    }
    const writer = stream.getWriter();
    await writer.write(bytesFrom(30, 10));
    await writer.close();

    assertEquals(sink.taken, bytesFrom(0, 40));
  },
);

testBoth(
  "pipeTo() stops reading the source while the sink is stuck, and sends all in the end",
  async ({ sink, stream }) => {
    let pulled = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled === 64) return controller.close();
        controller.enqueue(bytesFrom(pulled++ * 16 * KIB, 16 * KIB));
      },
    }, { highWaterMark: 0 });
    const piped = source.pipeTo(stream);

    assert(await isPending(piped));
    await turnEnd();
    const read = pulled * 16 * KIB;
    assert(read >= 16 * KIB && read <= HIGH_WATER_MARK + 32 * KIB, `${read}`);
    sink.limit = takeAll;
    await sink.take();
    await piped;
    assertEquals(sink.taken, bytesFrom(0, 1024 * KIB));
  },
);

testBoth(
  "pipeTo() comes after what a writer has written",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(bytesFrom(0, HIGH_WATER_MARK));
    writer.releaseLock();
    const piped = ReadableStream
      .from([bytesFrom(HIGH_WATER_MARK, 10)]).pipeTo(stream);
    await turn();
    assert(await isPending(piped));
    sink.limit = takeAll;
    await sink.take();

    await Promise.all([write, piped]);
    assertEquals(sink.taken, bytesFrom(0, HIGH_WATER_MARK + 10));
  },
);

testBoth(
  "pipeThrough() takes the stream as the writable side of a pair",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const replies = ReadableStream.from(["a reply"]);
    const source = ReadableStream.from([bytesFrom(0, 10)]);

    const readable = source.pipeThrough({
      readable: replies,
      writable: stream,
    });
    assertEquals(await Array.fromAsync(readable), ["a reply"]);
    await turnEnd();
    assertEquals([sink.taken, sink.closed], [bytesFrom(0, 10), 1]);
  },
);

testBoth(
  "pipeThrough() to a stream that fails leaves nothing unhandled",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    sink.write = () => Promise.reject(failure);
    const { readable, controller, cancelReasons } = new FakeReadable();

    readable.pipeThrough({ readable: new ReadableStream(), writable: stream });
    controller.enqueue(new Uint8Array(1));
    await turnEnd();
    await turn();
    assertEquals(cancelReasons, [failure]);
  },
);

testBoth(
  "pipeTo() with a signal that has aborted cancels and aborts with its reason",
  async ({ sink, stream }) => {
    const { readable, cancelReasons } = new FakeReadable();
    const signal = AbortSignal.abort(reason);

    assertEquals(await outcome(readable.pipeTo(stream, { signal })), reason);
    assertEquals([cancelReasons, sink.abortReasons], [[reason], [reason]]);
    assertEquals(await outcome(stream.getWriter().closed), reason);
    await readable.getReader().closed;
  },
);

testBoth(
  "pipeTo() with a signal, preventCancel and preventAbort leaves both streams as they are",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const { readable, controller, cancelReasons } = new FakeReadable();
    const aborter = new AbortController();
    const piped = outcome(readable.pipeTo(stream, {
      signal: aborter.signal,
      preventAbort: true,
      preventCancel: true,
    }));
    controller.enqueue(bytesFrom(0, 10));
    await turnEnd();
    aborter.abort(reason);

    assertEquals(await piped, reason);
    assertEquals([cancelReasons, sink.abortReasons], [[], []]);
    controller.enqueue(bytesFrom(10, 10));
    controller.close();
    await readable.pipeTo(stream);
    assertEquals(sink.taken, bytesFrom(0, 20));
  },
);

testBoth(
  "pipeTo() prefers its signal to streams that have ended",
  async ({ sink, stream }) => {
    const signal = AbortSignal.abort(reason);
    const ended = ReadableStream.from<Uint8Array>([]);
    const piped = ended.pipeTo(stream, { signal, preventAbort: true });
    assertEquals(await outcome(piped), reason);

    await stream.close();
    const { readable } = new FakeReadable();
    assertEquals(await outcome(readable.pipeTo(stream, { signal })), reason);
    assertEquals(sink.abortReasons, []);
  },
);

testBoth(
  "pipeTo() rejects with the failure of the abort at its signal, and cancels with the reason",
  async ({ sink, stream }) => {
    const failure = new Error("stuck");
    sink.abort = () => Promise.reject(failure);
    const { readable, cancelReasons } = new FakeReadable();
    const signal = AbortSignal.abort(reason);

    assertEquals(await outcome(readable.pipeTo(stream, { signal })), failure);
    assertEquals(cancelReasons, [reason]);
  },
);

testBoth(
  "pipeTo() that is done does not see its signal any more",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const aborter = new AbortController();
    await ReadableStream.from([bytesFrom(0, 10)])
      .pipeTo(stream, { signal: aborter.signal, preventClose: true });
    aborter.abort(reason);

    await stream.getWriter().write(bytesFrom(10, 10));
    assertEquals([sink.taken, sink.abortReasons], [bytesFrom(0, 20), []]);
  },
);
