import "playwright-core/package.json" with { type: "json" };
import { assertEquals, assertGreater } from "@std/assert";
import { startNode } from "./_peers.ts";
import { Files } from "./_tls_peers.ts";
import { startEchoListener } from "./_web_socket_listener.ts";
import { startPageServer } from "./_web_socket_page.ts";

/** What a PNG file begins with. */
const PNG = "89504e470d0a1a0a";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
  write: ["/tmp"],
} satisfies Deno.PermissionOptions;

const CONVERSATION = {
  protocol: "chat",
  extensions: "permessage-deflate",
  text: "Grüße, Ελλάδα",
  binary: true,
  fragments: "one, two, three",
  ping: "pong are you there",
  wasClean: true,
};

/** Opens pages, and resolves with what they tell and a picture of the last one. */
async function browse(
  ...urls: readonly string[]
): Promise<{ results: unknown[]; picture: Uint8Array }> {
  await using files = await Files.make();
  const path = files.path("page.png");
  const module = import.meta.resolve("playwright-core");
  await using child = startNode(
    "_web_socket_browser.mjs",
    ...[module, path, ...urls],
  );
  const { code, stdout, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const texts: string[] = JSON.parse(stdout);
  const results = texts.map((text) => JSON.parse(text));
  return { results, picture: await Deno.readFile(path) };
}

Deno.test(
  "WebSocketListener serves the pages in Chromium that are of one origin",
  {
    permissions,
  },
  async () => {
    await using server = startPageServer();
    const origin = `http://127.0.0.1:${server.port}`;
    await using listener = await startEchoListener({
      accept: { protocol: "chat", compression: true },
      origin,
    });
    const { results, picture } = await browse(
      `${origin}/there?${listener.url}`,
      `http://localhost:${server.port}/?${listener.url}`,
      `${origin}/?${listener.url}`,
    );
    assertEquals(results, [
      { ...CONVERSATION, code: 4002, reason: "you go" },
      { code: 1006, reason: "", wasClean: false },
      { ...CONVERSATION, code: 4001, reason: "Tschüß" },
    ]);
    assertEquals(await listener.closed, "4002 you go");
    const { requestedProtocols } = await listener.request;
    assertEquals(requestedProtocols, ["chat.v2", "chat"]);
    assertEquals(picture.subarray(0, PNG.length / 2).toHex(), PNG);
    assertGreater(picture.length, 5_000);
  },
);
