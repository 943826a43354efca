import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import { callWith, FakeSink, isPending, outcome, turn } from "./_fakes.ts";

interface Fixture {
  readonly sink: FakeSink;
  readonly stream: OutputStream;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
}

function makeWriter(limit: (() => number) | null = null): Fixture {
  const sink = new FakeSink(limit);
  const stream = new OutputStream(sink);
  return { sink, stream, writer: stream.getWriter() };
}

function takeAll(): number {
  return Infinity;
}

Deno.test("OutputStream.getWriter() gives a standard writer, one at a time", {
  permissions: "none",
}, () => {
  const { stream, writer } = makeWriter();

  assertInstanceOf(writer, WritableStreamDefaultWriter);
  assert(stream.locked);
  assertThrows(() => stream.getWriter(), TypeError);
  writer.releaseLock();
  assert(!stream.locked);
  stream.getWriter();
});

Deno.test(
  "OutputStreamWriter.write() keeps its place among writeAsync() calls, in one call of the sink",
  { permissions: "none" },
  async () => {
    const { sink, stream, writer } = makeWriter();

    stream.writeAsync(new Uint8Array([1]));
    const written = writer.write(new Uint8Array([2]));
    stream.writeAsync(new Uint8Array([3]));
    writer.write(new Uint8Array([4]));
    await turn();
    assertEquals(sink.pending, new Uint8Array([1, 2, 3, 4]));
    assert(await isPending(written));
    await sink.take();
    assertEquals(await written, undefined);
  },
);

Deno.test(
  "OutputStreamWriter.write() rejects what is no Uint8Array and goes on",
  { permissions: "none" },
  async () => {
    const { writer } = makeWriter(takeAll);

    await assertRejects(
      () => callWith(writer.write, writer, "text"),
      ArgumentError,
    );
    await assertRejects(() => callWith(writer.write, writer), ArgumentError);
    await writer.write(new Uint8Array(1));
    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
  },
);

Deno.test(
  "OutputStreamWriter.desiredSize counts down to back-pressure and up again",
  { permissions: "none" },
  async () => {
    const { sink, writer } = makeWriter();

    assertEquals(writer.desiredSize, HIGH_WATER_MARK);
    writer.write(new Uint8Array(HIGH_WATER_MARK + 10));
    assertEquals(writer.desiredSize, -10);
    await turn();
    await sink.take(30);
    assertEquals(writer.desiredSize, 20);
  },
);

Deno.test(
  "OutputStreamWriter.ready is one promise until the back-pressure changes",
  { permissions: "none" },
  async () => {
    const { sink, writer } = makeWriter();

    const open = writer.ready;
    assertStrictEquals(writer.ready, open);
    await open;
    writer.write(new Uint8Array(1));
    assertStrictEquals(writer.ready, open);
    writer.write(new Uint8Array(HIGH_WATER_MARK));
    const full = writer.ready;
    assert(full !== open);
    assertStrictEquals(writer.ready, full);
    assert(await isPending(full));
    await sink.take();
    assert(await isPending(full));
    await sink.take();
    await full;
    assertStrictEquals(writer.ready, full);
  },
);

Deno.test("OutputStreamWriter.ready and closed reject when the sink fails", {
  permissions: "none",
}, async () => {
  const { sink, writer } = makeWriter();
  const failure = new Error("reset");

  const outcomes = [
    writer.write(new Uint8Array(HIGH_WATER_MARK)),
    writer.ready,
    writer.closed,
  ].map(outcome);
  await turn();
  await sink.fail(failure);
  assertEquals(await Promise.all(outcomes), [failure, failure, failure]);
  assertEquals(await outcome(writer.ready), failure);
  assertEquals(writer.desiredSize, null);
});

