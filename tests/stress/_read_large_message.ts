// deno-lint-ignore-file no-console -- it prints what it has seen
/**
 * Reads the bytes of one large message while it comes, and prints how many there
 * were, their sum, and by how much the memory of this process has grown.
 *
 * @module
 */
import { InputStreamOptions, StreamWebSocket } from "../../mod.ts";

const [port] = Deno.args;
const buffer = new Uint8Array(64 * 1024);

async function read(webSocket: StreamWebSocket, size: number): Promise<number> {
  let sum = 0;
  for (let rest = size; rest > 0;) {
    const bytes = await webSocket.inputStream.readAsync(
      buffer,
      Math.min(rest, buffer.length),
      InputStreamOptions.partial,
    );
    for (const byte of bytes) sum += byte;
    rest -= bytes.length;
    peak = Math.max(peak, Deno.memoryUsage().rss);
  }
  return sum;
}

let peak = 0;
await using webSocket = new StreamWebSocket();
await webSocket.connectAsync(`ws://127.0.0.1:${port}/`);
// What the code itself takes is there after a first message.
await read(webSocket, 4 * 1024 * 1024);
const before = peak = Deno.memoryUsage().rss;
const sum = await read(webSocket, 64 * 1024 * 1024);
console.log(sum, peak - before);
