import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolFailure } from "../../../../sockets/_broker/fields.ts";
import {
  TaskRegistry,
  type TaskStorage,
} from "../../../../sockets/_broker/server/task_registry.ts";
import type { TaskRegistration } from "../../../../sockets/_broker/protocol.ts";

const PURE = { permissions: "none" } as const;

function newTask(taskId: string): TaskRegistration {
  return { taskId, name: "", entryPoint: "", runner: "", flags: [] };
}

/** A file in memory. */
class FakeStorage implements TaskStorage {
  text: string | null = null;
  isFull = false;

  read(): string | null {
    return this.text;
  }

  write(text: string): void {
    if (this.isFull) throw new Error("There is no space left");
    this.text = text;
  }
}

function fail(error: unknown): never {
  throw error;
}

Deno.test("TaskRegistry stores its tasks, and loads them", PURE, () => {
  const storage = new FakeStorage();
  const registry = new TaskRegistry(storage);
  registry.load(fail);
  assertEquals(registry.add("a", newTask("1")), null);
  assertEquals(registry.add("b", newTask("1")), null);
  assertEquals(registry.add("a", newTask("2")), null);
  assertEquals(registry.delete("a", "1"), null);
  const loaded = new TaskRegistry(storage);
  loaded.load(fail);
  for (const one of [registry, loaded]) {
    assertEquals(one.list("a"), [newTask("2")]);
    assertEquals(one.list("b"), [newTask("1")]);
    assertEquals(one.get("a", "2"), newTask("2"));
    assertEquals(one.get("b", "2"), null);
  }
});

Deno.test(
  "TaskRegistry refuses an id twice, and one that is not known",
  PURE,
  () => {
    const registry = new TaskRegistry(new FakeStorage());
    registry.add("a", newTask("1"));
    // The same again, as a program asks that had no answer.
    assertEquals(registry.add("a", newTask("1")), null);
    assertEquals(registry.list("a").length, 1);
    const other = { ...newTask("1"), name: "another one" };
    assertEquals(registry.add("a", other), "duplicate-task");
    assertEquals(registry.delete("b", "1"), "unknown-task");
  },
);

Deno.test("TaskRegistry refuses more than 4096 tasks", PURE, () => {
  const storage = new FakeStorage();
  storage.text = JSON.stringify(
    Array.from({ length: 4096 }, (_, i) => ({
      application: "a",
      task: newTask(`${i}`),
    })),
  );
  const registry = new TaskRegistry(storage);
  registry.load(fail);
  assertEquals(registry.add("a", newTask("x")), "full");
  registry.delete("a", "0");
  assertEquals(registry.add("a", newTask("x")), null);
});

Deno.test("TaskRegistry changes nothing if it cannot store it", PURE, () => {
  const storage = new FakeStorage();
  const registry = new TaskRegistry(storage);
  registry.add("a", newTask("1"));
  storage.isFull = true;
  assertEquals(registry.add("a", newTask("2")), "cannot-store");
  assertEquals(registry.delete("a", "1"), "cannot-store");
  assertEquals(registry.list("a"), [newTask("1")]);
});

Deno.test("TaskRegistry.load() refuses what it has not written", PURE, () => {
  const storage = new FakeStorage();
  for (const text of ["", "{}", "[1]", '[{"application":"a"}]']) {
    storage.text = text;
    const registry = new TaskRegistry(storage);
    assertThrows(() => registry.load(fail), ProtocolFailure);
    assertEquals(registry.list("a"), []);
  }
});

Deno.test(
  "TaskRegistry leaves out what it cannot read of what was stored",
  PURE,
  () => {
    const storage = new FakeStorage();
    storage.text = JSON.stringify([
      { application: "a", task: newTask("1") },
      { application: "a", task: { ...newTask("2"), flags: ["--allow-all"] } },
      7,
      { application: "a", task: newTask("3") },
    ]);
    const registry = new TaskRegistry(storage);
    let count = 0;
    registry.load(() => count++);
    assertEquals(count, 2);
    assertEquals(registry.list("a"), [newTask("1"), newTask("3")]);
  },
);
