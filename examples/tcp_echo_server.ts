// deno-lint-ignore-file no-console -- it prints for its user
/**
 * Reads a line from each client and sends it back.
 *
 * ```sh
 * deno run --allow-net examples/tcp_echo_server.ts [port]
 * ```
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { type StreamSocket, StreamSocketListener } from "@winrt/sockets";

// Any port that is not in use; 0 lets the system choose.
const [serverPort = "1337"] = Deno.args;

const listener = new StreamSocketListener();
listener.onconnectionreceived = ({ socket }) => echoLine(socket);
await listener.bindServiceNameAsync(serverPort);
console.log(`Listening on port ${listener.information.localPort}`);

async function echoLine(socket: StreamSocket): Promise<void> {
  try {
    const lines = socket.inputStream
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      await socket.outputStream.writeAsync(
        new TextEncoder().encode(`${line}\n`),
      );
      break;
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    socket.close();
  }
}
