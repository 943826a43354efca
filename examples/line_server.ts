// deno-lint-ignore-file no-console -- it prints for its user
/**
 * A server of lines: it answers each with its upper case, and ends the
 * connection at `quit`.
 *
 * ```sh
 * deno run --allow-net examples/line_server.ts [port]
 * ```
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { type StreamSocket, StreamSocketListener } from "@winrt/sockets";

const [port = "1338"] = Deno.args;

const listener = new StreamSocketListener();
await listener.bindServiceNameAsync(port);
console.log(`Listening on port ${listener.information.localPort}`);
for await (const { socket } of listener) serve(socket);

async function serve(socket: StreamSocket): Promise<void> {
  try {
    await socket.inputStream
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .pipeThrough(answers())
      .pipeThrough(new TextEncoderStream())
      .pipeTo(socket.outputStream);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    socket.close();
  }
}

function answers(): TransformStream<string, string> {
  return new TransformStream({
    transform(line, controller): void {
      if (line === "quit") controller.terminate();
      else controller.enqueue(`${line.toUpperCase()}\n`);
    },
  });
}
