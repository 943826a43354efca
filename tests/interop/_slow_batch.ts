// deno-lint-ignore-file no-console -- the test reads what it prints
/**
 * Receives datagrams and prints the number that each begins with; or sends
 * numbered ones in one batch over a network that takes them slowly, breaks off,
 * and prints the numbers of those whose writes have resolved.
 *
 * ```sh
 * deno run --allow-net tests/interop/_slow_batch.ts receive HOST
 * deno run --allow-net --allow-ffi tests/interop/_slow_batch.ts \
 *   send HOST PORT COUNT HOW
 * ```
 *
 * @module
 */
import { DatagramSocket, type OutputStream } from "../../mod.ts";

/** A size, and from time to time another, so that batches are not one run. */
const SIZES = [1200, 1200, 1200, 1200, 300, 1000, 1000, 4];

const [command, host = "", port = "", count = "", how = ""] = Deno.args;
const socket = new DatagramSocket();

switch (command) {
  case "receive":
    await receive();
    break;
  case "send":
    await socket.connectAsync(host, port);
    await send(Number(count));
    break;
  default:
    throw new TypeError(`There is no command "${command}"`);
}

async function receive(): Promise<void> {
  await socket.bindEndpointAsync(host, "");
  console.log(`port ${socket.information.localPort}`);
  for await (const message of socket) {
    console.log(`number ${message.getDataReader().readUInt32()}`);
  }
}

async function send(count: number): Promise<void> {
  const { outputStream } = socket;
  const controller = new AbortController();
  const { signal } = controller;
  const writes = Array.from(
    { length: count },
    (_, index) => write(outputStream, index, signal),
  );
  // A quarter of them, then the system's buffer is full.
  await Promise.all(writes.slice(0, count / 4));
  const isFull = await isPending(writes.at(-1));
  switch (how) {
    case "close":
      socket.close();
      break;
    case "abort":
      await outputStream.abort(new Error("broken off"));
      break;
    case "signal":
      controller.abort(new Error("broken off"));
      break;
    default:
      throw new TypeError(`Cannot break off by "${how}"`);
  }
  const settled = await Promise.all(writes);
  await socket[Symbol.asyncDispose]();
  console.log(`full ${isFull}`);
  console.log(`sent ${settled.filter((number) => number >= 0).join(" ")}`);
}

/** Writes a datagram; resolves with its number, or -1 if it was not sent. */
async function write(
  stream: OutputStream,
  index: number,
  signal: AbortSignal,
): Promise<number> {
  const bytes = new Uint8Array(SIZES[index % SIZES.length] ?? 0);
  new DataView(bytes.buffer).setUint32(0, index);
  try {
    // A signal for each is not needed: one of them ends all.
    await (index === 0
      ? stream.writeAsync(bytes, { signal })
      : stream.writeAsync(bytes, how === "signal" ? { signal } : {}));
    return index;
  } catch (error) {
    if (error instanceof Error && error.message === "broken off") return -1;
    throw error;
  }
}

async function isPending(
  promise: Promise<unknown> | undefined,
): Promise<boolean> {
  const pending = Symbol("pending");
  return await Promise.race([promise, Promise.resolve(pending)]) === pending;
}
