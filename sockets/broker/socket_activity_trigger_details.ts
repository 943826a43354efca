import type { SocketActivityInformation } from "./socket_activity_information.ts";
import type { SocketActivityTriggerReason } from "./socket_activity_trigger_reason.ts";

/**
 * Why a background task was started, and for which socket.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityInformation } from "@winrt/sockets/socket-activity-information";
 * import { SocketActivityKind } from "@winrt/sockets/socket-activity-kind";
 * import { SocketActivityTriggerDetails } from "@winrt/sockets/socket-activity-trigger-details";
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * const details = new SocketActivityTriggerDetails(
 *   SocketActivityTriggerReason.socketClosed,
 *   new SocketActivityInformation("chat", SocketActivityKind.streamSocket, null),
 * );
 *
 * assertEquals(details.reason, SocketActivityTriggerReason.socketClosed);
 * assertEquals(details.socketInformation.id, "chat");
 * ```
 */
export class SocketActivityTriggerDetails {
  /** What has happened. */
  readonly reason: SocketActivityTriggerReason;
  /** The socket that it has happened to. */
  readonly socketInformation: SocketActivityInformation;

  /**
   * Made for a task. Not in WinRT.
   *
   * @param reason What has happened.
   * @param socketInformation The socket that it has happened to.
   */
  constructor(
    reason: SocketActivityTriggerReason,
    socketInformation: SocketActivityInformation,
  ) {
    this.reason = reason;
    this.socketInformation = socketInformation;
  }
}
