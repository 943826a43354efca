// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Makes a thousand connections four times, and prints the size of the heap
 * after each time. Run with `--v8-flags=--expose-gc`.
 *
 * @module
 */
import { StreamSocket } from "../../../mod.ts";
import { echoListener } from "./_echo.ts";

using listener = await echoListener();
const { localPort } = listener.information;

async function talk(): Promise<void> {
  await using client = new StreamSocket();
  await client.connectAsync("127.0.0.1", localPort);
  client.outputStream.writeAsync(new Uint8Array(64));
  await client.outputStream.close();
  const reply = await new Response(client.inputStream).bytes();
  if (reply.length !== 64) throw new Error(`Got ${reply.length} bytes`);
}

function collectGarbage(): void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc !== "function") throw new Error("Needs --expose-gc");
  gc();
}

for (let round = 0; round < 4; round++) {
  for (let i = 0; i < 1000; i++) await talk();
  collectGarbage();
  console.log(Deno.memoryUsage().heapUsed);
}
