import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type {
  DatagramRow,
  DatagramSender,
  DatagramsSent,
} from "../../../sockets/_transport/datagram_transport.ts";
import { DatagramOutbox } from "../../../sockets/datagram_socket/_datagram_outbox.ts";
import { SendQueue } from "../../../sockets/streams/_send_queue.ts";
import { bytesFrom, outcome } from "../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;
const KIB = 1024;

/** A sender that takes as many as it is told to, at once or later. */
class FakeSender implements DatagramSender {
  readonly sent: Uint8Array[] = [];
  readonly calls: number[] = [];
  readonly #most: () => number;
  readonly #waits: () => boolean;
  /** The datagrams of this size are refused. */
  refusedSize = -1;
  readonly refusal: Error = new Error("too long");

  constructor(
    most: () => number = () => Infinity,
    waits: () => boolean = () => false,
  ) {
    this.#most = most;
    this.#waits = waits;
  }

  send(row: DatagramRow): DatagramsSent | Promise<DatagramsSent> {
    if (!this.#waits()) return this.#take(row);
    return Promise.resolve().then(() => this.#take(row));
  }

  #take({ bytes, lengths, first, offset }: DatagramRow): DatagramsSent {
    const count = Math.min(this.#most(), lengths.length - first);
    let start = offset;
    for (let i = 0; i < count; i++) {
      const length = lengths[first + i] ?? 0;
      if (length === this.refusedSize) {
        this.calls.push(i);
        return { count: i, error: this.refusal };
      }
      this.sent.push(bytes.slice(start, start + length));
      start += length;
    }
    this.calls.push(count);
    return { count, error: null };
  }
}

function queueOver(sender: DatagramSender): SendQueue {
  return new SendQueue(new DatagramOutbox(sender, () => {}, () => null));
}

Deno.test(
  "DatagramOutbox sends the datagrams of one turn in one call, each as it was written",
  PURE,
  async () => {
    const sender = new FakeSender();
    const queue = queueOver(sender);
    const sizes = [3, 0, 1200, 1200, 5];
    const writes = sizes.map((size, i) => queue.write(bytesFrom(i, size)));
    await queue.flush();
    assertEquals(sender.calls, [5]);
    assertEquals(sender.sent, sizes.map((size, i) => bytesFrom(i, size)));
    assertEquals(await Promise.all(writes), sizes);
  },
);

Deno.test(
  "DatagramOutbox rejects the datagrams that are refused, and sends the others",
  PURE,
  async () => {
    const sender = new FakeSender();
    sender.refusedSize = 7;
    const queue = queueOver(sender);
    const sizes = [1, 7, 2, 7, 7, 3];
    const writes = sizes.map((size) =>
      outcome(queue.write(new Uint8Array(size)))
    );
    assertStrictEquals(await outcome(queue.flush()), sender.refusal);
    const { refusal } = sender;
    assertEquals(await Promise.all(writes), [
      1,
      refusal,
      2,
      refusal,
      refusal,
      3,
    ]);
    assertEquals(sender.sent.map(({ length }) => length), [1, 2, 3]);
    // It is told once.
    assertEquals(await queue.flush(), undefined);
  },
);

Deno.test(
  "DatagramOutbox rejects one of many of the same size that is refused, and no other",
  PURE,
  async () => {
    const count = 64;
    const refused = 20;
    let sent = 0;
    const error = new Error("not permitted");
    const queue = queueOver({
      send({ lengths, first }) {
        if (sent === refused) {
          sent++;
          return { count: 0, error };
        }
        const most = sent < refused ? refused - sent : Infinity;
        const count = Math.min(lengths.length - first, most);
        sent += count;
        return { count, error: null };
      },
    });
    const writes = Array.from(
      { length: count },
      () => outcome(queue.write(new Uint8Array(100))),
    );
    const outcomes = await Promise.all(writes);
    const expected = outcomes.map((_, i) => i === refused ? error : 100);
    assertEquals(outcomes, expected);
    assertStrictEquals(await outcome(queue.flush()), error);
    assertEquals(await outcome(queue.flush()), undefined);
  },
);

Deno.test(
  "DatagramOutbox tells when it begins and ends to have something to send",
  PURE,
  async () => {
    const told: boolean[] = [];
    const outbox = new DatagramOutbox(
      new FakeSender(),
      (isPending) => told.push(isPending),
      () => null,
    );
    const queue = new SendQueue(outbox);
    for (let i = 0; i < 3; i++) queue.write(new Uint8Array(60 * KIB));
    await queue.flush();
    queue.write(new Uint8Array(0));
    await queue.flush();
    assertEquals(told, [true, false, true, false]);
    assert(outbox.isEmpty);
  },
);

Deno.test(
  "DatagramOutbox sends all in order, however much is taken at a time",
  PURE,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 70 * KIB }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        fc.array(fc.boolean(), { minLength: 1 }),
        async (sizes, mosts, waits) => {
          let calls = 0;
          const sender = new FakeSender(
            () => mosts[calls++ % mosts.length] ?? 1,
            () => waits[calls % waits.length] ?? false,
          );
          const queue = queueOver(sender);
          const writes = sizes.map((size, i) =>
            outcome(queue.write(bytesFrom(i, size)))
          );
          await outcome(queue.flush());
          const fits = (size: number): boolean => size <= 65_507;
          const settled = await Promise.all(writes);
          assertEquals(settled.filter(Number.isInteger), sizes.filter(fits));
          assertEquals(
            sender.sent,
            sizes.flatMap((size, i) => fits(size) ? [bytesFrom(i, size)] : []),
          );
        },
      ),
      { numRuns: 50 },
    );
  },
);
