/**
 * Datagrams in batches, over those that the runtime's own sockets send. An
 * iteration is a batch of 64.
 *
 * The rows of `Deno.listenDatagram` need `--unstable-net`, and native calls
 * `--allow-ffi`; `deno task bench` grants both.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { DatagramSocket } from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const BATCH = 64;
const SIZES = [64, 512, 1200];

const sink = await startPeer("datagrams");

const conn = Deno.listenDatagram({ hostname: HOST, port: 0, transport: "udp" });
const node = createSocket("udp4");
await new Promise<void>((resolve) => node.bind(0, HOST, resolve));
await new Promise<void>((resolve) => node.connect(sink, HOST, resolve));
const socket = new DatagramSocket();
await socket.connectAsync(HOST, sink);

for (const size of SIZES) {
  const group = `send ${BATCH} datagrams of ${size} bytes`;
  const packet = new Uint8Array(size).fill(1);
  const buffer = Buffer.from(packet);
  const { outputStream } = socket;

  Deno.bench("Deno.DatagramConn", { group, baseline: true }, async () => {
    const to = { transport: "udp", hostname: HOST, port: sink } as const;
    const sends: Promise<number>[] = [];
    for (let i = 0; i < BATCH; i++) sends.push(conn.send(packet, to));
    await Promise.all(sends);
  });
  Deno.bench("node:dgram", { group }, async () => {
    const sends: Promise<void>[] = [];
    for (let i = 0; i < BATCH; i++) {
      sends.push(
        new Promise((resolve) => node.send(buffer, () => resolve())),
      );
    }
    await Promise.all(sends);
  });
  Deno.bench("writeAsync, flushAsync", { group }, async () => {
    for (let i = 0; i < BATCH; i++) outputStream.writeAsync(packet);
    await outputStream.flushAsync();
  });
  Deno.bench("await writeAsync each", { group }, async () => {
    for (let i = 0; i < BATCH; i++) await outputStream.writeAsync(packet);
  });
}
