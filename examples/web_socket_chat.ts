// deno-lint-ignore-file no-console -- it prints for its user
/**
 * A chat with a page: open the page that it tells in two windows of a browser.
 *
 * ```sh
 * deno run --allow-net --allow-read examples/web_socket_chat.ts
 *   [--host 127.0.0.1] [--port 8000] [--chat-port 8001]
 * ```
 *
 * The page is served by `Deno.serve`, and the chat by a `WebSocketListener` on a
 * port of its own: a listener reads the handshake from the connection itself,
 * and `Deno.serve` keeps its connections. A proxy in front can make one port of
 * both.
 *
 * @module
 */
import { parseOptions, toInteger } from "./_options.ts";
import { describeFailure } from "./echo/failure.ts";
import { untilInterrupted } from "./echo/interrupt.ts";
import { startChat } from "./web_socket_chat/chat_server.ts";
import { startPage } from "./web_socket_chat/page_server.ts";

const LOOPBACK = "127.0.0.1";

try {
  await run();
} catch (error) {
  console.error(describeFailure(error));
  Deno.exitCode = 1;
}

async function run(): Promise<void> {
  const option = parseOptions(Deno.args, {
    host: LOOPBACK,
    port: "8000",
    "chat-port": "8001",
  });
  const host = option("host");
  const port = toInteger("port", option("port"), { least: 0, most: 65_535 });
  const interrupted = untilInterrupted();
  const origins = new Set<string>();
  await using chat = await startChat({
    host,
    port: option("chat-port"),
    origins,
  });
  await using page = await startPage({ host, port, chatPort: chat.port });
  // It may be called by either name.
  for (const name of host === LOOPBACK ? [host, "localhost"] : [host]) {
    origins.add(new URL(`http://${name}:${page.port}`).origin);
  }
  console.log(
    `Open ${[...origins].at(-1)}/ (the chat is on port ${chat.port})`,
  );
  await interrupted;
}
