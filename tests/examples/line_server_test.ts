import { assertEquals } from "@std/assert";
import { toText } from "@std/streams";
import { Child, example } from "./_child.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

Deno.test("line_server answers each line until the client quits", {
  permissions,
}, async () => {
  await using server = new Child(example("line_server.ts", "0"));
  const port = await server.stdout.match(/^Listening on port (\d+)\n/);
  using conn = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(port),
  });
  await new Blob(["one\r\ntwo\nquit\nthree\n"]).stream().pipeTo(
    conn.writable,
    { preventClose: true },
  );

  assertEquals(await toText(conn.readable), "ONE\nTWO\n");
});

Deno.test("line_server serves clients at the same time", {
  permissions,
}, async () => {
  await using server = new Child(example("line_server.ts", "0"));
  const port = Number(await server.stdout.match(/^Listening on port (\d+)\n/));
  using idle = await Deno.connect({ hostname: "127.0.0.1", port });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode("hello\n"));
  await conn.closeWrite();

  assertEquals(await toText(conn.readable), "HELLO\n");
  await idle.closeWrite();
  assertEquals(await toText(idle.readable), "");
});
