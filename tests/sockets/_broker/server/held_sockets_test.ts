import { assertEquals } from "@std/assert";
import { KEPT } from "../../../../sockets/_broker/server/activation.ts";
import {
  type Entry,
  HeldSockets,
} from "../../../../sockets/_broker/server/held_sockets.ts";

const PURE = { permissions: "none" } as const;

function newEntry(
  application: string,
  id: string,
  taskId: string | null = null,
): Entry {
  return {
    application,
    record: {
      id,
      kind: 3,
      taskId,
      context: null,
      keepAliveTime: 0,
      unread: new Uint8Array(),
      details: "",
    },
    descriptors: [],
    watch: KEPT,
    isMoving: false,
    deadline: Infinity,
  };
}

Deno.test("HeldSockets.add() keeps ids unique in an application", PURE, () => {
  const sockets = new HeldSockets(10);
  const entry = newEntry("a", "1");
  assertEquals(sockets.add(entry), null);
  assertEquals(sockets.add(newEntry("a", "1")), "duplicate");
  entry.isMoving = true;
  assertEquals(sockets.add(newEntry("a", "1")), "in-transfer");
  assertEquals(sockets.add(newEntry("b", "1")), null);
  assertEquals(sockets.count, 2);
});

Deno.test("HeldSockets.add() refuses more than there may be", PURE, () => {
  const sockets = new HeldSockets(1);
  const entry = newEntry("a", "1");
  sockets.add(entry);
  assertEquals(sockets.add(newEntry("b", "1")), "full");
  sockets.delete(entry);
  sockets.delete(entry);
  assertEquals(sockets.count, 0);
  assertEquals(sockets.add(newEntry("b", "1")), null);
});

Deno.test("HeldSockets.get() and has() tell one from another", PURE, () => {
  const sockets = new HeldSockets(10);
  const entry = newEntry("a", "1");
  sockets.add(entry);
  assertEquals(sockets.get("a", "1"), entry);
  assertEquals(sockets.get("a", "2"), null);
  assertEquals(sockets.get("b", "1"), null);
  assertEquals(sockets.has(entry), true);
  sockets.delete(entry);
  assertEquals(sockets.has(entry), false);
  sockets.add(newEntry("a", "1"));
  assertEquals(sockets.has(entry), false);
});

Deno.test("HeldSockets.list() leaves out what is on its way", PURE, () => {
  const sockets = new HeldSockets(10);
  const [first, second] = [newEntry("a", "1", "t"), newEntry("a", "2", "u")];
  sockets.add(first);
  sockets.add(second);
  first.isMoving = true;
  assertEquals(sockets.list("a"), [second]);
  assertEquals(sockets.list("b"), []);
  assertEquals(sockets.ofTask("a", "t"), [first]);
  assertEquals(sockets.ofTask("b", "t"), []);
});
