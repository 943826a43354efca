/**
 * What the classes cost over the runtime's own connection, in the same run:
 * the round trip of a small message, and bulk reading and writing.
 *
 * @module
 */
import { InputStreamOptions, StreamSocket } from "@winrt/sockets";
import { startPeer } from "./_peer.ts";

const HOST = "127.0.0.1";
const SIZE = 64 * 1024;
/** How many bytes one iteration of a bulk benchmark carries. */
const BULK = 16 * 1024 * 1024;

async function openConn(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: HOST, port });
  conn.setNoDelay(true);
  return conn;
}

async function openSocket(port: number): Promise<StreamSocket> {
  const socket = new StreamSocket();
  await socket.connectAsync(HOST, port);
  return socket;
}

const ports = {
  echo: await startPeer("echo"),
  sink: await startPeer("sink"),
  source: await startPeer("source"),
};

{
  const message = new Uint8Array(64).fill(1);
  const reply = new Uint8Array(64);
  const conn = await openConn(ports.echo);
  const socket = await openSocket(ports.echo);
  const { inputStream, outputStream } = socket;
  const web = await openSocket(ports.echo);
  const reader = web.inputStream.getReader();
  const writer = web.outputStream.getWriter();
  const group = "round trip of 64 bytes";

  Deno.bench("Deno.Conn", { group, baseline: true }, async () => {
    await conn.write(message);
    for (let count = 0; count < 64;) {
      count += await conn.read(reply) ?? 64;
    }
  });
  Deno.bench("writeAsync, readAsync", { group }, async () => {
    outputStream.writeAsync(message);
    await inputStream.readAsync(reply);
  });
  Deno.bench("await writeAsync, readAsync", { group }, async () => {
    await outputStream.writeAsync(message);
    await inputStream.readAsync(reply);
  });
  Deno.bench("getWriter, getReader", { group }, async () => {
    writer.write(message);
    for (let count = 0; count < 64;) {
      const { value } = await reader.read();
      count += value?.length ?? 64;
    }
  });
}

{
  const conn = await openConn(ports.source);
  const socket = await openSocket(ports.source);
  const { inputStream } = socket;
  const web = await openSocket(ports.source);
  const webReader = web.inputStream.getReader({ mode: "byob" });
  const buffer = new Uint8Array(SIZE);
  let recycled = new Uint8Array(SIZE);
  const group = "read 16 MiB in chunks of 64 KiB";

  Deno.bench("Deno.Conn", { group, baseline: true }, async () => {
    for (let count = 0; count < BULK;) count += await conn.read(buffer) ?? 0;
  });
  Deno.bench("readAsync", { group }, async () => {
    for (let count = 0; count < BULK;) {
      const { length } = await inputStream.readAsync(
        buffer,
        SIZE,
        InputStreamOptions.partial,
      );
      count += length;
    }
  });
  Deno.bench("BYOB reader", { group }, async () => {
    for (let count = 0; count < BULK;) {
      const { value } = await webReader.read(recycled);
      if (value === undefined) break;
      count += value.length;
      recycled = new Uint8Array(value.buffer);
    }
  });
}

{
  const conn = await openConn(ports.sink);
  const socket = await openSocket(ports.sink);
  const { outputStream } = socket;
  const web = await openSocket(ports.sink);
  const writer = web.outputStream.getWriter();
  const chunk = new Uint8Array(SIZE).fill(1);
  const group = "write 16 MiB in chunks of 64 KiB";

  Deno.bench("Deno.Conn", { group, baseline: true }, async () => {
    for (let sent = 0; sent < BULK; sent += SIZE) {
      for (let rest = chunk; rest.length > 0;) {
        rest = rest.subarray(await conn.write(rest));
      }
    }
  });
  Deno.bench("writeAsync each", { group }, async () => {
    for (let sent = 0; sent < BULK; sent += SIZE) {
      await outputStream.writeAsync(chunk);
    }
  });
  Deno.bench("writeAsync, flushAsync", { group }, async () => {
    for (let sent = 0; sent < BULK; sent += SIZE) {
      outputStream.writeAsync(chunk);
    }
    await outputStream.flushAsync();
  });
  Deno.bench("getWriter", { group }, async () => {
    for (let sent = 0; sent < BULK; sent += SIZE) {
      await writer.ready;
      writer.write(chunk);
    }
    await web.outputStream.flushAsync();
  });
}
