import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { TextLineStream, toBytes } from "@std/streams";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { ClosedError } from "../../../errors/closed_error.ts";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { ByteReader } from "../../../sockets/streams/_byte_reader.ts";
import { InputStream } from "../../../sockets/streams/input_stream.ts";
import { InputStreamOptions } from "../../../sockets/streams/input_stream_options.ts";
import {
  bytesFrom,
  callWith,
  concat,
  CountingSignal,
  FakeSource,
  isPending,
  turn,
} from "./_fakes.ts";

const { none, partial, readAhead } = InputStreamOptions;
const KIB = 1024;

function makeStream(): { source: FakeSource; stream: InputStream } {
  const source = new FakeSource();
  return { source, stream: new InputStream(source) };
}

/** Reads a number of bytes by `readAsync` and gives them as an array. */
async function readArray(
  stream: InputStream,
  count: number,
  options: InputStreamOptions = none,
): Promise<number[]> {
  return [...await stream.readAsync(new Uint8Array(count), count, options)];
}

Deno.test("InputStream.readAsync() with none waits for count bytes", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const buffer = new Uint8Array(8);

  const read = stream.readAsync(buffer, 4);
  source.give(1, 2, 3);
  assert(await isPending(read));
  source.give(4, 5);
  const bytes = await read;
  assertEquals(bytes, new Uint8Array([1, 2, 3, 4]));
  assertEquals(bytes.buffer, buffer.buffer);
  assertEquals(buffer, new Uint8Array([1, 2, 3, 4, 0, 0, 0, 0]));
});

Deno.test(
  "InputStream.readAsync() reads the length of the buffer when there is no count",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    source.give(1, 2, 3);
    assertEquals(
      await stream.readAsync(new Uint8Array(2)),
      new Uint8Array([1, 2]),
    );
  },
);

Deno.test("InputStream.readAsync() with none gives what there is at the end", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  source.give(1, 2);
  source.end();
  assertEquals(await readArray(stream, 4), [1, 2]);
});

Deno.test(
  "InputStream.readAsync() with partial completes at one byte or more",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    source.give(1, 2);
    assertEquals(await readArray(stream, 8, partial), [1, 2]);
  },
);

Deno.test("InputStream.readAsync() reads ahead with readAhead alone", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  source.give(1, 2, 3, 4, 5);
  assertEquals(await readArray(stream, 2), [1, 2]);
  assertEquals(source.sizes, [2]);
  assertEquals(await readArray(stream, 1, partial | readAhead), [3]);
  assertEquals(source.sizes, [2, 4 * KIB]);
  assertEquals(await readArray(stream, 2), [4, 5]);
  assertEquals(source.sizes.length, 2);
});

Deno.test(
  "InputStream.readAsync() with a signal takes no more than was asked for",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const { signal } = new AbortController();

    source.give(1, 2, 3);
    await stream.readAsync(new Uint8Array(2), 2, none, { signal });
    assertEquals(source.sizes, [2]);
  },
);

Deno.test(
  "InputStream.readAsync() with length 0 tells the end, again and again",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    source.end();
    for (const options of [none, partial, readAhead]) {
      const bytes = await stream.readAsync(new Uint8Array(4), 4, options);
      assertEquals(bytes.length, 0);
    }
    assertEquals(source.sizes.length, 1);
  },
);

Deno.test(
  "InputStream.readAsync() of 0 bytes resolves at once and reads nothing",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    assertEquals((await stream.readAsync(new Uint8Array(4), 0)).length, 0);
    assertEquals((await stream.readAsync(new Uint8Array())).length, 0);
    assertEquals(source.sizes, []);
  },
);

Deno.test("InputStream.readAsync() uses a view's own bytes only", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const whole = new Uint8Array(8).fill(9);

  source.give(1, 2, 3, 4, 5, 6);
  const bytes = await stream.readAsync(whole.subarray(2, 5));
  assertEquals(bytes.byteOffset, 2);
  assertEquals(whole, new Uint8Array([9, 9, 1, 2, 3, 9, 9, 9]));
});

