/**
 * Datagrams in batches, over those that the runtime's own sockets send and
 * receive. An iteration is a batch of 64; those to receive wait in the socket
 * already.
 *
 * The rows of `Deno.listenDatagram` need `--unstable-net`, and native calls
 * `--allow-ffi`; `deno task bench` grants both.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { DatagramSocket, type OutputStream } from "@winrt/sockets";
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

const MAX_SIZE = 65_535;
const source = new DatagramSocket();
await source.bindEndpointAsync(HOST, "");
const receiver = new DatagramSocket();
await receiver.bindEndpointAsync(HOST, "");
const messages = receiver[Symbol.asyncIterator]();
const intoReceiver = await source.getOutputStreamAsync(
  HOST,
  receiver.information.localPort,
);
const intoConn = await source.getOutputStreamAsync(HOST, portOf(conn));

async function fill(stream: OutputStream, packet: Uint8Array): Promise<void> {
  for (let i = 0; i < BATCH; i++) stream.writeAsync(packet);
  await stream.flushAsync();
}

function portOf({ addr }: Deno.DatagramConn): number {
  return "port" in addr ? addr.port : 0;
}

for (const size of SIZES) {
  const group = `receive ${BATCH} datagrams of ${size} bytes`;
  const packet = new Uint8Array(size).fill(1);
  const buffer = new Uint8Array(MAX_SIZE);

  Deno.bench(
    "Deno.DatagramConn, receive(buffer)",
    { group, baseline: true },
    async (bench) => {
      await fill(intoConn, packet);
      bench.start();
      for (let i = 0; i < BATCH; i++) await conn.receive(buffer);
      bench.end();
    },
  );
  Deno.bench("Deno.DatagramConn, receive()", { group }, async (bench) => {
    await fill(intoConn, packet);
    bench.start();
    for (let i = 0; i < BATCH; i++) await conn.receive();
    bench.end();
  });
  Deno.bench("for await", { group }, async (bench) => {
    await fill(intoReceiver, packet);
    bench.start();
    for (let i = 0; i < BATCH; i++) await messages.next();
    bench.end();
  });
}
