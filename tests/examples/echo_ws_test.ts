import { assert, assertEquals, assertMatch } from "@std/assert";
import { Child, example, type Outcome } from "./_child.ts";
import { randomBytes, startEchoClient, startEchoServer } from "./_echo.ts";
import { serveWebSockets } from "./_web_socket_peer.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

/** On Windows, no program can press Ctrl-C for another one. */
const noInterrupt = Deno.build.os === "windows";

/** The lines of both sides, the first one of the server aside. */
function assertBothSides({ code, stdout, stderr }: Outcome): void {
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.replaceAll(/\S+ port \d+ (?=\w+ )/g, "PEER ")
    .replaceAll(/\S+ port \d+ (?=connected)/g, "PEER ").split("\n");
  assertMatch(lines.shift() ?? "", /^server: listening on port \d+$/);
  assertEquals(lines.sort(), [
    "",
    'client: closed with 1000 "That is all"',
    'client: got text "Hello, World!"',
    'client: sends "Hello, World!"',
    'server: PEER closed with 1000 "That is all"',
    "server: PEER connected",
    "server: PEER got 13 bytes of text back",
  ]);
}

/** A WebSocket of the runtime that is open. */
async function openWebSocket(url: string): Promise<WebSocket> {
  const webSocket = new WebSocket(url);
  webSocket.binaryType = "arraybuffer";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  webSocket.onopen = () => resolve();
  webSocket.onerror = reject;
  await promise;
  return webSocket;
}

/** The next event of a WebSocket of the runtime. */
function next<K extends keyof WebSocketEventMap>(
  webSocket: WebSocket,
  type: K,
): Promise<WebSocketEventMap[K]> {
  return new Promise((resolve) =>
    webSocket.addEventListener(type, resolve, { once: true })
  );
}

Deno.test("echo --ws shows both sides when it is run alone", {
  permissions,
}, async () => {
  await using child = new Child(example("echo.ts", "--ws"));
  assertBothSides(await child.outcome());
});

Deno.test("echo --ws --tls shows both sides when it is run alone", {
  permissions,
}, async () => {
  await using child = new Child(example("echo.ts", "--ws", "--tls"));
  assertBothSides(await child.outcome());
});

Deno.test("echo --ws client prints the reply when it is run with a message", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  const args = ["--ws", "--", "Hello,", "--Wörld!"];
  await using client = startEchoClient(server.port, ...args);

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "Hello, --Wörld!\n",
    stderr: "",
  });
  await server.child.stdout.match(
    /^127\.0\.0\.1 port \d+ got 16 bytes of text back\n/m,
  );
  await server.child.stdout.match(/ closed with 1000 ""\n$/);
});

Deno.test("echo --ws client prints each reply before the input ends", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  await using client = startEchoClient(server.port, "--ws");
  await client.write("one\n");
  await client.stdout.match(/^one\n$/);
  await client.write("two\n\n");
  await client.stdout.match(/^one\ntwo\n\n$/);
  await client.endInput();

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "one\ntwo\n\n",
    stderr: "",
  });
});

Deno.test("echo --ws client prints what a server sends unasked", {
  permissions,
}, async () => {
  await using server = serveWebSockets((webSocket) => {
    webSocket.send("welcome");
    webSocket.send(new Uint8Array(5));
  });
  await using client = startEchoClient(server.port, "--ws");

  await client.stdout.match(/^welcome\n5 bytes of binary\n$/);
  await client.endInput();
  assertEquals((await client.outcome()).code, 0);
});

Deno.test("echo --ws client tells why the server closes, and ends", {
  permissions,
}, async () => {
  await using server = serveWebSockets((webSocket) => {
    webSocket.onmessage = ({ data }) => {
      webSocket.send(data);
      webSocket.close(4000, "enough");
    };
  });
  await using client = startEchoClient(server.port, "--ws");
  await client.write("hello\n");

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "hello\n",
    stderr: 'The server has closed with 4000 "enough"\n',
  });
});

Deno.test("echo --ws client fails when the server closes without a reply", {
  permissions,
}, async () => {
  await using server = serveWebSockets((webSocket) => {
    webSocket.onmessage = () => webSocket.close();
  });
  await using client = startEchoClient(server.port, "--ws", "hello");
  const { code, stdout, stderr } = await client.outcome();

  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^The server has closed with 1005 ""$/m);
  assertMatch(
    stderr,
    /^echo: Cannot receive the reply: the server has closed the WebSocket \(disconnected, 0x80072F83\)$/m,
  );
});