Deno.test(
  "OutputStreamWriter.close() drains and closes the sink, and refuses later writes",
  { permissions: "none" },
  async () => {
    const { sink, stream, writer } = makeWriter();

    const written = writer.write(new Uint8Array([1]));
    const closing = writer.close();
    assert(await isPending(writer.closed));
    await assertRejects(() => writer.write(new Uint8Array([2])), ClosedError);
    await assertRejects(
      () => stream.writeAsync(new Uint8Array([2])),
      ClosedError,
    );
    await sink.take();
    await Promise.all([written, closing, writer.closed, writer.ready]);
    assertEquals(sink.taken, new Uint8Array([1]));
    assertEquals(sink.closed, 1);
    assertEquals(writer.desiredSize, 0);
    await assertRejects(() => writer.close(), TypeError);
    await assertRejects(() => writer.write(new Uint8Array([2])), ClosedError);
  },
);

Deno.test("OutputStreamWriter.close() rejects when the sink fails", {
  permissions: "none",
}, async () => {
  const failure = new Error("reset");
  const { sink, writer } = makeWriter();
  const closed = outcome(writer.closed);

  writer.write(new Uint8Array(1));
  const closing = outcome(writer.close());
  await turn();
  await sink.fail(failure);
  assertEquals(await closing, failure);
  assertEquals(await closed, failure);
});

Deno.test(
  "OutputStreamWriter.abort() fulfils and rejects closed with the reason",
  { permissions: "none" },
  async () => {
    const { sink, writer } = makeWriter();
    const reason = new Error("enough");
    const closed = outcome(writer.closed);

    assertEquals(await writer.abort(reason), undefined);
    assertEquals(await closed, reason);
    assertEquals(await outcome(writer.ready), reason);
    assertEquals(writer.desiredSize, null);
    assertEquals(sink.abortReasons, [reason]);
    assertEquals(sink.closed, 0);
  },
);

Deno.test(
  "OutputStreamWriter.abort() while the sink closes fulfils once that is closed",
  { permissions: "none" },
  async () => {
    const { sink, writer } = makeWriter();
    const sinkClosed = Promise.withResolvers<void>();
    sink.closing = sinkClosed.promise;
    const closing = writer.close();
    await turn();

    const aborted = writer.abort(new Error("enough"));
    assert(await isPending(aborted));
    assertEquals(sink.abortReasons.length, 1);
    sinkClosed.resolve();
    await Promise.all([closing, aborted, writer.closed]);
  },
);

Deno.test(
  "OutputStreamWriter.releaseLock() makes the writer unusable and leaves what was written",
  { permissions: "none" },
  async () => {
    const { sink, stream, writer } = makeWriter();

    const written = writer.write(new Uint8Array([1]));
    const closed = outcome(writer.closed);
    writer.releaseLock();
    writer.releaseLock();
    assertInstanceOf(await closed, TypeError);
    assertInstanceOf(await outcome(writer.ready), TypeError);
    await assertRejects(() => writer.write(new Uint8Array([2])), TypeError);
    await assertRejects(() => writer.close(), TypeError);
    await assertRejects(() => writer.abort(), TypeError);
    assertThrows(() => writer.desiredSize, TypeError);

    await sink.take();
    await written;
    const next = stream.getWriter().write(new Uint8Array([3]));
    await turn();
    await sink.take();
    await next;
    assertEquals(sink.taken, new Uint8Array([1, 3]));
  },
);

Deno.test("OutputStreamWriter.releaseLock() rejects a pending ready", {
  permissions: "none",
}, async () => {
  const { sink, writer } = makeWriter();

  writer.write(new Uint8Array(HIGH_WATER_MARK));
  const ready = outcome(writer.ready);
  assert(await isPending(ready));
  writer.releaseLock();
  assertInstanceOf(await ready, TypeError);
  await sink.take();
});

Deno.test(
  "OutputStreamWriter of a closed or an errored stream is closed or errored",
  { permissions: "none" },
  async () => {
    const { stream, writer } = makeWriter(takeAll);
    await writer.close();
    writer.releaseLock();
    const late = stream.getWriter();
    await late.closed;
    await late.ready;
    assertEquals(late.desiredSize, 0);

    const other = new OutputStream(new FakeSink());
    const reason = new Error("enough");
    await other.abort(reason);
    const errored = other.getWriter();
    assertEquals(await outcome(errored.closed), reason);
    assertEquals(await outcome(errored.ready), reason);
    assertEquals(errored.desiredSize, null);
    await assertRejects(() => errored.close(), TypeError);
  },
);
