/**
 * The first scenario of the WebSocket sample of UWP: sends a text message, and
 * shows what comes back.
 *
 * ```sh
 * deno run --allow-net examples/web_socket_samples/utf8.ts [--uri URI]
 *   [--message "Hello World"]
 * ```
 *
 * With a URI that starts with `wss:` it looks at the certificate of the server
 * itself.
 *
 * @module
 */
import { delay } from "@std/async";
import {
  type Certificate,
  DataWriter,
  MessageWebSocket,
  type MessageWebSocketMessageReceivedEventArgs,
  SocketMessageType,
  UnicodeEncoding,
  type WebSocketServerCustomValidationRequestedEventArgs,
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

/** What comes: the greeting, and the reply. */
const EXPECTED_MESSAGES = 2;

await runSample(async () => {
  const option = parseOptions(Deno.args, {
    uri: "ws://localhost:8080/WebSocketSample/EchoWebSocket.ashx",
    message: "Hello World",
  });
  using messageWebSocket = new MessageWebSocket();
  const received = untilReceived(messageWebSocket, EXPECTED_MESSAGES);
  const closed = untilClosed(messageWebSocket);
  const writer = await connect(messageWebSocket, option("uri"));
  await send(writer, option("message"));
  await Promise.race([received, closed]);
  disconnect(messageWebSocket, writer);
  await closed;
});

async function connect(
  messageWebSocket: MessageWebSocket,
  uri: string,
): Promise<DataWriter> {
  messageWebSocket.control.messageType = SocketMessageType.utf8;
  if (isSecure(uri)) {
    ignoreCertificateErrors(messageWebSocket.control);
    messageWebSocket.addEventListener(
      "servercustomvalidationrequested",
      onServerCustomValidationRequested,
    );
  }
  appendOutputLine(`Connecting to: ${uri}`);
  // It refuses what is no URI of a WebSocket, as the sample does itself.
  await messageWebSocket.connectAsync(uri);
  // UTF-8 is the default encoding.
  return new DataWriter(messageWebSocket.outputStream);
}

async function onServerCustomValidationRequested(
  args: WebSocketServerCustomValidationRequestedEventArgs,
): Promise<void> {
  // With a deferral, the handler may wait for something; it is complete when the
  // handler is left.
  using _deferral = args.getDeferral();
  if (await isValid(args.serverCertificate)) {
    appendOutputLine("Custom validation of server certificate passed.");
    return;
  }
  args.reject();
  appendOutputLine("Custom validation of server certificate failed.");
}

async function isValid(certificate: Certificate | null): Promise<boolean> {
  // A real program would ask somebody here.
  await delay(100);
  return certificate?.issuer === "www.fabrikam.com";
}

async function send(writer: DataWriter, message: string): Promise<void> {
  appendOutputLine(`Sending Message: ${message}`);
  writer.writeString(message);
  // What the writer holds is one message.
  await writer.storeAsync();
}

/** Shows the messages that come; resolves after so many of them, or a failure. */
function untilReceived(
  messageWebSocket: MessageWebSocket,
  count: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let rest = count;
  messageWebSocket.addEventListener("messagereceived", (args) => {
    try {
      showMessage(args);
      rest--;
    } catch (error) {
      appendOutputLine(describeFailure(error));
      rest = 0;
    }
    if (rest === 0) resolve();
  });
  return promise;
}

function showMessage(args: MessageWebSocketMessageReceivedEventArgs): void {
  // All of the message is there; if the connection has failed, this throws.
  const reader = args.getDataReader();
  reader.unicodeEncoding = UnicodeEncoding.utf8;
  const isText = args.messageType === SocketMessageType.utf8;
  appendOutputLine(`Message Received; Type: ${isText ? "utf8" : "binary"}`);
  appendOutputLine(reader.readString(reader.unconsumedBufferLength));
}

function disconnect(
  messageWebSocket: MessageWebSocket,
  writer: DataWriter,
): void {
  // A writer that is closed with its stream ends the WebSocket.
  writer.detachStream();
  writer.close();
  messageWebSocket.close(1000, "Closed due to user request.");
}
