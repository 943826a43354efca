import { deadline } from "@std/async";
import { TextLineStream } from "@std/streams";
import { DatagramSocket, HResult, SocketError } from "@winrt/sockets";
import { untilInterrupted } from "./interrupt.ts";
import type { ClientOptions } from "./options.ts";

/** Sends a message, or each line of the standard input, and prints the reply. */
export async function runUdpClient(options: ClientOptions): Promise<void> {
  using socket = new DatagramSocket();
  await Promise.race([talk(socket, options), untilInterrupted()]);
}

async function talk(
  socket: DatagramSocket,
  { host, port, message, timeout }: ClientOptions,
): Promise<void> {
  await socket.connectAsync(host, port);
  const output = Deno.stdout.writable.getWriter();
  const replies = socket[Symbol.asyncIterator]();
  // The next line goes out after the reply: more of them at once than the
  // buffers of the system hold would get lost.
  for await (const line of message === null ? inputLines() : [message]) {
    await socket.outputStream.writeAsync(
      new TextEncoder().encode(`${line}\n`),
    );
    const { value: reply } = await deadline(replies.next(), timeout * 1000)
      .catch((cause) => {
        throw toTimeout(cause, { host, port, timeout });
      });
    if (reply === undefined) return;
    await output.write(reply.getDataReader().detachBuffer());
  }
}

function inputLines(): AsyncIterable<string> {
  return Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
}

/** Of a datagram that is lost, nobody tells. */
function toTimeout(
  cause: unknown,
  { host, port, timeout }: Pick<ClientOptions, "host" | "port" | "timeout">,
): unknown {
  const isTimeout = cause instanceof DOMException &&
    cause.name === "TimeoutError";
  return !isTimeout ? cause : new SocketError(
    `Cannot receive from "${host}:${port}": no reply within ${timeout} s`,
    HResult.WSAETIMEDOUT,
    { cause },
  );
}
