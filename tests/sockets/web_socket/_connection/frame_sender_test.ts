import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ClosedError } from "../../../../errors/closed_error.ts";
import { HResult } from "../../../../errors/hresult.ts";
import { SocketError } from "../../../../errors/socket_error.ts";
import { WebErrorStatus } from "../../../../errors/web_error_status.ts";
import { WebSocketError } from "../../../../errors/web_socket_error.ts";
import { FrameSender } from "../../../../sockets/web_socket/_connection/frame_sender.ts";
import type { MessageCompression } from "../../../../sockets/web_socket/_connection/message_compression.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";
import { FakeSink, isPending, outcome, turn } from "../../streams/_fakes.ts";
import {
  BINARY,
  CLOSE,
  LAST,
  PING,
  PONG,
  RSV1,
  TEXT,
  TEXT_START,
} from "../_raw_peer.ts";
import { inflateFrames, openCompression } from "./_compression.ts";
import { bytesOf, decodeFrames, textFrames } from "./_frames.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

interface Fixture {
  readonly sink: FakeSink;
  readonly sender: FrameSender;
  /** What it has called, in order. */
  readonly log: string[];
}

interface FixtureOptions {
  readonly isServer?: boolean;
  readonly compression?: MessageCompression | null;
  readonly limit?: (() => number) | null;
}

function open(
  { isServer = true, compression = null, limit = () => Infinity }:
    FixtureOptions = {},
): Fixture {
  const sink = new FakeSink(limit);
  const log: string[] = [];
  const extras = {
    explain: (error: unknown) =>
      new SocketError("Reset", HResult.WSAECONNRESET, { cause: error }),
    onEnd: () => void log.push("end"),
  };
  const sender = new FrameSender(sink, extras, {
    isServer,
    skipsEmpty: false,
    compression,
    onClose: () => {
      log.push("close");
      return Promise.resolve();
    },
  });
  return { sink, sender, log };
}

/** Has so much queued that there is back-pressure, while the sink takes nothing. */
async function fill(
  { sink, sender }: Fixture,
): Promise<{ readonly written: Promise<unknown> }> {
  const written = outcome(sender.messages.write(new Uint8Array(300 * KIB)));
  while (sink.pending === null) await turn();
  return { written };
}

/** Has the sink take all that waits. */
async function takeAll({ sink, sender }: Fixture): Promise<void> {
  while (sender.queue.queuedSize > 0 || sink.pending !== null) {
    await sink.take();
  }
}

function assertReset(error: unknown): void {
  assertInstanceOf(error, WebSocketError);
  assertEquals(error.status, WebErrorStatus.connectionReset);
  assertInstanceOf(error.cause, SocketError);
}

Deno.test(
  "FrameSender.messages sends messages of the type that is set",
  PURE,
  async () => {
    const { sink, sender } = open();
    assertStrictEquals(sender.messages, sender.queue);
    sender.messages.write(bytesOf("a"));
    sender.dataOpcode = Opcode.text;
    sender.messages.write(bytesOf("b"));
    sender.writeFragment(bytesOf("c"), false);
    sender.writeFragment(bytesOf("d"), true);
    await sender.messages.flush();
    assertEquals(textFrames(sink.taken), [[BINARY, "a"], [TEXT, "b"], [
      TEXT_START,
      "c",
    ], [LAST, "d"]]);
  },
);

Deno.test(
  "FrameSender masks what a client sends, the close frame as well",
  PURE,
  async () => {
    for (const isServer of [false, true]) {
      const { sink, sender } = open({ isServer });
      sender.messages.write(bytesOf("a"));
      sender.ping(bytesOf("b"));
      await sender.close(bytesOf("\x03\xe8"));
      assertEquals(decodeFrames(sink.taken).map(({ isMasked }) => isMasked), [
        !isServer,
        !isServer,
        !isServer,
      ]);
    }
  },
);

Deno.test(
  "FrameSender.messages compresses where that was agreed, and ping() does not",
  PURE,
  async () => {
    const compression = openCompression({ threshold: 0 }, true);
    const { sink, sender } = open({ compression });
    assertNotStrictEquals(sender.messages, sender.queue);
    sender.dataOpcode = Opcode.text;
    await sender.messages.write(bytesOf("a"));
    await sender.ping(bytesOf("b"));
    await sender.close(new Uint8Array(0));
    compression.close();
    assertEquals(await inflateFrames(decodeFrames(sink.taken)), [
      [TEXT | RSV1, "a"],
      [PING, "b"],
      [CLOSE, ""],
    ]);
  },
);

