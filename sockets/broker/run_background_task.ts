import {
  chooseStateDirectory,
  setApplicationName,
} from "../_broker/application.ts";
import type { BackgroundTask } from "./background_task.ts";
import { BackgroundTaskInstance } from "./background_task_instance.ts";
import { BackgroundTaskRegistration } from "./background_task_registration.ts";
import { SocketActivityInformation } from "./socket_activity_information.ts";
import type { SocketActivityKind } from "./socket_activity_kind.ts";
import { SocketActivityTriggerDetails } from "./socket_activity_trigger_details.ts";
import type { SocketActivityTriggerReason } from "./socket_activity_trigger_reason.ts";

/** The broker kills a task two seconds after it has asked it to end. */
const GRACE_TIME = 3_000;
/** What a shell tells of a program that `SIGTERM` has ended. */
const SIGTERM_CODE = 143;

/** What the broker tells a task that it starts. */
export interface BackgroundTaskActivation {
  /** Where the broker is. */
  readonly stateDirectory: string;
  /** The application that has registered the task. */
  readonly application: string;
  /** The id of the registration. */
  readonly taskId: string;
  /** The name of the registration. */
  readonly name: string;
  /** What has happened. */
  readonly reason: SocketActivityTriggerReason;
  /** The socket that it has happened to. */
  readonly socket: {
    /** The id that it was transferred under. */
    readonly id: string;
    /** What kind of socket it is. */
    readonly kind: SocketActivityKind;
    /** The id of the registration. */
    readonly taskId: string | null;
  };
}

/**
 * Runs a background task in this process, which the broker has started for it.
 * Programs have no need of it. Not in WinRT.
 *
 * @param run The function that the module of the task exports.
 * @param activation What the broker tells.
 * @returns A promise that resolves when the task is done, and rejects if it
 * fails.
 *
 * @example Usage
 * ```ts
 * import { runBackgroundTask } from "@winrt/sockets/run-background-task";
 * import { SocketActivityKind } from "@winrt/sockets/socket-activity-kind";
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * const taskId = crypto.randomUUID();
 * let name = "";
 * await runBackgroundTask((taskInstance) => void (name = taskInstance.task.name), {
 *   stateDirectory: "/run/user/1000/winrt-sockets",
 *   application: "chat",
 *   taskId,
 *   name: "chat task",
 *   reason: SocketActivityTriggerReason.socketClosed,
 *   socket: { id: "a", kind: SocketActivityKind.streamSocket, taskId },
 * });
 *
 * assertEquals(name, "chat task");
 * ```
 */
export async function runBackgroundTask(
  run: BackgroundTask["run"],
  activation: BackgroundTaskActivation,
): Promise<void> {
  const { stateDirectory, application, taskId, name } = activation;
  chooseStateDirectory(stateDirectory);
  setApplicationName(application);
  const { id, kind, taskId: socketTaskId } = activation.socket;
  const instance = new BackgroundTaskInstance(
    new BackgroundTaskRegistration(taskId, name),
    new SocketActivityTriggerDetails(
      activation.reason,
      new SocketActivityInformation(id, kind, socketTaskId),
    ),
  );
  const cancel = (): void => cancelTask(instance);
  Deno.addSignalListener("SIGTERM", cancel);
  try {
    await run(instance);
    await instance.completed;
  } finally {
    Deno.removeSignalListener("SIGTERM", cancel);
  }
}

function cancelTask(instance: BackgroundTaskInstance): void {
  instance.dispatchEvent(new Event("canceled"));
  // Unless the broker is gone as well.
  Deno.unrefTimer(setTimeout(() => Deno.exit(SIGTERM_CODE), GRACE_TIME));
}
