/**
 * What kind of socket the broker holds.
 *
 * @example Usage
 * ```ts
 * import { SocketActivityKind } from "@winrt/sockets/socket-activity-kind";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketActivityKind.streamSocket, 3);
 * ```
 */
export const SocketActivityKind = {
  /** None. */
  none: 0,
  /** A `StreamSocketListener`. */
  streamSocketListener: 1,
  /** A `DatagramSocket`. */
  datagramSocket: 2,
  /** A `StreamSocket`. */
  streamSocket: 3,
} as const;
/** One of the values of {@linkcode SocketActivityKind}. */
export type SocketActivityKind =
  typeof SocketActivityKind[keyof typeof SocketActivityKind];
