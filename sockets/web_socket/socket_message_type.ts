/**
 * What a message of a WebSocket consists of.
 *
 * @example Usage
 * ```ts
 * import { SocketMessageType } from "@winrt/sockets/socket-message-type";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketMessageType.utf8, 1);
 * ```
 */
export const SocketMessageType = {
  /** Any bytes. */
  binary: 0,
  /** Text, encoded as UTF-8. */
  utf8: 1,
} as const;
/** One of the values of {@linkcode SocketMessageType}. */
export type SocketMessageType =
  typeof SocketMessageType[keyof typeof SocketMessageType];
