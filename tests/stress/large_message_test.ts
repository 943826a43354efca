import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { WebSocketListener } from "../../mod.ts";

const MIB = 1024 * 1024;
const SIZE = 64 * MIB;
const MAX_GROWTH = 8 * MIB;

const READER = fileURLToPath(
  new URL("_read_large_message.ts", import.meta.url),
);

Deno.test(
  "StreamWebSocket reads a message of 64 MiB while it comes, with less than 8 MiB of memory",
  { permissions: { net: ["127.0.0.1"], read: true, run: true } },
  async () => {
    const message = new Uint8Array(SIZE);
    for (let i = 0; i < SIZE; i += 4096) message[i] = i / 4096;
    const expected = message.reduce((sum, byte) => sum + byte, 0);
    using listener = new WebSocketListener();
    await listener.bindEndpointAsync("127.0.0.1", "");

    const { localPort } = listener.information;
    const reading = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-net=127.0.0.1", READER, localPort],
    }).output();
    for await (const request of listener) {
      await using server = await request.acceptMessageWebSocketAsync();
      await server.outputStream.writeAsync(message.subarray(0, 4 * MIB));
      await server.outputStream.writeAsync(message);
      const { stdout, stderr } = await reading;
      const [sum, growth = NaN] = new TextDecoder().decode(stdout).split(" ")
        .map(Number);
      assertEquals(sum, expected, new TextDecoder().decode(stderr));
      assert(growth < MAX_GROWTH, `It has grown by ${growth / MIB} MiB`);
      break;
    }
  },
);
