// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Opens and closes 500 TLS connections, and prints how many descriptors and how
 * many bytes more this process has after them.
 *
 * ```sh
 * deno run --allow-net --allow-run=ls --v8-flags=--expose-gc \
 *   tests/sockets/stream_socket/_many_secure_connections.ts
 * ```
 *
 * @module
 */
import { SocketProtectionLevel, StreamSocket } from "../../../mod.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { turn } from "../streams/_fakes.ts";
import { SecureEcho } from "./_secure_echo.ts";

/** So many are open at once. */
const AT_ONCE = 10;

const { root, server: certificate } = await goodIdentities();

/** What becomes of a connection. */
const USES: readonly ((client: StreamSocket, port: number) => Promise<void>)[] =
  [
    async (client, port) => {
      await client.connectAsync("127.0.0.1", port, SocketProtectionLevel.tls12);
      client.outputStream.writeAsync(new Uint8Array(64));
      await client.inputStream.readAsync(new Uint8Array(64));
    },
    async (client, port) => {
      client.control.collectTlsInformation = true;
      await client.connectAsync("127.0.0.1", port, SocketProtectionLevel.tls12);
      client.outputStream.writeAsync(new Uint8Array(64));
      await client.outputStream.close();
      await new Response(client.inputStream).bytes();
    },
    async (client, port) => {
      await client.connectAsync("127.0.0.1", port);
      const { tls12 } = SocketProtectionLevel;
      await client.upgradeToSslAsync(tls12, "localhost");
      client.inputStream.readAsync(new Uint8Array(1)).catch(() => {});
    },
    async (client, port) => {
      client.control.trustedRootCertificates.length = 0;
      const { tls12 } = SocketProtectionLevel;
      await client.connectAsync("127.0.0.1", port, tls12).catch(() => {});
    },
    async (client, port) => {
      await client.connectAsync("127.0.0.1", port);
      const abort = new AbortController();
      const { tls12 } = SocketProtectionLevel;
      const upgraded = client.upgradeToSslAsync(tls12, "localhost", abort);
      abort.abort();
      await upgraded.catch(() => {});
    },
  ];

async function openAndClose(count: number): Promise<void> {
  await using server = await SecureEcho.start(certificate);
  for (let i = 0; i < count; i += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, j) => {
        await using client = new StreamSocket();
        client.control.trustedRootCertificates.push(root);
        await USES[j % USES.length]?.(client, server.port);
      }),
    );
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
  for (let i = 0; i < 5; i++) {
    await turn();
    const collect: unknown = Reflect.get(globalThis, "gc");
    if (typeof collect === "function") collect();
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

// What is made once for all of them is there before.
await openAndClose(200);
const count = await countDescriptors();
const size = await heapSize();
await openAndClose(500);
const more = await heapSize() - size;
console.log(`descriptors: ${await countDescriptors() - count}`);
console.log(`bytes: ${more}`);
