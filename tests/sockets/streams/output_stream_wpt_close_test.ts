/**
 * Closing against the ideas of web-platform-tests,
 * `streams/writable-streams/close`.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { isPending, outcome, turn } from "./_fakes.ts";
import { drain, settleOrder, takeAll, testBoth } from "./_writable_streams.ts";

testBoth(
  "getWriter().close() waits for the writes and the sink, then closed resolves",
  async ({ sink, stream }) => {
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(3));
    const close = writer.close();
    const order = settleOrder({ closed: writer.closed, close, write });

    await turn();
    assertEquals(sink.closed, 0);
    await sink.take();
    assertEquals([order, sink.closed], [["write"], 1]);
    sinkClosed.resolve();
    assertEquals(await close, undefined);
    await writer.closed;
    assertEquals(order, ["write", "close", "closed"]);
    assertEquals(writer.desiredSize, 0);
  },
);

testBoth(
  "getWriter().close() again rejects with a TypeError and closes the sink once",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();

    const close = writer.close();
    await assertRejects(() => writer.close(), TypeError);
    await close;
    await writer.closed;
    await assertRejects(() => writer.close(), TypeError);
    assertEquals(sink.closed, 1);
  },
);

testBoth(
  "getWriter().close() leaves ready resolved while the sink is stuck",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(HIGH_WATER_MARK));
    await turn();
    assert(await isPending(writer.ready));

    const close = writer.close();
    assertEquals(await writer.ready, undefined);
    assert(await isPending(close));
    await drain(sink);
    await Promise.all([write, close]);
    assertEquals(await writer.ready, undefined);
  },
);

for (const way of ["rejects", "throws"]) {
  testBoth(
    `getWriter().close() rejects when the close of the sink ${way}, and so do closed and ready`,
    async ({ sink, stream }) => {
      const failure = new Error("mine");
      sink.limit = takeAll;
      sink.close = () => {
        if (way === "throws") throw failure;
        return Promise.reject(failure);
      };
      const writer = stream.getWriter();
      const write = writer.write(new Uint8Array(1));
      const closed = outcome(writer.closed);

      assertEquals(await outcome(writer.close()), failure);
      assertEquals(await write, undefined);
      assertEquals(await closed, failure);
      assertEquals(await outcome(writer.ready), failure);
      assertEquals(await outcome(writer.write(new Uint8Array(1))), failure);
      assertInstanceOf(await outcome(writer.close()), TypeError);
      assertEquals([writer.desiredSize, sink.abortReasons], [null, []]);
    },
  );
}

testBoth(
  "getWriter().close() goes on when the writer lets go, and the next one sees it",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(1));
    const close = writer.close();
    const closed = outcome(writer.closed);
    writer.releaseLock();
    const next = stream.getWriter();

    assertInstanceOf(await closed, TypeError);
    assertEquals(await next.ready, undefined);
    assert(await isPending(next.closed));
    await assertRejects(() => next.close(), TypeError);
    await sink.take();
    await Promise.all([write, close, next.closed]);
    assertEquals(next.desiredSize, 0);
  },
);

testBoth(
  "getWriter() of a closed stream is ready and closed, and cannot close again",
  async ({ stream }) => {
    const writer = stream.getWriter();
    await writer.close();
    writer.releaseLock();
    const next = stream.getWriter();

    assertEquals(await next.ready, undefined);
    assertEquals(await next.closed, undefined);
    assertEquals(next.desiredSize, 0);
    await assertRejects(() => next.close(), TypeError);
    await assertRejects(() => next.write(new Uint8Array(1)));
  },
);

testBoth(
  "getWriter().close() refuses later writes, and they do not reach the sink",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array([1]));

    const close = writer.close();
    const late = outcome(writer.write(new Uint8Array([2])));
    assertInstanceOf(await late, Error);
    await Promise.all([write, close, writer.closed]);
    await assertRejects(() => writer.write(new Uint8Array([3])));
    assertEquals(sink.taken, new Uint8Array([1]));
  },
);

testBoth(
  "close() of a locked stream rejects with a TypeError, and the writer goes on",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();

    await assertRejects(() => stream.close(), TypeError);
    await writer.write(new Uint8Array(1));
    assertEquals(sink.closed, 0);
    await writer.close();
    assertEquals(sink.closed, 1);
  },
);

testBoth(
  "close() waits for what a writer has written before it let go",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(3));
    writer.releaseLock();
    const close = stream.close();

    assert(!stream.locked);
    assert(await isPending(close));
    assertEquals(sink.closed, 0);
    await drain(sink);
    await Promise.all([write, close, stream.getWriter().closed]);
    assertEquals([sink.taken.length, sink.closed], [3, 1]);
  },
);

testBoth(
  "close() rejects when the sink cannot be closed",
  async ({ sink, stream }) => {
    const failure = new Error("mine");
    sink.close = () => Promise.reject(failure);

    assertEquals(await outcome(stream.close()), failure);
    assertEquals(await outcome(stream.getWriter().closed), failure);
  },
);

testBoth(
  "getWriter().close() resolves a ready that is pending",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    await writer.ready;
    const write = writer.write(new Uint8Array(HIGH_WATER_MARK));
    await turn();
    const { ready } = writer;
    const close = writer.close();

    assert(!await isPending(ready));
    assertEquals(await ready, undefined);
    await drain(sink);
    await Promise.all([write, close]);
  },
);

testBoth(
  "getWriter().desiredSize stays as it is at close()",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(HIGH_WATER_MARK + 10));
    const close = writer.close();

    assertEquals(writer.desiredSize, -10);
    await turn();
    await drain(sink);
    await Promise.all([write, close]);
    assertEquals(writer.desiredSize, 0);
  },
);
