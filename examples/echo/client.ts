import { StreamSocket } from "@winrt/sockets";
import type { ClientOptions } from "./options.ts";
import { untilInterrupted } from "./interrupt.ts";

/** Sends a message, or the standard input, and prints what comes back. */
export async function runClient(options: ClientOptions): Promise<void> {
  const abort = new AbortController();
  const talked = talk(options, abort.signal);
  const interrupted = untilInterrupted().then(() => abort.abort(INTERRUPTED));
  try {
    await Promise.race([talked, interrupted.then(() => talked)]);
  } catch (error) {
    if (error !== INTERRUPTED) throw error;
  }
}

const INTERRUPTED = new Error("Interrupted");

async function talk(
  { host, port, message }: ClientOptions,
  signal: AbortSignal,
): Promise<void> {
  using socket = new StreamSocket();
  await socket.connectAsync(host, port, undefined, { signal });
  const input = message === null
    ? Deno.stdin.readable
    : new Blob([message, "\n"]).stream();
  const sent = input.pipeTo(socket.outputStream, { signal });
  const received = socket.inputStream.pipeTo(Deno.stdout.writable, {
    signal,
    preventClose: true,
  });
  // The reply may end before the input does, as on a terminal.
  await Promise.race([received, sent.then(() => received)]);
}
