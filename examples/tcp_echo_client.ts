// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Sends a line to `tcp_echo_server.ts` and prints the one that comes back.
 *
 * ```sh
 * deno run --allow-net examples/tcp_echo_client.ts [port]
 * ```
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { HostName, SocketError, StreamSocket } from "@winrt/sockets";

const serverHost = new HostName("localhost");
const [serverPort = "1337"] = Deno.args;

using socket = new StreamSocket();
try {
  await socket.connectAsync(serverHost, serverPort);

  const request = "test";
  await socket.outputStream.writeAsync(
    new TextEncoder().encode(`${request}\n`),
  );

  const lines = socket.inputStream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const response of lines) {
    console.log(response);
    break;
  }
} catch (error) {
  if (!(error instanceof SocketError)) throw error;
  console.error(error.message);
  Deno.exitCode = 1;
}
