/**
 * Connects to a port and sends packets in one of many ways. Its system calls
 * are counted.
 *
 * ```sh
 * deno run --allow-net tests/interop/_batched_sends.ts PORT WAY SIZE COUNT
 * ```
 *
 * @module
 */
import { DataWriter, type OutputStream, StreamSocket } from "../../mod.ts";

type Send = (
  stream: OutputStream,
  packets: readonly Uint8Array[],
) => Promise<unknown>;

const TASKS = 100;

const ways: Readonly<Record<string, Send>> = {
  async oneByOne(stream, packets) {
    for (const packet of packets) await stream.writeAsync(packet);
  },
  allAtOnce(stream, packets) {
    return Promise.all(packets.map((packet) => stream.writeAsync(packet)));
  },
  flush(stream, packets) {
    for (const packet of packets) stream.writeAsync(packet);
    return stream.flushAsync();
  },
  tasks(stream, packets) {
    return Promise.all(
      Array.from({ length: TASKS }, async (_, task) => {
        for (let i = task; i < packets.length; i += TASKS) {
          const packet = packets[i];
          if (packet !== undefined) await stream.writeAsync(packet);
        }
      }),
    );
  },
  writer(stream, packets) {
    const writer = stream.getWriter();
    for (const packet of packets) writer.write(packet);
    return stream.flushAsync();
  },
  dataWriter(stream, packets) {
    const writer = new DataWriter(stream);
    for (const packet of packets) {
      writer.writeBytes(packet);
      writer.storeAsync();
    }
    return writer.flushAsync();
  },
  pipeTo(stream, packets) {
    return ReadableStream.from(packets).pipeTo(stream);
  },
};

const [port = "", way = "", size = "", count = ""] = Deno.args;
const send = ways[way];
if (send === undefined) {
  throw new TypeError(
    `Cannot send by "${way}": use one of ${Object.keys(ways).join(", ")}`,
  );
}
const packets = Array.from(
  { length: Number(count) },
  (_, index) => new Uint8Array(Number(size)).fill(index),
);
await using socket = new StreamSocket();
await socket.connectAsync("127.0.0.1", port);
await send(socket.outputStream, packets);
