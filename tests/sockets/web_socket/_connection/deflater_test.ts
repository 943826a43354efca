import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { inflateRawSync } from "node:zlib";
import { Deflater } from "../../../../sockets/web_socket/_connection/deflater.ts";
import { bytesFrom, concat, outcome } from "../../streams/_fakes.ts";
import { bytesOf } from "./_frames.ts";

const PURE = { permissions: "none" } as const;
const MIB = 1024 * 1024;
const TAIL = "0000ffff";

function open(
  options: { windowBits?: number; level?: number; forgets?: boolean } = {},
): Deflater & Disposable {
  const deflater = new Deflater({
    windowBits: 15,
    level: 6,
    forgets: false,
    ...options,
  });
  return Object.assign(deflater, {
    [Symbol.dispose]: () => deflater.close(),
  });
}

async function deflateText(deflater: Deflater, text: string): Promise<string> {
  return (await deflater.deflate(bytesOf(text), true)).toHex();
}

/** What zlib itself makes of messages that belong together. */
function inflateAll(...messages: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(
    messages.flatMap((message) => [message, Uint8Array.fromHex(TAIL)]),
  );
  return new Uint8Array(inflateRawSync(bytes, { finishFlush: 2 }));
}

Deno.test(
  "Deflater.deflate() gives the example of RFC 7692, 7.2.3.1",
  PURE,
  async () => {
    using deflater = open();
    assertEquals(await deflateText(deflater, "Hello"), "f248cdc9c90700");
  },
);

Deno.test(
  "Deflater.deflate() shares the window, as in RFC 7692, 7.2.3.2",
  PURE,
  async () => {
    using deflater = open();
    await deflateText(deflater, "Hello");
    assertEquals(await deflateText(deflater, "Hello"), "f200110000");
  },
);

Deno.test(
  "Deflater.deflate() starts each message anew if it forgets",
  PURE,
  async () => {
    using deflater = open({ forgets: true });
    for (let i = 0; i < 3; i++) {
      assertEquals(await deflateText(deflater, "Hello"), "f248cdc9c90700");
    }
  },
);

Deno.test(
  "Deflater.deflate() gives one byte for an empty message, as in RFC 7692, 7.2.3.6",
  PURE,
  async () => {
    using deflater = open();
    assertEquals(await deflateText(deflater, ""), "00");
    await deflateText(deflater, "Hello");
    assertEquals(await deflateText(deflater, ""), "00");
    assertEquals(await deflateText(deflater, ""), "00");
    assertEquals(await deflateText(deflater, "Hello"), "f200110000");
  },
);

Deno.test(
  "Deflater.deflate() ends each part at a byte, and takes the tail from the last alone",
  PURE,
  async () => {
    using deflater = open();
    const first = await deflater.deflate(bytesOf("Hel"), false);
    const second = await deflater.deflate(bytesOf("lo"), false);
    const last = await deflater.deflate(new Uint8Array(0), true);
    assert(first.toHex().endsWith(TAIL));
    assert(second.toHex().endsWith(TAIL));
    assertEquals(last.toHex(), "00");
    assertEquals(inflateAll(concat([first, second, last])), bytesOf("Hello"));
  },
);

Deno.test(
  "Deflater.deflate() forgets at the end of a message, not of a part",
  PURE,
  async () => {
    using deflater = open({ forgets: true });
    await deflater.deflate(bytesOf("Hello"), false);
    const again = await deflater.deflate(bytesOf("Hello"), true);
    assertEquals(again.toHex(), "f200110000");
  },
);

Deno.test(
  "Deflater.deflate() takes what comes to several chunks of zlib",
  PURE,
  async () => {
    using deflater = open();
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const messages = [
      await deflater.deflate(bytes, true),
      await deflater.deflate(bytesOf("Hello"), true),
    ];
    assertEquals(inflateAll(...messages), concat([bytes, bytesOf("Hello")]));
  },
);

Deno.test(
  "Deflater.deflate() looks no further back than its window",
  PURE,
  async () => {
    // More of a pause than the smallest window of zlib has.
    const pause = crypto.getRandomValues(new Uint8Array(5000));
    const sizes = [];
    for (const windowBits of [8, 9, 15]) {
      using deflater = open({ windowBits });
      const word = crypto.getRandomValues(new Uint8Array(200));
      await deflater.deflate(concat([word, pause]), true);
      sizes.push((await deflater.deflate(word, true)).length);
    }
    const [eight = 0, nine = 0, fifteen = 0] = sizes;
    assert(eight > 200 && nine > 200 && fifteen < 50);
  },
);

Deno.test("Deflater.deflate() compresses at its level", PURE, async () => {
  using none = open({ level: 0 });
  using best = open({ level: 9 });
  const bytes = new Uint8Array(1000);
  const stored = await none.deflate(bytes, true);
  assert(stored.length > 1000);
  assertNotEquals(await best.deflate(bytes, true), stored);
  assertEquals(inflateAll(stored), bytes);
});

Deno.test(
  "Deflater.close() leaves nothing that never settles",
  PURE,
  async () => {
    const deflater = open();
    const pending = outcome(deflater.deflate(new Uint8Array(MIB), true));
    deflater.close();
    await pending;
    await outcome(deflater.deflate(bytesOf("Hello"), true));
    deflater.close();
  },
);

Deno.test("Deflater.deflate() gives what zlib inflates", PURE, async () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(50_000).map((length) => bytesFrom(length, length)),
  );
  const message = fc.array(part, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 4 }),
      fc.boolean(),
      async (messages, forgets) => {
        using deflater = open({ forgets, windowBits: 10 });
        const deflated: Uint8Array[] = [];
        for (const parts of messages) {
          const pieces = [];
          for (const [i, part] of parts.entries()) {
            pieces.push(await deflater.deflate(part, i === parts.length - 1));
          }
          deflated.push(concat(pieces));
          if (forgets) assertEquals(inflateAll(concat(pieces)), concat(parts));
        }
        if (!forgets) {
          assertEquals(inflateAll(...deflated), concat(messages.flat()));
        }
      },
    ),
    { numRuns: 30 },
  );
});
