/**
 * Starts a background task when something happens to a socket of the broker.
 *
 * @example Usage
 * ```ts
 * import { BackgroundTaskBuilder } from "@winrt/sockets/background-task-builder";
 * import { SocketActivityTrigger } from "@winrt/sockets/socket-activity-trigger";
 * import { assertInstanceOf } from "@std/assert";
 *
 * const trigger = new SocketActivityTrigger();
 * new BackgroundTaskBuilder().setTrigger(trigger);
 *
 * assertInstanceOf(trigger, SocketActivityTrigger);
 * ```
 */
export class SocketActivityTrigger {
  /**
   * Whether the system wakes from connected standby for it: never, since Deno
   * runs on systems that are awake.
   */
  readonly isWakeFromLowPowerSupported: boolean = false;
}