Deno.test("InputStream.readAsync() rejects wrong arguments before it reads", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const buffer = new Uint8Array(4);

  const wrong: unknown[][] = [
    [],
    [null],
    ["text"],
    [Symbol("symbol")],
    [Object.create(null)],
    [new ArrayBuffer(4)],
    [new DataView(new ArrayBuffer(4))],
    [[1, 2]],
    [buffer, -1],
    [buffer, 5],
    [buffer, 1.5],
    [buffer, NaN],
    [buffer, "2"],
    [buffer, 2, 4],
    [buffer, 2, -1],
    [buffer, 2, 0.5],
    [buffer, 2, null],
  ];
  for (const args of wrong) {
    await assertRejects(
      () => callWith(stream.readAsync, stream, ...args),
      ArgumentError,
    );
  }
  assertEquals(source.sizes, []);
});

Deno.test(
  "InputStream.readAsync() quotes what it was given instead of a buffer",
  { permissions: "none" },
  async () => {
    const { stream } = makeStream();

    const { message } = await assertRejects(
      () => callWith(stream.readAsync, stream, "x".repeat(10_000)),
      ArgumentError,
      'Cannot read into "xxxx',
    );
    assert(message.length < 200);
  },
);

Deno.test("InputStream.readAsync() that fails has consumed nothing", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const failure = new Error("reset");

  source.give(1, 2);
  source.fail(failure);
  assertEquals(await assertRejects(() => readArray(stream, 4)), failure);
  assertEquals(await readArray(stream, 1), [1]);
  assertEquals(await readArray(stream, 4, partial), [2]);
  assertEquals(
    await assertRejects(() => readArray(stream, 4, partial)),
    failure,
  );
  assertEquals(source.sizes, [4, 2]);
});

Deno.test(
  "InputStream.readAsync() serves overlapping reads in the order of the calls",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reads = [
      readArray(stream, 2),
      readArray(stream, 3, partial),
      readArray(stream, 1),
    ];
    source.give(1);
    source.give(2);
    source.give(3, 4);
    source.give(5);
    assertEquals(await Promise.all(reads), [[1, 2], [3, 4], [5]]);
  },
);

Deno.test(
  "InputStream.readAsync() rejects with the reason of its signal, and the next read gets the bytes",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const counting = new CountingSignal();
    const { controller, signal } = counting;
    const reason = new Error("cancelled");

    const cancelled = stream.readAsync(new Uint8Array(4), 4, none, { signal });
    source.give(1, 2);
    await turn();
    controller.abort(reason);
    assertEquals(await assertRejects(() => cancelled), reason);
    assertEquals(counting.listeners, 0);
    source.give(3);
    assertEquals(await readArray(stream, 3), [1, 2, 3]);
    assertEquals(
      await assertRejects(() =>
        stream.readAsync(new Uint8Array(1), 1, none, { signal })
      ),
      reason,
    );
  },
);

Deno.test("InputStream.readAsync() rejects while a reader locks the stream", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  for (const mode of ["default", "byob"]) {
    const reader = mode === "byob"
      ? stream.getReader({ mode: "byob" })
      : stream.getReader();
    await assertRejects(
      () => readArray(stream, 1),
      InvalidOperationError,
      "release its lock",
    );
    reader.releaseLock();
  }
  source.give(1);
  assertEquals(await readArray(stream, 1), [1]);
});

Deno.test("InputStream.readAsync() before getReader() keeps its place", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  const first = readArray(stream, 2);
  const reader = stream.getReader();
  const second = reader.read();
  source.give(1);
  source.give(2);
  source.give(3);
  assertEquals(await first, [1, 2]);
  assertEquals((await second).value, new Uint8Array([3]));
  reader.releaseLock();
});

