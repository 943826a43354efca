import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { Child } from "../examples/_child.ts";
import { Cable } from "./_network_namespace.ts";
import { denoCommand } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

const FAR = "10.9.8.2";

/**
 * Has a peer vanish, without a word, from a connection.
 *
 * @returns What has ended the connection, and after how many milliseconds.
 */
async function vanish(how: string): Promise<{ end: string; after: number }> {
  await using cable = await Cable.lay();
  const listen = ["socat", "-d", "-d", `TCP4-LISTEN:0,bind=${FAR}`] as const;
  await using server = new Child(cable.at("far", [...listen, "PIPE"]));
  const port = await server.stderr.match(/listening on AF=2 [\d.]+:(\d+)/);
  const client = denoCommand(
    ["--allow-ffi"],
    "_vanished_peer.ts",
    ...[FAR, port, how],
  );
  await using near = new Child(cable.at("near", client));
  await near.stdout.match(/^connected\n/);
  const remove = ["ip", "address", "del", `${FAR}/24`, "dev", "far"] as const;
  await using ip = new Child(cable.at("far", remove));
  assertEquals((await ip.outcome()).code, 0);
  await near.write("\n");
  const { stdout, stderr } = await near.outcome();
  assertEquals(stderr, "");
  const [, end = "", after] = stdout.trim().split("\n");
  return { end, after: Number(after?.split(" ")[1]) };
}

// By itself the system takes a quarter of an hour, or two hours without data
// (tcp(7): tcp_retries2, tcp_keepalive_time).
const MOST = 15_000;

Deno.test(
  "StreamSocketControl.userTimeout ends a connection whose peer has vanished",
  { permissions },
  async () => {
    const { end, after } = await vanish("userTimeout");
    assertEquals(end, "timed out: true");
    assertGreater(after, 1_000);
    assertLess(after, MOST);
  },
);

Deno.test(
  "StreamSocketControl.keepAliveTime, keepAliveInterval and keepAliveCount end an idle connection whose peer has vanished",
  { permissions },
  async () => {
    const { end, after } = await vanish("keepAlive");
    assertEquals(end, "timed out: true");
    assertLess(after, MOST);
  },
);
