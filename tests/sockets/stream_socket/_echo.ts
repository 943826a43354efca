import { StreamSocket } from "../../../sockets/stream_socket/stream_socket.ts";
import { StreamSocketListener } from "../../../sockets/stream_socket/stream_socket_listener.ts";

/** Two connected sockets. Closing is the test's part. */
export interface SocketPair {
  readonly client: StreamSocket;
  readonly server: StreamSocket;
}

/** Connects a client to a listener and takes the accepted socket. */
export async function connectTo(
  listener: StreamSocketListener,
  client: StreamSocket = new StreamSocket(),
): Promise<SocketPair> {
  const accepted = nextSocket(listener);
  await client.connectAsync("127.0.0.1", listener.information.localPort);
  return { client, server: await accepted };
}

/** The next socket that a listener accepts. */
export async function nextSocket(
  listener: StreamSocketListener,
): Promise<StreamSocket> {
  for await (const { socket } of listener) return socket;
  throw new Error("The listener was closed");
}

/** Two connected sockets, by a listener that is gone again. */
export async function openPair(
  configure: (client: StreamSocket, listener: StreamSocketListener) => void =
    () => {},
): Promise<SocketPair> {
  using listener = new StreamSocketListener();
  const client = new StreamSocket();
  configure(client, listener);
  await listener.bindEndpointAsync("127.0.0.1", "");
  return await connectTo(listener, client);
}

/** A listener on loopback that sends back what comes in. */
export async function echoListener(): Promise<StreamSocketListener> {
  const listener = new StreamSocketListener();
  listener.onconnectionreceived = async ({ socket }) => {
    await socket.inputStream.pipeTo(socket.outputStream);
  };
  await listener.bindEndpointAsync("127.0.0.1", "");
  return listener;
}

/** Closes sockets and waits until the system has them back. */
export async function closeAll(...sockets: StreamSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
}

/** A port that nobody listens on. */
export function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
