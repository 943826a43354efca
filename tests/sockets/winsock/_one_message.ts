// deno-lint-ignore-file no-console -- it prints what it has received
/** Waits for one datagram of its own, and ends by itself. */
import { DatagramSocket } from "../../../mod.ts";

const socket = new DatagramSocket();
await socket.bindEndpointAsync("127.0.0.1", "");
const { localPort } = socket.information;
const stream = await socket.getOutputStreamAsync("127.0.0.1", localPort);
const next = socket[Symbol.asyncIterator]().next();
// The timer does not keep the process alive; the socket does while it waits.
Deno.unrefTimer(setTimeout(() => stream.writeAsync(new Uint8Array(7)), 50));
next.then(({ value }) => {
  console.log(value?.getDataReader().unconsumedBufferLength);
});
