import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { deflateRawSync } from "node:zlib";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";
import { Deflater } from "../../../../sockets/web_socket/_connection/deflater.ts";
import { Inflater } from "../../../../sockets/web_socket/_connection/inflater.ts";
import { bytesFrom, concat, isPending } from "../../streams/_fakes.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const PURE = { permissions: "none" } as const;

function open(
  options: { windowBits?: number; forgets?: boolean; maxSize?: number } = {},
): Inflater & Disposable {
  const inflater = new Inflater({
    windowBits: 15,
    forgets: false,
    maxSize: Infinity,
    ...options,
  });
  return Object.assign(inflater, { [Symbol.dispose]: () => inflater.close() });
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

/** The text of a message, whose parts are given in hex. */
async function inflateHex(
  inflater: Inflater,
  ...parts: readonly string[]
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (const [i, part] of parts.entries()) {
    await inflater.inflate(
      fromHex(part),
      i === parts.length - 1,
      (bytes) => void chunks.push(bytes),
    );
  }
  return new TextDecoder().decode(concat(chunks));
}

/** A message of its own, as a peer would send it. */
function deflated(bytes: Uint8Array): Uint8Array {
  const whole = deflateRawSync(bytes, { finishFlush: 2 });
  return new Uint8Array(whole.subarray(0, -4));
}

async function assertFails(
  promise: Promise<unknown>,
  closeCode: number,
): Promise<void> {
  const error = await assertRejects(() => promise, ProtocolFailure);
  assertEquals(error.closeCode, closeCode);
}

const HELLO = "f2 48 cd c9 c9 07 00";

Deno.test(
  "Inflater.inflate() reads the examples of RFC 7692, 7.2.3",
  PURE,
  async () => {
    const examples: (readonly string[])[] = [
      [HELLO],
      ["f2 48 cd", "c9 c9 07 00"],
      // A block without compression.
      ["00 05 00 fa ff 48 65 6c 6c 6f 00"],
      // Two blocks.
      ["f2 48 05 00 00 00 ff ff ca c9 c9 07 00"],
      // A block with BFINAL set.
      ["f3 48 cd c9 c9 07 00 00"],
    ];
    for (const parts of examples) {
      using inflater = open();
      assertEquals(await inflateHex(inflater, ...parts), "Hello");
    }
  },
);

Deno.test(
  "Inflater.inflate() shares the window, as in RFC 7692, 7.2.3.2",
  PURE,
  async () => {
    using inflater = open();
    assertEquals(await inflateHex(inflater, HELLO), "Hello");
    assertEquals(await inflateHex(inflater, "f2 00 11 00 00"), "Hello");
  },
);

Deno.test(
  "Inflater.inflate() starts each message anew if it forgets",
  PURE,
  async () => {
    using inflater = open({ forgets: true });
    assertEquals(await inflateHex(inflater, HELLO), "Hello");
    assertEquals(await inflateHex(inflater, HELLO), "Hello");
    await assertFails(inflateHex(inflater, "f2 00 11 00 00"), 1007);
  },
);

Deno.test(
  "Inflater.inflate() reads an empty message, as in RFC 7692, 7.2.3.6",
  PURE,
  async () => {
    using inflater = open();
    assertEquals(await inflateHex(inflater, "00"), "");
    assertEquals(await inflateHex(inflater, HELLO), "Hello");
    assertEquals(await inflateHex(inflater, "00"), "");
    assertEquals(await inflateHex(inflater, "f2 00 11 00 00"), "Hello");
  },
);

Deno.test(
  "Inflater.inflate() goes on after a block with BFINAL set",
  PURE,
  async () => {
    using inflater = open();
    for (let i = 0; i < 3; i++) {
      assertEquals(
        await inflateHex(inflater, "f3 48 cd c9 c9 07 00 00"),
        "Hello",
      );
      assertEquals(await inflateHex(inflater, HELLO), "Hello");
      assertEquals(
        await inflateHex(inflater, "f3 48 cd c9 c9 07 00", "00"),
        "Hello",
      );
      assertEquals(
        await inflateHex(inflater, "f3 48 cd c9 c9 07 00 00", ""),
        "Hello",
      );
    }
  },
);

Deno.test(
  "Inflater.inflate() gives nothing of what is behind a block with BFINAL set",
  PURE,
  async () => {
    using inflater = open();
    assertEquals(
      await inflateHex(inflater, "f3 48 cd c9 c9 07 00 00", HELLO, "00"),
      "Hello",
    );
    assertEquals(await inflateHex(inflater, HELLO), "Hello");
  },
);

Deno.test(
  "Inflater.inflate() rejects what cannot be inflated, and everything behind it",
  PURE,
  async () => {
    for (
      const corrupt of ["ff ff ff", "07", "00 05 00 fa fe 48", "f2 00 11 00 00"]
    ) {
      using inflater = open();
      await assertFails(inflateHex(inflater, corrupt), 1007);
      await assertFails(inflateHex(inflater, HELLO), 1007);
    }
  },
);

Deno.test(
  "Inflater.inflate() rejects what looks further back than the window",
  PURE,
  async () => {
    using inflater = open({ windowBits: 9 });
    const word = crypto.getRandomValues(new Uint8Array(200));
    const pause = crypto.getRandomValues(new Uint8Array(2000));
    const deflater = new Deflater({ windowBits: 15, forgets: false, level: 6 });
    const first = await deflater.deflate(concat([word, pause]), true);
    const second = await deflater.deflate(word, true);
    deflater.close();
    await inflater.inflate(first, true, () => {});
    await assertFails(inflater.inflate(second, true, () => {}), 1007);
  },
);

Deno.test(
  "Inflater.inflate() rejects more than maxSize as soon as it has come",
  PURE,
  async () => {
    using inflater = open({ maxSize: MIB });
    const bomb = deflated(new Uint8Array(64 * MIB));
    let size = 0;
    await assertFails(
      inflater.inflate(bomb, true, ({ length }) => void (size += length)),
      1009,
    );
    assert(size <= MIB, `${size} bytes were put`);
  },
);

Deno.test(
  "Inflater.inflate() counts all parts of a message, and each message anew",
  PURE,
  async () => {
    using inflater = open({ maxSize: 5 });
    for (let i = 0; i < 3; i++) {
      assertEquals(
        await inflateHex(inflater, "f2 48 cd", "c9 c9 07 00"),
        "Hello",
      );
    }
    await assertFails(
      inflateHex(inflater, "f2 48 cd c9 c9 07 00 00 00 ff ff", HELLO),
      1009,
    );
  },
);

Deno.test(
  "Inflater.inflate() gives at most 64 KiB at a time",
  PURE,
  async () => {
    using inflater = open();
    const sizes: number[] = [];
    await inflater.inflate(
      deflated(new Uint8Array(MIB)),
      true,
      ({ length }) => void sizes.push(length),
    );
    assertEquals(
      sizes.reduce((sum, size) => sum + size),
      MIB,
    );
    assert(Math.max(...sizes) <= 64 * KIB);
  },
);

Deno.test(
  "Inflater.inflate() gives nothing more before the promise of put has resolved",
  PURE,
  async () => {
    using inflater = open();
    const gates: PromiseWithResolvers<void>[] = [];
    const chunks: Uint8Array[] = [];
    const bytes = bytesFrom(0, 400 * KIB);
    const inflating = inflater.inflate(deflated(bytes), true, (chunk) => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      chunks.push(chunk);
      return gate.promise;
    });
    for (let i = 0; concat(chunks).length < bytes.length; i++) {
      while (gates.length === i) await isPending(inflating);
      assert(await isPending(inflating));
      assertEquals(gates.length, i + 1);
      gates[i]?.resolve();
    }
    await inflating;
    assertEquals(concat(chunks), bytes);
  },
);

