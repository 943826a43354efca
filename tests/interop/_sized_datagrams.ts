// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Sends datagrams of the sizes that it is told, in one batch, and prints what
 * became of each; or prints the sizes of those that it receives.
 *
 * ```sh
 * deno run --allow-ffi --allow-net tests/interop/_sized_datagrams.ts \
 *   send HOST PORT DONT_FRAGMENT SIZES
 * deno run --allow-ffi --allow-net tests/interop/_sized_datagrams.ts receive
 * ```
 *
 * @module
 */
import { DatagramSocket, SocketError, SocketErrorStatus } from "../../mod.ts";

const [mode, host = "", port = "", dontFragment, sizes = ""] = Deno.args;
await using socket = new DatagramSocket();
if (mode === "receive") await receive();
else await send();

async function receive(): Promise<void> {
  await socket.bindServiceNameAsync("");
  console.log(`port ${socket.information.localPort}`);
  for await (const message of socket) {
    console.log(`size ${message.getDataReader().unconsumedBufferLength}`);
  }
}

async function send(): Promise<void> {
  socket.control.dontFragment = dontFragment === "true";
  await socket.connectAsync(host, port);
  const writes = sizes.split(",").map(Number).map(async (size) => {
    try {
      await socket.outputStream.writeAsync(new Uint8Array(size));
      return `${size} sent`;
    } catch (error) {
      return `${size} ${nameOf(error)}`;
    }
  });
  console.log((await Promise.all(writes)).join("\n"));
}

function nameOf(error: unknown): string {
  if (!(error instanceof SocketError)) throw error;
  const names = Object.entries(SocketErrorStatus);
  return names.find(([, status]) => status === error.status)?.[0] ?? "?";
}
