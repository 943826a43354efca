import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  ArgumentError,
  BackgroundTaskBuilder,
  BackgroundTaskRegistration,
  HResult,
  InvalidOperationError,
  SocketActivityTrigger,
} from "../../../mod.ts";
import { registeredTasks } from "../../../sockets/_broker/broker_client.ts";
import { TestBroker } from "../_broker/_broker_process.ts";
import { PASSING } from "../_broker/_sockets.ts";

const PURE = { permissions: "none" } as const;

/** A builder that lacks nothing but a broker. */
function newBuilder(
  changes: Partial<BackgroundTaskBuilder> = {},
): BackgroundTaskBuilder {
  const builder = new BackgroundTaskBuilder();
  builder.name = "task";
  builder.taskEntryPoint = "https://example.com/task.ts";
  builder.setTrigger(new SocketActivityTrigger());
  return Object.assign(builder, changes);
}

Deno.test(
  "BackgroundTaskBuilder.register() wants a name and a module",
  PURE,
  () => {
    assertThrows(
      () => newBuilder({ name: "" }).register(),
      ArgumentError,
      "Cannot register a task: it has no name",
    );
    for (
      const taskEntryPoint of ["", "task.ts", "./task.ts", "blob:x", "node:fs"]
    ) {
      assertThrows(
        () => newBuilder({ taskEntryPoint }).register(),
        ArgumentError,
        `Cannot register the task "task": its entry point "${taskEntryPoint}" must be the absolute address of a module`,
      );
    }
  },
);

Deno.test("BackgroundTaskBuilder.register() wants a trigger", PURE, () => {
  const builder = new BackgroundTaskBuilder();
  builder.name = "task";
  builder.taskEntryPoint = "npm:task";
  assertThrows(
    () => builder.register(),
    InvalidOperationError,
    'Cannot register the task "task": it has no trigger',
  );
  assertThrows(
    () => Reflect.apply(builder.setTrigger, builder, [{}]),
    ArgumentError,
    "Cannot set the trigger: it must be a SocketActivityTrigger",
  );
});

Deno.test(
  "BackgroundTaskBuilder.register() gives no permission that the program lacks",
  {
    permissions: { net: ["127.0.0.1"] },
  },
  () => {
    for (
      const [permissions, flag] of [
        [{ net: ["127.0.0.1", "example.com"] }, "--allow-net=example.com"],
        [{ net: true }, "--allow-net"],
        [{ read: ["/etc"] }, "--allow-read=/etc"],
        [{ import: ["example.org"] }, "--allow-import=example.org"],
      ] as const
    ) {
      const error = assertThrows(
        () => newBuilder({ permissions }).register(),
        InvalidOperationError,
        `Cannot register the task "task": it asks for ${flag}, which this program does not have`,
      );
      assertEquals(error.hresult, HResult.E_ACCESSDENIED);
    }
  },
);

Deno.test(
  "BackgroundTaskBuilder.register() refuses a permission that is none",
  {
    permissions: { net: ["127.0.0.1"] },
  },
  () => {
    assertThrows(
      () => newBuilder({ permissions: { net: ["a b"] } }).register(),
      ArgumentError,
      'Cannot register the task "task": there is no permission --allow-net=a b',
    );
  },
);

Deno.test(
  "BackgroundTaskBuilder.register() makes the broker know the task",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    const registration = newBuilder({ permissions: { net: ["127.0.0.1"] } })
      .register();
    assertInstanceOf(registration, BackgroundTaskRegistration);
    assertEquals(registration.name, "task");
    assertEquals(registeredTasks(), [{
      taskId: registration.taskId,
      name: "task",
      entryPoint: "https://example.com/task.ts",
      runner: new URL(
        "../../../sockets/broker/run_background_task.ts",
        import.meta.url,
      ).href,
      flags: ["--allow-net=127.0.0.1"],
    }]);
    // Of one name there may be two.
    newBuilder().register();
    assertEquals(
      [...BackgroundTaskRegistration.allTasks.values()].map(({ name }) => name),
      ["task", "task"],
    );
  },
);

Deno.test(
  "BackgroundTaskRegistration.unregister() makes the broker forget it",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    const registration = newBuilder().register();
    const { allTasks } = BackgroundTaskRegistration;
    assertEquals(allTasks.get(registration.taskId)?.name, "task");
    allTasks.get(registration.taskId)?.unregister(false);
    assertEquals(BackgroundTaskRegistration.allTasks.size, 0);
    const error = assertThrows(
      () => registration.unregister(true),
      InvalidOperationError,
      "no background task is registered under that id",
    );
    assertEquals(error.hresult, HResult.ERROR_NOT_FOUND);
  },
);

Deno.test("BackgroundTaskBuilder.register() gives a task nothing of which something is denied to its program", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-ffi",
      "--allow-read",
      "--deny-read=/etc/shadow",
      new URL("_registering_reader.ts", import.meta.url).href,
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals(
    new TextDecoder().decode(stdout),
    'Cannot register the task "reader": it asks for --allow-read, which this program does not have\n',
  );
});
