import { assertEquals } from "@std/assert";
import { Child, example } from "./_child.ts";

Deno.test("length_prefixed sends strings that the server reads", {
  permissions: { read: true, run: true },
}, async () => {
  const messages = ["Hello World", "Très bien!", ""];
  await using child = new Child(example("length_prefixed.ts", ...messages));
  const { code, stdout, stderr } = await child.outcome();

  assertEquals(stderr, "");
  assertEquals(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.filter((line) => line.startsWith("client: ")), [
    "client: sent 15 bytes",
    "client: sent 15 bytes",
    "client: sent 4 bytes",
  ]);
  assertEquals(lines.filter((line) => line.startsWith("server: ")), [
    'server: received "Hello World"',
    'server: received "Très bien!"',
    'server: received ""',
  ]);
});
