import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { StreamReceiver } from "../../../../sockets/web_socket/_connection/stream_receiver.ts";
import { SocketMessageType } from "../../../../sockets/web_socket/socket_message_type.ts";
import { bytesFrom, concat, isPending } from "../../streams/_fakes.ts";
import { bytesOf } from "./_frames.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

function give(receiver: StreamReceiver, bytes: Uint8Array | string): void {
  receiver.receive({
    messageType: SocketMessageType.binary,
    bytes: typeof bytes === "string" ? bytesOf(bytes) : bytes,
    announced: 0,
    isFrameEnd: true,
    isMessageEnd: true,
  });
}

/** What a read gives; null at the end. */
async function read(
  receiver: StreamReceiver,
  size: number,
): Promise<string | null> {
  const buffer = new Uint8Array(size);
  const count = await receiver.read(buffer);
  return count === null
    ? null
    : new TextDecoder().decode(buffer.subarray(0, count));
}

Deno.test(
  "StreamReceiver.read() gives what is there, piece by piece",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    give(receiver, "abcde");
    give(receiver, "");
    give(receiver, "fg");
    assertEquals(await read(receiver, 2), "ab");
    assertEquals(await read(receiver, 10), "cde");
    assertEquals(await read(receiver, 2), "fg");
  },
);

Deno.test(
  "StreamReceiver.read() waits for bytes, and an empty message is none",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    const reading = read(receiver, 2);
    give(receiver, "");
    assert(await isPending(reading));
    give(receiver, "abc");
    assertEquals(await reading, "ab");
    assertEquals(await read(receiver, 5), "c");
  },
);

Deno.test("StreamReceiver copies what nobody has read", PURE, async () => {
  const receiver = new StreamReceiver();
  const bytes = bytesOf("abc");
  const reading = read(receiver, 1);
  give(receiver, bytes);
  bytes.fill(0);
  assertEquals(await reading, "a");
  assertEquals(await read(receiver, 5), "bc");
});

Deno.test(
  "StreamReceiver.read() gives null at the end, behind what came before",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    give(receiver, "abc");
    receiver.end();
    receiver.fail(new Error("lost"));
    assertEquals(await read(receiver, 5), "abc");
    assertEquals(await read(receiver, 5), null);
    assertEquals(await read(receiver, 5), null);
  },
);

Deno.test(
  "StreamReceiver.end() resolves when all was read, or dropped",
  PURE,
  async () => {
    const read = new StreamReceiver();
    assertEquals(await new StreamReceiver().end(), undefined);
    give(read, "abc");
    const whenRead = read.end();
    await read.read(new Uint8Array(2));
    assert(await isPending(whenRead));
    await read.read(new Uint8Array(2));
    assertEquals(await whenRead, undefined);

    const dropped = new StreamReceiver();
    give(dropped, "abc");
    const whenDropped = dropped.end();
    dropped.discard(new Error("closed"));
    assertEquals(await whenDropped, undefined);
  },
);

Deno.test(
  "StreamReceiver.read() rejects after a failure, behind what came before",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    const error = new Error("lost");
    give(receiver, "abc");
    receiver.fail(error);
    receiver.fail(new Error("lost again"));
    receiver.end();
    assertEquals(await read(receiver, 5), "abc");
    for (let i = 0; i < 2; i++) {
      assertStrictEquals(await assertRejects(() => read(receiver, 5)), error);
    }
  },
);

Deno.test(
  "StreamReceiver settles a pending read at the end and at a failure",
  PURE,
  async () => {
    const ended = new StreamReceiver();
    const first = read(ended, 1);
    ended.end();
    assertEquals(await first, null);

    const failed = new StreamReceiver();
    const second = read(failed, 1);
    failed.fail(new Error("lost"));
    await assertRejects(() => second, Error, "lost");
  },
);

Deno.test(
  "StreamReceiver.discard() drops what is there and what comes, and rejects reads",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    give(receiver, "abc");
    receiver.discard(new Error("closed"));
    give(receiver, "def");
    await assertRejects(() => read(receiver, 5), Error, "closed");

    const waiting = new StreamReceiver();
    const reading = read(waiting, 5);
    waiting.discard(new Error("closed"));
    await assertRejects(() => reading, Error, "closed");
  },
);

Deno.test(
  "StreamReceiver.cancel() drops what is there and what comes",
  PURE,
  async () => {
    const receiver = new StreamReceiver();
    give(receiver, new Uint8Array(256 * KIB));
    const { room } = receiver;
    receiver.cancel();
    assertEquals(await room, undefined);
    give(receiver, new Uint8Array(256 * KIB));
    assertEquals(receiver.room, null);
  },
);

Deno.test("StreamReceiver.room is null until 256 KiB wait", PURE, async () => {
  const receiver = new StreamReceiver();
  give(receiver, new Uint8Array(255 * KIB));
  assertEquals(receiver.room, null);
  give(receiver, new Uint8Array(KIB));
  const { room } = receiver;
  assert(room !== null);
  const buffer = new Uint8Array(256 * KIB);
  assertEquals(await receiver.read(buffer.subarray(0, KIB)), KIB);
  assert(await isPending(room));
  assertEquals(await receiver.read(buffer), 254 * KIB);
  assertEquals(await room, undefined);
});

Deno.test(
  "StreamReceiver gives every byte once and in order",
  PURE,
  async () => {
    const step = fc.record({
      given: fc.nat(100),
      read: fc.integer({ min: 1, max: 100 }),
      isEarly: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(fc.array(step), async (steps) => {
      const receiver = new StreamReceiver();
      const taken: Uint8Array[] = [];
      let sent = 0;
      const take = async (size: number): Promise<number | null> => {
        const buffer = new Uint8Array(size);
        const count = await receiver.read(buffer);
        taken.push(buffer.subarray(0, count ?? 0));
        return count;
      };
      for (const { given, read, isEarly } of steps) {
        const early = isEarly ? take(read) : null;
        give(receiver, bytesFrom(sent, given + 1));
        sent += given + 1;
        await (early ?? take(read));
      }
      receiver.end();
      while (await take(50) !== null);
      assertEquals(concat(taken), bytesFrom(0, sent));
    }));
  },
);
