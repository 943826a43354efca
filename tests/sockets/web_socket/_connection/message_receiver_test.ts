import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";
import type { ReceivedPart } from "../../../../sockets/web_socket/_connection/data_receiver.ts";
import { MessageReceiver } from "../../../../sockets/web_socket/_connection/message_receiver.ts";
import type { MessageWebSocketMessage } from "../../../../sockets/web_socket/message_web_socket_message_received_event_args.ts";
import { SocketMessageType } from "../../../../sockets/web_socket/socket_message_type.ts";
import { bytesFrom, concat, isPending } from "../../streams/_fakes.ts";
import { bytesOf } from "./_frames.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;
const { binary, utf8 } = SocketMessageType;

function whole(maxMessageSize = Infinity): MessageReceiver {
  return new MessageReceiver({ isPartial: false, maxMessageSize });
}

function partial(): MessageReceiver {
  return new MessageReceiver({ isPartial: true, maxMessageSize: 1 });
}

function part(
  bytes: Uint8Array | string,
  rest: Partial<ReceivedPart> = {},
): ReceivedPart {
  return {
    messageType: utf8,
    bytes: typeof bytes === "string" ? bytesOf(bytes) : bytes,
    announced: 0,
    isFrameEnd: true,
    isMessageEnd: true,
    ...rest,
  };
}

/** A message as `text`, or as `text+` if it is not complete. */
function toText(
  { bytes, error, isMessageComplete }: MessageWebSocketMessage,
): string {
  if (error !== null) return error.message;
  return new TextDecoder().decode(bytes) + (isMessageComplete ? "" : "+");
}

function takeAll(receiver: MessageReceiver): string[] {
  const texts: string[] = [];
  for (;;) {
    const message = receiver.take();
    if (message === null) return texts;
    texts.push(toText(message));
  }
}

const MORE = { isMessageEnd: false } as const;
const CUT = { isFrameEnd: false, isMessageEnd: false } as const;

Deno.test("MessageReceiver.take() gives whole messages in order", PURE, () => {
  const receiver = whole();
  receiver.receive(part("one"));
  receiver.receive(part(""));
  receiver.receive(part("tw", { ...CUT, announced: 1 }));
  receiver.receive(part("o", MORE));
  receiver.receive(part("", MORE));
  receiver.receive(part(" and a half"));
  assertEquals(takeAll(receiver), ["one", "", "two and a half"]);
  assertEquals(receiver.take(), null);
});

Deno.test("MessageReceiver tells the type of each message", PURE, () => {
  const receiver = whole();
  receiver.receive(part("a", { messageType: binary }));
  receiver.receive(part("b"));
  assertEquals(receiver.take(), {
    bytes: bytesOf("a"),
    error: null,
    messageType: binary,
    isMessageComplete: true,
  });
  assertEquals(receiver.take()?.messageType, utf8);
});

Deno.test("MessageReceiver copies the bytes of a part", PURE, () => {
  for (const receiver of [whole(), partial()]) {
    const bytes = bytesOf("abc");
    receiver.receive(part(bytes));
    bytes.fill(0);
    assertEquals(takeAll(receiver), ["abc"]);
  }
});

Deno.test(
  "MessageReceiver.receive() refuses more than maxMessageSize before it has come",
  PURE,
  () => {
    const cases: (readonly ReceivedPart[])[] = [
      [part("12345")],
      [part("", { ...CUT, announced: 5 })],
      [part("1", { ...CUT, announced: 2 ** 50 })],
      [part("1234", MORE), part("5")],
      [part("1234", MORE), part("", { ...CUT, announced: 1 })],
    ];
    for (const parts of cases) {
      const receiver = whole(4);
      const error = assertThrows(
        () => parts.forEach((part) => receiver.receive(part)),
        ProtocolFailure,
        "4",
      );
      assertEquals(error.closeCode, 1009);
    }
  },
);

