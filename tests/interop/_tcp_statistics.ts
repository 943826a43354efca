// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Uses a connection and prints its statistics as JSON all the while. `call` sends
 * bytes one by one to a `serve`, which sends each back; `send` sends blocks to
 * whoever takes them.
 *
 * ```sh
 * deno run --allow-net --allow-ffi tests/interop/_tcp_statistics.ts serve HOST
 * deno run --allow-net --allow-ffi tests/interop/_tcp_statistics.ts \
 *   call HOST PORT COUNT
 * deno run --allow-net --allow-ffi tests/interop/_tcp_statistics.ts \
 *   send HOST PORT COUNT
 * ```
 *
 * @module
 */
import { StreamSocket, StreamSocketListener } from "../../mod.ts";

const BLOCK_SIZE = 50_000;

const [command, host = "", port = "", count = ""] = Deno.args;
switch (command) {
  case "serve":
    await serve();
    break;
  case "call":
    await call();
    break;
  case "send":
    await send();
    break;
  default:
    throw new TypeError(`There is no command "${command}"`);
}

async function serve(): Promise<void> {
  using listener = new StreamSocketListener();
  await listener.bindEndpointAsync(host, "");
  console.log(`port ${listener.information.localPort}`);
  for await (const { socket } of listener) {
    for await (const bytes of socket.inputStream) {
      await socket.outputStream.writeAsync(bytes);
      print(socket);
    }
    await socket[Symbol.asyncDispose]();
    break;
  }
}

async function call(): Promise<void> {
  await using socket = new StreamSocket();
  await socket.connectAsync(host, port);
  print(socket);
  for (let round = 0; round < Number(count); round++) {
    await socket.outputStream.writeAsync(new Uint8Array(1));
    await socket.inputStream.readAsync(new Uint8Array(1));
    print(socket);
  }
}

async function send(): Promise<void> {
  await using socket = new StreamSocket();
  // The system takes the next block when it has sent the one before.
  socket.control.unsentLowWaterMark = BLOCK_SIZE;
  await socket.connectAsync(host, port);
  for (let round = 0; round < Number(count); round++) {
    await socket.outputStream.writeAsync(new Uint8Array(BLOCK_SIZE));
    print(socket);
  }
}

function print({ information }: StreamSocket): void {
  const { bandwidthStatistics, roundTripTimeStatistics } = information;
  console.log(
    JSON.stringify({ ...bandwidthStatistics, ...roundTripTimeStatistics }),
  );
}
