/**
 * The lock of a writer against the ideas of web-platform-tests,
 * `streams/writable-streams/general`.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { bytesFrom, isPending, outcome, turn } from "./_fakes.ts";
import { drain, takeAll, testBoth } from "./_writable_streams.ts";

testBoth("getWriter() locks the stream for one writer", async ({ stream }) => {
  assert(!stream.locked);
  const writer = stream.getWriter();

  assert(stream.locked);
  assertThrows(() => stream.getWriter(), TypeError);
  assertThrows(() => new WritableStreamDefaultWriter(stream), TypeError);
  assertEquals(await writer.ready, undefined);
  assert(await isPending(writer.closed));
});

testBoth(
  "getWriter().releaseLock() again does not disturb the next writer",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();
    assertEquals(writer.releaseLock(), undefined);
    assert(!stream.locked);
    const next = stream.getWriter();
    assertEquals(writer.releaseLock(), undefined);

    assert(stream.locked);
    await next.ready;
    await next.write(new Uint8Array(1));
    await next.close();
    await next.closed;
  },
);

testBoth(
  "getWriter().releaseLock() replaces what has resolved by one rejection for ready and closed",
  async ({ stream }) => {
    const writer = stream.getWriter();
    const { ready } = writer;
    await ready;
    await writer.close();
    writer.releaseLock();

    assertNotStrictEquals(writer.ready, ready);
    const error = await outcome(writer.ready);
    assertInstanceOf(error, TypeError);
    assertStrictEquals(await outcome(writer.closed), error);
    assertEquals(await ready, undefined);
  },
);

testBoth(
  "getWriter().releaseLock() rejects what is pending with a TypeError, and the writes go on",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(bytesFrom(0, HIGH_WATER_MARK));
    await turn();
    const pending = [writer.ready, writer.closed].map(outcome);
    for (const promise of pending) assert(await isPending(promise));
    writer.releaseLock();

    for (const error of await Promise.all(pending)) {
      assertInstanceOf(error, TypeError);
    }
    assert(await isPending(write));
    await drain(sink);
    assertEquals(await write, undefined);
    assertEquals(sink.taken, bytesFrom(0, HIGH_WATER_MARK));
  },
);

testBoth(
  "getWriter().releaseLock() leaves a writer that refuses all",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    writer.releaseLock();

    await assertRejects(() => writer.write(new Uint8Array(1)), TypeError);
    await assertRejects(() => writer.close(), TypeError);
    await assertRejects(() => writer.abort(), TypeError);
    await assertRejects(() => writer.ready, TypeError);
    await assertRejects(() => writer.closed, TypeError);
    assertThrows(() => writer.desiredSize, TypeError);
    await turn();
    assertEquals([sink.pending, sink.closed], [null, 0]);
    assertEquals(sink.abortReasons, []);
  },
);

testBoth(
  "getWriter().releaseLock() leaves a writer that refuses all while another one writes",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();
    writer.releaseLock();
    const next = stream.getWriter();

    await assertRejects(() => writer.write(new Uint8Array([1])), TypeError);
    await assertRejects(() => writer.close(), TypeError);
    await assertRejects(() => writer.abort(), TypeError);
    await next.write(new Uint8Array([2]));
    assertEquals(sink.taken, new Uint8Array([2]));
  },
);

testBoth(
  "getWriter() sees the back-pressure of the writer before",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(HIGH_WATER_MARK + 1));
    writer.releaseLock();
    const next = stream.getWriter();

    assertEquals(next.desiredSize, -1);
    assert(await isPending(next.ready));
    await drain(sink);
    await Promise.all([write, next.ready]);
    assertEquals(next.desiredSize, HIGH_WATER_MARK);
  },
);

testBoth(
  "getWriter() keeps the order of writes across writers",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writes = [0, 1, 2, 3].map((index) => {
      const writer = stream.getWriter();
      const write = writer.write(bytesFrom(index * 10, 10));
      writer.releaseLock();
      return write;
    });

    await Promise.all(writes);
    assertEquals(sink.taken, bytesFrom(0, 40));
  },
);

testBoth(
  "getWriter() of a stream that failed rejects ready and closed with the failure",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();
    await sink.fail(failure);
    writer.releaseLock();
    const next = stream.getWriter();

    const results = [next.ready, next.closed, next.write(new Uint8Array(1))];
    for (const result of [write, ...results.map(outcome)]) {
      assertEquals(await result, failure);
    }
    assertEquals(next.desiredSize, null);
    await assertRejects(() => next.close(), TypeError);
  },
);
