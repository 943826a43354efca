import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ByteReader } from "../../../../sockets/streams/_byte_reader.ts";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  HeadEnded,
  type HeadSource,
  readHead,
} from "../../../../sockets/web_socket/_handshake/head_reader.ts";
import { MAX_HEAD_SIZE } from "../../../../sockets/web_socket/_handshake/http_head.ts";
import { bytesOf, headOf, PURE, textOf } from "./_heads.ts";

const HEAD = headOf("GET / HTTP/1.1", "Host: a");

/** Gives chunks one by one, and then the end if it has one. */
function readerOf(chunks: readonly Uint8Array[], ends = true): ByteReader {
  const left = chunks.filter(({ length }) => length > 0);
  return new ByteReader({
    read(target) {
      const chunk = left.shift();
      if (chunk === undefined) {
        return ends ? Promise.resolve(null) : new Promise(() => {});
      }
      const part = chunk.subarray(0, target.length);
      if (part.length < chunk.length) left.unshift(chunk.subarray(part.length));
      target.set(part);
      return Promise.resolve(part.length);
    },
  });
}

/** What the reader gives from now on. */
async function restOf(reader: ByteReader): Promise<string> {
  const target = new Uint8Array(100);
  let rest = "";
  for (;;) {
    const count = await reader.read(target);
    if (count === null) return rest;
    rest += textOf(target.subarray(0, count));
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** A head of this size. */
function sized(size: number): Uint8Array<ArrayBuffer> {
  const { length } = headOf("GET / HTTP/1.1", "A: ");
  return headOf("GET / HTTP/1.1", `A: ${"x".repeat(size - length)}`);
}

Deno.test(
  "readHead() resolves with a head and leaves what is behind",
  PURE,
  async () => {
    const reader = readerOf([bytesOf(`${textOf(HEAD)}\x81\x00more`)]);
    assertEquals(await readHead(reader, never()), HEAD);
    assertEquals(await restOf(reader), "\x81\x00more");
  },
);

Deno.test(
  "readHead() leaves a second head for the next call",
  PURE,
  async () => {
    const reader = readerOf([bytesOf(`a\r\n\r\n${textOf(HEAD)}`)]);
    assertEquals(await readHead(reader, never()), bytesOf("a\r\n\r\n"));
    assertEquals(await readHead(reader, never()), HEAD);
    assertEquals(await restOf(reader), "");
  },
);

Deno.test("readHead() does not wait for more than the head", PURE, async () => {
  const reader = readerOf([HEAD], false);
  assertEquals(await readHead(reader, never()), HEAD);
});

Deno.test(
  "readHead() joins a head that comes in any chunks",
  PURE,
  async () => {
    const cuts = fc.array(fc.nat(3000), { maxLength: 20 });
    const size = fc.integer({ min: 40, max: 3000 });
    await fc.assert(fc.asyncProperty(size, cuts, async (size, cuts) => {
      const whole = bytesOf(`${textOf(sized(size))}behind`);
      const ends = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
      const chunks = ends.map((end, index) =>
        whole.subarray(ends[index - 1], end)
      );
      const reader = readerOf(chunks);
      assertEquals(await readHead(reader, never()), sized(size));
      assertEquals(await restOf(reader), "behind");
    }));
  },
);

Deno.test(
  "readHead() takes 16 KiB byte by byte, and not a byte more",
  PURE,
  async () => {
    for (const size of [MAX_HEAD_SIZE, MAX_HEAD_SIZE + 1]) {
      const chunks = Array.from(sized(size), (byte) => Uint8Array.of(byte));
      const head = readHead(readerOf(chunks), never());
      if (size === MAX_HEAD_SIZE) {
        assertEquals(await head, sized(size));
      } else {
        const failure = await assertRejects(() => head, HeadFailure);
        assertEquals(failure.status, 431);
      }
    }
  },
);

Deno.test(
  "readHead() takes 16 KiB at once, and not a byte more",
  PURE,
  async () => {
    const reader = readerOf([sized(MAX_HEAD_SIZE), bytesOf("behind")]);
    assertEquals(await readHead(reader, never()), sized(MAX_HEAD_SIZE));
    assertEquals(await restOf(reader), "behind");
    const failure = await assertRejects(
      () => readHead(readerOf([sized(MAX_HEAD_SIZE + 1)]), never()),
      HeadFailure,
      "the head is longer than 16384 bytes",
    );
    assertEquals(failure.status, 431);
  },
);

Deno.test("readHead() reads no more than a head may have", PURE, async () => {
  let read = 0;
  const endless = new ByteReader({
    read(target) {
      read += target.length;
      target.fill(0x61);
      return Promise.resolve(target.length);
    },
  });
  await assertRejects(() => readHead(endless, never()), HeadFailure);
  assertEquals(read, MAX_HEAD_SIZE);
});

Deno.test("readHead() searches no byte twice", PURE, async () => {
  let isFirst = true;
  const source: HeadSource = {
    read(target) {
      const text = isFirst ? "GET / HTTP/1.1" : "\r\n\r\n";
      target.set(bytesOf(text));
      // What is searched again would end the head here.
      if (!isFirst) new Uint8Array(target.buffer).set(bytesOf("\r\n\r\n"));
      isFirst = false;
      return Promise.resolve(text.length);
    },
    unread() {},
  };
  const head = await readHead(source, never());
  assertEquals(textOf(head), "\r\n\r\n/ HTTP/1.1\r\n\r\n");
});

Deno.test(
  "readHead() rejects with how much had come before the end",
  PURE,
  async () => {
    for (const part of [new Uint8Array(0), HEAD.subarray(0, -1)]) {
      const error = await assertRejects(
        () => readHead(readerOf([part]), never()),
        HeadEnded,
        `the connection ended after ${part.length} bytes of the head`,
      );
      assertEquals(error.received, part.length);
      assertEquals(error.name, "HeadEnded");
    }
  },
);

Deno.test(
  "readHead() rejects with what the source rejects with",
  PURE,
  async () => {
    const failure = new Error("Cannot read");
    const reader = new ByteReader({ read: () => Promise.reject(failure) });
    const error = await assertRejects(() => readHead(reader, never()));
    assertStrictEquals(error, failure);
  },
);

Deno.test(
  "readHead() rejects with the reason of its signal",
  PURE,
  async () => {
    const controller = new AbortController();
    const reason = new Error("Too slow");
    const reader = readerOf([HEAD.subarray(0, 5)], false);
    const head = readHead(reader, controller.signal);
    controller.abort(reason);
    assertStrictEquals(await assertRejects(() => head), reason);
    assertStrictEquals(
      await assertRejects(() => readHead(reader, controller.signal)),
      reason,
    );
  },
);
