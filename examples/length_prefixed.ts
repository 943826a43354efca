// deno-lint-ignore-file no-console -- it prints for its user
/**
 * The flow of the StreamSocket sample of UWP, both sides in one process: start
 * a listener, connect, send strings that follow their lengths, close.
 *
 * ```sh
 * deno run --allow-net examples/length_prefixed.ts [message...]
 * ```
 *
 * @module
 */
import {
  DataReader,
  DataWriter,
  StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";

const messages = Deno.args.length > 0 ? Deno.args : ["Hello World"];

// 1. Start
const received = Promise.withResolvers<void>();
const listener = new StreamSocketListener();
listener.addEventListener("connectionreceived", ({ socket }) => {
  receive(socket).then(received.resolve, received.reject);
});
listener.control.keepAlive = false;
await listener.bindServiceNameAsync("");

// 2. Connect
const client = new StreamSocket();
client.control.keepAlive = false;
await client.connectAsync("localhost", listener.information.localPort);

// 3. Send
for (const message of messages) await send(client, message);

// 4. Close
client.close();
await received.promise;
listener.close();

async function send(socket: StreamSocket, text: string): Promise<void> {
  const writer = new DataWriter(socket.outputStream);
  writer.writeInt32(writer.measureString(text));
  writer.writeString(text);
  const count = await writer.storeAsync();
  console.log(`client: sent ${count} bytes`);
  // The next writer goes on with the stream.
  writer.detachStream();
}

async function receive(socket: StreamSocket): Promise<void> {
  const reader = new DataReader(socket.inputStream);
  try {
    // Fewer bytes than asked for tell that the client has closed.
    while (await reader.loadAsync(4) === 4) {
      const length = reader.readInt32();
      if (await reader.loadAsync(length) !== length) break;
      console.log(`server: received "${reader.readString(length)}"`);
    }
  } finally {
    socket.close();
  }
}