Deno.test(
  "InputStream.readAsync() gets the bytes of a read that its default reader let go",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader();
    const abandoned = reader.read();
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    const read = readArray(stream, 2, partial);
    assert(!stream.locked);
    source.give(1, 2);
    assertEquals(await read, [1, 2]);
    source.give(3);
    assertEquals(await readArray(stream, 1), [3]);
  },
);

Deno.test(
  "InputStream.readAsync() gets bytes that came while nobody had the stream",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader();
    const abandoned = reader.read();
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    source.give(1, 2);
    await turn();
    const reads = [readArray(stream, 1), readArray(stream, 2)];
    source.give(3);
    assertEquals(await Promise.all(reads), [[1], [2, 3]]);
  },
);

Deno.test(
  "InputStream.readAsync() gets bytes that arrive in the turn of releaseLock()",
  { permissions: "none" },
  async () => {
    for (const mode of ["default", "byob"]) {
      const { source, stream } = makeStream();
      const reader = mode === "byob"
        ? stream.getReader({ mode: "byob" })
        : stream.getReader();
      const abandoned = reader instanceof ReadableStreamBYOBReader
        ? reader.read(new Uint8Array(8))
        : reader.read();
      await turn();
      source.give(1, 2);
      reader.releaseLock();
      await assertRejects(() => abandoned, TypeError);
      const first = readArray(stream, 1);
      const next = stream.getReader();
      const last = next.read();
      source.give(3);
      assertEquals(await first, [1], mode);
      assertEquals((await last).value, new Uint8Array([2]), mode);
      next.releaseLock();
      assertEquals(await readArray(stream, 1), [3], mode);
    }
  },
);

Deno.test(
  "InputStream.readAsync() gets bytes that arrived just before releaseLock()",
  { permissions: "none" },
  async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      for (const mode of ["default", "byob"]) {
        const { source, stream } = makeStream();
        const reader = mode === "byob"
          ? stream.getReader({ mode: "byob" })
          : stream.getReader();
        const read: Promise<ReadableStreamReadResult<Uint8Array>> =
          reader instanceof ReadableStreamBYOBReader
            ? reader.read(new Uint8Array(8))
            : reader.read();
        const got = read.then(({ value }) => [...value ?? []], () => []);
        source.give(1, 2, 3);
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
        reader.releaseLock();
        const rest = readArray(stream, 8);
        source.give(4);
        source.end();
        assertEquals(
          [...await got, ...await rest],
          [1, 2, 3, 4],
          `${mode} ${ticks}`,
        );
      }
    }
  },
);

Deno.test(
  "InputStream.readAsync() gets the bytes of a read that its BYOB reader let go",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader({ mode: "byob" });
    const abandoned = reader.read(new Uint8Array(8));
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    const read = readArray(stream, 2);
    source.give(1);
    source.give(2);
    assertEquals(await read, [1, 2]);

    source.give(3);
    const next = stream.getReader();
    assertEquals((await next.read()).value, new Uint8Array([3]));
    next.releaseLock();
  },
);

Deno.test(
  "InputStream.readAsync() gets what a BYOB read had when its reader let go",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader({ mode: "byob" });
    const abandoned = reader.read(new Uint8Array(8), { min: 6 });
    source.give(1, 2);
    source.give(3);
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    assertEquals(await readArray(stream, 8, partial), [1, 2, 3]);
    source.give(4, 5);
    assertEquals(await readArray(stream, 2), [4, 5]);
  },
);

Deno.test(
  "InputStream.readAsync() gets what came to a BYOB read after its reader let go",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader({ mode: "byob" });
    const abandoned = reader.read(new Uint8Array(8), { min: 6 });
    source.give(1, 2);
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    source.give(3, 4);
    await turn();
    assertEquals(await readArray(stream, 3), [1, 2, 3]);
    assertEquals(await readArray(stream, 1), [4]);
  },
);

