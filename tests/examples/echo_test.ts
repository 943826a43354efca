import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect, createServer } from "node:net";
import { Child, example, type Outcome } from "./_child.ts";
import { randomBytes, startEchoClient, startEchoServer } from "./_echo.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** On Windows, no program can press Ctrl-C for another one. */
const noInterrupt = Deno.build.os === "windows";

/** Runs the example to its end, without input. */
async function run(...args: string[]): Promise<Outcome> {
  await using child = new Child(example("echo.ts", ...args));
  await child.endInput();
  return await child.outcome();
}

/** Asserts that the example has failed with one line. */
function assertFails(outcome: Outcome, line: string): void {
  assertEquals(outcome, { code: 1, stdout: "", stderr: `echo: ${line}\n` });
}

/** A port that nobody listens on. */
function closedPort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `${listener.addr.port}`;
}

Deno.test("echo shows both sides when it is run alone", {
  permissions,
}, async () => {
  const { code, stdout, stderr } = await run();

  assertEquals(stderr, "");
  assertEquals(code, 0);
  const lines = stdout.replaceAll(/\S+ port \d+ /g, "PEER ").split("\n");
  assertMatch(lines.shift() ?? "", /^server: listening on port \d+$/);
  assertEquals(lines.sort(), [
    "",
    'client: got "Hello, World!"',
    'client: sends "Hello, World!"',
    "server: PEER connected",
    "server: PEER got 14 bytes back",
  ]);
});

for (const option of ["--help", "-h"]) {
  Deno.test(`echo prints its usage when it is run with ${option}`, {
    permissions,
  }, async () => {
    const { code, stdout, stderr } = await run(option);

    assertEquals(stderr, "");
    assertEquals(code, 0);
    assert(stdout.startsWith("Usage: deno task echo [server | client]"));
  });
}

const MISTAKES = [
  [["--colour"], 'Unknown option "--colour"'],
  [["listen"], 'Unknown command "listen"'],
  [["server", "1337"], 'Unknown argument "1337"'],
  [["client", "--port"], "Missing value of --port"],
  [["--port", "1337"], "Missing command: server or client"],
  [["--udp", "--host", "::1"], "Missing command: server or client"],
  [
    ["client", "--timeout", "2"],
    "Needless option --timeout: it is for a client of UDP",
  ],
  [["--tls", "--udp"], "Options that exclude each other: --tls and --udp"],
  [["--ws", "--udp"], "Options that exclude each other: --udp and --ws"],
  [
    ["client", "--tls", "--fingerprint", "00"],
    'Wrong fingerprint "00": it has 64 hexadecimal digits',
  ],
  [
    ["client", "--fingerprint", "0".repeat(64)],
    "Needless option --fingerprint: it is for a client of TLS",
  ],
] as const;

for (const [args, message] of MISTAKES) {
  Deno.test(`echo fails when it is run with "${args.join(" ")}"`, {
    permissions,
  }, async () => {
    assertFails(
      await run(...args),
      `${message}, see deno task echo --help (ArgumentError, 0x80070057)`,
    );
  });
}

Deno.test("echo client fails with connectionRefused when nobody listens", {
  permissions,
}, async () => {
  const port = closedPort();

  assertFails(
    await run("client", "--host", "127.0.0.1", "--port", port, "hello"),
    `Cannot connect to "127.0.0.1:${port}": connection refused (connectionRefused, 0x8007274D)`,
  );
});

Deno.test("echo client fails with hostNotFound when there is no such host", {
  permissions,
}, async () => {
  const { code, stdout, stderr } = await run(
    "client",
    "--host",
    "nope.invalid",
    "hello",
  );

  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(
    stderr,
    /^echo: Cannot [^\n]+: host not found \(hostNotFound, 0x80072AF9\)\n$/,
  );
});

Deno.test("echo client fails when the host is not a host name", {
  permissions,
}, async () => {
  const { code, stderr } = await run("client", "--host", "a b", "hello");

  assertEquals(code, 1);
  assertMatch(stderr, /^echo: [^\n]+ \(ArgumentError, 0x80070057\)\n$/);
});

Deno.test("echo server fails with addressAlreadyInUse when the port is taken", {
  permissions,
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = `${listener.addr.port}`;

  assertFails(
    await run("server", "--host", "127.0.0.1", "--port", port),
    `Cannot listen on "127.0.0.1:${port}": address already in use (addressAlreadyInUse, 0x80072740)`,
  );
});

Deno.test("echo client prints the reply when it is run with a message", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await using client = startEchoClient(server.port, "--", "Hello,", "--Wörld!");

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "Hello, --Wörld!\n",
    stderr: "",
  });
  await server.child.stdout.match(/got 17 bytes back\n/);
});

Deno.test("echo client prints each reply before the input ends", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await using client = startEchoClient(server.port);
  await client.write("one\n");
  await client.stdout.match(/^one\n$/);
  await client.write("two\n");
  await client.stdout.match(/^one\ntwo\n$/);
  await client.endInput();

  assertEquals((await client.outcome()).code, 0);
});

Deno.test("echo client prints 1 MiB of its input unchanged", {
  permissions,
}, async () => {
  const input = randomBytes(1024 * 1024);
  await using server = await startEchoServer();
  await using client = startEchoClient(server.port);
  await client.write(input);
  await client.endInput();

  assertEquals(await client.stdout.bytes(), input);
  assertEquals((await client.outcome()).code, 0);
});

Deno.test(
  "echo client fails with connectionResetByPeer when the server resets",
  {
    permissions,
  },
  async () => {
    const server = createServer((socket) => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    await using client = startEchoClient(`${address.port}`);
    await client.write("hello\n");

    assertFails(
      await client.outcome(),
      `Cannot read from "127.0.0.1:${address.port}": connection reset by peer (connectionResetByPeer, 0x80072746)`,
    );
    const closed = Promise.withResolvers<Error | undefined>();
    server.close(closed.resolve);
    assertEquals(await closed.promise, undefined);
  },
);

Deno.test("echo server goes on when a client resets the connection", {
  permissions,
}, async () => {
  await using server = await startEchoServer();
  const socket = connect(Number(server.port), "127.0.0.1");
  const echoed = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  socket.once("data", echoed.resolve).once("close", closed.resolve);
  socket.write("hello\n");
  await echoed.promise;
  socket.resetAndDestroy();
  await closed.promise;
  const failure = await server.child.stderr.match(/^[^\n]+\n$/);
  assertMatch(failure, /\(connectionResetByPeer, 0x80072746\)\n$/);

  await using client = startEchoClient(server.port, "hello");
  assertEquals((await client.outcome()).stdout, "hello\n");
});

Deno.test("echo server ends with code 0 when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await using client = startEchoClient(server.port);
  await client.write("hello\n");
  await client.stdout.match(/^hello\n$/);
  server.child.interrupt();

  const { code, stderr } = await server.child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("echo client ends with code 0 when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer();
  await using client = startEchoClient(server.port);
  await client.write("hello\n");
  await client.stdout.match(/^hello\n$/);
  client.interrupt();

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "hello\n",
    stderr: "",
  });
  await server.child.stdout.match(/got 6 bytes back\n/);
});
