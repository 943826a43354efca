import type { BackgroundTaskInstance } from "./background_task_instance.ts";

/**
 * What the module of a background task exports: WinRT's `IBackgroundTask`.
 *
 * The broker runs it in a process of its own, which has no permissions beside
 * those that were registered and `--allow-ffi`. The task has done its work when
 * `run` has returned, its promise has resolved, and every deferral is complete.
 *
 * @example Usage
 * ```ts
 * import type { BackgroundTask } from "@winrt/sockets/background-task";
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * // In a module: export const run: BackgroundTask["run"] = …
 * const run: BackgroundTask["run"] = async ({ triggerDetails }) => {
 *   const { reason, socketInformation } = triggerDetails;
 *   if (reason !== SocketActivityTriggerReason.socketActivity) return;
 *   const socket = socketInformation.streamSocket;
 *   await socket.outputStream.writeAsync(new TextEncoder().encode("Thanks"));
 *   await socket[Symbol.asyncDispose]();
 * };
 *
 * assertEquals(typeof run, "function");
 * ```
 */
export interface BackgroundTask {
  /** Does the work. If it throws or rejects, the task has failed. */
  run(taskInstance: BackgroundTaskInstance): void | Promise<void>;
}
