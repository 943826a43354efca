/**
 * The writer against the ideas of web-platform-tests,
 * `streams/writable-streams/`: `write`, `bad-underlying-sinks`, `general`.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { bytesFrom, isPending, outcome, turn, turnEnd } from "./_fakes.ts";
import { drain, settleOrder, takeAll, testBoth } from "./_writable_streams.ts";

testBoth(
  "getWriter().write() hands over all chunks in order before close() resolves",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();

    for (let i = 0; i < 5; i++) writer.write(bytesFrom(i * 10, 10));
    assertEquals(await writer.close(), undefined);
    assertEquals(sink.taken, bytesFrom(0, 50));
    assertEquals(sink.closed, 1);
  },
);

testBoth(
  "getWriter().write() resolves with undefined, and writes settle in order before close() and closed",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();
    const first = writer.write(new Uint8Array(1));
    const second = writer.write(new Uint8Array(2));
    const close = writer.close();

    const order = settleOrder({ closed: writer.closed, close, second, first });
    await writer.closed;
    assertEquals(order, ["first", "second", "close", "closed"]);
    assertEquals(await first, undefined);
  },
);

testBoth(
  "getWriter().write() is pending until the sink took the whole chunk",
  async ({ sink, stream }) => {
    const write = stream.getWriter().write(new Uint8Array(5));

    await turn();
    await sink.take(3);
    assert(await isPending(write));
    await sink.take(2);
    await write;
  },
);

testBoth(
  "getWriter().write() sends a thousand chunks behind one that is stuck",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const first = writer.write(bytesFrom(0, 3));
    await turn();
    const writes = Array.from(
      { length: 1000 },
      (_, index) => writer.write(bytesFrom(3 + index * 3, 3)),
    );

    for (const write of [first, ...writes]) assert(await isPending(write));
    sink.limit = takeAll;
    await sink.take();
    await Promise.all([first, ...writes]);
    assertEquals(sink.taken, bytesFrom(0, 3003));
  },
);

testBoth(
  "getWriter().write() rejects with the failure of the sink, and so does all that is queued",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const results = [
      writer.write(new Uint8Array(1)),
      writer.write(new Uint8Array(1)),
      writer.close(),
      writer.closed,
    ].map(outcome);
    await turn();
    await sink.fail(failure);

    assertEquals(await Promise.all(results), Array(4).fill(failure));
    assertEquals(await outcome(writer.ready), failure);
    assertEquals(await outcome(writer.write(new Uint8Array(1))), failure);
    assertInstanceOf(await outcome(writer.close()), TypeError);
    assertEquals(writer.desiredSize, null);
    assertEquals([sink.closed, sink.abortReasons], [0, []]);
  },
);

testBoth(
  "getWriter().write() fulfils what the sink took before it failed",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const first = outcome(writer.write(new Uint8Array(1)));
    await turn();
    await sink.take();
    const second = outcome(writer.write(new Uint8Array(1)));
    await turn();
    await sink.fail(failure);

    assertEquals([await first, await second], [undefined, failure]);
  },
);

for (const failure of [new Error("mine"), undefined]) {
  testBoth(
    `getWriter().write() rejects with ${failure} when the sink throws it at once`,
    async ({ sink, stream }) => {
      sink.write = () => {
        throw failure;
      };
      const writer = stream.getWriter();
      const write = writer.write(new Uint8Array(1)).then(() => "fulfilled");

      assertEquals(await outcome(write), failure);
      const closed = writer.closed.then(() => "fulfilled");
      const ready = writer.ready.then(() => "fulfilled");
      assertEquals(await outcome(closed), failure);
      assertEquals(await outcome(ready), failure);
    },
  );
}

testBoth(
  "getWriter().ready resolves with undefined after the write that made room",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    assertEquals(await writer.ready, undefined);
    const write = writer.write(new Uint8Array(HIGH_WATER_MARK));
    const { ready } = writer;
    await turn();
    const order = settleOrder({ ready, write });
    assertEquals(writer.desiredSize, 0);
    assert(await isPending(ready));

    await drain(sink);
    assertEquals(order, ["write", "ready"]);
    assertEquals(await ready, undefined);
    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
  },
);

testBoth(
  "getWriter().ready is another promise once the queue is full, and stays so when that resolves",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const open = writer.ready;
    await open;
    assertStrictEquals(writer.ready, open);
    writer.write(new Uint8Array(HIGH_WATER_MARK));
    await turn();

    const full = writer.ready;
    assertNotStrictEquals(full, open);
    assertStrictEquals(writer.ready, full);
    await drain(sink);
    await full;
    assertStrictEquals(writer.ready, full);
  },
);

testBoth(
  "getWriter().ready that is pending rejects with the failure of the sink",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(HIGH_WATER_MARK)));
    await turn();
    const ready = outcome(writer.ready);

    assert(await isPending(ready));
    await sink.fail(failure);
    assertEquals([await write, await ready], [failure, failure]);
  },
);

testBoth(
  "getWriter().ready that nobody awaits leaves nothing unhandled when the sink fails",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(HIGH_WATER_MARK)));
    await turn();

    assertInstanceOf(writer.ready, Promise);
    assertInstanceOf(writer.closed, Promise);
    await sink.fail(new Error("reset"));
    await write;
    await turn();
  },
);

testBoth(
  "getWriter().desiredSize goes below zero, and up as the sink takes chunks",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
    const writes = [
      writer.write(new Uint8Array(HIGH_WATER_MARK - 1)),
      writer.write(new Uint8Array(1)),
      writer.write(new Uint8Array(5)),
    ];
    assertEquals(writer.desiredSize, -5);
    await turn();
    await drain(sink);

    await Promise.all(writes);
    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
  },
);

testBoth(
  "getWriter() is not needed to make a writer",
  async ({ sink, stream }) => {
    const writer = new WritableStreamDefaultWriter(stream);

    const write = writer.write(bytesFrom(0, 3));
    await turnEnd();
    await sink.take();
    await write;
    await writer.close();
    assertEquals(sink.taken, bytesFrom(0, 3));
    assertEquals(sink.closed, 1);
  },
);
