// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * A server that runs out of descriptors: it reports that, waits, and serves the
 * waiting clients once descriptors are free again. Run with `ulimit -n`.
 *
 * @module
 */
import "../../_before_exhaustion.ts";
import {
  SocketErrorStatus,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";

const clients: StreamSocket[] = [];
const errors = new Set<SocketErrorStatus>();
const filled = Promise.withResolvers<void>();

const listener = new StreamSocketListener();
listener.onerror = ({ error }) => {
  errors.add(error.status);
  filled.resolve();
};
listener.onconnectionreceived = async ({ socket }) => {
  await socket.inputStream.pipeTo(socket.outputStream);
};
await listener.bindEndpointAsync("127.0.0.1", "");

// Clients and accepted sockets share the descriptors of this process.
const { localPort } = listener.information;
try {
  for (;;) {
    const client = new StreamSocket();
    await client.connectAsync("127.0.0.1", localPort);
    clients.push(client);
  }
} catch (error) {
  console.log("connect:", error instanceof Error ? error.message : error);
}
await filled.promise;

// Half of the clients go; the others must be served, the late ones as well.
const [gone, left] = [
  clients.slice(0, clients.length / 2),
  clients.slice(clients.length / 2),
];
await Promise.all(gone.map((client) => client[Symbol.asyncDispose]()));
await Promise.all(left.map(async (client, i) => {
  await client.outputStream.writeAsync(new Uint8Array([i]));
  const reply = await client.inputStream.readAsync(new Uint8Array(1));
  if (reply[0] !== i) throw new Error(`Client ${i} got ${reply}`);
  await client[Symbol.asyncDispose]();
}));
listener.close();
console.log("served:", left.length === clients.length - gone.length);
console.log(
  "errors:",
  [...errors].every((status) => status === SocketErrorStatus.tooManyOpenFiles),
);