Deno.test(
  "InputStream.readAsync() gets what is left over from elements of several bytes",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader({ mode: "byob" });
    source.give(1, 0, 2);
    const { value } = await reader.read(new Uint16Array(4));
    assertEquals(value, new Uint16Array([1]));
    reader.releaseLock();
    assertEquals(await readArray(stream, 8, partial), [2]);

    const again = stream.getReader({ mode: "byob" });
    source.give(3, 0, 4);
    await again.read(new Uint16Array(4));
    const abandoned = again.read(new Uint16Array(4));
    await turn();
    again.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    const read = readArray(stream, 3);
    source.give(5, 6);
    assertEquals(await read, [4, 5, 6]);
  },
);

Deno.test(
  "InputStream.readAsync() hands what is left over to a reader that comes after it",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader({ mode: "byob" });
    source.give(1, 0, 2);
    await reader.read(new Uint16Array(4));
    reader.releaseLock();
    const first = readArray(stream, 2);
    const next = stream.getReader();
    const second = next.read();
    source.give(3);
    source.give(4);
    assertEquals(await first, [2, 3]);
    assertEquals((await second).value, new Uint8Array([4]));
    next.releaseLock();
  },
);

Deno.test(
  "InputStream keeps the order when a BYOB reader follows an abandoned default read",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const reader = stream.getReader();
    const abandoned = reader.read();
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    const byob = stream.getReader({ mode: "byob" });
    source.give(1, 2, 3, 4, 5);
    const { value } = await byob.read(new Uint8Array(2));
    assertEquals(value, new Uint8Array([1, 2]));
    byob.releaseLock();
    assertEquals(await readArray(stream, 8, partial), [3, 4, 5]);
  },
);

Deno.test(
  "InputStream.readAsync() does not cancel an older readAsync() when it takes a pull back",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    const first = readArray(stream, 1);
    const reader = stream.getReader();
    const abandoned = reader.read();
    await turn();
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    const second = readArray(stream, 1);
    source.give(1, 2);
    assertEquals(await Promise.all([first, second]), [[1], [2]]);
  },
);

Deno.test(
  "InputStream.readAsync() tells the failure that an abandoned read met",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const failure = new Error("reset");

    const reader = stream.getReader();
    const abandoned = reader.read();
    source.fail(failure);
    reader.releaseLock();
    await assertRejects(() => abandoned, TypeError);
    assertEquals(await assertRejects(() => readArray(stream, 1)), failure);
  },
);

Deno.test(
  "InputStream.readAsync() goes on after iteration stopped with preventCancel",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    source.give(1);
    for await (const chunk of stream.values({ preventCancel: true })) {
      assertEquals(chunk, new Uint8Array([1]));
      break;
    }
    source.give(2);
    assertEquals(await readArray(stream, 1), [2]);
  },
);

Deno.test("InputStream reads nothing before somebody reads it", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  const reader = stream.getReader();
  await turn();
  assertEquals(source.sizes, []);
  reader.releaseLock();
});

Deno.test(
  "InputStream is iterated to its end",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const seen = [];

    source.give(1, 2);
    source.give(3);
    source.end();
    for await (const chunk of stream) seen.push([...chunk]);
    assertEquals(seen, [[1, 2], [3]]);
    assertEquals((await stream.readAsync(new Uint8Array(1))).length, 0);
    assertEquals(source.cancelReasons, []);
  },
);

Deno.test("InputStream cancels its source when iteration stops early", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();

  source.give(1);
  for await (const _chunk of stream) break;
  assertEquals(source.cancelReasons.length, 1);
  await assertRejects(() => readArray(stream, 1), ClosedError);
});

Deno.test(
  "InputStream gives the failure of its source to readers after the bytes",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const failure = new Error("reset");

    source.give(1);
    source.fail(failure);
    const reader = stream.getReader();
    assertEquals((await reader.read()).value, new Uint8Array([1]));
    assertEquals(await assertRejects(() => reader.read()), failure);
    assertEquals(await assertRejects(() => reader.closed), failure);
    reader.releaseLock();
    assertEquals(await assertRejects(() => readArray(stream, 1)), failure);
  },
);

