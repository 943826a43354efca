// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Sends or receives datagrams of many sizes, and prints what became of each.
 *
 * ```sh
 * deno run --allow-net tests/interop/_path_mtu.ts receive HOST
 * deno run --allow-net --allow-ffi tests/interop/_path_mtu.ts \
 *   send [whole] HOST PORT
 * ```
 *
 * The sender reads its standard input. A line of sizes is a batch: all of it is
 * written in one turn. `next` waits for a message.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import {
  DatagramSocket,
  type DatagramSocketMessageReceivedEventArgs,
  SocketError,
  SocketErrorStatus,
} from "../../mod.ts";

const [command, ...args] = Deno.args;
await using socket = new DatagramSocket();

switch (command) {
  case "receive":
    await receive(args[0] ?? "");
    break;
  case "send": {
    const [host = "", port = ""] = args.slice(-2);
    socket.control.dontFragment = args[0] === "whole";
    await socket.connectAsync(host, port);
    await obey();
    break;
  }
  default:
    throw new TypeError(`There is no command "${command}"`);
}

async function receive(host: string): Promise<void> {
  await socket.bindEndpointAsync(host, "");
  console.log(`port ${socket.information.localPort}`);
  for await (const message of socket) {
    const bytes = message.getDataReader().detachBuffer();
    const isWhole = bytes.every((byte, index) => byte === index % 251);
    console.log(`${bytes.length} ${isWhole ? "received" : "broken"}`);
  }
}

async function obey(): Promise<void> {
  const { readable } = Deno.stdin;
  const lines = readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  const messages = socket[Symbol.asyncIterator]();
  for await (const line of lines) {
    if (line === "next") {
      console.log(`message ${statusOf((await messages.next()).value)}`);
    } else {
      const sizes = line.split(" ").map(Number);
      console.log((await Promise.all(sizes.map(send))).join("\n"));
    }
    console.log(`done ${line}`);
  }
}

async function send(size: number): Promise<string> {
  const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251);
  try {
    await socket.outputStream.writeAsync(bytes);
    return `${size} sent`;
  } catch (error) {
    return `${size} ${nameOf(error)}`;
  }
}

function statusOf(
  message: DatagramSocketMessageReceivedEventArgs | undefined,
): string {
  try {
    const count = message?.getDataReader().unconsumedBufferLength;
    return `of ${count} from ${message?.remoteAddress}`;
  } catch (error) {
    return `${nameOf(error)} from ${message?.remoteAddress}`;
  }
}

/** The name of the status of an error. */
function nameOf(error: unknown): string {
  if (!(error instanceof SocketError)) throw error;
  const { status } = error;
  const names = Object.entries(SocketErrorStatus);
  return names.find(([, value]) => value === status)?.[0] ?? error.message;
}
