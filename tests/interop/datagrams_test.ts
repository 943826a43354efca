import { assertEquals, assertMatch } from "@std/assert";
import { Child } from "../examples/_child.ts";
import { startEchoClient, startEchoServer } from "../examples/_echo.ts";
import {
  DATAGRAM_FLAGS,
  denoCommand,
  startDatagramSocat,
  startNode,
  startPeer,
} from "./_peers.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** Runs of one size and single ones; all of them fit in a buffer of the system. */
const SIZES = [
  ...[0, 1, 1200, 1200, 1200, 700, 64, 64, 64, 64, 0, 0, 9000, 3],
  ...Array.from({ length: 40 }, () => 1000),
  65_507,
];

/** What a program prints: a line for each datagram, after that with the port. */
function hashes(stdout: string): readonly string[] {
  const lines = stdout.trimEnd().split("\n");
  return lines.filter((line) => !line.startsWith("port "));
}

/** Asserts that a program gets what another one sends to it. */
async function assertSends(
  receiver: Child,
  startSender: (...args: string[]) => Child,
): Promise<void> {
  const port = await receiver.stdout.match(/^port (\d+)\n/);
  await using sender = startSender("send", port, ...SIZES.map(String));
  const [sent, received] = await Promise.all([
    sender.outcome(),
    receiver.outcome(),
  ]);
  assertEquals([sent.stderr, received.stderr], ["", ""]);
  assertEquals(hashes(received.stdout), hashes(sent.stdout));
  assertEquals(hashes(sent.stdout).length, SIZES.length);
  assertMatch(sent.stdout, /^0 [\da-f]{64}\n1 [\da-f]{64}\n1200 /);
}

for (const [transport, flags] of Object.entries(DATAGRAM_FLAGS)) {
  Deno.test(
    `DatagramSocket by ${transport} sends a batch to node:dgram of Node, in order`,
    { permissions },
    async () => {
      await using node = startNode(
        "_node_datagrams.mjs",
        "receive",
        `${SIZES.length}`,
      );
      await assertSends(
        node,
        (...args) => new Child(denoCommand(flags, "_datagrams.ts", ...args)),
      );
    },
  );

  Deno.test(
    `DatagramSocket by ${transport} receives from node:dgram of Node, in order`,
    { permissions },
    async () => {
      await using child = new Child(
        denoCommand(flags, "_datagrams.ts", "receive", `${SIZES.length}`),
      );
      await assertSends(
        child,
        (...args) => startNode("_node_datagrams.mjs", ...args),
      );
    },
  );
}

Deno.test("echo --udp client gets its lines back from node:dgram of Node", {
  permissions,
}, async () => {
  await using node = startNode("_node_datagrams.mjs", "echo");
  const port = await node.stdout.match(/^port (\d+)\n/);
  await using client = startEchoClient(port, "--udp");
  await assertEchoes(client, ["one\n", "\n", `${"x".repeat(60_000)}\n`]);
});

Deno.test("echo --udp client gets its lines back from socat", {
  permissions,
}, async () => {
  await using socat = await startDatagramSocat();
  await using client = startEchoClient(socat.port, "--udp");
  await assertEchoes(client, ["one\n", "two\n", `${"x".repeat(60_000)}\n`]);
});

Deno.test("echo --udp server sends back what socat sends", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--udp");
  const address = `UDP4:127.0.0.1:${server.port}`;
  await using socat = startPeer(
    "socat",
    "-b",
    "65536",
    "-t",
    "0.1",
    "-",
    address,
  );
  await assertEchoes(socat, ["one\n", "two\n", `${"x".repeat(60_000)}\n`]);
});

/** Asserts that a program prints each line that it is given before the next. */
async function assertEchoes(
  child: Child,
  lines: readonly string[],
): Promise<void> {
  for (const [index, line] of lines.entries()) {
    await child.write(line);
    await child.stdout.match(new RegExp(`^(?:.*\\n){${index + 1}}$`));
  }
  await child.endInput();
  const stdout = lines.join("");
  assertEquals(await child.outcome(), { code: 0, stdout, stderr: "" });
}