Deno.test(
  "FrameSender.ping() and pong() send control frames in their order",
  PURE,
  async () => {
    const { sink, sender } = open();
    sender.messages.write(bytesOf("a"));
    sender.ping(bytesOf("b"));
    sender.pong(bytesOf("c"));
    sender.tell();
    sender.messages.write(bytesOf("d"));
    await sender.queue.flush();
    assertEquals(textFrames(sink.taken), [
      [BINARY, "a"],
      [PING, "b"],
      [PONG, "c"],
      [PONG, ""],
      [BINARY, "d"],
    ]);
  },
);

Deno.test(
  "FrameSender.pong() copies its payload, which is valid during the call",
  PURE,
  async () => {
    const fixture = open({ limit: null });
    const { sink, sender } = fixture;
    for (const isFull of [false, true]) {
      if (isFull) await fill(fixture);
      const payload = bytesOf("abc");
      sender.pong(payload);
      payload.fill(0);
      await turn();
      await takeAll(fixture);
    }
    const pongs = textFrames(sink.taken).filter(([first]) => first === PONG);
    assertEquals(pongs, [[PONG, "abc"], [PONG, "abc"]]);
  },
);

Deno.test(
  "FrameSender.pong() keeps the last one alone while there is back-pressure",
  PURE,
  async () => {
    const fixture = open({ limit: null });
    const { sink, sender } = fixture;
    const { written } = await fill(fixture);
    const before = sender.queue.queuedSize;
    for (let i = 0; i < 100_000; i++) sender.pong(bytesOf(`${i}`));
    assertEquals(sender.queue.queuedSize, before);
    await takeAll(fixture);
    await written;
    await takeAll(fixture);
    sender.pong(bytesOf("next"));
    await turn();
    await takeAll(fixture);
    assertEquals(textFrames(sink.taken).slice(1), [[PONG, "99999"], [
      PONG,
      "next",
    ]]);
  },
);

Deno.test(
  "FrameSender.tell() is left out while there is back-pressure, so that the late pong stays",
  PURE,
  async () => {
    const fixture = open({ limit: null });
    const { sink, sender } = fixture;
    await fill(fixture);
    sender.tell();
    sender.pong(bytesOf("answer"));
    sender.tell();
    await takeAll(fixture);
    await takeAll(fixture);
    assertEquals(textFrames(sink.taken).slice(1), [[PONG, "answer"]]);
  },
);

Deno.test(
  "FrameSender drops a late pong when it closes or fails",
  PURE,
  async () => {
    for (const fails of [false, true]) {
      const fixture = open({ limit: null });
      const { sink, sender } = fixture;
      const { written } = await fill(fixture);
      sender.pong(bytesOf("late"));
      const closed = outcome(sender.close(new Uint8Array(0)));
      if (fails) {
        await sink.fail(new Error("lost"));
        assertReset(await closed);
      } else {
        while (await isPending(closed)) await sink.take();
        assertEquals(textFrames(sink.taken).slice(1), [[CLOSE, ""]]);
      }
      await written;
    }
  },
);

Deno.test(
  "FrameSender.close() sends what waits, then the close frame, and takes no more",
  PURE,
  async () => {
    const fixture = open({ limit: null });
    const { sink, sender } = fixture;
    const written = sender.messages.write(bytesOf("a"));
    const pinged = sender.ping(bytesOf("b"));
    const closed = sender.close(bytesOf("xy"));
    await assertRejects(() => sender.messages.write(bytesOf("c")), ClosedError);
    await assertRejects(() => sender.ping(bytesOf("d")), ClosedError);
    sender.pong(bytesOf("e"));
    sender.tell();
    // The close frame is taken byte by byte.
    while (await isPending(closed)) await sink.take(1);
    assertEquals(await written + await pinged, 2);
    assertEquals(textFrames(sink.taken), [[BINARY, "a"], [PING, "b"], [
      CLOSE,
      "xy",
    ]]);
  },
);

Deno.test(
  "FrameSender.hasProgress() tells that the peer has taken some of what waits",
  PURE,
  async () => {
    const fixture = open({ limit: null });
    const { sink, sender } = fixture;
    assertEquals(sender.hasProgress(), false);
    const { written } = await fill(fixture);
    assertEquals(sender.hasProgress(), false);
    await sink.take(4);
    assertEquals(sender.hasProgress(), true);
    assertEquals(sender.hasProgress(), false);
    await takeAll(fixture);
    await written;
    // The system has taken all: that says nothing of the peer.
    assertEquals(sender.hasProgress(), false);
  },
);

Deno.test(
  "FrameSender.messages.flush() rejects once it is closed",
  PURE,
  async () => {
    for (const isCompressed of [false, true]) {
      const compression = isCompressed
        ? openCompression({ threshold: 0 }, true)
        : null;
      const { sender } = open({ compression });
      const written = sender.messages.write(bytesOf("a"));
      const flushed = sender.messages.flush();
      const closed = sender.close(new Uint8Array(0));
      await assertRejects(() => sender.messages.flush(), ClosedError, "flush");
      await Promise.all([written, flushed, closed]);
      sender.end(new Error("closed"));
      await assertRejects(() => sender.messages.flush(), ClosedError, "flush");
      compression?.close();
    }
  },
);

