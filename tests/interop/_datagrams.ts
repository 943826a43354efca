// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Sends or receives datagrams on 127.0.0.1, and prints the hashes of them: the
 * same as `_node_datagrams.mjs`.
 *
 * ```sh
 * deno run --allow-net tests/interop/_datagrams.ts send PORT SIZE...
 * deno run --allow-net tests/interop/_datagrams.ts receive COUNT
 * ```
 *
 * @module
 */
import { DatagramSocket } from "../../mod.ts";
import { randomBytes } from "../examples/_echo.ts";

const [command = "", ...args] = Deno.args;
await using socket = new DatagramSocket();

switch (command) {
  case "send": {
    const [port = "", ...sizes] = args;
    await print(await send(port, sizes.map(Number)));
    break;
  }
  case "receive":
    await print(await receive(Number(args[0])));
    break;
  default:
    throw new TypeError(`There is no command "${command}"`);
}

async function send(
  port: string,
  sizes: readonly number[],
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  await socket.connectAsync("127.0.0.1", port);
  const datagrams = sizes.map(randomBytes);
  for (const datagram of datagrams) socket.outputStream.writeAsync(datagram);
  await socket.outputStream.flushAsync();
  return datagrams;
}

async function receive(
  count: number,
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  await socket.bindEndpointAsync("127.0.0.1", "");
  console.log(`port ${socket.information.localPort}`);
  const datagrams: Uint8Array<ArrayBuffer>[] = [];
  for await (const message of socket) {
    datagrams.push(message.getDataReader().detachBuffer().slice());
    if (datagrams.length === count) break;
  }
  return datagrams;
}

async function print(
  datagrams: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  for (const bytes of datagrams) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    console.log(`${bytes.length} ${hash.toHex()}`);
  }
}