Deno.test("InputStream reads no more than the view of a BYOB reader holds", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const reader = stream.getReader({ mode: "byob" });
  const view = new Uint8Array(16).subarray(4, 10);

  source.giveBytes(bytesFrom(1, 8));
  const { value, done } = await reader.read(view);
  assertEquals(done, false);
  assertEquals(value, bytesFrom(1, 6));
  assertEquals(source.sizes, [6]);
  assertEquals(value?.byteOffset, 4);
  source.end();
  assertEquals((await reader.read(new Uint8Array(4))).value, bytesFrom(7, 2));
  const end = await reader.read(new Uint8Array(4));
  assertEquals(end.done, true);
  assertEquals(end.value?.length, 0);
  await reader.closed;
});

Deno.test(
  "InputStream fills a BYOB view to the minimum, and no further than the view",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const reader = stream.getReader({ mode: "byob" });

    const read = reader.read(new Uint8Array(8), { min: 5 });
    source.give(1, 2);
    source.give(3);
    assert(await isPending(read));
    source.give(4, 5, 6);
    assertEquals((await read).value, new Uint8Array([1, 2, 3, 4, 5, 6]));
    assert(source.sizes.every((size) => size <= 8));
    reader.releaseLock();
  },
);

Deno.test("InputStream serves several BYOB reads at once in order", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const reader = stream.getReader({ mode: "byob" });

  const reads = [2, 3, 1].map((length) =>
    reader.read(new Uint8Array(length), { min: length })
  );
  for (let byte = 1; byte <= 6; byte++) source.give(byte);
  const values = (await Promise.all(reads)).map(({ value }) => [
    ...value ?? [],
  ]);
  assertEquals(values, [[1, 2], [3, 4, 5], [6]]);
});

Deno.test("InputStream.tee() gives every byte to both branches", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const [left, right] = stream.tee();

  await assertRejects(() => readArray(stream, 1), InvalidOperationError);
  source.give(1, 2);
  source.give(3);
  source.end();
  assertEquals(
    await Promise.all([toBytes(left), toBytes(right)]),
    [new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 3])],
  );
});

Deno.test(
  "InputStream.tee() goes on when one branch is cancelled, and cancels the source with the second",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const [left, right] = stream.tee();

    const leftCancelled = left.cancel("left");
    const reader = right.getReader();
    source.give(1);
    assertEquals((await reader.read()).value, new Uint8Array([1]));
    assertEquals(source.cancelReasons, []);
    await Promise.all([leftCancelled, reader.cancel("right")]);
    assertEquals(source.cancelReasons, [["left", "right"]]);
  },
);

Deno.test("InputStream.pipeThrough() decodes lines of text", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const lines = stream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());

  const bytes = new TextEncoder().encode("grüß\r\nGott\nzuletzt");
  for (const byte of bytes) source.give(byte);
  source.end();
  assertEquals(await Array.fromAsync(lines), ["grüß", "Gott", "zuletzt"]);
});

Deno.test("InputStream.pipeTo() writes every byte and closes the destination", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const chunks: Uint8Array[] = [];
  let closed = false;

  source.giveBytes(bytesFrom(0, 10 * KIB));
  source.end();
  await stream.pipeTo(
    new WritableStream({
      write: (chunk) => void chunks.push(chunk),
      close: () => void (closed = true),
    }),
  );
  assertEquals(concat(chunks), bytesFrom(0, 10 * KIB));
  assert(closed);
});

Deno.test(
  "InputStream reads blocks that grow with what arrives, within bounds",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();

    source.giveBytes(bytesFrom(0, 500 * KIB));
    source.end();
    assertEquals(await toBytes(stream), bytesFrom(0, 500 * KIB));
    assertEquals(
      source.sizes.slice(0, 6).map((size) => size / KIB),
      [4, 8, 16, 32, 64, 64],
    );
    assertEquals(Math.max(...source.sizes), 64 * KIB);
  },
);

