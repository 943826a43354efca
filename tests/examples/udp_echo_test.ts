import { assertEquals } from "@std/assert";
import { Child, example } from "./_child.ts";
import { DatagramPeer } from "./_datagram_peer.ts";

const permissions = { read: true, run: true } satisfies Deno.PermissionOptions;
const withPeer = { ...permissions, net: ["127.0.0.1"] };

Deno.test("udp_echo_client gets its datagram back from udp_echo_server", {
  permissions,
}, async () => {
  await using server = new Child(example("udp_echo_server.ts", "0"));
  const port = await server.stdout.match(/^Listening on port (\d+)\n/);
  await using client = new Child(example("udp_echo_client.ts", port, "0"));

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "Hello, world!\n",
    stderr: "",
  });
});

Deno.test("udp_echo_client fails with one line when nobody answers", {
  permissions: withPeer,
}, async () => {
  await using peer = await DatagramPeer.open();
  await using client = new Child(example("udp_echo_client.ts", peer.port, "0"));

  assertEquals(await client.outcome(), {
    code: 1,
    stdout: "",
    stderr: "No response in 2 s\n",
  });
});

Deno.test("udp_echo_server answers to whatever port it was asked from", {
  permissions: withPeer,
}, async () => {
  await using server = new Child(example("udp_echo_server.ts", "0"));
  const port = await server.stdout.match(/^Listening on port (\d+)\n/);
  for (const text of ["one", "", "Très bien!"]) {
    await using peer = await DatagramPeer.open();
    const received = peer.receive();
    peer.send(text, Number(port));
    assertEquals(await received, {
      bytes: new TextEncoder().encode(text),
      text,
      port: Number(port),
    });
  }
});
