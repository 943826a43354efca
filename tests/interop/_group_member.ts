// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * A socket for multicast on a shared port. It prints what it receives, and does
 * what its standard input tells, a line at a time:
 *
 * - `join GROUP ADAPTER [SOURCE]`
 * - `leave GROUP ADAPTER [SOURCE]`
 * - `send GROUP PORT TEXT`
 *
 * ```sh
 * deno run --allow-net --allow-sys=networkInterfaces \
 *   tests/interop/_group_member.ts PORT [HOST]
 * ```
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import {
  DatagramSocket,
  type DatagramSocketMulticastOptions,
} from "../../mod.ts";

const [port = "", host = null] = Deno.args;
const socket = new DatagramSocket();
socket.control.multicastOnly = true;
socket.onmessagereceived = (message) => {
  const reader = message.getDataReader();
  const text = reader.readString(reader.unconsumedBufferLength);
  console.log(`${message.remoteAddress}: ${text.trimEnd()}`);
};
await socket.bindEndpointAsync(host, port);
console.log(`port ${socket.information.localPort}`);

const lines = Deno.stdin.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  const [command, group = "", ...rest] = line.split(" ");
  switch (command) {
    case "join":
      socket.joinMulticastGroup(group, toOptions(rest));
      break;
    case "leave":
      socket.leaveMulticastGroup(group, toOptions(rest));
      break;
    case "send":
      await send(group, rest);
      break;
    default:
      throw new TypeError(`There is no command "${command}"`);
  }
  console.log(`done ${line}`);
}
socket.close();

function toOptions(
  [adapter, source]: readonly string[],
): DatagramSocketMulticastOptions {
  return {
    ...adapter !== undefined && { adapter },
    ...source !== undefined && { source },
  };
}

async function send(
  group: string,
  [port = "", text]: readonly string[],
): Promise<void> {
  const stream = await socket.getOutputStreamAsync(group, port);
  await stream.writeAsync(new TextEncoder().encode(`${text}\n`));
}
