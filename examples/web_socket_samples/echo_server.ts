// deno-lint-ignore-file no-console -- it prints for its user
/**
 * The server of the WebSocket sample of UWP, which the programs beside it talk
 * to: it greets, tells what was said, and closes as it is asked to.
 *
 * ```sh
 * deno run --allow-net examples/web_socket_samples/echo_server.ts
 *   [--port 8080] [--tls-port 8443]
 * ```
 *
 * Its certificate is for www.fabrikam.com, and nobody vouches for it.
 *
 * @module
 */
import {
  Certificate,
  ClientCertificateMode,
  MessageWebSocketReceiveMode,
  type ServerMessageWebSocket,
  SocketMessageType,
  SocketProtectionLevel,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
} from "@winrt/sockets";
import { parseOptions } from "../_options.ts";
import { describeFailure } from "../echo/failure.ts";
import { makeThrowAwayCertificate } from "../echo/throw_away_certificate.ts";
import { textOf } from "../echo/ws_message.ts";
import { CLIENT_ROOT_PEM } from "./client_root.ts";

const FOLDER = "/WebSocketSample";

try {
  const option = parseOptions(Deno.args, { port: "8080", "tls-port": "8443" });
  const listener = makeListener();
  await listener.bindServiceNameAsync(option("port"));
  const secureListener = await makeSecureListener();
  await secureListener.bindServiceNameAsync(
    option("tls-port"),
    SocketProtectionLevel.tls12,
  );
  tell("ws", listener);
  tell("wss", secureListener);
} catch (error) {
  console.error(describeFailure(error));
  Deno.exit(1);
}

function makeListener(): WebSocketListener {
  const listener = new WebSocketListener();
  listener.onerror = ({ error }) => console.error(describeFailure(error));
  listener.onconnectionreceived = (request) => serve(request);
  return listener;
}

async function makeSecureListener(): Promise<WebSocketListener> {
  const listener = makeListener();
  const { control } = listener;
  control.serverCertificate = await makeThrowAwayCertificate(
    "www.fabrikam.com",
    [],
  );
  // Who shows no certificate is served as well, but not in one place.
  control.clientCertificateMode = ClientCertificateMode.request;
  control.trustedRootCertificates = [
    await Certificate.fromPem(CLIENT_ROOT_PEM),
  ];
  return listener;
}

function tell(scheme: string, { information }: WebSocketListener): void {
  const host = `localhost:${information.localPort}`;
  console.log(`Listening at ${scheme}://${host}${FOLDER}/EchoWebSocket.ashx`);
}

async function serve(
  request: WebSocketListenerConnectionReceivedEventArgs,
): Promise<void> {
  try {
    switch (request.url.pathname) {
      case `${FOLDER}/EchoWebSocket.ashx`:
        return await answerMessages(request);
      case `${FOLDER}/EchoWebSocketWithClientAuthentication.ashx`:
        return await answerKnownClient(request);
      case `${FOLDER}/partialMessages.ashx`:
        return await answerParts(request);
      default:
        return await request.rejectAsync(404, "There is nothing here\n");
    }
  } catch (error) {
    console.error(describeFailure(error));
  }
}

async function answerKnownClient(
  request: WebSocketListenerConnectionReceivedEventArgs,
): Promise<void> {
  const { clientCertificate } = request.socketInformation;
  if (clientCertificate === null) {
    await request.rejectAsync(403, "Show a certificate\n");
    return;
  }
  console.log(`The client is "${clientCertificate.subject}"`);
  await answerMessages(request);
}

async function answerMessages(
  request: WebSocketListenerConnectionReceivedEventArgs,
): Promise<void> {
  const webSocket = await request.acceptMessageWebSocketAsync();
  await greet(webSocket);
  for await (const message of webSocket) {
    const { unconsumedBufferLength: size } = message.getDataReader();
    const isText = message.messageType === SocketMessageType.utf8;
    await webSocket.outputStream.writeAsync(
      encode(
        isText
          ? `You said: "${textOf(message)}"`
          : `binary message received, size=${size} bytes`,
      ),
    );
  }
}

/** Answers each part of a message with a part of the answer. */
async function answerParts(
  request: WebSocketListenerConnectionReceivedEventArgs,
): Promise<void> {
  const webSocket = await request.acceptMessageWebSocketAsync({
    receiveMode: MessageWebSocketReceiveMode.partialMessage,
  });
  await greet(webSocket);
  // A part may end within a character, whose rest comes with the next one.
  const decoder = new TextDecoder();
  for await (const part of webSocket) {
    const { isMessageComplete } = part;
    const bytes = part.getDataReader().detachBuffer();
    const text = decoder.decode(bytes, { stream: !isMessageComplete });
    const answer = encode(`You said: "${text}"\r\n`);
    await (isMessageComplete
      ? webSocket.sendFinalFrameAsync(answer)
      : webSocket.sendNonfinalFrameAsync(answer));
  }
}

async function greet(webSocket: ServerMessageWebSocket): Promise<void> {
  webSocket.control.messageType = SocketMessageType.utf8;
  const now = new Date().toLocaleString();
  await webSocket.outputStream.writeAsync(
    encode(`EchoWebSocket Connected at: ${now}`),
  );
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
