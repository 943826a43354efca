/**
 * The fourth scenario of the WebSocket sample of UWP: sends a message in parts,
 * and receives the answer in parts.
 *
 * ```sh
 * deno run --allow-net examples/web_socket_samples/partial_messages.ts
 *   [--uri URI] [--message "Hello World"]
 * ```
 *
 * Each word of the message is a part.
 *
 * @module
 */
import {
  DataWriter,
  MessageWebSocket,
  type MessageWebSocketMessageReceivedEventArgs,
  MessageWebSocketReceiveMode,
  SocketMessageType,
} from "@winrt/sockets";
import { parseOptions } from "../_options.ts";
import { describeFailure } from "../echo/failure.ts";
import {
  appendOutputLine,
  ignoreCertificateErrors,
  isSecure,
  runSample,
  untilClosed,
} from "./sample.ts";

/** What comes: the greeting, and the answer. */
const EXPECTED_MESSAGES = 2;

await runSample(async () => {
  const option = parseOptions(Deno.args, {
    uri: "ws://localhost:8080/WebSocketSample/partialMessages.ashx",
    message: "Hello World",
  });
  using messageWebSocket = new MessageWebSocket();
  const received = untilReceived(messageWebSocket, EXPECTED_MESSAGES);
  const closed = untilClosed(messageWebSocket);
  await connect(messageWebSocket, option("uri"));
  const words = option("message").split(" ");
  for (const [index, word] of words.entries()) {
    await send(messageWebSocket, word, index === words.length - 1);
  }
  await Promise.race([received, closed]);
  messageWebSocket.close(1000, "Closed due to user request.");
  await closed;
});

async function connect(
  messageWebSocket: MessageWebSocket,
  uri: string,
): Promise<void> {
  const { control } = messageWebSocket;
  control.messageType = SocketMessageType.utf8;
  // Without it, a message is told of when all of it is there.
  control.receiveMode = MessageWebSocketReceiveMode.partialMessage;
  if (isSecure(uri)) ignoreCertificateErrors(control);
  appendOutputLine(`Connecting to: ${uri}`);
  await messageWebSocket.connectAsync(uri);
}

async function send(
  messageWebSocket: MessageWebSocket,
  part: string,
  isLast: boolean,
): Promise<void> {
  // A writer without a stream makes the bytes.
  const writer = new DataWriter();
  writer.writeString(part);
  const buffer = writer.detachBuffer();
  if (isLast) {
    appendOutputLine(`Sending end of message: ${part}`);
    await messageWebSocket.sendFinalFrameAsync(buffer);
  } else {
    appendOutputLine(`Sending partial message: ${part}`);
    await messageWebSocket.sendNonfinalFrameAsync(buffer);
  }
}

/** Shows what comes; resolves after so many whole messages, or a failure. */
function untilReceived(
  messageWebSocket: MessageWebSocket,
  count: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A part may end within a character, whose rest comes with the next one.
  const decoder = new TextDecoder();
  let rest = count;
  messageWebSocket.addEventListener("messagereceived", (args) => {
    try {
      showPart(args, decoder);
      if (args.isMessageComplete) rest--;
    } catch (error) {
      appendOutputLine(describeFailure(error));
      rest = 0;
    }
    if (rest === 0) resolve();
  });
  return promise;
}

function showPart(
  args: MessageWebSocketMessageReceivedEventArgs,
  decoder: TextDecoder,
): void {
  const { isMessageComplete } = args;
  const bytes = args.getDataReader().detachBuffer();
  const isText = args.messageType === SocketMessageType.utf8;
  appendOutputLine(
    `${isMessageComplete ? "Complete" : "Partial"} message received; Type: ${
      isText ? "utf8" : "binary"
    }`,
  );
  appendOutputLine(decoder.decode(bytes, { stream: !isMessageComplete }));
}
