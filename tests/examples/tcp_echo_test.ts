import { assertEquals, assertMatch } from "@std/assert";
import { Child, example } from "./_child.ts";

const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

Deno.test("tcp_echo_client gets its line back from tcp_echo_server", {
  permissions,
}, async () => {
  await using server = new Child(example("tcp_echo_server.ts", "0"));
  const port = await server.stdout.match(/^Listening on port (\d+)\n/);
  await using client = new Child(example("tcp_echo_client.ts", port));

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "test\n",
    stderr: "",
  });
});

Deno.test("tcp_echo_client fails with one line when nobody listens", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const port = `${listener.addr.port}`;
  await using client = new Child(example("tcp_echo_client.ts", port));

  const { code, stdout, stderr } = await client.outcome();
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(stderr, /^Cannot connect to "[^"]+": connection refused\n$/);
});