Deno.test(
  "Inflater.inflate() makes little more than what put has taken",
  PURE,
  async () => {
    using inflater = open();
    const gate = Promise.withResolvers<void>();
    let size = 0;
    const bomb = deflated(new Uint8Array(64 * MIB));
    const before = Deno.memoryUsage().external;
    const inflating = inflater.inflate(bomb, true, ({ length }) => {
      size += length;
      return gate.promise;
    });
    for (let i = 0; i < 50; i++) assert(await isPending(inflating));
    assertEquals(size, 64 * KIB);
    assert(Deno.memoryUsage().external - before < 4 * MIB);
    gate.resolve();
    await inflating;
    assertEquals(size, 64 * MIB);
  },
);

Deno.test("Inflater.inflate() rejects with what put throws", PURE, async () => {
  using inflater = open();
  const error = new ProtocolFailure(1009, "too big");
  const failing = inflater.inflate(fromHex(HELLO), true, () => {
    throw error;
  });
  assertStrictEquals(await assertRejects(() => failing), error);
});

Deno.test(
  "Inflater.close() rejects what is not done, even while put waits",
  PURE,
  async () => {
    for (const bytes of [fromHex(HELLO), deflated(new Uint8Array(MIB))]) {
      const inflater = open();
      const put = Promise.withResolvers<void>();
      const called = Promise.withResolvers<void>();
      const inflating = inflater.inflate(bytes, true, () => {
        called.resolve();
        return put.promise;
      });
      await called.promise;
      inflater.close();
      await assertRejects(() => inflating, Error, "ended");
      put.resolve();
    }
  },
);

Deno.test(
  "Inflater.close() does nothing before anything was inflated",
  PURE,
  () => {
    const inflater = open();
    inflater.close();
    inflater.close();
  },
);

Deno.test(
  "Inflater.inflate() gives what was deflated, however it is cut",
  PURE,
  async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.nat(100 * KIB).map((length) => bytesFrom(length, length)),
    );
    const message = fc.record({
      content,
      cuts: fc.array(fc.nat(1000), { maxLength: 3 }),
      waits: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.boolean(),
        async (messages, forgets) => {
          const options = { windowBits: 12, forgets };
          using inflater = open(options);
          const deflater = new Deflater({ ...options, level: 6 });
          for (const { content, cuts, waits } of messages) {
            const bytes = await deflater.deflate(content, true);
            const ends = [
              ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) =>
                a - b
              ),
              bytes.length,
            ];
            const chunks: Uint8Array[] = [];
            let start = 0;
            for (const [i, end] of ends.entries()) {
              const part = bytes.subarray(start, start = end);
              await inflater.inflate(part, i === ends.length - 1, (chunk) => {
                chunks.push(chunk);
                return waits ? Promise.resolve() : undefined;
              });
            }
            assertEquals(concat(chunks), content);
          }
          deflater.close();
        },
      ),
      { numRuns: 40 },
    );
  },
);
