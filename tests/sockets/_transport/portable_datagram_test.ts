import { assertEquals } from "@std/assert";
import {
  answersFrom,
  sendInOrder,
} from "../../../sockets/_transport/portable_datagram.ts";
import { datagramsOf, rowOf } from "./_datagram_transports.ts";

const PURE = { permissions: "none" } as const;

/** A row, and the lengths of it that can be changed. */
function openRow(sizes: readonly number[]) {
  const row = rowOf(datagramsOf(sizes));
  const lengths = [...row.lengths];
  return { row: { ...row, lengths }, lengths };
}

function fail(error: unknown): never {
  throw error;
}

Deno.test(
  "sendInOrder() ends when the row is emptied, and tells what was sent",
  PURE,
  async () => {
    const { row, lengths } = openRow([1, 2, 3, 4]);
    const sent: number[] = [];
    const result = await sendInOrder(row, (datagram) => {
      sent.push(datagram.length);
      if (sent.length === 2) lengths.length = 0;
      return Promise.resolve();
    }, fail);
    assertEquals(sent, [1, 2]);
    assertEquals(result, { count: 2, error: null });
  },
);

Deno.test("sendInOrder() sends nothing of an emptied row", PURE, async () => {
  const { row, lengths } = openRow([1, 2]);
  lengths.length = 0;
  const result = await sendInOrder(row, fail, fail);
  assertEquals(result, { count: 0, error: null });
});

Deno.test(
  "sendInOrder() leaves what is appended meanwhile to the next call",
  PURE,
  async () => {
    const { row, lengths } = openRow([1, 2]);
    const sent: number[] = [];
    const result = await sendInOrder(row, (datagram) => {
      sent.push(datagram.length);
      lengths.push(0);
      return Promise.resolve();
    }, fail);
    assertEquals(sent, [1, 2]);
    assertEquals(result, { count: 2, error: null });
  },
);

for (
  const [hostname, local, expected] of [
    ["192.0.2.1", "0.0.0.0", "192.0.2.1"],
    ["2001:DB8:0::1%eth0", "::", "2001:db8::1"],
    ["::ffff:c000:201", "::", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0", "127.0.0.1"],
    ["0.0.0.0", "192.0.2.1", "192.0.2.1"],
    ["::ffff:0.0.0.0", "::", "127.0.0.1"],
    ["0:0:0:0:0:0:0:0", "2001:db8::1", "::1"],
  ] as const
) {
  Deno.test(
    `answersFrom() of ${hostname} on ${local} is ${expected}`,
    PURE,
    () => {
      assertEquals(
        answersFrom({ hostname, port: 9 }, { hostname: local, port: 8 }),
        { hostname: expected, port: 9 },
      );
    },
  );
}
