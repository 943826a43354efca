import { assertEquals, assertRejects } from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { ClosedError } from "../../../../errors/closed_error.ts";
import { InvalidOperationError } from "../../../../errors/invalid_operation_error.ts";
import { FrameOutbox } from "../../../../sockets/web_socket/_connection/frame_outbox.ts";
import {
  FrameQueue,
  opcodeOf,
} from "../../../../sockets/web_socket/_connection/frame_queue.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";
import { SocketMessageType } from "../../../../sockets/web_socket/socket_message_type.ts";
import { callWith, FakeSink } from "../../streams/_fakes.ts";
import {
  BINARY,
  BINARY_START,
  LAST,
  MORE,
  PING,
  TEXT,
  TEXT_START,
} from "../_raw_peer.ts";
import { bytesOf, textFrames } from "./_frames.ts";

const PURE = { permissions: "none" } as const;

function open(): { readonly sink: FakeSink; readonly frames: FrameQueue } {
  const sink = new FakeSink(() => Infinity);
  const outbox = new FrameOutbox(sink, {}, {
    isMasked: true,
    skipsEmpty: false,
  });
  return { sink, frames: new FrameQueue(outbox, {}) };
}

Deno.test("opcodeOf() tells the opcode of a type", PURE, () => {
  assertEquals(opcodeOf(SocketMessageType.utf8), Opcode.text);
  assertEquals(opcodeOf(SocketMessageType.binary), Opcode.binary);
});

Deno.test(
  "FrameQueue.queue sends binary messages until dataOpcode is set",
  PURE,
  async () => {
    const { sink, frames } = open();
    assertEquals(frames.dataOpcode, Opcode.binary);
    frames.queue.write(bytesOf("a"));
    frames.dataOpcode = Opcode.text;
    assertEquals(frames.dataOpcode, Opcode.text);
    frames.queue.write(bytesOf("b"));
    frames.dataOpcode = Opcode.binary;
    frames.queue.write(bytesOf("c"));
    await frames.queue.flush();
    assertEquals(textFrames(sink.taken), [[BINARY, "a"], [TEXT, "b"], [
      BINARY,
      "c",
    ]]);
  },
);

Deno.test(
  "FrameQueue.writeFragment() sends the frames of a message",
  PURE,
  async () => {
    const { sink, frames } = open();
    frames.dataOpcode = Opcode.text;
    const writes = [
      frames.writeFragment(bytesOf("a"), false),
      frames.writeFragment(bytesOf(""), false),
      frames.writeFragment(bytesOf("bc"), true),
      frames.writeFragment(bytesOf("d"), true),
    ];
    assertEquals(await Promise.all(writes), [1, 0, 2, 1]);
    assertEquals(textFrames(sink.taken), [[TEXT_START, "a"], [MORE, ""], [
      LAST,
      "bc",
    ], [TEXT, "d"]]);
  },
);

Deno.test(
  "FrameQueue refuses a message between fragments, and takes it behind them",
  PURE,
  async () => {
    const { sink, frames } = open();
    frames.writeFragment(bytesOf("a"), false);
    const refused = frames.queue.write(bytesOf("b"));
    frames.writeFragment(bytesOf("c"), true);
    frames.queue.write(bytesOf("d"));
    await assertRejects(() => refused, InvalidOperationError);
    await frames.queue.flush();
    assertEquals(textFrames(sink.taken), [[BINARY_START, "a"], [LAST, "c"], [
      BINARY,
      "d",
    ]]);
  },
);

Deno.test(
  "FrameQueue.write() sends a control frame, also between fragments",
  PURE,
  async () => {
    const { sink, frames } = open();
    frames.write(PING, bytesOf("1"));
    frames.writeFragment(bytesOf("a"), false);
    frames.write(PING, bytesOf("2"));
    frames.writeFragment(bytesOf("b"), true);
    frames.queue.write(bytesOf("c"));
    await frames.queue.flush();
    assertEquals(textFrames(sink.taken), [
      [PING, "1"],
      [BINARY_START, "a"],
      [PING, "2"],
      [LAST, "b"],
      [BINARY, "c"],
    ]);
  },
);

Deno.test(
  "FrameQueue.dataOpcode that is set inside of a message is that of the next",
  PURE,
  async () => {
    const { sink, frames } = open();
    frames.writeFragment(bytesOf("a"), false);
    frames.dataOpcode = Opcode.text;
    await assertRejects(
      () => frames.queue.write(bytesOf("b")),
      InvalidOperationError,
    );
    frames.writeFragment(bytesOf("c"), true);
    await frames.queue.write(bytesOf("d"));
    assertEquals(textFrames(sink.taken), [[BINARY_START, "a"], [LAST, "c"], [
      TEXT,
      "d",
    ]]);
  },
);

Deno.test(
  "FrameQueue.writeFragment() that is refused begins no message",
  PURE,
  async () => {
    const { sink, frames } = open();
    await assertRejects(
      () => callWith(frames.writeFragment, frames, "a", false),
      ArgumentError,
    );
    await frames.queue.write(bytesOf("b"));
    frames.queue.stop();
    await assertRejects(
      () => frames.writeFragment(bytesOf("c"), false),
      ClosedError,
    );
    assertEquals(textFrames(sink.taken), [[BINARY, "b"]]);
  },
);
