import { assertEquals, assertMatch } from "@std/assert";
import { startEchoClient, startEchoServer } from "./_echo.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const FINGERPRINT = /^certificate with fingerprint ([\da-f]{64})\n/;

Deno.test(
  "echo --ws --tls client talks to the server whose fingerprint it knows",
  { permissions },
  async () => {
    await using server = await startEchoServer("--ws", "--tls");
    const fingerprint = await server.child.stdout.match(FINGERPRINT);
    const args = ["--ws", "--tls", "--fingerprint", fingerprint, "secret"];
    await using client = startEchoClient(server.port, ...args);

    assertEquals(await client.outcome(), {
      code: 0,
      stdout: "secret\n",
      stderr: "",
    });
  },
);

Deno.test(
  "echo --ws --tls client sends nothing to a server with another fingerprint",
  { permissions },
  async () => {
    await using server = await startEchoServer("--ws", "--tls");
    const fingerprint = await server.child.stdout.match(FINGERPRINT);
    const other = "0".repeat(64);
    const args = ["--ws", "--tls", "--fingerprint", other, "secret"];
    await using client = startEchoClient(server.port, ...args);
    const { code, stdout, stderr } = await client.outcome();

    assertEquals([code, stdout], [1, ""]);
    const [first = "", second = ""] = stderr.split("\n");
    assertEquals(
      first,
      `The fingerprint of the certificate is "${fingerprint}"`,
    );
    assertMatch(second, /^echo: Cannot [^\n]+ has rejected the certificate /);
    await server.child.stderr.match(/^Cannot accept a WebSocket from /);
  },
);

Deno.test(
  "echo --ws --tls client does not trust a server that nobody vouches for",
  { permissions },
  async () => {
    await using server = await startEchoServer("--ws", "--tls");
    const args = ["--ws", "--tls", "secret"];
    await using client = startEchoClient(server.port, ...args);
    const { code, stdout, stderr } = await client.outcome();

    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /\(certificateIsInvalid, 0x80072F0D\)\n$/);
  },
);
