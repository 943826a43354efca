import { EventAttribute } from "../_events/event_attribute.ts";
import { BackgroundTaskDeferral } from "./background_task_deferral.ts";
import type { BackgroundTaskRegistration } from "./background_task_registration.ts";
import type { SocketActivityTriggerDetails } from "./socket_activity_trigger_details.ts";

/**
 * One run of a background task.
 *
 * If the task takes too long, or is unregistered meanwhile, it gets the event
 * `canceled`, and is ended two seconds later. The event does not tell why, as
 * WinRT's `BackgroundTaskCancellationReason` does.
 *
 * @example Usage
 * ```ts
 * import { BackgroundTaskInstance } from "@winrt/sockets/background-task-instance";
 * import { BackgroundTaskRegistration } from "@winrt/sockets/background-task-registration";
 * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
 * import { SocketActivityKind } from "@winrt/sockets/socket-activity-kind";
 * import { SocketActivityTriggerDetails } from "@winrt/sockets/socket-activity-trigger-details";
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * // What the broker does, as a test of a task may do it.
 * const taskInstance = new BackgroundTaskInstance(
 *   new BackgroundTaskRegistration(crypto.randomUUID(), "chat"),
 *   new SocketActivityTriggerDetails(
 *     SocketActivityTriggerReason.socketActivity,
 *     new SocketActivityInformation("a", SocketActivityKind.streamSocket, null),
 *   ),
 * );
 *
 * assertEquals(taskInstance.task.name, "chat");
 * ```
 */
export class BackgroundTaskInstance extends EventTarget {
  /** A GUID of this run alone. */
  readonly instanceId: string = crypto.randomUUID();
  /** The task that runs. */
  readonly task: BackgroundTaskRegistration;
  /** What has started it. */
  readonly triggerDetails: SocketActivityTriggerDetails;
  #deferrals = 0;
  #completed = Promise.withResolvers<void>();
  readonly #oncanceled: EventAttribute<Event> = new EventAttribute(
    (listener) => this.addEventListener("canceled", listener),
    (listener) => this.removeEventListener("canceled", listener),
  );

  /**
   * Made for a task. Not in WinRT.
   *
   * @param task The task that runs.
   * @param triggerDetails What has started it.
   */
  constructor(
    task: BackgroundTaskRegistration,
    triggerDetails: SocketActivityTriggerDetails,
  ) {
    super();
    this.task = task;
    this.triggerDetails = triggerDetails;
    this.#completed.resolve();
  }

  /** The handler of the event `canceled`; `null` if there is none. */
  get oncanceled(): ((event: Event) => unknown) | null {
    return this.#oncanceled.value;
  }

  set oncanceled(handler: ((event: Event) => unknown) | null) {
    this.#oncanceled.value = handler;
  }

  /**
   * Resolves while every deferral is complete. Not in WinRT.
   *
   * @returns A promise that rejects never.
   */
  get completed(): Promise<void> {
    return this.#completed.promise;
  }

  /**
   * Keeps the task going until the deferral is complete, though its `run`
   * function has returned.
   *
   * @returns A deferral of its own for each call.
   *
   * @example Usage
   * ```ts
   * import type { BackgroundTaskInstance } from "@winrt/sockets/background-task-instance";
   * import { assertEquals } from "@std/assert";
   *
   * function run(taskInstance: BackgroundTaskInstance): void {
   *   const deferral = taskInstance.getDeferral();
   *   setTimeout(() => deferral.complete(), 10);
   * }
   *
   * assertEquals(run.length, 1);
   * ```
   */
  getDeferral(): BackgroundTaskDeferral {
    if (this.#deferrals++ === 0) {
      this.#completed = Promise.withResolvers<void>();
    }
    return new BackgroundTaskDeferral(() => {
      if (--this.#deferrals === 0) this.#completed.resolve();
    });
  }
}