Deno.test(
  "MessageReceiver.receive() takes messages of maxMessageSize, each anew",
  PURE,
  () => {
    const receiver = whole(4);
    receiver.receive(part("1234"));
    receiver.receive(part("12", { ...CUT, announced: 2 }));
    receiver.receive(part("34"));
    receiver.receive(part("12", MORE));
    receiver.receive(part("34"));
    assertEquals(takeAll(receiver), ["1234", "1234", "1234"]);
  },
);

Deno.test(
  "MessageReceiver takes empty messages alone if maxMessageSize is 0",
  PURE,
  () => {
    const receiver = whole(0);
    receiver.receive(part("", MORE));
    receiver.receive(part(""));
    assertEquals(takeAll(receiver), [""]);
    assertThrows(() => receiver.receive(part("1")), ProtocolFailure);
  },
);

Deno.test(
  "MessageReceiver hands out part by part what each frame has",
  PURE,
  () => {
    const receiver = partial();
    receiver.receive(part("o", { ...CUT, announced: 2 }));
    receiver.receive(part("ne", MORE));
    receiver.receive(part("", MORE));
    receiver.receive(part("two"));
    assertEquals(takeAll(receiver), ["one+", "+", "two"]);
  },
);

Deno.test(
  "MessageReceiver hands out a large frame in parts of 64 KiB or a little more",
  PURE,
  () => {
    const receiver = partial();
    const block = 40 * KIB;
    const sizes: [size: number | undefined, isComplete: boolean][] = [];
    for (let i = 4; i >= 0; i--) {
      const end = { isFrameEnd: i === 0, isMessageEnd: i === 0 };
      receiver.receive(
        part(new Uint8Array(block), { ...end, announced: i * block }),
      );
      const message = receiver.take();
      if (message !== null) {
        sizes.push([
          message.bytes?.length,
          message.isMessageComplete,
        ]);
      }
    }
    assertEquals(sizes, [[2 * block, false], [2 * block, false], [
      block,
      true,
    ]]);
  },
);

Deno.test(
  "MessageReceiver.next() gives what is there at once, or waits",
  PURE,
  async () => {
    const receiver = whole();
    receiver.receive(part("a"));
    const first = receiver.next();
    assert(!(first instanceof Promise) && first !== null);
    assertEquals(toText(first), "a");

    const second = receiver.next();
    assert(second instanceof Promise);
    assert(await isPending(second));
    receiver.receive(part("b"));
    const message = await second;
    assertEquals(message && toText(message), "b");
  },
);

Deno.test(
  "MessageReceiver.next() serves those who wait in the order of their calls",
  PURE,
  async () => {
    const receiver = whole();
    const waits = [receiver.next(), receiver.next()];
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.receive(part("c"));
    const messages = await Promise.all(waits);
    assertEquals(messages.map((message) => message && toText(message)), [
      "a",
      "b",
    ]);
    assertEquals(takeAll(receiver), ["c"]);
  },
);

Deno.test(
  "MessageReceiver.next() gives null when its signal is aborted, and takes nothing",
  PURE,
  async () => {
    const receiver = whole();
    const controller = new AbortController();
    const waiting = receiver.next(controller.signal);
    controller.abort();
    assertEquals(await waiting, null);
    assertEquals(receiver.next(controller.signal), null);
    receiver.receive(part("a"));
    assertEquals(takeAll(receiver), ["a"]);
  },
);

Deno.test("MessageReceiver.room is null until 256 KiB wait", PURE, async () => {
  const receiver = whole();
  assertEquals(receiver.room, null);
  receiver.receive(part(new Uint8Array(256 * KIB)));
  const { room } = receiver;
  assert(room !== null);
  receiver.take();
  assertEquals(await room, undefined);
});

Deno.test(
  "MessageReceiver.room is null while somebody waits for a message",
  PURE,
  async () => {
    const receiver = whole();
    const waiting = receiver.next();
    receiver.receive(part(new Uint8Array(512 * KIB)));
    assertEquals(receiver.room, null);
    await waiting;
  },
);

