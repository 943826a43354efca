import { registeredTasks, unregisterTask } from "../_broker/broker_client.ts";

/**
 * A background task that the broker starts when it is time.
 *
 * Registrations belong to the application, outlive the program and the broker,
 * and end by {@linkcode BackgroundTaskRegistration.unregister}. They are in the
 * state directory: of the usual ones `/run/user/<uid>` is emptied when the user
 * logs out, and `/tmp` when the machine starts, so a program looks for its task
 * in {@linkcode BackgroundTaskRegistration.allTasks} first. In WinRT they stay.
 *
 * @example Usage
 * ```ts
 * import { BackgroundTaskRegistration } from "@winrt/sockets/background-task-registration";
 * import { assertEquals } from "@std/assert";
 *
 * const taskId = "5f3759df-0000-4000-8000-000000000000";
 * const registration = new BackgroundTaskRegistration(taskId, "chat");
 *
 * assertEquals(registration.taskId, taskId);
 * assertEquals(registration.name, "chat");
 * ```
 */
export class BackgroundTaskRegistration {
  /** What `enableTransferOwnership` takes: a GUID. */
  readonly taskId: string;
  /** The name that the builder has given it. */
  readonly name: string;

  /**
   * Made by a `BackgroundTaskBuilder`, and by
   * {@linkcode BackgroundTaskRegistration.allTasks}. Not in WinRT.
   *
   * @param taskId The GUID of the task.
   * @param name The name of the task.
   */
  constructor(taskId: string, name: string) {
    this.taskId = taskId;
    this.name = name;
  }

  /**
   * The tasks that this application has registered, by their ids. If no broker
   * runs, one is started, since it is the broker that knows them.
   *
   * @returns The registrations at this moment.
   *
   * @throws {InvalidOperationError} Without `--allow-ffi`; where there is no
   * broker, such as on Windows; or if none runs and none may be started, which
   * takes `--allow-run=deno`.
   * @throws {SocketError} If the broker fails.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskRegistration } from "@winrt/sockets/background-task-registration";
   * import { assertEquals } from "@std/assert";
   *
   * function findTask(name: string): BackgroundTaskRegistration | undefined {
   *   return BackgroundTaskRegistration.allTasks.values()
   *     .find((task) => task.name === name);
   * }
   *
   * assertEquals(findTask.length, 1);
   * ```
   */
  static get allTasks(): ReadonlyMap<string, BackgroundTaskRegistration> {
    return new Map(
      registeredTasks().map(({ taskId, name }) => [
        taskId,
        new BackgroundTaskRegistration(taskId, name),
      ]),
    );
  }

  /**
   * Ends the registration. Sockets that were transferred for it stay with the
   * broker until they are taken, and start nothing any more.
   *
   * @param cancelTask Whether processes of the task are ended that run now. They
   * get the event `canceled`, and two seconds.
   *
   * @throws {InvalidOperationError} If the task is not registered; or as
   * {@linkcode BackgroundTaskRegistration.allTasks} does.
   * @throws {SocketError} If the broker fails.
   *
   * @example Usage
   * ```ts
   * import { BackgroundTaskRegistration } from "@winrt/sockets/background-task-registration";
   * import { assertEquals } from "@std/assert";
   *
   * function unregisterAll(): void {
   *   for (const task of BackgroundTaskRegistration.allTasks.values()) {
   *     task.unregister(true);
   *   }
   * }
   *
   * assertEquals(unregisterAll.length, 0);
   * ```
   */
  unregister(cancelTask: boolean): void {
    unregisterTask(this.taskId, cancelTask);
  }
}
