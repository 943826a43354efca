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
export function taskArguments({ flags }: TaskRegistration): string[] {
  return ["run", "--no-prompt", "--quiet", "--allow-ffi", ...flags, "-"];
}

/**
 * Where a task runs: next to its module, so that Deno finds the `deno.json` that
 * belongs to it.
 *
 * @param otherwise For a module that is no file.
 */
export function taskFolder(entryPoint: string, otherwise: string): string {
  return entryPoint.startsWith("file:")
    ? decodeURIComponent(new URL(".", entryPoint).pathname)
    : otherwise;
}
