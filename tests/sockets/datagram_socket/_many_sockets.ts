// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Opens, binds and closes sockets, and prints how many descriptors and how many
 * bytes more this process has after them.
 *
 * ```sh
 * deno run --allow-net --allow-run=ls --v8-flags=--expose-gc \
 *   tests/sockets/datagram_socket/_many_sockets.ts COUNT
 * ```
 *
 * @module
 */
import { DatagramSocket } from "../../../mod.ts";
import { turn } from "../streams/_fakes.ts";

/** So many are open at once. */
const AT_ONCE = 50;

/** What some of them do before they are closed. */
const USES: readonly ((socket: DatagramSocket) => Promise<unknown>)[] = [
  (socket) => socket.bindEndpointAsync("127.0.0.1", ""),
  async (socket) => {
    await socket.bindEndpointAsync("127.0.0.1", "");
    socket.onmessagereceived = () => {};
  },
  async (socket) => {
    await socket.bindEndpointAsync("127.0.0.1", "");
    socket[Symbol.asyncIterator]().next();
  },
  async (socket) => {
    await socket.connectAsync("127.0.0.1", 9);
    await socket.outputStream.writeAsync(new Uint8Array(1));
  },
  async (socket) => {
    const stream = await socket.getOutputStreamAsync("127.0.0.1", 9);
    stream.writeAsync(new Uint8Array(1));
  },
];

async function openAndClose(count: number): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE) {
    const sockets = Array.from({ length: AT_ONCE }, () => new DatagramSocket());
    await Promise.all(
      sockets.map((socket, j) => USES[j % USES.length]?.(socket)),
    );
    for (const socket of sockets) socket.close();
    await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
  }
}

/** How many descriptors this process has. */
async function countDescriptors(): Promise<number> {
  // To read the folder from here takes all permissions.
  const folder = `/proc/${Deno.pid}/fd`;
  const { stdout } = await new Deno.Command("ls", { args: [folder] }).output();
  return new TextDecoder().decode(stdout).split("\n").length;
}

async function heapSize(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    const collect: unknown = Reflect.get(globalThis, "gc");
    if (typeof collect === "function") collect();
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

// What is made once for all of them is there before.
await openAndClose(10 * AT_ONCE);
const count = await countDescriptors();
const size = await heapSize();
await openAndClose(Number(Deno.args[0]));
const more = await heapSize() - size;
console.log(`descriptors: ${await countDescriptors() - count}`);
console.log(`bytes: ${more}`);
