import { createServer } from "node:net";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import {
  HResult,
  MessageWebSocket,
  SocketError,
  WebErrorStatus as Status,
  WebSocketError,
} from "../../../mod.ts";
import { turnsOfEventLoop } from "../_transport/_io.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { closedPort } from "../stream_socket/_echo.ts";
import { isPending, outcome } from "../streams/_fakes.ts";
import { closeAll, ON_LOOPBACK, openPair } from "./_client_listener.ts";
import {
  acceptHead,
  type Answer,
  closeWithPeer,
  failureOf,
  openWithPeer,
} from "./_client_raw.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { STEPS } from "./_client_steps.ts";
import { RawPeer, RawServer } from "./_raw_peer.ts";

const SWITCH = "HTTP/1.1 101 Switching Protocols";
/** How many bytes a head may have. */
const MAX_HEAD_SIZE = 16 * 1024;

/** The answer that accepts, but for these fields. */
function acceptBut(fields: Record<string, string | null>): Answer {
  return (peer) => peer.write(acceptHead(peer, fields));
}

/** The answer that accepts, with this in the place of its status line. */
function acceptAs(statusLine: string): Answer {
  return (peer) => peer.write(acceptHead(peer).replace(SWITCH, statusLine));
}

/** The answer that accepts, and has these lines as well. */
function acceptAnd(...lines: readonly string[]): Answer {
  return (peer) => peer.accept(...lines);
}

/** An answer that goes no further, and the end. */
function endAfter(text: string): Answer {
  return async (peer) => {
    await peer.write(text);
    await peer.conn.closeWrite();
  };
}

