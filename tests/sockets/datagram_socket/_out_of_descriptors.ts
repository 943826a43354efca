// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Binds and connects sockets until there are no descriptors left, prints what
 * that gives, closes some, and goes on. Run with `ulimit -n`.
 *
 * @module
 */
import "../../_before_exhaustion.ts";
import {
  DatagramSocket,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";

function nameOf(error: unknown): string {
  if (!(error instanceof SocketError)) throw error;
  const names = Object.entries(SocketErrorStatus);
  const name = names.find(([, status]) => status === error.status)?.[0];
  return `${name}: ${error.message}`;
}

const receiver = new DatagramSocket();
await receiver.bindEndpointAsync("127.0.0.1", "");
const { localPort } = receiver.information;
const messages = receiver[Symbol.asyncIterator]();

/** Opens sockets of one kind until that fails. */
async function fill(
  open: (socket: DatagramSocket) => Promise<unknown>,
): Promise<DatagramSocket[]> {
  const sockets: DatagramSocket[] = [];
  for (;;) {
    const socket = new DatagramSocket();
    try {
      await open(socket);
    } catch (error) {
      console.log(nameOf(error));
      // The same socket is good once there is a descriptor again.
      await sockets.pop()?.[Symbol.asyncDispose]();
      await open(socket);
      return [...sockets, socket];
    }
    sockets.push(socket);
  }
}

for (
  const open of [
    (socket: DatagramSocket) => socket.bindEndpointAsync("127.0.0.1", ""),
    (socket: DatagramSocket) => socket.connectAsync("127.0.0.1", localPort),
    (socket: DatagramSocket) =>
      socket.getOutputStreamAsync("127.0.0.1", localPort),
  ]
) {
  const sockets = await fill(open);
  // Those that are there work all the while.
  for (const socket of sockets) {
    const remote = socket.information.remoteAddress;
    const stream = remote === null
      ? await socket.getOutputStreamAsync("127.0.0.1", localPort)
      : socket.outputStream;
    await stream.writeAsync(new Uint8Array([sockets.length]));
    const { value } = await messages.next();
    if (value?.getDataReader().readByte() !== sockets.length) {
      throw new Error("Another datagram came");
    }
  }
  await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
  console.log("worked:", sockets.length > 3);
}
await receiver[Symbol.asyncDispose]();
