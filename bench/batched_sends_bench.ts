/**
 * The ways to send many packets, over those that the runtime's own connection
 * takes one by one, by the size of a packet and the number of them in a batch.
 *
 * An iteration is a batch, and each row has a connection of its own, to a
 * process that drops what it gets. The first three rows of the library are the
 * ways of the UWP guide: one by one, all at once and then awaited, all at once
 * and then flushed.
 *
 * @module
 */
import { DataWriter, StreamSocket } from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const SIZES = [64, 1200, 16 * 1024, 64 * 1024];
const COUNTS = [1, 10, 100, 1000];
/** How many bytes a row sends, about: enough that its time is no chance. */
const ROW_SIZE = 48 * 1024 * 1024;
/** The most packets of a row: one by one, small ones take as long as large ones. */
const MAX_PACKETS = 12_000;

type Send = (packets: readonly Uint8Array[]) => Promise<unknown>;

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

const WAYS: readonly (readonly [name: string, open: () => Promise<Send>])[] = [
  ["Deno.Conn.write, one by one", writeConn],
  ["writeAsync, one by one", writeOneByOne],
  ["writeAsync, then all awaited", writeAndAwaitAll],
  ["writeAsync, then flushAsync", writeAndFlush],
  ["getWriter().write, then flushAsync", writeByWriter],
  ["DataWriter.storeAsync, then flushAsync", storeByDataWriter],
  ["pipeTo, then flushAsync", pipe],
];

function formatSize(size: number): string {
  return size < 4096 ? `${size} B` : `${size / 1024} KiB`;
}

/** How many batches a row sends. */
function iterations(size: number, count: number): number {
  const packets = Math.min(ROW_SIZE / size, MAX_PACKETS);
  return Math.max(3, Math.round(packets / count));
}

const sends = await Promise.all(
  WAYS.map(async ([name, open]) => ({ name, send: await open() })),
);

for (const size of SIZES) {
  for (const count of COUNTS) {
    const group = `${formatSize(size)}, batches of ${count}`;
    const packets = Array.from(
      { length: count },
      (_, index) => new Uint8Array(size).fill(index),
    );
    const n = iterations(size, count);
    const warmup = Math.ceil(n / 4);
    for (const [index, { name, send }] of sends.entries()) {
      const baseline = index === 0;
      Deno.bench(name, { group, baseline, n, warmup }, async () => {
        await send(packets);
      });
    }
  }
}