Deno.test(
  "echo --ws client fails when the server hangs up before the handshake",
  {
    permissions,
  },
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = `${listener.addr.port}`;
    await using client = startEchoClient(port, "--ws", "hello");
    const conn = await listener.accept();
    listener.close();
    conn.close();

    const { code, stderr } = await client.outcome();
    assertEquals(code, 1);
    assertMatch(stderr, /^echo: Cannot connect to "ws:\S+": server: [^\n]+\n$/);
  },
);

Deno.test("echo --ws client fails with notFound when the server is another", {
  permissions,
}, async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 404 }),
  );
  const { addr } = server;
  assert(addr.transport === "tcp");
  await using client = startEchoClient(`${addr.port}`, "--ws", "hello");

  assertEquals(await client.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      `echo: Cannot connect to "ws://127.0.0.1:${addr.port}/": the server answered "404 Not Found" (notFound, 0x80190194)\n`,
  });
});

Deno.test("echo --ws client fails with cannotConnect when nobody listens", {
  permissions,
}, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const port = `${listener.addr.port}`;
  await using client = startEchoClient(port, "--ws", "hello");
  const { code, stderr } = await client.outcome();

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^echo: Cannot [^\n]+: connection refused \(cannotConnect, 0x80072EFD\)\n$/,
  );
});

Deno.test("echo --ws client fails when the port is a service name", {
  permissions,
}, async () => {
  await using client = startEchoClient("http", "--ws", "hello");

  assertEquals(await client.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      'echo: Cannot connect to "ws://127.0.0.1:http/": it is not an absolute URL (ArgumentError, 0x80070057)\n',
  });
});

Deno.test("echo --ws server sends each message back with its type", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  const webSocket = await openWebSocket(`ws://127.0.0.1:${server.port}/`);
  const bytes = randomBytes(300_000);
  for (const message of ["text", "", bytes, new Uint8Array(0)]) {
    const reply = next(webSocket, "message");
    webSocket.send(message);
    const { data } = await reply;
    const echoed = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    assertEquals(echoed, message);
  }

  const closed = next(webSocket, "close");
  webSocket.close(4321, "no more");
  const { code, reason, wasClean } = await closed;
  assertEquals(
    { code, reason, wasClean },
    { code: 4321, reason: "no more", wasClean: true },
  );
  await server.child.stdout.match(/ got 300000 bytes of binary back\n/);
  await server.child.stdout.match(/ closed with 4321 "no more"\n$/);
});

Deno.test("echo --ws server goes on when a client asks for a page", {
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  const { body, status } = await fetch(`http://127.0.0.1:${server.port}/`);
  await body?.cancel();
  assertEquals(status, 426);
  await server.child.stderr.match(
    /^Cannot accept a WebSocket from [^\n]+ \(errorHttpInvalidServerResponse, 0x80072F78\)\n/,
  );

  await using client = startEchoClient(server.port, "--ws", "hello");
  assertEquals((await client.outcome()).stdout, "hello\n");
});

Deno.test("echo --ws server fails when the port is taken", {
  permissions,
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = `${listener.addr.port}`;
  const args = ["server", "--ws", "--host", "127.0.0.1", "--port", port];
  await using server = new Child(example("echo.ts", ...args));

  assertEquals(await server.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      `echo: Cannot listen on "127.0.0.1:${port}": address already in use (addressAlreadyInUse, 0x80072740)\n`,
  });
});

Deno.test("echo --ws server tells its clients when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  const webSocket = await openWebSocket(`ws://127.0.0.1:${server.port}/`);
  const closed = next(webSocket, "close");
  await server.child.stdout.match(/ connected\n/);
  server.child.interrupt();

  assertEquals((await closed).code, 1001);
  const { code, stderr } = await server.child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("echo --ws client closes the WebSocket when it is interrupted", {
  ignore: noInterrupt,
  permissions,
}, async () => {
  await using server = await startEchoServer("--ws");
  await using client = startEchoClient(server.port, "--ws");
  await client.write("hello\n");
  await client.stdout.match(/^hello\n$/);
  client.interrupt();

  assertEquals(await client.outcome(), {
    code: 0,
    stdout: "hello\n",
    stderr: "",
  });
  await server.child.stdout.match(/ closed with 1000 ""\n$/);
});
