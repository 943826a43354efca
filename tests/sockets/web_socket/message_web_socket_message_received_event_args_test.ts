import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { WebSocketError } from "../../../errors/web_socket_error.ts";
import { UnicodeEncoding } from "../../../sockets/streams/unicode_encoding.ts";
import {
  type MessageWebSocketMessage,
  MessageWebSocketMessageReceivedEventArgs,
} from "../../../sockets/web_socket/message_web_socket_message_received_event_args.ts";
import { SocketMessageType } from "../../../sockets/web_socket/socket_message_type.ts";

const PURE = { permissions: "none" } as const;
const { binary, utf8 } = SocketMessageType;

function makeArgs(
  message: Partial<MessageWebSocketMessage>,
): MessageWebSocketMessageReceivedEventArgs {
  return new MessageWebSocketMessageReceivedEventArgs({
    error: null,
    messageType: binary,
    isMessageComplete: true,
    ...message,
  });
}

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs tells of the message",
  PURE,
  () => {
    for (const messageType of [binary, utf8]) {
      for (const isMessageComplete of [true, false]) {
        const args = makeArgs({ messageType, isMessageComplete });

        assertEquals(args.type, "messagereceived");
        assertEquals(args.messageType, messageType);
        assertEquals(args.isMessageComplete, isMessageComplete);
      }
    }
  },
);

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs.getDataReader() gives the same reader each time, of UTF-8",
  PURE,
  () => {
    const args = makeArgs({ bytes: new TextEncoder().encode("n€") });
    const reader = args.getDataReader();

    assertEquals(reader.unicodeEncoding, UnicodeEncoding.utf8);
    assertEquals(reader.readString(1), "n");
    assertStrictEquals(args.getDataReader(), reader);
    assertEquals(args.getDataReader().readString(3), "€");
  },
);

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs.getDataStream() gives the same stream each time",
  PURE,
  async () => {
    const args = makeArgs({ bytes: new Uint8Array([1, 2, 3]) });
    const stream = args.getDataStream();

    assertEquals(
      await stream.readAsync(new Uint8Array(2)),
      new Uint8Array([1, 2]),
    );
    assertStrictEquals(args.getDataStream(), stream);
    assertEquals(await new Response(stream).bytes(), new Uint8Array([3]));
  },
);

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs.getDataReader() and getDataStream() both give the whole message",
  PURE,
  async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const args = makeArgs({ bytes });

    assertEquals(args.getDataReader().detachBuffer(), bytes);
    assertEquals(await new Response(args.getDataStream()).bytes(), bytes);
  },
);

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs gives nothing to read when the message is empty",
  PURE,
  async () => {
    for (const message of [{}, { bytes: new Uint8Array(0) }]) {
      const args = makeArgs(message);

      assertEquals(args.getDataReader().unconsumedBufferLength, 0);
      const read = await args.getDataStream().readAsync(new Uint8Array(1));
      assertEquals(read.length, 0);
    }
  },
);

Deno.test(
  "MessageWebSocketMessageReceivedEventArgs throws the error each time when there is one",
  PURE,
  () => {
    const error = new WebSocketError("Cannot receive: lost", 0x80072EFE);
    const args = makeArgs({ error });

    for (let i = 0; i < 2; i++) {
      assertStrictEquals(assertThrows(() => args.getDataReader()), error);
      assertStrictEquals(assertThrows(() => args.getDataStream()), error);
    }
  },
);
