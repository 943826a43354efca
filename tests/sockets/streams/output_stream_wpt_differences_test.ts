/**
 * Where an `OutputStream` is not as the standard has it, on purpose.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertRejects,
} from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import {
  bytesFrom,
  callWith,
  FakeSink,
  isPending,
  outcome,
  turn,
  turnEnd,
} from "./_fakes.ts";
import { drain, FakeReadable, takeAll } from "./_writable_streams.ts";

const permissions = "none";
const reason = new Error("enough");

function open(limit: (() => number) | null = null): {
  readonly sink: FakeSink;
  readonly stream: OutputStream;
} {
  const sink = new FakeSink(limit);
  return { sink, stream: new OutputStream(sink) };
}

Deno.test(
  "OutputStream.getWriter().write() shares promises among small neighbours of a large batch",
  { permissions },
  async () => {
    const { sink, stream } = open(takeAll);
    const writer = stream.getWriter();
    const writes = Array.from(
      { length: 1000 },
      (_, index) => writer.write(bytesFrom(index * 64, 64)),
    );

    assertLess(new Set(writes).size, 1000);
    await Promise.all(writes);
    assertEquals(sink.taken, bytesFrom(0, 64_000));
  },
);

Deno.test(
  "OutputStream.getWriter().write() of no bytes does not wait for the writes before it",
  { permissions },
  async () => {
    const { sink, stream } = open();
    const writer = stream.getWriter();
    const write = writer.write(new Uint8Array(1));

    await writer.write(new Uint8Array());
    assert(await isPending(write));
    await sink.take();
    await write;
  },
);

Deno.test(
  "OutputStream.getWriter().write() of what is no Uint8Array rejects, and the stream stays open",
  { permissions },
  async () => {
    const { sink, stream } = open(takeAll);
    const writer = stream.getWriter();

    await assertRejects(
      () => callWith(writer.write, writer, new ArrayBuffer(1)),
      ArgumentError,
    );
    await writer.write(new Uint8Array(1));
    assertEquals(sink.taken.length, 1);
  },
);

Deno.test(
  "OutputStream.getWriter().write() after the close rejects with a ClosedError",
  { permissions },
  async () => {
    const { stream } = open(takeAll);
    const writer = stream.getWriter();
    const close = writer.close();

    await assertRejects(() => writer.write(new Uint8Array(1)), ClosedError);
    await close;
    await assertRejects(() => writer.write(new Uint8Array(1)), ClosedError);
  },
);

Deno.test(
  "OutputStream.getWriter().abort() does not wait for the write in progress",
  { permissions },
  async () => {
    const { sink, stream } = open();
    const writer = stream.getWriter();
    const write = outcome(writer.write(new Uint8Array(1)));
    await turn();

    await writer.abort(reason);
    assertEquals(await write, reason);
    assertEquals([sink.pending?.length, sink.abortReasons], [1, [reason]]);
  },
);

Deno.test(
  "OutputStream.getWriter().abort() reaches a sink that is closing",
  { permissions },
  async () => {
    const { sink, stream } = open();
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const writer = stream.getWriter();
    const close = writer.close();
    await turn();
    const aborted = writer.abort(reason);

    assertEquals(sink.abortReasons, [reason]);
    sinkClosed.resolve();
    await Promise.all([close, aborted, writer.closed]);
  },
);

Deno.test("OutputStream.close() again resolves", { permissions }, async () => {
  const { sink, stream } = open();

  await stream.close();
  await stream.close();
  assertEquals(sink.closed, 1);
});

Deno.test(
  "OutputStream.close() after a failure rejects with it",
  { permissions },
  async () => {
    const failure = new Error("reset");
    const { sink, stream } = open();
    stream.writeAsync(new Uint8Array(1));
    await turn();
    await sink.fail(failure);

    assertEquals(await outcome(stream.close()), failure);
  },
);

Deno.test(
  "OutputStream.writeAsync() and flushAsync() work while a writer has the lock",
  { permissions },
  async () => {
    const { sink, stream } = open(takeAll);
    const writer = stream.getWriter();
    writer.write(new Uint8Array([1]));
    stream.writeAsync(new Uint8Array([2]));

    assertEquals(await stream.flushAsync(), true);
    assertEquals(sink.taken, new Uint8Array([1, 2]));
  },
);

Deno.test(
  "OutputStream.pipeTo() with preventClose does not wait for the sink, which flushAsync() does",
  { permissions },
  async () => {
    const { sink, stream } = open();
    await ReadableStream.from([bytesFrom(0, 10)])
      .pipeTo(stream, { preventClose: true });
    const flushed = stream.flushAsync();

    assert(await isPending(flushed));
    assertEquals(sink.taken.length, 0);
    await drain(sink);
    assertEquals([await flushed, sink.taken], [true, bytesFrom(0, 10)]);
  },
);

Deno.test(
  "OutputStream.pipeTo() drops what waits when its source fails",
  { permissions },
  async () => {
    const failure = new Error("source");
    const { sink, stream } = open();
    const { readable, controller } = new FakeReadable();
    const piped = outcome(readable.pipeTo(stream));
    controller.enqueue(new Uint8Array(10));
    await turnEnd();
    controller.error(failure);

    assertEquals(await piped, failure);
    assertEquals([sink.taken.length, sink.abortReasons], [0, [failure]]);
  },
);

Deno.test(
  "OutputStream.pipeTo() ends with what is no Uint8Array, and so does the stream",
  { permissions },
  async () => {
    const { sink, stream } = open();
    const source = ReadableStream.from(["text"]);

    const error = await outcome(callWith(source.pipeTo, source, stream));
    assertInstanceOf(error, ArgumentError);
    assertEquals(await outcome(stream.getWriter().closed), error);
    assertEquals(sink.abortReasons, [error]);
  },
);
