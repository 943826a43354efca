import { type StreamSocket, StreamSocketListener } from "@winrt/sockets";
import { describeFailure } from "./failure.ts";
import type { ServerOptions } from "./options.ts";
import { untilInterrupted } from "./interrupt.ts";

/** Serves until Ctrl-C. */
export async function runServer(options: ServerOptions): Promise<void> {
  using listener = await listen(options.host, options.port);
  console.log(`Listening on port ${listener.information.localPort}`);
  await untilInterrupted();
}

/** Listens, and sends back what each connection sends. */
export async function listen(
  host: string | null,
  port: string,
): Promise<StreamSocketListener> {
  const listener = new StreamSocketListener();
  listener.onerror = ({ error }) => console.error(describeFailure(error));
  listener.onconnectionreceived = ({ socket }) => echo(socket);
  await listener.bindEndpointAsync(host, port);
  return listener;
}

async function echo(socket: StreamSocket): Promise<void> {
  const { remoteAddress, remotePort } = socket.information;
  const peer = `${remoteAddress} port ${remotePort}`;
  console.log(`${peer}: connected`);
  try {
    await socket.inputStream.pipeTo(socket.outputStream);
    console.log(`${peer}: done`);
  } catch (error) {
    console.error(`${peer}: ${describeFailure(error)}`);
  } finally {
    socket.close();
  }
}
