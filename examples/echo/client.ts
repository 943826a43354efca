import { StreamSocket } from "@winrt/sockets";
import { untilInterrupted } from "./interrupt.ts";
import type { ClientOptions } from "./options.ts";

/** Sends a message, or the standard input, and prints what comes back. */
export async function runClient(options: ClientOptions): Promise<void> {
  using socket = new StreamSocket();
  await Promise.race([talk(socket, options), untilInterrupted()]);
}

async function talk(
  socket: StreamSocket,
  { host, port, message }: ClientOptions,
): Promise<void> {
  await socket.connectAsync(host, port);
  const request = message === null
    ? Deno.stdin.readable
    : new Blob([message, "\n"]).stream();
  const sent = request.pipeTo(socket.outputStream);
  const received = socket.inputStream.pipeTo(Deno.stdout.writable);
  const done = Promise.all([sent, received]);
  // The input of a terminal does not end before the user says so.
  await (Deno.stdin.isTerminal() ? Promise.race([done, received]) : done);
}
