// deno-lint-ignore-file no-console -- it prints for its user
import { TextLineStream } from "@std/streams";
import { SocketProtectionLevel, StreamSocket } from "@winrt/sockets";
import { listen, makeCertificate } from "./server.ts";

/**
 * Runs a server and a client in this process and shows both sides.
 *
 * @param tls Whether they talk over TLS.
 */
export async function runBoth({ tls }: { tls: boolean }): Promise<void> {
  const certificate = tls ? await makeCertificate() : null;
  const target = { host: "localhost", port: "", certificate };
  using listener = await listen(target, "server: ");

  await using socket = new StreamSocket();
  if (certificate !== null) {
    socket.control.trustedRootCertificates.push(certificate);
  }
  await socket.connectAsync(
    "localhost",
    listener.information.localPort,
    tls ? SocketProtectionLevel.tls12 : SocketProtectionLevel.plainSocket,
  );
  const request = "Hello, World!";
  console.log(`client: sends "${request}"`);
  await socket.outputStream.writeAsync(
    new TextEncoder().encode(`${request}\n`),
  );
  await socket.outputStream.close();

  const replies = socket.inputStream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const reply of replies) console.log(`client: got "${reply}"`);
}
