import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ClosedError,
  type MessageWebSocket,
  type ServerMessageWebSocket,
  WebSocketError,
} from "../../../../mod.ts";
import type { Ending } from "./_case.ts";

/** What the suite sends is 16 MiB at most. */
export const MAX_MESSAGE_SIZE: number = 16 * 1024 * 1024 + 1024;

/** Sends each message back; tells what went wrong, and null if nothing did. */
export async function echo(
  webSocket: MessageWebSocket | ServerMessageWebSocket,
): Promise<unknown> {
  try {
    for await (const message of webSocket) {
      const bytes = message.getDataReader().detachBuffer();
      webSocket.control.messageType = message.messageType;
      await webSocket.outputStream.writeAsync(bytes);
    }
    return null;
  } catch (error) {
    // The peer may close it before all was sent back.
    return error instanceof ClosedError ? null : error;
  }
}

/** Checks what the app was told. */
export function assertTold(
  failure: unknown,
  { isFailure }: Ending,
  closeCode: number | null,
): void {
  if (!isFailure) {
    assertEquals(failure, null);
    return;
  }
  assertInstanceOf(failure, WebSocketError);
  assertEquals(failure.closeCode, closeCode);
}