/** What is no answer of a WebSocket server, and what the error says. */
const BAD_ANSWERS: readonly (readonly [string, Answer, string])[] = [
  [
    "nothing and the end",
    endAfter(""),
    "server: the connection ended after 0 bytes of the head",
  ],
  [
    "the end in the head",
    endAfter(`${SWITCH}\r\n`),
    "server: the connection ended after 34 bytes of the head",
  ],
  [
    "a head that is too long",
    `${SWITCH}\r\nX-Long: ${"x".repeat(MAX_HEAD_SIZE)}`,
    "server: the head is longer than 16384 bytes",
  ],
  [
    "a head of too many fields",
    `${SWITCH}\r\n${"X: y\r\n".repeat(129)}\r\n`,
    "server: there are more than 128 fields",
  ],
  ["a greeting", "220 mail.example ESMTP\r\n\r\n", "status line is not valid"],
  ["nothing but a line", "\r\n\r\n\r\n", "status line is not valid"],
  ["HTTP/2", "HTTP/2 101\r\n\r\n", "status line is not valid"],
  ["a status of two digits", "HTTP/1.1 99\r\n\r\n", "status line is not valid"],
  [
    "a line that is no field",
    `${SWITCH}\r\nUpgrade\r\n\r\n`,
    "a line is not a name, a colon and a value",
  ],
  [
    "a folded line",
    `${SWITCH}\r\nUpgrade: web\r\n socket\r\n\r\n`,
    "a line is not a name, a colon and a value",
  ],
  [
    "a control character",
    `${SWITCH}\r\nX: a\0b\r\n\r\n`,
    'the field "X" has a control character',
  ],
  [
    "HTTP/1.0",
    acceptAs("HTTP/1.0 101 Switching Protocols"),
    "the server switches protocols in HTTP/1.0",
  ],
  [
    "no accept key",
    acceptBut({ "Sec-WebSocket-Accept": null }),
    'the "Sec-WebSocket-Accept" is not that of the key',
  ],
  [
    "the accept key of another",
    acceptBut({ "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" }),
    'the "Sec-WebSocket-Accept" is not that of the key',
  ],
  [
    "two accept keys",
    acceptAnd("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    "Sec-WebSocket-Accept",
  ],
  [
    "no upgrade",
    acceptBut({ "Upgrade": null }),
    'the response does not have "Upgrade: websocket"',
  ],
  [
    "another upgrade",
    acceptBut({ "Upgrade": "h2c" }),
    'the response does not have "Upgrade: websocket"',
  ],
  [
    "no connection header",
    acceptBut({ "Connection": null }),
    'the response does not have "Connection: Upgrade"',
  ],
  [
    "another connection header",
    acceptBut({ "Connection": "close" }),
    'the response does not have "Connection: Upgrade"',
  ],
  [
    "a protocol that was not offered",
    acceptAnd("Sec-WebSocket-Protocol: chat"),
    'the protocol "chat" was not offered',
  ],
  [
    "an extension that was not offered",
    acceptAnd("Sec-WebSocket-Extensions: permessage-deflate"),
    "the server chose an extension, and none was offered",
  ],
];

for (const [name, answer, reason] of BAD_ANSWERS) {
  Deno.test(
    `ClientWebSocket.connectAsync() rejects when the server answers with ${name}`,
    ON_LOOPBACK,
    async () => {
      const error = await failureOf(answer);
      assertEquals(error.status, Status.errorHttpInvalidServerResponse);
      assertMatch(
        error.message,
        /^Cannot connect to "ws:\/\/127\.0\.0\.1:\d+\/": /,
      );
      assertStringIncludes(error.message, reason);
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() rejects when the server chooses another protocol, or two of those that were offered",
  ON_LOOPBACK,
  async () => {
    for (
      const [lines, reason] of [
        [["Sec-WebSocket-Protocol: V1"], 'the protocol "V1" was not offered'],
        [["Sec-WebSocket-Protocol: v1, v2"], "was not offered"],
        [["Sec-WebSocket-Protocol:"], 'the protocol "" was not offered'],
        [
          ["Sec-WebSocket-Protocol: v1", "Sec-WebSocket-Protocol: v2"],
          "Sec-WebSocket-Protocol",
        ],
      ] as const
    ) {
      const error = await failureOf(acceptAnd(...lines), {
        configure({ control }) {
          control.supportedProtocols.push("v1", "v2");
        },
      });
      assertEquals(error.status, Status.errorHttpInvalidServerResponse);
      assertStringIncludes(error.message, reason);
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects when the server agrees to a compression that it was not asked for",
  ON_LOOPBACK,
  async () => {
    for (
      const answer of [
        "x-webkit-deflate-frame",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; unknown",
        'permessage-deflate; "',
      ]
    ) {
      const error = await failureOf(
        acceptAnd(`Sec-WebSocket-Extensions: ${answer}`),
        {
          configure({ control }) {
            control.compression = true;
          },
        },
      );
      assertEquals(error.status, Status.errorHttpInvalidServerResponse, answer);
    }
  },
);

/** Bytes that may begin as an answer does. */
const answers = fc.tuple(
  fc.constantFrom("", "HTTP/1.1 ", `${SWITCH}\r\n`, `${SWITCH}\r\n\r\n`),
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom("", "\r\n", "\r\n\r\n"),
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects with WebSocketError, whatever bytes come in the place of an answer",
  ON_LOOPBACK,
  async () => {
    await fc.assert(
      fc.asyncProperty(answers, async ([start, bytes, end]) => {
        await failureOf(async (peer) => {
          await peer.write(start);
          await peer.write(bytes);
          await peer.write(end);
          await peer.conn.closeWrite();
        });
      }),
      { numRuns: 60 },
    );
  },
);

for (
  const [line, status] of [
    ["200 OK", undefined],
    ["204", undefined],
    ["100 Continue", undefined],
    ["301 Moved Permanently", Status.movedPermanently],
    ["401 Unauthorized", Status.unauthorized],
    ["403 Forbidden", Status.forbidden],
    ["404 Not Found", Status.notFound],
    ["407 Proxy Authentication Required", Status.proxyAuthenticationRequired],
    ["418 I'm a teapot", undefined],
    ["426 Upgrade Required", undefined],
    ["500 Internal Server Error", Status.internalServerError],
    ["503 Service Unavailable", Status.serviceUnavailable],
    ["999 Odd", undefined],
  ] as const
) {
  Deno.test(
    `ClientWebSocket.connectAsync() keeps the HTTP status ${line}`,
    ON_LOOPBACK,
    async () => {
      const head = `HTTP/1.1 ${line}\r\nLocation: ws://127.0.0.1:1/\r\n`;
      const error = await failureOf(`${head}Content-Length: 2\r\n\r\nno`);
      const code = Number(line.slice(0, 3));
      assertEquals(error.hresult >>> 0, 0x8019_0000 + code);
      if (status !== undefined) assertEquals(error.status, status);
      assertStringIncludes(error.message, `: the server answered "${line}"`);
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() keeps the HTTP status of a server of HTTP/1.0, or one that does not wait for the request",
  ON_LOOPBACK,
  async () => {
    const error = await failureOf("HTTP/1.0 404 Not Found\r\n\r\n");
    assertEquals(error.status, Status.notFound);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using webSocket = new MessageWebSocket();
    const { port } = listener.addr;
    const connecting = outcome(
      webSocket.connectAsync(`ws://127.0.0.1:${port}`),
    );
    using peer = new RawPeer(await listener.accept(), false);
    await peer.write("HTTP/1.1 503 Busy\r\n\r\n");
    const busy = await connecting;
    assertInstanceOf(busy, WebSocketError);
    assertEquals(busy.status, Status.serviceUnavailable);
    await peer.readEnd();
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects with cannotConnect where nobody listens, and with the error of the socket as the cause",
  ON_LOOPBACK,
  async () => {
    using webSocket = new MessageWebSocket();
    const port = closedPort();
    for (const scheme of ["ws", "wss"]) {
      const error = await assertRejects(
        () => webSocket.connectAsync(`${scheme}://127.0.0.1:${port}/`),
        WebSocketError,
        "connection refused",
      );
      assertEquals(error.status, Status.cannotConnect);
      assertEquals(error.hresult, HResult.WININET_E_CANNOT_CONNECT);
      assertInstanceOf(error.cause, SocketError);
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects with hostNameNotResolved for a name that does not exist",
  { permissions: { net: ["nope.invalid"] } },
  async () => {
    using webSocket = new MessageWebSocket();
    const error = await assertRejects(
      () => webSocket.connectAsync("ws://nope.invalid/"),
      WebSocketError,
    );
    assertEquals(error.status, Status.hostNameNotResolved);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() rejects with connectionReset when the server resets the connection",
  ON_LOOPBACK,
  async () => {
    // A reset without native calls is a thing of node:net.
    const server = createServer((socket) =>
      socket.once("data", () => socket.resetAndDestroy())
    );
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve)
    );
    const address = server.address();
    assert(address !== null && typeof address === "object");
    using webSocket = new MessageWebSocket();
    const error = await assertRejects(
      () => webSocket.connectAsync(`ws://127.0.0.1:${address.port}/`),
      WebSocketError,
    );
    await new Promise((resolve) => server.close(resolve));
    assertEquals(error.status, Status.connectionReset);
  },
);

for (const { name, reason, stall } of STEPS) {
  Deno.test(
    `ClientWebSocket.connectAsync() rejects with timeout when ${name} takes longer than control.handshakeTimeout`,
    ON_LOOPBACK,
    async () => {
      using clock = new FakeClock();
      await using webSocket = new MessageWebSocket();
      webSocket.control.handshakeTimeout = 50;
      const { connecting, left } = await stall(webSocket);
      while (clock.timerCount === 0) await turnsOfEventLoop(1);
      clock.pass(49);
      assert(await isPending(connecting));
      clock.pass(1);
      const error = await connecting;
      assertInstanceOf(error, WebSocketError);
      assertEquals(error.status, Status.timeout);
      assertStringIncludes(error.message, reason);
      await left;
    },
  );
}

Deno.test(
  "ClientWebSocket.connectAsync() rejects with timeout when the answer comes byte by byte",
  ON_LOOPBACK,
  async () => {
    const error = await failureOf(async (peer) => {
      let ended = false;
      const end = peer.readEnd().then(() => ended = true);
      while (!ended) {
        await peer.write("x").catch(() => {});
        await turnsOfEventLoop(50);
      }
      await end;
    }, {
      configure({ control }) {
        control.handshakeTimeout = 60;
      },
    });
    assertEquals(error.status, Status.timeout);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() waits without a limit when control.handshakeTimeout is Infinity",
  ON_LOOPBACK,
  async () => {
    const webSocket = new MessageWebSocket();
    webSocket.control.handshakeTimeout = Infinity;
    using server = new RawServer();
    const connecting = webSocket.connectAsync(server.url);
    using peer = await server.next();
    assert(await isPending(connecting));
    await peer.accept();
    await connecting;
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() needs the net permission, whose lack is told as it is",
  { permissions: "none" },
  async () => {
    using webSocket = new MessageWebSocket();
    const { root } = await goodIdentities();
    webSocket.control.trustedRootCertificates = [root];
    for (
      const uri of ["ws://127.0.0.1:9/", "wss://127.0.0.1:9/", "ws://a.example"]
    ) {
      await assertRejects(
        () => webSocket.connectAsync(uri),
        Deno.errors.NotCapable,
        "net access",
      );
    }
    webSocket.control.proxy = "http://127.0.0.1:9";
    await assertRejects(
      () => webSocket.connectAsync("ws://a.example"),
      Deno.errors.NotCapable,
      "127.0.0.1:9",
    );
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() takes an answer in other letters, with other headers, that comes byte by byte",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const connecting = webSocket.connectAsync(server.url);
    using peer = await server.next();
    const head = acceptHead(peer, {
      "Connection": "keep-alive, UPGRADE",
      "Upgrade": "WebSocket",
      "Server": "test \xE9",
      "X-Empty": "",
    });
    for (const character of head.replace("Switching Protocols", "")) {
      await peer.write(character);
    }
    await connecting;
    assertEquals(webSocket.information.protocol, "");
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() takes a head of 16 KiB, and a frame right behind it",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const connecting = webSocket.connectAsync(server.url);
    using peer = await server.next();
    const rest = acceptHead(peer, { "X-Long": "" }).length;
    const head = acceptHead(peer, {
      "X-Long": "x".repeat(MAX_HEAD_SIZE - rest),
    });
    assertEquals(head.length, MAX_HEAD_SIZE);
    await peer.write(head);
    await peer.sendClose(1001, "at once");
    await connecting;
    assertEquals(await peer.readClose(), [1001, "at once"]);
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() chooses one of several protocols, or none",
  ON_LOOPBACK,
  async () => {
    for (
      const [headers, protocol] of [
        [["Sec-WebSocket-Protocol: v2"], "v2"],
        [[], ""],
      ] as const
    ) {
      const { webSocket, peer } = await openWithPeer(({ control }) => {
        control.supportedProtocols.push("v1", "v2");
      }, ...headers);
      assertEquals(webSocket.information.protocol, protocol);
      await closeWithPeer(webSocket, peer);
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() agrees to compression if the server does, or goes on without it",
  ON_LOOPBACK,
  async () => {
    for (
      const headers of [
        ["Sec-WebSocket-Extensions: permessage-deflate"],
        [],
      ]
    ) {
      const { webSocket, peer } = await openWithPeer(({ control }) => {
        control.compression = { threshold: 0 };
      }, ...headers);
      await webSocket.outputStream.writeAsync(new Uint8Array(100));
      const frame = await peer.readFrame();
      assertEquals(frame?.payload.length === 100, headers.length === 0);
      await closeWithPeer(webSocket, peer);
    }
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() takes localhost, and a URL object, which may be changed then",
  { permissions: { net: ["127.0.0.1", "localhost"] } },
  async () => {
    using server = new RawServer();
    const url = new URL(`ws://localhost:${server.port}/first`);
    const webSocket = new MessageWebSocket();
    const connecting = webSocket.connectAsync(url);
    url.pathname = "/second";
    using peer = await server.accept();
    await connecting;
    assertMatch(peer.head, /^GET \/first HTTP\/1\.1\r\n/);
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "ClientWebSocket.connectAsync() connects 50 at once",
  ON_LOOPBACK,
  async () => {
    const pairs = await Promise.all(
      Array.from({ length: 50 }, () => openPair()),
    );
    await closeAll(...pairs.flatMap(({ client, server }) => [client, server]));
  },
);
