import { assertEquals } from "@std/assert";
import {
  taskArguments,
  taskFolder,
  taskModule,
} from "../../../../sockets/_broker/server/task_module.ts";

const PURE = { permissions: "none" } as const;

const TASK = {
  taskId: "1",
  name: "task",
  entryPoint: 'data:text/javascript,export function run() { "" }',
  runner: "jsr:@winrt/sockets@0.1.0/run-background-task",
  flags: ["--allow-net=example.com"],
} as const;

Deno.test("taskModule() imports the task, and what runs it", PURE, () => {
  const activation = {
    stateDirectory: "/state",
    application: "a\u2028",
    taskId: "1",
    name: "task",
    reason: 4,
    socket: { id: '"; alert(); "', kind: 3, taskId: "1" },
  } as const;
  assertEquals(
    taskModule(TASK, activation).split("\n"),
    [
      'import { run } from "data:text/javascript,export function run() { \\"\\" }";',
      'import { runBackgroundTask } from "jsr:@winrt/sockets@0.1.0/run-background-task";',
      `await runBackgroundTask(run, ${JSON.stringify(activation)});`,
      "",
    ],
  );
});

Deno.test(
  "taskArguments() gives the permissions, and native calls",
  PURE,
  () => {
    assertEquals(taskArguments(TASK), [
      "run",
      "--no-prompt",
      "--quiet",
      "--no-config",
      "--no-lock",
      "--allow-ffi",
      "--allow-net=example.com",
      "-",
    ]);
    const file = { ...TASK, entryPoint: "file:///a.ts", flags: [] };
    assertEquals(taskArguments(file), [
      "run",
      "--no-prompt",
      "--quiet",
      "--allow-ffi",
      "-",
    ]);
  },
);

Deno.test(
  "taskFolder() is next to a file, and else where nobody can put a configuration",
  PURE,
  () => {
    assertEquals(taskFolder("file:///a%20b/c/task.ts?x"), "/a b/c/");
    assertEquals(taskFolder("jsr:@a/b"), "/");
  },
);
