/**
 * The second scenario of the WebSocket sample of UWP: a `StreamWebSocket`, which
 * is written and read in two loops that do not wait for each other.
 *
 * ```sh
 * deno run --allow-net examples/web_socket_samples/binary.ts [--uri URI]
 *   [--seconds 5]
 * ```
 *
 * @module
 */
import { delay } from "@std/async";
import {
  DataReader,
  DataWriter,
  InputStreamOptions,
  StreamWebSocket,
} from "@winrt/sockets";
import { parseOptions, toSeconds } from "../_options.ts";
import { describeFailure } from "../echo/failure.ts";
import { appendOutputLine, runSample, untilClosed } from "./sample.ts";

const MESSAGE = "Hello World";
const INTERVAL = 1_000;
const MAX_READ_SIZE = 100;

/** The WebSocket that is in use; the loops of another one stop. */
let streamWebSocket: StreamWebSocket | null = null;

await runSample(async () => {
  const option = parseOptions(Deno.args, {
    uri: "ws://localhost:8080/WebSocketSample/EchoWebSocket.ashx",
    seconds: "5",
  });
  const seconds = toSeconds("seconds", option("seconds"));
  using activeSocket = new StreamWebSocket();
  const closed = untilClosed(activeSocket);
  appendOutputLine(`Connecting to: ${option("uri")}`);
  await activeSocket.connectAsync(option("uri"));
  streamWebSocket = activeSocket;
  receiveData(activeSocket);
  sendData(activeSocket);
  const timer = setTimeout(stop, seconds * 1000);
  await closed;
  clearTimeout(timer);
  stop();
});

async function sendData(activeSocket: StreamWebSocket): Promise<void> {
  const writer = new DataWriter(activeSocket.outputStream);
  let bytesSent = 0;
  try {
    while (streamWebSocket === activeSocket) {
      writer.writeString(MESSAGE);
      bytesSent += await writer.storeAsync();
      appendOutputLine(`Data Sent: ${bytesSent} bytes`);
      // So that the user can see what is going on.
      await delay(INTERVAL);
    }
  } catch (error) {
    appendOutputLine(`During write: ${describeFailure(error)}`);
  } finally {
    writer.close();
  }
}

async function receiveData(activeSocket: StreamWebSocket): Promise<void> {
  const reader = new DataReader(activeSocket.inputStream);
  // A load ends as soon as there is something.
  reader.inputStreamOptions = InputStreamOptions.partial;
  let bytesReceived = 0;
  try {
    while (streamWebSocket === activeSocket) {
      const size = await reader.loadAsync(MAX_READ_SIZE);
      if (size === 0) break;
      reader.readBytes(new Uint8Array(size));
      bytesReceived += size;
      appendOutputLine(`Data Received: ${bytesReceived} bytes`);
    }
    appendOutputLine("Background read stopped.");
  } catch (error) {
    appendOutputLine(`During read: ${describeFailure(error)}`);
  } finally {
    reader.close();
  }
}

function stop(): void {
  streamWebSocket?.close(1000, "Closed due to user request.");
  streamWebSocket = null;
}
