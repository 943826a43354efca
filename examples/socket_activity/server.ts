// deno-lint-ignore-file no-console -- it prints for its user
/**
 * The server of the socket activity sample: it has one client, and sends each
 * line of its standard input to it. An empty line closes the connection.
 *
 * ```sh
 * deno run --allow-net examples/socket_activity/server.ts [port]
 * ```
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import {
  DataWriter,
  type StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";

const [port = "40404"] = Deno.args;
let client: StreamSocket | null = null;

using listener = new StreamSocketListener();
listener.onconnectionreceived = ({ socket }) => {
  console.log("A client has connected");
  client?.close();
  client = socket;
  printAll(socket);
};
await listener.bindEndpointAsync(null, port);
console.log(`Listening on port ${listener.information.localPort}`);

const lines = Deno.stdin.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  if (line === "") closeClient();
  else await send(line);
}

function closeClient(): void {
  client?.close();
  client = null;
}

async function send(text: string): Promise<void> {
  if (client === null) {
    console.log("There is no client");
    return;
  }
  const writer = new DataWriter(client.outputStream);
  try {
    writer.writeString(text);
    await writer.storeAsync();
    writer.detachStream();
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  } finally {
    writer.close();
  }
}

async function printAll(socket: StreamSocket): Promise<void> {
  try {
    const texts = socket.inputStream.pipeThrough(new TextDecoderStream());
    for await (const text of texts) console.log(`The client says: ${text}`);
    console.log("The client has gone");
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }
}
