import { setImmediate } from "node:timers";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";

/** Reads, with the classified error, as the byte reader does. */
export async function read(
  transport: StreamTransport,
  buffer: Uint8Array,
): Promise<number | null> {
  let count;
  try {
    count = await transport.read(buffer);
  } catch (error) {
    throw transport.explainRead(error);
  }
  if (count === null) await transport.confirmEnd();
  return count;
}

/** Reads exactly so many bytes, or up to the end. */
export async function readExactly(
  transport: StreamTransport,
  size: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = await read(transport, bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Reads to the end. */
export async function readAll(transport: StreamTransport): Promise<Uint8Array> {
  const blob: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const buffer = new Uint8Array(50_000);
    const count = await read(transport, buffer);
    if (count === null) return await new Blob(blob).bytes();
    blob.push(buffer.subarray(0, count));
  }
}

/** Writes, with the classified error, as the send queue does. */
export async function write(
  transport: StreamTransport,
  bytes: Uint8Array,
): Promise<number> {
  try {
    return await transport.write(bytes);
  } catch (error) {
    throw transport.explainWrite(error);
  }
}

/** Writes all bytes. */
export async function writeAll(
  transport: StreamTransport,
  bytes: Uint8Array,
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await write(transport, rest));
  }
}

/** Lets so many turns of the event loop pass. */
export async function turnsOfEventLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
