// deno-lint-ignore-file no-console -- it prints for its user
/**
 * An echo server that is restarted without a client noticing: at `SIGTERM` it
 * leaves its listener with the broker, serves the connections it has, and ends.
 * The next one takes the listener from the broker.
 *
 * ```sh
 * deno run --allow-ffi --allow-net --allow-run examples/restartable_echo.ts [port]
 * ```
 *
 * @module
 */
import {
  SocketActivityInformation,
  SocketError,
  type StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";

const SOCKET_ID = "restartable_echo";
const [port = "1337"] = Deno.args;

const listener = await findListener();
Deno.addSignalListener("SIGTERM", transfer);
console.log(`Listening on port ${listener.information.localPort}`);

const serving = new Set<Promise<void>>();
for await (const { socket } of listener) {
  const served = serve(socket).finally(() => serving.delete(served));
  serving.add(served);
}
await Promise.all(serving);

async function findListener(): Promise<StreamSocketListener> {
  const held = SocketActivityInformation.allSockets.get(SOCKET_ID);
  if (held !== undefined) return held.streamSocketListener;
  const listener = new StreamSocketListener();
  listener.enableTransferOwnership(null);
  await listener.bindServiceNameAsync(port);
  return listener;
}

function transfer(): void {
  try {
    // What was accepted already is still handed out, and then the loop ends.
    listener.transferOwnership(SOCKET_ID);
    console.log("The broker has the listener");
    Deno.removeSignalListener("SIGTERM", transfer);
  } catch (error) {
    // It goes on serving, until somebody asks again.
    console.error(error instanceof Error ? error.message : error);
  }
}

async function serve(socket: StreamSocket): Promise<void> {
  try {
    await socket.inputStream.pipeTo(socket.outputStream);
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    console.error(error.message);
  } finally {
    socket.close();
  }
}
