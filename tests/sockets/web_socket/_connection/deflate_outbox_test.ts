import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { InvalidOperationError } from "../../../../errors/invalid_operation_error.ts";
import { DeflateOutbox } from "../../../../sockets/web_socket/_connection/deflate_outbox.ts";
import { FrameOutbox } from "../../../../sockets/web_socket/_connection/frame_outbox.ts";
import { FrameQueue } from "../../../../sockets/web_socket/_connection/frame_queue.ts";
import type { WebSocketCompressionOptions } from "../../../../sockets/web_socket/web_socket_compression_options.ts";
import { FakeSink, outcome, turn } from "../../streams/_fakes.ts";
import {
  BINARY,
  BINARY_START,
  LAST,
  MORE,
  PING,
  RSV1,
  TEXT,
  TEXT_START,
} from "../_raw_peer.ts";
import { inflateFrames, openCompression } from "./_compression.ts";
import { bytesOf, decodeFrames } from "./_frames.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

class Fixture implements Disposable {
  readonly sink: FakeSink;
  readonly frames: FrameQueue;
  readonly messages: FrameQueue;
  readonly #compression;

  constructor(
    options: WebSocketCompressionOptions = {},
    limit: (() => number) | null = () => Infinity,
  ) {
    this.sink = new FakeSink(limit);
    this.#compression = openCompression({ threshold: 0, ...options }, true);
    const outbox = new FrameOutbox(this.sink, {}, {
      isMasked: false,
      skipsEmpty: false,
    });
    this.frames = new FrameQueue(outbox, {});
    this.messages = new FrameQueue(
      new DeflateOutbox(this.frames, this.#compression),
      {},
    );
  }

  [Symbol.dispose](): void {
    this.#compression.close();
  }
}

Deno.test(
  "DeflateOutbox sends each message as a compressed frame",
  PURE,
  async () => {
    using fixture = new Fixture();
    const { sink, messages } = fixture;
    const texts = ["Hello", "", "Hello", "x".repeat(100 * KIB), ""];
    const writes = texts.map((text) => messages.queue.write(bytesOf(text)));
    assertEquals(await Promise.all(writes), texts.map(({ length }) => length));
    const frames = decodeFrames(sink.taken);
    assertEquals(
      await inflateFrames(frames),
      texts.map((text) => [BINARY | RSV1, text]),
    );
    assertEquals(frames[0]?.payload.toHex(), "f248cdc9c90700");
    assertEquals(frames[1]?.payload.toHex(), "00");
    assert((frames[3]?.payload.length ?? Infinity) < KIB);
  },
);

Deno.test(
  "DeflateOutbox sends messages below the threshold as they are",
  PURE,
  async () => {
    using fixture = new Fixture({ threshold: 10 });
    const { sink, messages } = fixture;
    messages.dataOpcode = Opcode.text;
    for (
      const text of ["a".repeat(9), "b".repeat(10), "", "c".repeat(11)]
    ) messages.queue.write(bytesOf(text));
    await messages.queue.flush();
    assertEquals(await inflateFrames(decodeFrames(sink.taken)), [
      [TEXT, "a".repeat(9)],
      [TEXT | RSV1, "b".repeat(10)],
      [TEXT, ""],
      [TEXT | RSV1, "c".repeat(11)],
    ]);
  },
);

Deno.test(
  "DeflateOutbox compresses fragments, and marks the first alone",
  PURE,
  async () => {
    using fixture = new Fixture({ threshold: 10 });
    const { sink, messages } = fixture;
    messages.dataOpcode = Opcode.text;
    messages.writeFragment(bytesOf("Hel"), false);
    messages.writeFragment(bytesOf(""), false);
    messages.writeFragment(bytesOf("lo"), true);
    messages.queue.write(bytesOf("tiny"));
    await messages.queue.flush();
    const frames = decodeFrames(sink.taken);
    assertEquals(frames.map(({ firstByte }) => firstByte), [
      TEXT_START | RSV1,
      MORE,
      LAST,
      TEXT,
    ]);
    assertEquals(await inflateFrames(frames), [[TEXT_START | RSV1, "Hello"], [
      TEXT,
      "tiny",
    ]]);
  },
);

Deno.test(
  "DeflateOutbox refuses a message between fragments",
  PURE,
  async () => {
    using fixture = new Fixture();
    const { sink, messages } = fixture;
    messages.writeFragment(bytesOf("a"), false);
    await assertRejects(
      () => messages.queue.write(bytesOf("b")),
      InvalidOperationError,
    );
    messages.writeFragment(bytesOf("c"), true);
    await messages.queue.flush();
    assertEquals(await inflateFrames(decodeFrames(sink.taken)), [[
      BINARY_START | RSV1,
      "ac",
    ]]);
  },
);

Deno.test(
  "DeflateOutbox copies a chunk of any size at the call",
  PURE,
  async () => {
    using fixture = new Fixture();
    const { sink, messages } = fixture;
    const chunk = new Uint8Array(100 * KIB).fill(97);
    const written = messages.queue.write(chunk);
    chunk.fill(0);
    await written;
    assertEquals(await inflateFrames(decodeFrames(sink.taken)), [[
      BINARY | RSV1,
      "a".repeat(100 * KIB),
    ]]);
  },
);

Deno.test("DeflateOutbox lets control frames pass by", PURE, async () => {
  using fixture = new Fixture();
  const { sink, frames, messages } = fixture;
  const written = messages.queue.write(bytesOf("a"));
  await frames.write(PING, bytesOf("b"));
  await written;
  const first = decodeFrames(sink.taken).map(({ firstByte }) => firstByte);
  assertEquals(first, [PING, BINARY | RSV1]);
});

Deno.test("DeflateOutbox sends small messages together", PURE, async () => {
  using fixture = new Fixture({ threshold: 100 });
  const { sink, messages } = fixture;
  for (let i = 0; i < 1000; i++) messages.queue.write(bytesOf(`message ${i}`));
  await messages.queue.flush();
  assertEquals(decodeFrames(sink.taken).length, 1000);
  assert(sink.calls.length <= 2, `${sink.calls.length} calls`);
});

Deno.test(
  "DeflateOutbox compresses no more while the sink takes nothing",
  PURE,
  async () => {
    using fixture = new Fixture({}, null);
    const { sink, frames, messages } = fixture;
    const size = 100 * KIB;
    for (let i = 0; i < 20; i++) {
      messages.queue.write(crypto.getRandomValues(new Uint8Array(60_000)));
      messages.queue.write(new Uint8Array(size));
    }
    while (sink.pending === null) await turn();
    for (let i = 0; i < 20; i++) await turn();
    assert(
      frames.queue.queuedSize < 500 * KIB,
      `${frames.queue.queuedSize} bytes`,
    );
    assert(messages.queue.desiredSize < 0);
  },
);

Deno.test("DeflateOutbox fails with the frames", PURE, async () => {
  using fixture = new Fixture({}, null);
  const { sink, messages } = fixture;
  const writes = ["a", "b", "c"].map((text) =>
    outcome(messages.queue.write(bytesOf(text)))
  );
  while (sink.pending === null) await turn();
  const error = new Error("lost");
  await sink.fail(error);
  for (const failed of await Promise.all(writes)) {
    assertStrictEquals(failed, error);
  }
  assertStrictEquals(messages.queue.failure?.error, error);
});

Deno.test(
  "DeflateOutbox leaves nothing pending when it is aborted while it compresses",
  PURE,
  async () => {
    const fixture = new Fixture();
    const { messages } = fixture;
    const written = outcome(messages.queue.write(new Uint8Array(1000 * KIB)));
    await Promise.resolve();
    const error = new Error("aborted");
    await messages.queue.abort(error);
    fixture[Symbol.dispose]();
    assertStrictEquals(await written, error);
  },
);
