// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * A TCP echo as a user of the package would write it: strings after their
 * lengths, sent to a listener and back.
 *
 * @module
 */
import { StreamSocketListener } from "@winrt/sockets";
import { DataReader } from "@winrt/sockets/data-reader";
import { DataWriter } from "@winrt/sockets/data-writer";
import { StreamSocket } from "@winrt/sockets/stream-socket";

async function readString(reader: DataReader): Promise<string | null> {
  if (await reader.loadAsync(4) < 4) return null;
  const length = reader.readUInt32();
  await reader.loadAsync(length);
  return reader.readString(length);
}

async function writeString(writer: DataWriter, text: string): Promise<void> {
  writer.writeUInt32(writer.measureString(text));
  writer.writeString(text);
  await writer.storeAsync();
}

async function serve(socket: StreamSocket): Promise<void> {
  const reader = new DataReader(socket.inputStream);
  const writer = new DataWriter(socket.outputStream);
  for (;;) {
    const text = await readString(reader);
    if (text === null) break;
    console.log(`server: ${text}`);
    await writeString(writer, text);
  }
  socket.close();
}

const served = Promise.withResolvers<void>();
const listener = new StreamSocketListener();
listener.addEventListener("connectionreceived", ({ socket }) => {
  serve(socket).then(served.resolve, served.reject);
});
await listener.bindServiceNameAsync("");

const client = new StreamSocket();
await client.connectAsync("localhost", listener.information.localPort);
const reader = new DataReader(client.inputStream);
const writer = new DataWriter(client.outputStream);
for (const text of ["Hello, World!", "ñandú 🦤"]) {
  await writeString(writer, text);
  console.log(`client: ${await readString(reader)}`);
}
client.close();
await served.promise;
listener.close();
