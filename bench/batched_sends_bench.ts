/**
 * The ways to send many packets, over those that the runtime's own connection
 * takes one by one, by the size of a packet and the number of them in a batch:
 * the group "64 B × 1000" sends batches of 1000 packets of 64 bytes. The first
 * three rows of the library are the ways of the UWP guide.
 *
 * ```sh
 * deno bench --allow-ffi --allow-net=127.0.0.1 --allow-run \
 *   bench/batched_sends_bench.ts
 * ```
 *
 * The time of a row is that of one batch, from the first call until the system
 * has taken the last byte. Each row has a connection of its own, to a process
 * that drops what it gets. The summary of a group tells how many times slower
 * the baseline is, `Deno.Conn.write()`, or how many times faster. With
 * `--allow-ffi`, native calls send the batches of large packets.
 *
 * The times are to be read by people; no test fails for them. Below 16 KiB they
 * mostly repeat within a quarter. From there on they depend on what else runs,
 * and may differ threefold from run to run, so that one run proves nothing:
 * `deno task bench:peers` measures in rounds that take turns.
 *
 * @module
 */
import { DataWriter, StreamSocket } from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const SIZES = [64, 1200, 16 * 1024, 64 * 1024];
const COUNTS = [1, 10, 100, 1000];
/** What a row sends at most, for all rows together to take half a minute. */
const MOST = { bytes: 128 * 1024 * 1024, packets: 256_000, waits: 12_000 };

type Send = (packets: readonly Uint8Array[]) => Promise<unknown>;

interface Way {
  readonly name: string;
  readonly open: () => Promise<Send>;
  /** Whether it waits for each packet, and not for each batch. */
  readonly waitsForEach?: boolean;
}

const port = await startPeer("sink");

async function openSocket(): Promise<StreamSocket> {
  const socket = new StreamSocket();
  await socket.connectAsync(HOST, port);
  return socket;
}

async function writeConn(): Promise<Send> {
  const conn = await Deno.connect({ hostname: HOST, port });
  conn.setNoDelay(true);
  return async (packets) => {
    for (const packet of packets) {
      for (let rest = packet; rest.length > 0;) {
        rest = rest.subarray(await conn.write(rest));
      }
    }
  };
}

async function writeOneByOne(): Promise<Send> {
  const { outputStream } = await openSocket();
  return async (packets) => {
    for (const packet of packets) await outputStream.writeAsync(packet);
  };
}

async function writeAndAwaitAll(): Promise<Send> {
  const { outputStream } = await openSocket();
  return (packets) =>
    Promise.all(packets.map((packet) => outputStream.writeAsync(packet)));
}

async function writeAndFlush(): Promise<Send> {
  const { outputStream } = await openSocket();
  return (packets) => {
    for (const packet of packets) outputStream.writeAsync(packet);
    return outputStream.flushAsync();
  };
}

async function writeByWriter(): Promise<Send> {
  const { outputStream } = await openSocket();
  const writer = outputStream.getWriter();
  return (packets) => {
    for (const packet of packets) writer.write(packet);
    return outputStream.flushAsync();
  };
}

async function storeByDataWriter(): Promise<Send> {
  const { outputStream } = await openSocket();
  const writer = new DataWriter(outputStream);
  return (packets) => {
    for (const packet of packets) {
      writer.writeBytes(packet);
      writer.storeAsync();
    }
    return outputStream.flushAsync();
  };
}

async function pipe(): Promise<Send> {
  const { outputStream } = await openSocket();
  return async (packets) => {
    await ReadableStream.from(packets)
      .pipeTo(outputStream, { preventClose: true });
    await outputStream.flushAsync();
  };
}

const WAYS: readonly Way[] = [
  { name: "Deno.Conn.write()", open: writeConn, waitsForEach: true },
  { name: "one by one", open: writeOneByOne, waitsForEach: true },
  { name: "all at once, then await all", open: writeAndAwaitAll },
  { name: "all at once, then flush", open: writeAndFlush },
  { name: "getWriter().write(), then flush", open: writeByWriter },
  { name: "DataWriter.storeAsync(), then flush", open: storeByDataWriter },
  { name: "pipeTo(), then flush", open: pipe },
];

function formatSize(size: number): string {
  return size < 4096 ? `${size} B` : `${size / 1024} KiB`;
}

/** How many batches a row sends. */
function iterations(size: number, count: number, waits: number): number {
  const most = Math.min(
    MOST.bytes / (size * count),
    MOST.packets / count,
    MOST.waits / waits,
  );
  return Math.max(3, Math.round(most));
}

const rows = await Promise.all(
  WAYS.map(async (way) => ({ ...way, send: await way.open() })),
);

for (const size of SIZES) {
  for (const count of COUNTS) {
    const group = `${formatSize(size)} × ${count}`;
    const packets = Array.from(
      { length: count },
      (_, index) => new Uint8Array(size).fill(index),
    );
    for (const [index, { name, send, waitsForEach }] of rows.entries()) {
      const baseline = index === 0;
      const n = iterations(size, count, waitsForEach ? count : 1);
      const warmup = Math.ceil(n / 4);
      Deno.bench(name, { group, baseline, n, warmup }, async () => {
        await send(packets);
      });
    }
  }
}
