import {
  type MessageWebSocketMessageReceivedEventArgs,
  SocketMessageType,
} from "@winrt/sockets";

/** Whether a message is text or binary, in words. */
export function typeOf(
  { messageType }: MessageWebSocketMessageReceivedEventArgs,
): string {
  return messageType === SocketMessageType.utf8 ? "text" : "binary";
}

/**
 * The text of a message.
 *
 * @throws {WebSocketError} If the connection has failed.
 */
export function textOf(
  message: MessageWebSocketMessageReceivedEventArgs,
): string {
  const reader = message.getDataReader();
  return reader.readString(reader.unconsumedBufferLength);
}
