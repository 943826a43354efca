/**
 * Failures of a pipe against the ideas of web-platform-tests,
 * `streams/piping/`: `error-propagation-forward`,
 * `error-propagation-backward`, `close-propagation-backward`,
 * `multiple-propagation`.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytesFrom, outcome, turn, turnEnd } from "./_fakes.ts";
import {
  drain,
  FakeReadable,
  type Subject,
  takeAll,
  testBoth,
} from "./_writable_streams.ts";

const failure = new Error("reset");
const sourceFailure = new Error("source");

/** Lets the sink fail, so that the stream has failed with `failure`. */
async function fail({ sink, stream }: Subject): Promise<void> {
  const writer = stream.getWriter();
  const write = outcome(writer.write(new Uint8Array(1)));
  await turn();
  await sink.fail(failure);
  await write;
  writer.releaseLock();
}

testBoth(
  "pipeTo() aborts the sink with the failure of the source",
  async ({ sink, stream }) => {
    const { readable, controller } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream));
    await turn();
    controller.error(sourceFailure);

    assertEquals(await piped, sourceFailure);
    assertEquals([sink.abortReasons, sink.closed], [[sourceFailure], 0]);
    assert(!stream.locked);
    assertEquals(await outcome(stream.getWriter().closed), sourceFailure);
  },
);

testBoth(
  "pipeTo() sends what the source gave before it failed, with preventAbort",
  async ({ sink, stream }) => {
    sink.limit = takeAll;
    const { readable, controller } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream, { preventAbort: true }));
    controller.enqueue(bytesFrom(0, 10));
    await turn();
    controller.error(sourceFailure);

    assertEquals(await piped, sourceFailure);
    assertEquals(sink.abortReasons, []);
    const writer = stream.getWriter();
    await writer.write(bytesFrom(10, 10));
    await writer.close();
    assertEquals(sink.taken, bytesFrom(0, 20));
  },
);

testBoth(
  "pipeTo() rejects with the failure of the abort, if that fails",
  async ({ sink, stream }) => {
    sink.abort = () => Promise.reject(failure);
    const { readable, controller } = new FakeReadable();
    controller.error(sourceFailure);

    assertEquals(await outcome(readable.pipeTo(stream)), failure);
    assertEquals(await outcome(stream.getWriter().closed), sourceFailure);
  },
);

testBoth(
  "pipeTo() cancels the source with the failure of the sink",
  async ({ sink, stream }) => {
    const { readable, controller, cancelReasons } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream));
    controller.enqueue(new Uint8Array(1));
    await turnEnd();
    await sink.fail(failure);

    assertEquals(await piped, failure);
    assertEquals([cancelReasons, sink.abortReasons], [[failure], []]);
    assert(!readable.locked && !stream.locked);
    assertEquals(await outcome(stream.getWriter().closed), failure);
  },
);

testBoth(
  "pipeTo() leaves the source to others with preventCancel when the sink fails",
  async ({ sink, stream }) => {
    const { readable, controller, cancelReasons } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream, { preventCancel: true }));
    controller.enqueue(bytesFrom(0, 10));
    await turnEnd();
    await sink.fail(failure);

    assertEquals(await piped, failure);
    assertEquals(cancelReasons, []);
    controller.enqueue(bytesFrom(10, 10));
    const { value } = await readable.getReader().read();
    assertEquals(value, bytesFrom(10, 10));
  },
);

testBoth(
  "pipeTo() rejects with the failure of the cancel, if that fails",
  async ({ sink, stream }) => {
    const { readable, controller, cancelReasons } = new FakeReadable(() => {
      throw sourceFailure;
    });
    const piped = outcome(readable.pipeTo(stream));
    controller.enqueue(new Uint8Array(1));
    await turnEnd();
    await sink.fail(failure);

    assertEquals(await piped, sourceFailure);
    assertEquals(cancelReasons, [failure]);
  },
);

