/**
 * The third scenario of the WebSocket sample of UWP: shows a certificate to a
 * server that asks for one.
 *
 * ```sh
 * deno run --allow-net --allow-read
 *   examples/web_socket_samples/client_certificate.ts [--uri URI]
 *   [--pfx FILE] [--password 1234]
 * ```
 *
 * @module
 */
import { Certificate, StreamWebSocket } from "@winrt/sockets";
import { fileURLToPath } from "node:url";
import { parseOptions } from "../_options.ts";
import { describeFailure } from "../echo/failure.ts";
import {
  appendOutputLine,
  ignoreCertificateErrors,
  isSecure,
  runSample,
  untilClosed,
} from "./sample.ts";

await runSample(async () => {
  const option = parseOptions(Deno.args, {
    uri:
      "wss://localhost:8443/WebSocketSample/EchoWebSocketWithClientAuthentication.ashx",
    pfx: fileURLToPath(new URL("client_certificate.pfx", import.meta.url)),
    password: "1234",
  });
  const uri = option("uri");
  if (!isSecure(uri)) {
    appendOutputLine("Note: there are certificates for the wss: scheme alone.");
  }
  using streamWebSocket = new StreamWebSocket();
  const closed = untilClosed(streamWebSocket);
  const { control } = streamWebSocket;
  // It may be null.
  control.clientCertificate = await importCertificate(
    option("pfx"),
    option("password"),
  );
  ignoreCertificateErrors(control);
  appendOutputLine(`Connecting to: ${uri}`);
  await streamWebSocket.connectAsync(uri);
  appendOutputLine("Connected to WebSocket Server.");
  streamWebSocket.close(1000, "Closed due to user request.");
  await closed;
});

/** There is no store of certificates to look into first, as UWP has one. */
async function importCertificate(
  path: string,
  password: string,
): Promise<Certificate | null> {
  try {
    const bytes = await Deno.readFile(path);
    const certificate = await Certificate.fromPkcs12(bytes, password);
    appendOutputLine(`Reading "${certificate.friendlyName}" succeeded.`);
    return certificate;
  } catch (error) {
    appendOutputLine(`Reading certificate failed: ${describeFailure(error)}`);
    return null;
  }
}
