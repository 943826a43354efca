// deno-lint-ignore-file no-console -- it prints for its user
import { MessageWebSocket, SocketMessageType } from "@winrt/sockets";
import { makeCertificate } from "./server.ts";
import { textOf, typeOf } from "./ws_message.ts";
import { startWsServer } from "./ws_server.ts";

/**
 * Runs a server and a client in this process and shows both sides.
 *
 * @param tls Whether they talk over TLS.
 */
export async function runWsBoth({ tls }: { tls: boolean }): Promise<void> {
  const certificate = tls ? await makeCertificate() : null;
  const target = { host: "localhost", port: "", certificate };
  await using server = await startWsServer(target, "server: ");

  await using webSocket = new MessageWebSocket();
  const { control } = webSocket;
  control.messageType = SocketMessageType.utf8;
  if (certificate !== null) control.trustedRootCertificates.push(certificate);
  const closed = Promise.withResolvers<void>();
  webSocket.onclosed = ({ code, reason }) => {
    console.log(`client: closed with ${code} "${reason}"`);
    closed.resolve();
  };
  const scheme = tls ? "wss" : "ws";
  await webSocket.connectAsync(`${scheme}://localhost:${server.port}/`);

  const request = "Hello, World!";
  console.log(`client: sends "${request}"`);
  await webSocket.outputStream.writeAsync(new TextEncoder().encode(request));
  for await (const message of webSocket) {
    console.log(`client: got ${typeOf(message)} "${textOf(message)}"`);
    break;
  }
  webSocket.close(1000, "That is all");
  await closed.promise;
}