Deno.test(
  "MessageReceiver.consumer is given what waits, and what comes",
  PURE,
  () => {
    const receiver = whole();
    const seen: string[] = [];
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.consumer = (message) => void seen.push(toText(message));
    assertEquals(seen, ["a", "b"]);
    receiver.receive(part("c"));
    assertEquals(seen, ["a", "b", "c"]);
    receiver.fail(new Error("lost"));
    assertEquals(seen, ["a", "b", "c", "lost"]);
    assertEquals(receiver.take(), null);
  },
);

Deno.test(
  "MessageReceiver.consumer is given nothing more once it is taken away",
  PURE,
  () => {
    const receiver = whole();
    const seen: string[] = [];
    const takeOne = (message: MessageWebSocketMessage): void => {
      seen.push(toText(message));
      receiver.consumer = null;
    };
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.consumer = takeOne;
    receiver.receive(part("c"));
    assertEquals(seen, ["a"]);
    receiver.consumer = takeOne;
    assertEquals(seen, ["a", "b"]);
    assertEquals(takeAll(receiver), ["c"]);
  },
);

Deno.test(
  "MessageReceiver.consumer comes behind those who wait for a message",
  PURE,
  async () => {
    const receiver = whole();
    const seen: string[] = [];
    receiver.consumer = (message) => void seen.push(toText(message));
    const waiting = receiver.next();
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    const message = await waiting;
    assertEquals(message && toText(message), "a");
    assertEquals(seen, ["b"]);
  },
);

Deno.test(
  "MessageReceiver.discard() may be called by the consumer",
  PURE,
  () => {
    for (const isBefore of [true, false]) {
      const receiver = whole();
      const seen: string[] = [];
      const consumer = (message: MessageWebSocketMessage): void => {
        seen.push(toText(message));
        receiver.discard();
      };
      if (isBefore) receiver.consumer = consumer;
      receiver.receive(part("a"));
      receiver.receive(part("b"));
      receiver.consumer = consumer;
      receiver.fail(new Error("lost"));
      assertEquals(seen, ["a"]);
    }
  },
);

Deno.test(
  "MessageReceiver.end() ends the waiting, and keeps what came before",
  PURE,
  async () => {
    const receiver = whole();
    const waiting = receiver.next();
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.receive(part("half", MORE));
    const second = receiver.next();
    const third = receiver.next();
    receiver.end();
    const messages = await Promise.all([waiting, second, third]);
    assertEquals(messages.map((message) => message && toText(message)), [
      "a",
      "b",
      null,
    ]);
    assertEquals(receiver.next(), null);
  },
);

Deno.test(
  "MessageReceiver.end() resolves at once where nobody takes one after the other",
  PURE,
  async () => {
    const receiver = whole();
    receiver.receive(part("a"));
    assertEquals(await receiver.end(), undefined);
    assertEquals(takeAll(receiver), ["a"]);
  },
);

Deno.test(
  "MessageReceiver.end() resolves when who takes one after the other was told",
  PURE,
  async () => {
    const waiting = whole();
    const next = waiting.next(new AbortController().signal);
    assertEquals(await waiting.end(), undefined);
    assertEquals(await next, null);

    const busy = whole();
    const { signal } = new AbortController();
    busy.receive(part("a"));
    busy.receive(part("b"));
    busy.next(signal);
    const seen = busy.end();
    busy.next(signal);
    assert(await isPending(seen));
    assertEquals(busy.next(signal), null);
    assertEquals(await seen, undefined);
  },
);

Deno.test(
  "MessageReceiver.end() resolves when who took one after the other has left, or all is dropped",
  PURE,
  async () => {
    for (const isDropped of [true, false]) {
      const receiver = whole();
      const controller = new AbortController();
      receiver.receive(part("a"));
      receiver.receive(part("b"));
      receiver.next(controller.signal);
      const seen = receiver.end();
      assert(await isPending(seen));
      if (isDropped) receiver.discard();
      else controller.abort();
      assertEquals(await seen, undefined);
    }
  },
);