Deno.test(
  "InputStream gives chunks that do not keep a much larger block alive",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const reader = stream.getReader();

    source.give(1);
    const { value } = await reader.read();
    assertEquals(value?.buffer.byteLength, 1);
    reader.releaseLock();
  },
);

Deno.test("InputStream.cancel() gives its reason to the source once", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const pending = readArray(stream, 1);

  await stream.cancel("enough");
  await stream.cancel("again");
  stream.close();
  await assertRejects(() => pending, ClosedError);
  await assertRejects(() => readArray(stream, 1), ClosedError);
  assertEquals(source.cancelReasons, ["enough"]);
});

Deno.test("InputStream.cancel() through a reader ends its pending reads", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const reader = stream.getReader();
  const pending = reader.read();

  await reader.cancel("enough");
  assertEquals((await pending).done, true);
  await reader.closed;
  assertEquals(source.cancelReasons, ["enough"]);
});

Deno.test(
  "InputStream.close() rejects pending and later reads, and can be repeated",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    const pending = readArray(stream, 1);

    stream.close();
    stream.close();
    await assertRejects(() => pending, ClosedError);
    await assertRejects(() => readArray(stream, 1), ClosedError);
    await assertRejects(() => stream.getReader().read(), ClosedError);
    assertEquals(source.cancelReasons, [undefined]);
  },
);

Deno.test("InputStream.close() drops what is left over from a reader", {
  permissions: "none",
}, async () => {
  const { source, stream } = makeStream();
  const reader = stream.getReader({ mode: "byob" });
  source.give(1, 0, 2);
  await reader.read(new Uint16Array(4));
  reader.releaseLock();

  stream.close();
  await assertRejects(() => stream.getReader().read(), ClosedError);
});

Deno.test("InputStream.close() throws while a reader locks the stream", {
  permissions: "none",
}, () => {
  const { source, stream } = makeStream();
  stream.getReader();

  assertThrows(() => stream.close(), TypeError, "locks");
  assertEquals(source.cancelReasons, []);
});

Deno.test(
  "InputStream.close() after the end of the data leaves later reads closed",
  { permissions: "none" },
  async () => {
    const { source, stream } = makeStream();
    source.end();
    await readArray(stream, 1);

    stream.close();
    await assertRejects(() => readArray(stream, 1), ClosedError);
  },
);

Deno.test("InputStream[Symbol.dispose]() closes the stream", {
  permissions: "none",
}, () => {
  const source = new FakeSource();
  {
    using _stream = new InputStream(source);
  }
  assertEquals(source.cancelReasons, [undefined]);
});

Deno.test(
  "InputStream over a ByteReader errors its readers when that is closed or cancelled",
  { permissions: "none" },
  async () => {
    const reason = new Error("aborted");
    for (const end of ["close", "cancelPending"] as const) {
      const byteReader = new ByteReader(new FakeSource());
      const stream = new InputStream(byteReader);
      const reader = stream.getReader();
      const pending = reader.read();
      await turn();
      byteReader[end](reason);
      assertEquals(await assertRejects(() => pending), reason);
      assertEquals(await assertRejects(() => reader.closed), reason);
    }
  },
);

Deno.test(
  "InputStream over a ByteReader gives the next read the bytes of a cancelled one",
  { permissions: "none" },
  async () => {
    const source = new FakeSource();
    const byteReader = new ByteReader(source);
    const stream = new InputStream(byteReader);

    const cancelled = readArray(stream, 4);
    source.give(1);
    await turn();
    byteReader.cancelPending(new Error("cancelled"));
    await assertRejects(() => cancelled, Error, "cancelled");
    const next = readArray(stream, 3);
    source.give(2, 3);
    assertEquals(await next, [1, 2, 3]);
  },
);

