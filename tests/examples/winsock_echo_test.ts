import { assertEquals, assertMatch } from "@std/assert";
import { libc } from "../../sockets/winsock/_libc.ts";
import { Child, type Command, exampleWith } from "./_child.ts";

const ignore = libc === null;
const permissions = {
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

function server(...args: string[]): Command {
  return exampleWith(["--allow-ffi"], "winsock_echo_server.ts", ...args);
}

function client(...args: string[]): Command {
  return exampleWith(["--allow-ffi"], "winsock_echo_client.ts", ...args);
}

for (const mode of ["blocking", "select", "wsapoll"]) {
  Deno.test(
    `winsock_echo_client gets its line back from winsock_echo_server in mode ${mode}`,
    {
      ignore,
      permissions,
    },
    async () => {
      await using child = new Child(server(`--mode=${mode}`, "--port=0"));
      const port = await child.stdout.match(/^Listening on port (\d+)\n/);
      for (const text of ["hello", "again"]) {
        const args = [`--port=${port}`, `--text=${text}`];
        await using peer = new Child(client(...args));
        assertEquals(await peer.outcome(), {
          code: 0,
          stdout: `${text}\n`,
          stderr: "",
        });
      }
    },
  );
}

Deno.test("winsock_echo_server tells of an unknown mode and a port in use", {
  ignore,
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  await using child = new Child(server("--mode=overlapped"));
  const { code, stderr } = await child.outcome();
  assertEquals(code, 1);
  assertEquals(
    stderr,
    'Invalid value of --mode "overlapped": there are blocking, select, wsapoll\n',
  );
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using other = new Child(server(`--port=${listener.addr.port}`));
  const outcome = await other.outcome();
  assertEquals(outcome.code, 1);
  assertEquals(outcome.stderr, "Cannot bind: Winsock error 10048\n");
});

Deno.test("winsock_echo_client fails with one line when nobody listens", {
  ignore,
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await using child = new Child(client(`--port=${listener.addr.port}`));
  const { code, stdout, stderr } = await child.outcome();
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(stderr, /^Cannot connect: Winsock error 10061\n$/);
});
