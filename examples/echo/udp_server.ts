// deno-lint-ignore-file no-console -- it prints for its user
import {
  DatagramSocket,
  type DatagramSocketMessageReceivedEventArgs,
} from "@winrt/sockets";
import { describeFailure } from "./failure.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { ServerOptions } from "./options.ts";

/** A server that runs. */
export interface UdpServer extends AsyncDisposable {
  readonly port: string;
  /** Resolves when the last reply was sent. */
  readonly done: Promise<void>;
}

/** Serves until Ctrl-C. */
export async function runUdpServer(
  { host, port }: ServerOptions,
): Promise<void> {
  const interrupted = untilInterrupted();
  await using server = await startUdpServer(host, port);
  await Promise.race([server.done, interrupted]);
}

/**
 * Binds to a port, and sends each datagram back to where it came from.
 *
 * @param host Where to bind to; null stands for all addresses.
 * @param port A port; empty lets the system choose.
 * @param prefix What each line that is printed starts with.
 */
export async function startUdpServer(
  host: string | null,
  port: string,
  prefix = "",
): Promise<UdpServer> {
  const socket = new DatagramSocket();
  await socket.bindEndpointAsync(host, port);
  const { localPort } = socket.information;
  console.log(`${prefix}listening on port ${localPort}`);
  const done = serve(socket, prefix);
  return {
    port: localPort,
    done,
    async [Symbol.asyncDispose](): Promise<void> {
      await socket[Symbol.asyncDispose]();
      await done;
    },
  };
}

/** One at a time, so that what comes too fast waits in the system's buffer. */
async function serve(socket: DatagramSocket, prefix: string): Promise<void> {
  for await (const message of socket) {
    const { remoteAddress, remotePort } = message;
    const peer = `${prefix}${remoteAddress} port ${remotePort}`;
    try {
      const count = await reply(socket, message);
      console.log(`${peer} got ${count} bytes back`);
    } catch (error) {
      console.error(`${peer}: ${describeFailure(error)}`);
    }
  }
}

async function reply(
  socket: DatagramSocket,
  message: DatagramSocketMessageReceivedEventArgs,
): Promise<number> {
  const { remoteAddress, remotePort } = message;
  const stream = await socket.getOutputStreamAsync(remoteAddress, remotePort);
  return await stream.writeAsync(message.getDataReader().detachBuffer());
}
