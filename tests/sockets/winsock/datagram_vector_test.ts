import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type DatagramRow,
  sendDatagrams,
} from "../../../sockets/winsock/_datagram_vector.ts";
import type { Libc } from "../../../sockets/winsock/_libc.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";

/** Notes the messages of a call: their lengths, and into what they are cut. */
class FakeKernel {
  readonly messages: { size: number; segment: number }[] = [];

  constructor(real: Libc, limit: number) {
    this.libc = {
      addressOf: real.addressOf,
      errno: () => 11,
      call: {
        ...real.call,
        sendmmsg: (_descriptor, headers, count) => {
          const words = new Uint32Array(headers.buffer);
          const taken = Math.min(count, limit);
          for (let i = 0; i < taken; i++) this.#note(words, i * 16);
          return taken === 0 ? -1 : taken;
        },
      },
    };
  }

  readonly libc: Libc;

  #note(words: Uint32Array, header: number): void {
    const read = (index: number): Deno.UnsafePointerView | null => {
      const low = BigInt(words[header + index] ?? 0);
      const high = BigInt(words[header + index + 1] ?? 0);
      const pointer = Deno.UnsafePointer.create((high << 32n) | low);
      return pointer === null ? null : new Deno.UnsafePointerView(pointer);
    };
    this.messages.push({
      size: Number(read(4)?.getBigUint64(8) ?? 0n),
      segment: read(8)?.getUint16(16) ?? 0,
    });
  }
}

function rowOf(lengths: readonly number[]): DatagramRow {
  return { bytes: new Uint8Array(128 * 1024), offset: 0, lengths, first: 0 };
}

function send(
  lengths: readonly number[],
  limits: { count: number; size: number },
  messages: number = Infinity,
): { sent: ReturnType<typeof sendDatagrams>; kernel: FakeKernel } {
  assert(libc !== null);
  const kernel = new FakeKernel(libc, messages);
  const sent = sendDatagrams(kernel.libc, 0, rowOf(lengths), null, limits);
  return { sent, kernel };
}

const ignore = libc === null;
const ANY = { count: 128, size: Infinity };

Deno.test({
  name:
    "sendDatagrams() makes one message of a run of one size and a shorter end",
  ignore,
  fn() {
    const { sent, kernel } = send([5, 5, 5, 3, 5, 0, 5, 9], ANY);
    assertEquals(sent, { count: 8, errno: 0, firstRun: 4 });
    assertEquals(kernel.messages, [
      { size: 18, segment: 5 },
      { size: 5, segment: 0 },
      { size: 0, segment: 0 },
      { size: 5, segment: 0 },
      { size: 9, segment: 0 },
    ]);
  },
});

Deno.test({
  name: "sendDatagrams() keeps to what the kernel cuts",
  ignore,
  fn() {
    const runs = (
      lengths: readonly number[],
      limits: { count: number; size: number },
    ): number[] =>
      send(lengths, limits).kernel.messages.map(({ size }) => size);
    assertEquals(runs(Array(5).fill(4), { count: 2, size: 9 }), [8, 8, 4]);
    assertEquals(runs(Array(3).fill(4), { count: 1, size: 9 }), [4, 4, 4]);
    assertEquals(runs(Array(3).fill(4), { count: 9, size: 3 }), [4, 4, 4]);
    assertEquals(runs(Array(3).fill(30_000), ANY), [60_000, 30_000]);
    assertEquals(runs([65_507], ANY), [65_507]);
  },
});

Deno.test({
  name:
    "sendDatagrams() tells how many datagrams the messages had that were sent",
  ignore,
  fn() {
    assertEquals(send([5, 5, 7, 7, 7, 1], ANY, 1).sent.count, 2);
    assertEquals(send([5, 5, 7, 7, 7, 1], ANY, 2).sent.count, 6);
    assertEquals(send([5, 5], ANY, 0).sent, {
      count: 0,
      errno: 11,
      firstRun: 2,
    });
  },
});

Deno.test({
  name: "sendDatagrams() sends every datagram once, whatever the sizes",
  ignore,
  fn() {
    const length = fc.oneof(
      fc.constantFrom(0, 100, 1200),
      fc.integer({ min: 0, max: 2000 }),
    );
    fc.assert(
      fc.property(
        fc.array(length, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 128 }),
        (lengths, count) => {
          const { sent, kernel } = send(lengths, { count, size: 1500 });
          assertEquals(sent.count, lengths.length);
          const pieces = kernel.messages.flatMap(({ size, segment }) => {
            if (segment === 0) return [size];
            const whole = Math.floor(size / segment);
            assert(whole + Number(size % segment > 0) <= count);
            const rest = size % segment;
            return [...Array(whole).fill(segment), ...rest > 0 ? [rest] : []];
          });
          assertEquals(pieces, lengths);
        },
      ),
    );
  },
});