Deno.test(
  "InputStream is a ReadableStream of bytes",
  { permissions: "none" },
  () => {
    const { stream } = makeStream();

    assertInstanceOf(stream, ReadableStream);
    assertInstanceOf(
      stream.getReader({ mode: "byob" }),
      ReadableStreamBYOBReader,
    );
  },
);

Deno.test(
  "InputStream obtains every byte once and in order by any mix of readAsync, readers and cancellations",
  { permissions: "none" },
  async () => {
    const step = fc.oneof(
      fc.record({
        way: fc.constant("readAsync" as const),
        count: fc.integer({ min: 1, max: 12 }),
        options: fc.integer({ min: 0, max: 3 }),
        cancelled: fc.boolean(),
      }),
      fc.record({
        way: fc.constant("default" as const),
        abandoned: fc.boolean(),
      }),
      fc.record({
        way: fc.constant("byob" as const),
        count: fc.integer({ min: 1, max: 6 }),
        elementSize: fc.constantFrom(1, 2, 4),
        min: fc.integer({ min: 1, max: 6 }),
        abandoned: fc.boolean(),
      }),
      fc.record({ way: fc.constant("turn" as const) }),
      fc.record({
        way: fc.constant("give" as const),
        count: fc.integer({ min: 1, max: 30 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 0, max: 4 }),
        async (steps, ticks) => {
          const { source, stream } = makeStream();
          const obtained: Uint8Array[] = [];
          let given = 0;
          const give = (count: number): void => {
            source.giveBytes(bytesFrom(given, count));
            given += count;
          };
          const wait = async (): Promise<void> => {
            for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
          };
          // Keeps a read from waiting for ever.
          const served = async <T>(read: Promise<T>): Promise<T> => {
            for (let tries = 0; await isPending(read); tries++) {
              assert(tries < 100, "A read never ends");
              give(1);
            }
            return read;
          };
          for (const action of steps) {
            if (action.way === "give") {
              give(action.count);
            } else if (action.way === "turn") {
              await turn();
            } else if (action.way === "readAsync") {
              const controller = new AbortController();
              const read = stream.readAsync(
                new Uint8Array(action.count),
                action.count,
                action.options,
                { signal: controller.signal },
              ).catch(() => new Uint8Array());
              await wait();
              if (action.cancelled) controller.abort();
              obtained.push(await served(read));
            } else if (action.way === "default") {
              const reader = stream.getReader();
              const read = reader.read().then(
                ({ value }) => value ?? new Uint8Array(),
                () => new Uint8Array(),
              );
              await wait();
              if (action.abandoned) reader.releaseLock();
              obtained.push(await served(read));
              if (!action.abandoned) reader.releaseLock();
            } else {
              const reader = stream.getReader({ mode: "byob" });
              const read = reader.read(
                makeView(action.elementSize, action.count),
                { min: Math.min(action.min, action.count) },
              ).then(
                ({ value }) =>
                  value === undefined ? new Uint8Array() : new Uint8Array(
                    value.buffer,
                    value.byteOffset,
                    value.byteLength,
                  ),
                () => new Uint8Array(),
              );
              await wait();
              if (action.abandoned) reader.releaseLock();
              obtained.push(await served(read));
              if (action.abandoned) {
                // A web stream can make the next BYOB reader wait for ever behind
                // the view that this one left; readAsync takes that away.
                obtained.push(
                  await served(stream.readAsync(new Uint8Array(1))),
                );
              } else {
                reader.releaseLock();
              }
            }
          }
          source.end();
          const rest = new Uint8Array(given + 1);
          obtained.push(await stream.readAsync(rest));
          assertEquals(concat(obtained), bytesFrom(0, given));
        },
      ),
      { numRuns: 300 },
    );
  },
);

function makeView(
  elementSize: number,
  length: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (elementSize === 1) return new Uint8Array(length);
  return elementSize === 2 ? new Uint16Array(length) : new Uint32Array(length);
}
