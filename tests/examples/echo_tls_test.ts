import { assertEquals, assertMatch } from "@std/assert";
import { Child, example } from "./_child.ts";
import { randomBytes, startEchoClient, startEchoServer } from "./_echo.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const FINGERPRINT = /^certificate with fingerprint ([\da-f]{64})\n/;

Deno.test("echo --tls shows both sides when it is run alone", {
  permissions,
}, async () => {
  await using child = new Child(example("echo.ts", "--tls"));
  const { code, stdout, stderr } = await child.outcome();

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.replaceAll(/\S+ port \d+ (?=got|conn)/g, "PEER ")
    .split("\n");
  assertMatch(lines.shift() ?? "", /^server: listening on port \d+$/);
  assertEquals(lines.sort(), [
    "",
    'client: got "Hello, World!"',
    'client: sends "Hello, World!"',
    "server: PEER connected",
    "server: PEER got 14 bytes back",
  ]);
});

Deno.test("echo --tls client talks to the server whose fingerprint it knows", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--tls");
  const fingerprint = await server.child.stdout.match(FINGERPRINT);
  const args = ["--tls", "--fingerprint", fingerprint];
  await using client = startEchoClient(server.port, ...args);
  const bytes = randomBytes(300_000).map((byte) => byte & 0x7F);
  await client.write(bytes);
  await client.endInput();

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: new TextDecoder().decode(bytes),
    stderr: "",
  });
});

Deno.test(
  "echo --tls client sends nothing to a server with another fingerprint",
  {
    permissions,
  },
  async () => {
    await using server = await startEchoServer("--tls");
    const fingerprint = await server.child.stdout.match(FINGERPRINT);
    const other = fingerprint.replace(
      /^./,
      (digit) => digit === "0" ? "1" : "0",
    );
    const args = ["--tls", "--fingerprint", other, "secret"];
    await using client = startEchoClient(server.port, ...args);
    const { code, stdout, stderr } = await client.outcome();

    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, new RegExp(`fingerprint.* is "${fingerprint}"`));
    await server.child.stdout.match(
      /^127\.0\.0\.1 port \d+ got 0 bytes back\n/m,
    );
  },
);

Deno.test("echo --tls client does not trust a server that nobody vouches for", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--tls");
  await using client = startEchoClient(server.port, "--tls", "secret");
  const { code, stdout, stderr } = await client.outcome();

  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /\(certificateUntrustedRoot, 0x800B0109\)\n$/);
});
