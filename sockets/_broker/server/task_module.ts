import type { SocketActivityTriggerReason } from "../../broker/socket_activity_trigger_reason.ts";
import type { HeldSocket, TaskRegistration } from "../protocol.ts";

/** What a task is told when it starts. */
export interface TaskActivation {
  readonly stateDirectory: string;
  readonly application: string;
  readonly taskId: string;
  readonly name: string;
  readonly reason: SocketActivityTriggerReason;
  readonly socket: HeldSocket;
}

/**
 * The program of a task. It imports by `import` declarations, which need no
 * permission to read; and it comes over the standard input, since others see
 * what is on a command line.
 */
export function taskModule(
  { entryPoint, runner }: TaskRegistration,
  activation: TaskActivation,
): string {
  return [
    `import { run } from ${JSON.stringify(entryPoint)};`,
    `import { runBackgroundTask } from ${JSON.stringify(runner)};`,
    `await runBackgroundTask(run, ${JSON.stringify(activation)});`,
    "",
  ].join("\n");
}

/** The arguments of Deno for a task. */
export function taskArguments(
  { entryPoint, flags }: TaskRegistration,
): string[] {
  // What is no file has no configuration, and must not get that of a stranger.
  const config = isFile(entryPoint) ? [] : ["--no-config", "--no-lock"];
  return [
    "run",
    "--no-prompt",
    "--quiet",
    ...config,
    "--allow-ffi",
    ...flags,
    "-",
  ];
}

/**
 * Where a task runs: next to its module, so that Deno finds the `deno.json` that
 * belongs to it; for a module that is no file where nobody else can put one.
 */
export function taskFolder(entryPoint: string): string {
  return isFile(entryPoint)
    ? decodeURIComponent(new URL(".", entryPoint).pathname)
    : "/";
}

function isFile(entryPoint: string): boolean {
  return entryPoint.startsWith("file:");
}
