import { assertEquals, assertMatch } from "@std/assert";
import { Child, example, exampleWith } from "./_child.ts";
import { DatagramPeer } from "./_datagram_peer.ts";
import { startEchoClient, startEchoServer } from "./_echo.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** On Windows, no program can press Ctrl-C for another one. */
const noInterrupt = Deno.build.os === "windows";
/** Where nobody listens is told by native calls alone. */
const noNative = Deno.build.os !== "linux";

Deno.test("echo --udp shows both sides when it is run alone", {
  permissions,
}, async () => {
  await using child = new Child(example("echo.ts", "--udp"));
  const { code, stdout, stderr } = await child.outcome();

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.replace(/\S+ port \d+ got/, "PEER got").split("\n");
  assertMatch(lines.shift() ?? "", /^server: listening on port \d+$/);
  assertEquals(lines.sort(), [
    "",
    'client: got "Hello, World!"',
    'client: sends "Hello, World!"',
    "server: PEER got 13 bytes back",
  ]);
});

Deno.test("echo --udp client prints the reply when it is run with a message", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--udp");
  const args = ["--udp", "--", "Hello,", "--Wörld!"];
  await using client = startEchoClient(server.port, ...args);

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "Hello, --Wörld!\n",
    stderr: "",
  });
  await server.child.stdout.match(
    /^127\.0\.0\.1 port \d+ got 17 bytes back\n/m,
  );
});

Deno.test("echo --udp client sends a datagram for each line of its input", {
  permissions,
}, async () => {
  await using peer = await DatagramPeer.open();
  await using client = startEchoClient(peer.port, "--udp");
  for (const line of ["one\n", "\n", "three"]) {
    const received = peer.receive();
    await client.write(line);
    if (line === "three") await client.endInput();
    const { text, port } = await received;
    assertEquals(text, `${line.trimEnd()}\n`);
    peer.send(`got ${text}`, port);
  }

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "got one\ngot \ngot three\n",
    stderr: "",
  });
});

Deno.test(
  "echo --udp client fails with messageTooLong when a line is too long",
  { permissions },
  async () => {
    await using server = await startEchoServer("--udp");
    await using client = startEchoClient(server.port, "--udp");
    await client.write(new Uint8Array(65_507).fill(97));
    await client.endInput();

    assertEquals(await client.outcome(), {
      code: 1,
      stdout: "",
      stderr:
        'echo: Cannot send a datagram of "65508" bytes: it may have 65507 at most (messageTooLong, 0x80072738)\n',
    });
  },
);

Deno.test("echo --udp client fails when the timeout is no time", {
  permissions,
}, async () => {
  await using client = startEchoClient("9", "--udp", "--timeout", "0", "hello");

  assertEquals(await client.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      'echo: Invalid value of --timeout "0": it must be a number of seconds above 0, 3600 at most (ArgumentError, 0x80070057)\n',
  });
});

Deno.test(
  "echo --udp client fails with connectionTimedOut when no reply comes",
  { permissions },
  async () => {
    await using peer = await DatagramPeer.open();
    const { port } = peer;
    const args = ["--udp", "--timeout", "0.3", "hello"];
    await using client = startEchoClient(port, ...args);

    assertEquals(await client.outcome(), {
      code: 1,
      stdout: "",
      stderr:
        `echo: Cannot receive from "127.0.0.1:${port}": no reply within 0.3 s (connectionTimedOut, 0x8007274C)\n`,
    });
  },
);

Deno.test(
  "echo --udp client fails with connectionResetByPeer when nobody listens and it may call the system",
  { permissions, ignore: noNative },
  async () => {
    const peer = await DatagramPeer.open();
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    const args = [
      "client",
      "--host",
      "127.0.0.1",
      "--port",
      port,
      "hello",
    ];
    await using client = new Child(
      exampleWith(["--allow-ffi"], "echo.ts", "--udp", ...args),
    );

    assertEquals(await client.outcome(), {
      code: 1,
      stdout: "",
      stderr:
        `echo: Cannot receive a datagram from "127.0.0.1:${port}": connection reset by peer (connectionResetByPeer, 0x80072746)\n`,
    });
  },
);

Deno.test(
  "echo --udp server fails with addressAlreadyInUse when the port is taken",
  { permissions },
  async () => {
    await using peer = await DatagramPeer.open();
    const { port } = peer;
    const args = ["server", "--host", "127.0.0.1", "--port", port];
    await using server = new Child(example("echo.ts", "--udp", ...args));

    assertEquals(await server.outcome(), {
      code: 1,
      stdout: "",
      stderr:
        `echo: Cannot bind to "127.0.0.1:${port}": address already in use (addressAlreadyInUse, 0x80072740)\n`,
    });
  },
);

Deno.test(
  "echo --udp server sends each datagram back as it is, one of no bytes too",
  { permissions },
  async () => {
    await using server = await startEchoServer("--udp");
    await using peer = await DatagramPeer.open();
    for (const size of [0, 1, 1200, 9000]) {
      const sent = crypto.getRandomValues(new Uint8Array(size));
      const received = peer.receive();
      peer.send(sent, Number(server.port));
      assertEquals((await received).bytes, sent);
    }
  },
);

Deno.test("echo --udp server serves clients at the same time", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--udp");
  await using idle = startEchoClient(server.port, "--udp");
  await idle.write("one\n");
  await idle.stdout.match(/^one\n$/);
  await using client = startEchoClient(server.port, "--udp", "hello");
  assertEquals((await client.outcome()).stdout, "hello\n");
  await idle.write("two\n");
  await idle.stdout.match(/^one\ntwo\n$/);
  await idle.endInput();

  assertEquals((await idle.outcome()).code, 0);
});

Deno.test("echo --udp server ends with code 0 when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer("--udp");
  await using client = startEchoClient(server.port, "--udp", "hello");
  assertEquals((await client.outcome()).code, 0);
  server.child.interrupt();

  const { code, stderr } = await server.child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("echo --udp client ends with code 0 when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer("--udp");
  await using client = startEchoClient(server.port, "--udp");
  await client.write("hello\n");
  await client.stdout.match(/^hello\n$/);
  client.interrupt();

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "hello\n",
    stderr: "",
  });
});

Deno.test(
  "echo --udp client ends with code 0 when it is interrupted while it waits for a reply",
  {
    ignore: noInterrupt,
    permissions,
  },
  async () => {
    await using peer = await DatagramPeer.open();
    const received = peer.receive();
    const { port } = peer;
    const args = ["--udp", "--timeout", "60", "hello"];
    await using client = startEchoClient(port, ...args);
    await received;
    client.interrupt();

    assertEquals(await client.outcome(), { code: 0, stdout: "", stderr: "" });
  },
);
