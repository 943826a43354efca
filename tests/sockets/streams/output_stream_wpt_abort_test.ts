/**
 * Aborting against the ideas of web-platform-tests,
 * `streams/writable-streams/aborting`.
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
} from "@std/assert";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { isPending, outcome, turn } from "./_fakes.ts";
import { settleOrder, takeAll, testBoth } from "./_writable_streams.ts";

const reason = new Error("enough");

testBoth(
  "getWriter().abort() before the stream has started drops what was written",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    const aborted = writer.abort(reason);
    const late = outcome(writer.write(new Uint8Array(1)));
    const close = outcome(writer.close());

    assertEquals(await aborted, undefined);
    assertEquals(await Promise.all([write, late]), [reason, reason]);
    assertInstanceOf(await close, Error);
    assertEquals(await outcome(writer.closed), reason);
    await turn();
    assertEquals([sink.pending, sink.taken.length, sink.closed], [null, 0, 0]);
    assertEquals(sink.abortReasons, [reason]);
  },
);

testBoth(
  "getWriter().abort() replaces a ready that has resolved by one that rejects, at once",
  async ({ stream }) => {
    const writer = stream.getWriter();
    const open = writer.ready;
    await open;
    const aborted = writer.abort(reason);

    assertNotStrictEquals(writer.ready, open);
    assertEquals(await outcome(writer.ready), reason);
    assertEquals(writer.desiredSize, null);
    assertEquals(await outcome(writer.closed), reason);
    await Promise.all([aborted, open]);
  },
);

testBoth(
  "getWriter().abort() rejects a ready that is pending, and the one after it",
  async ({ stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(HIGH_WATER_MARK)));
    await turn();
    const ready = outcome(writer.ready);
    assert(await isPending(ready));

    await writer.abort(reason);
    assertEquals(await Promise.all([ready, write]), [reason, reason]);
    assertEquals(await outcome(writer.ready), reason);
  },
);

testBoth(
  "getWriter().abort() during a write rejects the writes in order, then fulfils, then rejects closed",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const writes = {
      first: writer.write(new Uint8Array(1)),
      second: writer.write(new Uint8Array(1)),
      third: writer.write(new Uint8Array(1)),
    };
    await turn();
    const aborted = writer.abort(reason);
    const { closed } = writer;
    const order = settleOrder({ closed, aborted, ...writes });

    const results = Object.values(writes).map(outcome);
    assertEquals(await Promise.all(results), [reason, reason, reason]);
    assertEquals(await aborted, undefined);
    assertEquals(await outcome(closed), reason);
    assertEquals(order, ["first", "second", "third", "aborted", "closed"]);
    assertEquals(sink.abortReasons, [reason]);
  },
);

for (const given of ["a text", 0, null]) {
  testBoth(
    `getWriter().abort() passes the reason ${
      JSON.stringify(given)
    } on as it is`,
    async ({ sink, stream }) => {
      const writer = stream.getWriter();
      const write = writer.write(new Uint8Array(1)).then(() => "fulfilled");
      const noted = outcome(write);
      await turn();

      await writer.abort(given);
      assertStrictEquals(await noted, given);
      const closed = writer.closed.then(() => "fulfilled");
      assertStrictEquals(await outcome(closed), given);
      assertEquals(sink.abortReasons, [given]);
    },
  );
}

testBoth(
  "getWriter().abort() without a reason rejects closed with undefined",
  async ({ stream }) => {
    const writer = stream.getWriter();

    await writer.abort();
    const closed = writer.closed.then(() => "fulfilled");
    assertEquals(await outcome(closed), undefined);
  },
);

for (const locked of [true, false]) {
  testBoth(
    `${
      locked ? "getWriter()." : ""
    }abort() twice gives one promise, and the first reason wins`,
    async ({ sink, stream }) => {
      const target = locked ? stream.getWriter() : stream;
      const aborted = target.abort(reason);

      assertStrictEquals(target.abort(new Error("again")), aborted);
      assertEquals(await aborted, undefined);
      assertEquals(await target.abort(new Error("late")), undefined);
      assertEquals(sink.abortReasons, [reason]);
    },
  );
}

testBoth(
  "abort() of a locked stream rejects with a TypeError, and the writer goes on",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const writer = stream.getWriter();

    await assertRejects(() => stream.abort(reason), TypeError);
    await writer.ready;
    await writer.write(new Uint8Array(1));
    assertEquals(sink.abortReasons, []);
  },
);

testBoth(
  "getWriter().abort() after the close does nothing",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    await writer.close();

    assertEquals(await writer.abort(reason), undefined);
    assertEquals(await writer.closed, undefined);
    assertEquals([sink.abortReasons, writer.desiredSize], [[], 0]);
  },
);

testBoth(
  "getWriter().abort() after a failure fulfils, and the failure stays",
  async ({ sink, stream }) => {
    const failure = new Error("reset");
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();
    await sink.fail(failure);

    assertEquals(await writer.abort(reason), undefined);
    const results = [writer.closed, writer.ready].map(outcome);
    assertEquals(
      await Promise.all([write, ...results]),
      Array(3).fill(failure),
    );
    assertEquals(sink.abortReasons, []);
  },
);

for (const way of ["rejects", "throws"]) {
  testBoth(
    `getWriter().abort() rejects when the abort of the sink ${way}, and closed with the reason`,
    async ({ sink, stream }) => {
      const failure = new Error("stuck");
      sink.abort = () => {
        if (way === "throws") throw failure;
        return Promise.reject(failure);
      };
      const writer = stream.getWriter();
      const write = outcome(writer.write(new Uint8Array(1)));
      await turn();

      assertEquals(await outcome(writer.abort(reason)), failure);
      assertEquals(await outcome(writer.closed), reason);
      assertEquals(await write, reason);
    },
  );
}

testBoth(
  "getWriter().abort() right after close() ends the close",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const close = outcome(writer.close());
    const aborted = writer.abort(reason);

    assertEquals(await aborted, undefined);
    assertEquals(await close, reason);
    assertEquals(await outcome(writer.closed), reason);
    assertEquals([sink.abortReasons, sink.closed], [[reason], 0]);
  },
);

testBoth(
  "getWriter().abort() while the sink closes lets it, and rejects ready",
  async ({ sink, stream }) => {
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const writer = stream.getWriter();
    const close = writer.close();
    await turn();
    const aborted = writer.abort(reason);
    const { closed } = writer;
    const order = settleOrder({ closed, aborted, close });

    assertEquals(await outcome(writer.ready), reason);
    assert(await isPending(aborted));
    sinkClosed.resolve();
    await Promise.all([close, aborted, closed]);
    assertEquals(order, ["close", "aborted", "closed"]);
  },
);

testBoth(
  "getWriter().abort() while the sink closes rejects when that fails",
  async ({ sink, stream }) => {
    const failure = new Error("mine");
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const writer = stream.getWriter();
    const close = outcome(writer.close());
    await turn();
    const aborted = outcome(writer.abort(reason));

    sinkClosed.reject(failure);
    assertEquals([await close, await aborted], [failure, failure]);
    assertEquals(await outcome(writer.closed), reason);
  },
);

testBoth(
  "getWriter().abort() goes on when the writer lets go",
  async ({ sink, stream }) => {
    const sinkAborted = Promise.withResolvers<void>();
    sink.abort = () => sinkAborted.promise;
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();
    const closed = outcome(writer.closed);
    const aborted = writer.abort(reason);
    await turn();
    writer.releaseLock();
    const next = stream.getWriter();

    assertEquals(await outcome(next.ready), reason);
    sinkAborted.resolve();
    assertEquals([await aborted, await write], [undefined, reason]);
    assertInstanceOf(await closed, TypeError);
    assertEquals(await outcome(next.closed), reason);
  },
);

testBoth(
  "getWriter().abort() with a close() behind a write that is stuck fulfils, and the close rejects",
  async ({ sink, stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();
    const close = outcome(writer.close());
    await turn();

    assertEquals(await writer.abort(reason), undefined);
    assertEquals(await Promise.all([write, close]), [reason, reason]);
    assertEquals(await outcome(writer.closed), reason);
    assertEquals([sink.abortReasons, sink.closed], [[reason], 0]);
  },
);

testBoth(
  "abort() with a close() behind a write that is stuck fulfils",
  async ({ stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    writer.releaseLock();
    await turn();
    const close = outcome(stream.close());
    await turn();

    assertEquals(await stream.abort(reason), undefined);
    assertEquals(await Promise.all([write, close]), [reason, reason]);
  },
);

testBoth(
  "getWriter().abort() that nobody awaits leaves nothing unhandled, with a close() behind a write that is stuck",
  async ({ stream }) => {
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();
    const close = outcome(writer.close());
    writer.abort(reason);

    assertEquals(await Promise.all([write, close]), [reason, reason]);
    await turn();
  },
);
