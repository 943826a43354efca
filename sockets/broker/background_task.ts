import type { BackgroundTaskInstance } from "./background_task_instance.ts";

/**
 * What the module of a background task exports: WinRT's `IBackgroundTask`.
 *
 * The broker runs it in a process of its own, which has no permissions beside
 * those that were registered and `--allow-ffi`. The task has done its work when
 * `run` has returned, its promise has resolved, and every deferral is complete;
 * the process ends once nothing in it is open, and is ended when its time is
 * over, unless the broker has ended before. Its environment is that of the
 * broker, and so of the program that has started it.
 *
 * @example Usage
 * ```ts
 * import type { BackgroundTask } from "@winrt/sockets/background-task";
 * import type { BackgroundTaskInstance } from "@winrt/sockets/background-task-instance";
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * // A module of a task exports it.
 * async function run({ triggerDetails }: BackgroundTaskInstance): Promise<void> {
 *   const { reason, socketInformation } = triggerDetails;
 *   if (reason !== SocketActivityTriggerReason.socketActivity) return;
 *   const socket = socketInformation.streamSocket;
 *   await socket.outputStream.writeAsync(new TextEncoder().encode("Thanks"));
 *   await socket[Symbol.asyncDispose]();
 * }
 * const task: BackgroundTask = { run };
 *
 * assertEquals(task.run, run);
 * ```
 */
export interface BackgroundTask {
  /** Does the work. If it throws or rejects, the task has failed. */
  run(taskInstance: BackgroundTaskInstance): void | Promise<void>;
}
