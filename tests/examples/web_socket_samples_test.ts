import { assert, assertEquals, assertMatch } from "@std/assert";
import { WebSocketListener } from "@winrt/sockets";
import { Child, example, exampleWith, type Outcome } from "./_child.ts";
import { serveWebSockets } from "./_web_socket_peer.ts";

const permissions = {
  net: ["127.0.0.1"],
  read: true,
  run: true,
} satisfies Deno.PermissionOptions;

const CLOSED = "Closed; Code: 1000 Reason: Closed due to user request.";
const TIME = /^EchoWebSocket Connected at: \S.*$/m;

/** The server of the samples, on ports of its own. */
interface SampleServer extends AsyncDisposable {
  readonly child: Child;
  /** The URI of a page of it. */
  uri(scheme: "ws" | "wss", page: string): string;
}

async function startServer(): Promise<SampleServer> {
  const child = new Child(
    example(
      "web_socket_samples/echo_server.ts",
      ...["--port", "0", "--tls-port", "0"],
    ),
  );
  const ports = {
    ws: await child.stdout.match(/ ws:\/\/localhost:(\d+)\/.*\n/),
    wss: await child.stdout.match(/ wss:\/\/localhost:(\d+)\/.*\n/),
  };
  return {
    child,
    uri: (scheme, page) =>
      `${scheme}://localhost:${ports[scheme]}/WebSocketSample/${page}`,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Runs a sample to its end. */
async function run(
  sample: string,
  uri: string,
  ...args: string[]
): Promise<Outcome> {
  await using child = new Child(
    exampleWith(
      ["--allow-read"],
      `web_socket_samples/${sample}.ts`,
      ...["--uri", uri],
      ...args,
    ),
  );
  return await child.outcome();
}

/** Asserts that a sample has succeeded, and has printed these lines. */
function assertPrints(outcome: Outcome, lines: readonly string[]): void {
  const { code, stdout, stderr } = outcome;
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(stdout.replace(TIME, "GREETING").trimEnd().split("\n"), [
    ...lines,
  ]);
}

Deno.test("web_socket_samples/utf8 sends a text, and shows the reply", {
  permissions,
}, async () => {
  await using server = await startServer();
  const uri = server.uri("ws", "EchoWebSocket.ashx");

  assertPrints(await run("utf8", uri, "--message", "¡Hola!"), [
    `Connecting to: ${uri}`,
    "Sending Message: ¡Hola!",
    "Message Received; Type: utf8",
    "GREETING",
    "Message Received; Type: utf8",
    'You said: "¡Hola!"',
    CLOSED,
  ]);
});

Deno.test("web_socket_samples/utf8 validates the certificate of a server", {
  permissions,
}, async () => {
  await using server = await startServer();
  const uri = server.uri("wss", "EchoWebSocket.ashx");

  assertPrints(await run("utf8", uri), [
    `Connecting to: ${uri}`,
    "Custom validation of server certificate passed.",
    "Sending Message: Hello World",
    "Message Received; Type: utf8",
    "GREETING",
    "Message Received; Type: utf8",
    'You said: "Hello World"',
    CLOSED,
  ]);
});

Deno.test("web_socket_samples/utf8 refuses the certificate of another server", {
  permissions,
}, async () => {
  const address = ["--host", "127.0.0.1", "--port", "0"];
  await using server = new Child(
    example("echo.ts", "server", "--ws", "--tls", ...address),
  );
  const port = await server.stdout.match(/^listening on port (\d+)\n/m);
  const uri = `wss://localhost:${port}/`;
  const { code, stdout, stderr } = await run("utf8", uri);

  assertEquals(
    stdout,
    `Connecting to: ${uri}\nCustom validation of server certificate failed.\n`,
  );
  assertEquals(
    { code, stderr },
    {
      code: 1,
      stderr:
        `Cannot connect to "${uri}": a handler of servercustomvalidationrequested has rejected the certificate (unknown, 0x800C000E)\n`,
    },
  );
});

Deno.test("web_socket_samples/utf8 refuses a URI that is none of WebSockets", {
  permissions,
}, async () => {
  const { code, stderr } = await run("utf8", "http://localhost/");

  assertEquals(
    { code, stderr },
    {
      code: 1,
      stderr:
        'Cannot connect to "http://localhost/": it must start with ws: or wss: (ArgumentError, 0x80070057)\n',
    },
  );
});

for (const sample of ["utf8", "partial_messages"]) {
  Deno.test(`web_socket_samples/${sample} ends when the server closes early`, {
    permissions,
  }, async () => {
    await using server = serveWebSockets((webSocket) =>
      webSocket.close(4000, "early")
    );
    const { code, stdout } = await run(sample, server.url);

    assertEquals(code, 0);
    assertMatch(stdout, /\nClosed; Code: 4000 Reason: early\n$/);
  });

  Deno.test(`web_socket_samples/${sample} tells that the connection is lost`, {
    permissions,
  }, async () => {
    using listener = new WebSocketListener();
    listener.onconnectionreceived = async (request) => {
      const webSocket = await request.acceptMessageWebSocketAsync();
      for await (const _ of webSocket) await webSocket.outputStream.abort();
    };
    await listener.bindEndpointAsync("127.0.0.1", "");
    const { localPort } = listener.information;
    const { code, stdout } = await run(sample, `ws://127.0.0.1:${localPort}/`);

    assertEquals(code, 0);
    assertMatch(stdout, /^Cannot receive: the connection was lost [^\n]+$/m);
    assertMatch(stdout, /\nClosed; Code: 1006 Reason: \n$/);
  });
}

Deno.test("web_socket_samples/binary writes and reads in two loops", {
  permissions,
}, async () => {
  await using server = await startServer();
  const uri = server.uri("ws", "EchoWebSocket.ashx");
  const { code, stdout, stderr } = await run(
    "binary",
    uri,
    "--seconds",
    "0.5",
  );

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.shift(), `Connecting to: ${uri}`);
  assert(lines.includes("Data Sent: 11 bytes"), stdout);
  const received = lines.filter((line) => line.startsWith("Data Received: "));
  const count = Number(/\d+/.exec(received.at(-1) ?? "")?.[0]);
  // The greeting, whose time is as long as it is, and the reply.
  assert(count > "binary message received, size=11 bytes".length, stdout);
  assertEquals(lines.slice(-2), [
    "During read: Cannot complete the operation: the WebSocket was closed (operationCanceled, 0x80072EF1)",
    CLOSED,
  ]);
});

Deno.test("web_socket_samples/binary ends when the server closes", {
  permissions,
}, async () => {
  await using server = serveWebSockets((webSocket) =>
    webSocket.close(1001, "later")
  );
  const { code, stdout } = await run("binary", server.url, "--seconds", "60");

  assertEquals(code, 0);
  assertMatch(stdout, /^Background read stopped\.$/m);
  assertMatch(stdout, /^Closed; Code: 1001 Reason: later$/m);
});

Deno.test("web_socket_samples/client_certificate shows its certificate", {
  permissions,
}, async () => {
  await using server = await startServer();
  const uri = server.uri("wss", "EchoWebSocketWithClientAuthentication.ashx");

  assertPrints(await run("client_certificate", uri), [
    'Reading "WebSocketSampleClientCert" succeeded.',
    `Connecting to: ${uri}`,
    "Connected to WebSocket Server.",
    CLOSED,
  ]);
  await server.child.stdout.match(/^The client is "WebSocketSampleClient"\n/m);
});

Deno.test("web_socket_samples/client_certificate is refused without one", {
  permissions,
}, async () => {
  await using server = await startServer();
  const uri = server.uri("wss", "EchoWebSocketWithClientAuthentication.ashx");
  const { code, stdout, stderr } = await run(
    "client_certificate",
    uri,
    "--password",
    "4321",
  );

  assertMatch(stdout, /^Reading certificate failed: /);
  assertEquals(
    { code, stderr },
    {
      code: 1,
      stderr:
        `Cannot connect to "${uri}": the server answered "403 Forbidden" (forbidden, 0x80190193)\n`,
    },
  );
});

for (const scheme of ["ws", "wss"] as const) {
  Deno.test(
    `web_socket_samples/partial_messages gets parts for parts by ${scheme}`,
    {
      permissions,
    },
    async () => {
      await using server = await startServer();
      const uri = server.uri(scheme, "partialMessages.ashx");
      const outcome = await run(
        "partial_messages",
        uri,
        "--message",
        "one two three",
      );

      const { code, stdout, stderr } = outcome;
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      const [first, ...lines] = stdout.replace(TIME, "GREETING").split("\n");
      assertEquals(first, `Connecting to: ${uri}`);
      // The greeting may come while the parts are sent.
      const isSent = (line: string): boolean => line.startsWith("Sending ");
      assertEquals(lines.filter(isSent), [
        "Sending partial message: one",
        "Sending partial message: two",
        "Sending end of message: three",
      ]);
      assertEquals(lines.filter((line) => !isSent(line)), [
        "Complete message received; Type: utf8",
        "GREETING",
        "Partial message received; Type: utf8",
        'You said: "one"\r',
        "",
        "Partial message received; Type: utf8",
        'You said: "two"\r',
        "",
        "Complete message received; Type: utf8",
        'You said: "three"\r',
        "",
        CLOSED,
        "",
      ]);
    },
  );
}

Deno.test(
  "web_socket_samples/echo_server answers what it does not know with 404",
  {
    permissions,
  },
  async () => {
    await using server = await startServer();
    const uri = server.uri("ws", "nothing");

    assertEquals(
      (await run("utf8", uri)).stderr,
      `Cannot connect to "${uri}": the server answered "404 Not Found" (notFound, 0x80190194)\n`,
    );
  },
);
