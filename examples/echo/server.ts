// deno-lint-ignore-file no-console -- it prints for its user
import { type StreamSocket, StreamSocketListener } from "@winrt/sockets";
import { describeFailure } from "./failure.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ServerOptions } from "./options.ts";

/** Serves until Ctrl-C. */
export async function runServer({ host, port }: ServerOptions): Promise<void> {
  const interrupted = untilInterrupted();
  using _listener = await listen(host, port);
  await interrupted;
}

/**
 * Listens, and sends back what each connection sends.
 *
 * @param host Where to listen; null stands for all addresses.
 * @param port A port or a service name; empty lets the system choose.
 * @param prefix What each line that is printed starts with.
 */
export async function listen(
  host: string | null,
  port: string,
  prefix = "",
): Promise<StreamSocketListener> {
  const listener = new StreamSocketListener();
  listener.onerror = ({ error }) => {
    console.error(`${prefix}${describeFailure(error)}`);
  };
  listener.onconnectionreceived = ({ socket }) => echo(socket, prefix);
  await listener.bindEndpointAsync(host, port);
  const { localPort } = listener.information;
  console.log(`${prefix}listening on port ${localPort}`);
  return listener;
}

async function echo(socket: StreamSocket, prefix: string): Promise<void> {
  const { remoteAddress, remotePort } = socket.information;
  const peer = `${prefix}${remoteAddress} port ${remotePort}`;
  console.log(`${peer} connected`);
  let count = 0;
  try {
    for await (const chunk of socket.inputStream) {
      count += await socket.outputStream.writeAsync(chunk);
    }
    console.log(`${peer} got ${count} bytes back`);
  } catch (error) {
    console.error(`${peer}: ${describeFailure(error)}`);
  } finally {
    socket.close();
  }
}