Deno.test(
  "MessageReceiver.end() does not wait for who has left before",
  PURE,
  async () => {
    const receiver = whole();
    const controller = new AbortController();
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.next(controller.signal);
    controller.abort();
    receiver.next(controller.signal);
    assertEquals(await receiver.end(), undefined);
  },
);

Deno.test(
  "MessageReceiver.fail() is told by a last message, once",
  PURE,
  async () => {
    const receiver = whole();
    receiver.receive(part("a"));
    receiver.receive(part("half", MORE));
    receiver.fail(new Error("lost"));
    receiver.fail(new Error("lost again"));
    receiver.end();
    assertEquals(takeAll(receiver), ["a", "lost"]);
    assertEquals(await receiver.next(), null);
  },
);

Deno.test(
  "MessageReceiver.fail() tells the first who waits, and ends the others",
  PURE,
  async () => {
    const receiver = whole();
    const waits = [receiver.next(), receiver.next()];
    const error = new Error("lost");
    receiver.fail(error);
    const [first, second] = await Promise.all(waits);
    assertStrictEquals(first?.error, error);
    assertEquals(first?.isMessageComplete, true);
    assertEquals(second, null);
  },
);

Deno.test("MessageReceiver.fail() does nothing after the end", PURE, () => {
  const receiver = whole();
  receiver.end();
  receiver.fail(new Error("lost"));
  assertEquals(receiver.take(), null);
});

Deno.test(
  "MessageReceiver.discard() drops what is there and what comes",
  PURE,
  async () => {
    const receiver = whole(4);
    receiver.receive(part("a"));
    receiver.receive(part("b"));
    receiver.discard();
    receiver.receive(part("c"));
    receiver.receive(part("too long"));
    receiver.fail(new Error("lost"));
    assertEquals(await receiver.next(), null);
  },
);

Deno.test(
  "MessageReceiver.discard() makes room, and ends the waiting",
  PURE,
  async () => {
    const full = whole();
    full.receive(part(new Uint8Array(256 * KIB)));
    const { room } = full;
    full.discard();
    assertEquals(await room, undefined);

    const waiting = whole();
    const next = waiting.next();
    waiting.discard();
    assertEquals(await next, null);
  },
);

Deno.test(
  "MessageReceiver puts messages together, however their frames are cut",
  PURE,
  () => {
    const message = fc.array(
      fc.array(fc.nat(40 * KIB), { minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.boolean(),
        (messages, isPartial) => {
          const receiver = new MessageReceiver({
            isPartial,
            maxMessageSize: Infinity,
          });
          const expected: Uint8Array[] = [];
          for (const frames of messages) {
            const sent = frames.flat().map((size, i) => bytesFrom(i, size));
            const pieces = frames.flatMap((pieces, frame) =>
              pieces.map((size, i) => ({
                announced: pieces.slice(i + 1).reduce(
                  (sum, size) => sum + size,
                  0,
                ),
                isFrameEnd: i === pieces.length - 1,
                isMessageEnd: frame === frames.length - 1 &&
                  i === pieces.length - 1,
                size,
              }))
            );
            pieces.forEach(({ size: _, ...rest }, i) =>
              receiver.receive(part(sent[i] ?? new Uint8Array(0), rest))
            );
            expected.push(concat(sent));
          }
          assertEquals(joinParts(receiver), expected);
        },
      ),
      { numRuns: 50 },
    );
  },
);

/** All messages that wait, their parts put together. */
function joinParts(receiver: MessageReceiver): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (;;) {
    const message = receiver.take();
    if (message === null) return messages;
    parts.push(message.bytes ?? new Uint8Array(0));
    if (!message.isMessageComplete) continue;
    messages.push(concat(parts));
    parts = [];
  }
}
