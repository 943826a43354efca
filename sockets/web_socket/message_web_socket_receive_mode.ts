/**
 * When a message that arrives is told of.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocketReceiveMode } from "@winrt/sockets/message-web-socket-receive-mode";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MessageWebSocketReceiveMode.partialMessage, 1);
 * ```
 */
export const MessageWebSocketReceiveMode = {
  /** Once, when all of it is there. */
  fullMessage: 0,
  /** Each time that a part of it is there. */
  partialMessage: 1,
} as const;
/** One of the values of {@linkcode MessageWebSocketReceiveMode}. */
export type MessageWebSocketReceiveMode =
  typeof MessageWebSocketReceiveMode[keyof typeof MessageWebSocketReceiveMode];