testBoth(
  "pipeTo() rejects when the last write of a source that has ended fails",
  async ({ sink, stream }) => {
    const piped = outcome(
      ReadableStream.from([new Uint8Array(1)]).pipeTo(stream),
    );
    await turnEnd();
    await sink.fail(failure);

    assertEquals(await piped, failure);
    assertEquals(sink.closed, 0);
  },
);

testBoth(
  "pipeTo() rejects with undefined when the sink fails with that",
  async ({ sink, stream }) => {
    sink.write = () => Promise.reject(undefined);
    const { readable, controller, cancelReasons } = new FakeReadable();
    const piped = readable.pipeTo(stream).then(() => "fulfilled");
    controller.enqueue(new Uint8Array(1));

    assertEquals(await outcome(piped), undefined);
    assertEquals(cancelReasons, [undefined]);
  },
);

testBoth(
  "pipeTo() of a stream that has failed cancels the source, unless preventCancel",
  async ({ sink, stream }) => {
    await fail({ sink, stream });
    const kept = new FakeReadable();
    const options = { preventCancel: true };
    assertEquals(
      await outcome(kept.readable.pipeTo(stream, options)),
      failure,
    );
    assertEquals(kept.cancelReasons, []);

    const { readable, cancelReasons } = new FakeReadable();
    assertEquals(await outcome(readable.pipeTo(stream)), failure);
    assertEquals(cancelReasons, [failure]);
  },
);

testBoth(
  "pipeTo() prefers the failure of the source to that of the stream",
  async ({ sink, stream }) => {
    await fail({ sink, stream });
    const { readable, controller } = new FakeReadable();
    controller.error(sourceFailure);

    assertEquals(await outcome(readable.pipeTo(stream)), sourceFailure);
    assertEquals(sink.abortReasons, []);
    const ended = ReadableStream.from<Uint8Array>([]);
    assertEquals(await outcome(ended.pipeTo(stream)), failure);
  },
);

for (const preventCancel of [false, true]) {
  testBoth(
    `pipeTo() of a stream that closes rejects with a TypeError, with preventCancel ${preventCancel}`,
    async ({ sink, stream }) => {
      const writer = stream.getWriter();
      const write = writer.write(bytesFrom(0, 10));
      const close = writer.close();
      writer.releaseLock();
      const { readable, cancelReasons } = new FakeReadable();

      const error = await assertRejects(
        () => readable.pipeTo(stream, { preventCancel }),
        TypeError,
      );
      assertEquals(cancelReasons, preventCancel ? [] : [error]);
      await drain(sink);
      await Promise.all([write, close, stream.getWriter().closed]);
      assertEquals([sink.taken, sink.closed], [bytesFrom(0, 10), 1]);
    },
  );
}

testBoth(
  "pipeTo() of a source that has failed ends the close of the stream",
  async ({ sink, stream }) => {
    const close = outcome(stream.close());
    const { readable, controller } = new FakeReadable();
    controller.error(sourceFailure);

    assertEquals(await outcome(readable.pipeTo(stream)), sourceFailure);
    assertEquals(await close, sourceFailure);
    assertEquals([sink.abortReasons, sink.closed], [[sourceFailure], 0]);
  },
);

testBoth(
  "pipeTo() rejects when the sink throws at once, and cancels the source",
  async ({ sink, stream }) => {
    sink.write = () => {
      throw failure;
    };
    const { readable, controller, cancelReasons } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream));
    controller.enqueue(new Uint8Array(1));

    assertEquals(await piped, failure);
    assertEquals(cancelReasons, [failure]);
  },
);

testBoth(
  "pipeTo() sends what the source gave before it failed, and aborts then",
  async ({ sink, stream }) => {
    const failure = new Error("source");
    sink.limit = takeAll;
    const { readable, controller } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream));
    await turn();
    controller.enqueue(new Uint8Array(3));
    for (let i = 0; i < 10; i++) await null;
    controller.error(failure);

    assertEquals(await piped, failure);
    assertEquals([sink.taken.length, sink.abortReasons], [3, [failure]]);
  },
);
