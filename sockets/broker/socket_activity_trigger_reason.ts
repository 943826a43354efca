/**
 * Why the broker has started a background task.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityTriggerReason } from "@winrt/sockets/socket-activity-trigger-reason";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketActivityTriggerReason.socketClosed, 4);
 * ```
 */
export const SocketActivityTriggerReason = {
  /** None. */
  none: 0,
  /** A `StreamSocket` or a `DatagramSocket` has received something. */
  socketActivity: 1,
  /** A connection waits for a `StreamSocketListener` to accept it. */
  connectionAccepted: 2,
  /** The keep-alive time that was given at the transfer has passed. */
  keepAliveTimerExpired: 3,
  /** The peer of a `StreamSocket` has closed or reset the connection. */
  socketClosed: 4,
} as const;
/** One of the values of {@linkcode SocketActivityTriggerReason}. */
export type SocketActivityTriggerReason =
  typeof SocketActivityTriggerReason[keyof typeof SocketActivityTriggerReason];