Deno.test(
  "FrameSender.close() sends what is still to be compressed",
  PURE,
  async () => {
    const compression = openCompression({ threshold: 0 }, true);
    const { sink, sender } = open({ compression });
    for (let i = 0; i < 20; i++) sender.messages.write(bytesOf(`${i}`));
    await sender.close(new Uint8Array(0));
    compression.close();
    const messages = await inflateFrames(decodeFrames(sink.taken));
    assertEquals(messages.map(([, text]) => text), [
      ...Array.from({ length: 20 }, (_, i) => `${i}`),
      "",
    ]);
  },
);

Deno.test(
  "FrameSender.close() rejects if the connection is lost before or meanwhile",
  PURE,
  async () => {
    const before = open({ limit: null });
    const { written } = await fill(before);
    const closed = outcome(before.sender.close(new Uint8Array(0)));
    await before.sink.fail(new Error("lost"));
    assertReset(await written);
    assertReset(await closed);
    assertReset(await outcome(before.sender.close(new Uint8Array(0))));

    const meanwhile = open({ limit: null });
    const closing = outcome(meanwhile.sender.close(new Uint8Array(0)));
    await turn();
    await meanwhile.sink.fail(new Error("lost"));
    assertReset(await closing);
  },
);

Deno.test(
  "FrameSender.end() tells the stream of the messages why it takes no more",
  PURE,
  async () => {
    for (const compression of [null, openCompression({}, true)]) {
      const { sender } = open({ compression });
      const reasons: unknown[] = [];
      sender.messages.onFailure = (error) => void reasons.push(error);
      await sender.close(new Uint8Array(0));
      const reason = new Error("closed");
      sender.end(reason);
      sender.end(new Error("again"));
      compression?.close();
      assertEquals(reasons, [reason]);
    }
  },
);

Deno.test(
  "FrameSender.abort() drops what waits, and breaks the connection off",
  PURE,
  async () => {
    for (const isCompressed of [false, true]) {
      const compression = isCompressed
        ? openCompression({ threshold: 0 }, true)
        : null;
      const { sink, sender } = open({ limit: null, compression });
      const writes = ["a", "b"].map((text) =>
        outcome(sender.messages.write(bytesOf(text)))
      );
      const pinged = outcome(sender.ping(new Uint8Array(0)));
      await turn();
      const error = new Error("over");
      sender.abort(error);
      for (
        const failed of await Promise.all([...writes, pinged])
      ) assertStrictEquals(failed, error);
      assertEquals(sink.abortReasons, [error]);
      assertStrictEquals(
        await outcome(sender.messages.write(bytesOf("c"))),
        error,
      );
      compression?.close();
    }
  },
);

Deno.test(
  "FrameSender.messages.close() has the close frame sent once all was sent",
  PURE,
  async () => {
    for (const isCompressed of [false, true]) {
      const compression = isCompressed
        ? openCompression({ threshold: 0 }, true)
        : null;
      const { sink, sender, log } = open({ compression });
      const written = sender.messages.write(bytesOf("a"));
      await sender.messages.close();
      await written;
      assertEquals(log, ["close"]);
      assertEquals(decodeFrames(sink.taken).length, 1);
      compression?.close();
    }
  },
);

Deno.test(
  "FrameSender.finish() ends the direction, and tells the peer if it has to",
  PURE,
  async () => {
    for (const isToTell of [false, true]) {
      const { sink, sender, log } = open();
      await sender.finish(isToTell);
      assertEquals(sink.closed, isToTell ? 1 : 0);
      assertEquals(log, ["end"]);
    }
  },
);

Deno.test(
  "FrameSender.finish() ends the direction even if the peer cannot be told",
  PURE,
  async () => {
    const { sink, sender, log } = open();
    sink.closing = Promise.reject(new Error("lost"));
    assertReset(await outcome(sender.finish(true)));
    assertEquals(log, ["end"]);
  },
);

Deno.test("FrameSender explains why a message was not sent", PURE, async () => {
  for (const isCompressed of [false, true]) {
    const compression = isCompressed
      ? openCompression({ threshold: 0 }, true)
      : null;
    const fixture = open({ limit: null, compression });
    const written = outcome(fixture.sender.messages.write(bytesOf("a")));
    while (fixture.sink.pending === null) await turn();
    await fixture.sink.fail(new Error("lost"));
    assertReset(await written);
    assert(!fixture.sender.messages.isOpen);
    compression?.close();
  }
});
