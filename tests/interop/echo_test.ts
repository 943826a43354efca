import { assertEquals } from "@std/assert";
import type { Child } from "../examples/_child.ts";
import {
  randomBytes,
  startEchoClient,
  startEchoServer,
} from "../examples/_echo.ts";
import { startNode, startPeer, startSocat } from "./_peers.ts";

const SIZE = 10 * 1024 * 1024;

const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}

/** Asserts that what a program is given comes back from the server it talks to. */
async function assertEchoes(child: Child): Promise<void> {
  const input = randomBytes(SIZE);
  await child.write(input);
  await child.endInput();
  const output = await child.stdout.bytes();

  assertEquals(output.length, SIZE);
  assertEquals(await hash(output), await hash(input));
  const { code, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

Deno.test("echo server serves socat when it ends its side first", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  // -t: how long to go on after one side has ended.
  const address = `TCP4:127.0.0.1:${server.port}`;
  await using socat = startPeer("socat", "-t", "60", "-", address);
  await assertEchoes(socat);
});

Deno.test("echo server serves node:net of Node when it ends its side first", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await using node = startNode("_node_client.mjs", server.port, `${SIZE}`);
  const { code, stdout, stderr } = await node.outcome();

  assertEquals(stderr, "");
  assertEquals(code, 0);
  const { sent, received } = JSON.parse(stdout);
  assertEquals(received, sent);
});

Deno.test("echo server serves many programs at once", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await Promise.all(Array.from({ length: 4 }, async () => {
    await using node = startNode("_node_client.mjs", server.port, "1000000");
    const { sent, received } = JSON.parse((await node.outcome()).stdout);
    assertEquals(received, sent);
  }));
});

Deno.test("echo client talks to socat", { permissions }, async () => {
  await using socat = await startSocat("EXEC:cat");
  await using client = startEchoClient(socat.port);
  await assertEchoes(client);
});
