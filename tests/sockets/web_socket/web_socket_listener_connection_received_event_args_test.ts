import { createConnection } from "node:net";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  InvalidOperationError,
  MessageWebSocket,
  type MessageWebSocketAcceptOptions,
  MessageWebSocketReceiveMode,
  ServerMessageWebSocket,
  ServerStreamWebSocket,
  WebErrorStatus,
  type WebSocketEndpoint,
  WebSocketError,
  WebSocketListenerConnectionReceivedEventArgs as Request,
} from "../../../mod.ts";
import { EndpointState } from "../../../sockets/web_socket/_endpoint_state.ts";
import { INJECTIONS } from "./_handshake/_heads.ts";
import {
  closeAll,
  listen,
  nextRequest,
  ON_LOOPBACK,
  urlOf,
} from "./_client_listener.ts";
import { connectRaw, type RawPeer, requestHead } from "./_raw_peer.ts";

/** A client that has asked, and what the listener tells of it. */
interface Asked {
  readonly request: Request;
  readonly peer: RawPeer;
}

/** Asks a listener, which is gone again. */
async function ask(head: string): Promise<Asked> {
  using listener = await listen();
  const requested = nextRequest(listener);
  const peer = await connectRaw(listener.information.localPort, head);
  return { request: await requested, peer };
}

/** Rejects a client, so that nothing of it is left. */
async function rejectNow({ request, peer }: Asked): Promise<void> {
  await Promise.all([
    request.rejectAsync(403),
    peer.readEnd().then(() => peer[Symbol.dispose]()),
  ]);
}

/** Closes a server whose client is one by hand. */
async function closeServer(
  server: WebSocketEndpoint,
  peer: RawPeer,
): Promise<void> {
  const closed = closeAll(server);
  await peer.readClose();
  await peer.sendClose(1000);
  await peer.readEnd();
  peer[Symbol.dispose]();
  await closed;
}

/** The lines of an answer, without the accept key. */
function linesOf({ head }: RawPeer): string[] {
  return head.split("\r\n").filter((line) =>
    !line.startsWith("Sec-WebSocket-Accept")
  );
}

/** Throws unless a client can be answered no more. */
async function assertAnswered(request: Request): Promise<void> {
  for (
    const answer of [
      () => request.acceptMessageWebSocketAsync(),
      () => request.acceptStreamWebSocketAsync(),
      () => request.rejectAsync(403),
    ]
  ) {
    await assertRejects(
      answer,
      InvalidOperationError,
      "the client: it was answered already",
    );
  }
}

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs and the WebSockets of servers cannot be made of something else than theirs",
  { permissions: "none" },
  () => {
    assertThrows(() => new Request({}), TypeError, "Not a request");
    const none = new EndpointState([]);
    for (const Class of [ServerMessageWebSocket, ServerStreamWebSocket]) {
      assertThrows(
        () => new Class(none),
        TypeError,
        "Not the state of a WebSocket of a server",
      );
    }
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs tells what the client asks for, and who it is",
  ON_LOOPBACK,
  async () => {
    const head = requestHead(
      "Sec-WebSocket-Protocol: v2, v1",
      "Sec-WebSocket-Protocol: v0",
      "Origin: https://app.example",
      "X-Twice: a",
      "x-twice: b",
      "X-Latin: \xE9",
    ).replace("GET / ", "GET /a%20b?c=d ")
      .replace("Host: 127.0.0.1", "Host: A.example:8080");
    const asked = await ask(head);
    const { request, peer } = asked;
    assertEquals(request.type, "connectionreceived");
    assertEquals(request.url.href, "ws://a.example:8080/a%20b?c=d");
    assertEquals(request.requestedProtocols, ["v2", "v1", "v0"]);
    const { headers, socketInformation } = request;
    assertEquals(headers.get("Origin"), "https://app.example");
    assertEquals(headers.get("x-TWICE"), "a, b");
    assertEquals(headers.get("Sec-WebSocket-Version"), "13");
    assertEquals(headers.get("Cookie"), null);
    assertEquals(socketInformation.remoteAddress?.rawName, "127.0.0.1");
    const { port } = peer.conn.localAddr;
    assertEquals(socketInformation.remotePort, `${port}`);
    await rejectNow(asked);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs.url has the host of a target that is a URL",
  ON_LOOPBACK,
  async () => {
    const asked = await ask(
      requestHead().replace("GET / ", "GET http://b.example/c?d "),
    );
    assertEquals(asked.request.url.href, "ws://b.example/c?d");
    assertEquals(asked.request.requestedProtocols, []);
    await rejectNow(asked);
  },
);

for (
  const [method, name] of [
    ["acceptMessageWebSocketAsync", "ServerMessageWebSocket"],
    ["acceptStreamWebSocketAsync", "ServerStreamWebSocket"],
  ] as const
) {
  Deno.test(
    `WebSocketListenerConnectionReceivedEventArgs.${method}() accepts the client once, with what the options say`,
    ON_LOOPBACK,
    async () => {
      const head = requestHead("Sec-WebSocket-Protocol: v2, v1");
      const headers = { "Set-Cookie": "a=1", "X-Name": " value " };
      const { request, peer } = await ask(head);
      const server = await request[method]({ protocol: "v1", headers });
      assertEquals(server.constructor.name, name);
      assertEquals(server.information.protocol, "v1");
      await peer.readHead();
      assertEquals(
        peer.header("Sec-WebSocket-Accept"),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      );
      assertEquals(linesOf(peer), [
        "HTTP/1.1 101 Switching Protocols",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Protocol: v1",
        "Set-Cookie: a=1",
        "X-Name: value",
      ]);
      await assertAnswered(request);
      await closeServer(server, peer);
      await assertAnswered(request);
    },
  );

  Deno.test(
    `WebSocketListenerConnectionReceivedEventArgs.${method}() chooses no protocol and no compression by itself`,
    ON_LOOPBACK,
    async () => {
      const { request, peer } = await ask(requestHead(
        "Sec-WebSocket-Protocol: v2, v1",
        "Sec-WebSocket-Extensions: permessage-deflate",
      ));
      const server = await request[method]();
      assertEquals(server.information.protocol, "");
      await peer.readHead();
      assertEquals(linesOf(peer).length, 3);
      await closeServer(server, peer);
    },
  );
}

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs takes headers in all ways of the web",
  ON_LOOPBACK,
  async () => {
    const pairs: [string, string][] = [["x-a", "1"], ["x-b", "2"]];
    for (
      const headers of [pairs, Object.fromEntries(pairs), new Headers(pairs)]
    ) {
      const { request, peer } = await ask(requestHead());
      const server = await request.acceptStreamWebSocketAsync({ headers });
      await peer.readHead();
      assertEquals(linesOf(peer).slice(3), ["x-a: 1", "x-b: 2"]);
      await closeServer(server, peer);
    }
    const cookies = new Headers([["Set-Cookie", "a=1"], ["Set-Cookie", "b"]]);
    const { request, peer } = await ask(requestHead());
    const server = await request.acceptStreamWebSocketAsync({
      headers: cookies,
    });
    await peer.readHead();
    assertEquals(linesOf(peer).slice(3), ["set-cookie: a=1", "set-cookie: b"]);
    await closeServer(server, peer);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs agrees to compression if both sides want it",
  ON_LOOPBACK,
  async () => {
    for (
      const [offer, answer] of [
        [
          "permessage-deflate; client_max_window_bits",
          /^permessage-deflate\b/,
        ],
        ["x-unknown", null],
        [null, null],
      ] as const
    ) {
      const { request, peer } = await ask(
        offer === null
          ? requestHead()
          : requestHead(`Sec-WebSocket-Extensions: ${offer}`),
      );
      const server = await request.acceptMessageWebSocketAsync({
        compression: true,
      });
      await peer.readHead();
      const agreed = peer.header("Sec-WebSocket-Extensions");
      if (answer === null) assertEquals(agreed, null);
      else assertMatch(agreed ?? "", answer);
      await closeServer(server, peer);
    }
  },
);

/** Headers that no answer can have, and what the error says. */
interface BadHeaders {
  readonly headers: HeadersInit;
  readonly reason: string;
}

/** The same pair in all ways of the web that take it. */
function inEachWay(name: string, value: string, reason: string): BadHeaders[] {
  return [
    { headers: { [name]: value }, reason },
    { headers: [[name, value]], reason },
  ];
}

const BAD_HEADERS: readonly BadHeaders[] = [
  ...INJECTIONS.flatMap((injection) => [
    ...inEachWay("X-Name", injection, "X-Name"),
    ...inEachWay(injection, "value", "its name must be letters"),
  ]),
  ...[
    "Connection",
    "upgrade",
    "Content-Length",
    "Transfer-Encoding",
    "Sec-WebSocket-Accept",
  ].flatMap((name) => inEachWay(name, "x", "the handshake sets it")),
  {
    headers: new Headers({ "Sec-WebSocket-Protocol": "v1" }),
    reason: "the handshake sets it",
  },
];

/** Options that are not acceptable, and what the error says. */
interface BadOptions {
  readonly options: MessageWebSocketAcceptOptions;
  readonly reason: string;
}

const BAD_OPTIONS: readonly BadOptions[] = [
  ...BAD_HEADERS.map(({ headers, reason }) => ({
    options: { headers },
    reason,
  })),
  {
    options: { protocol: "v3" },
    reason:
      'Cannot accept the protocol "v3": the client has offered "v2", "v1"',
  },
  {
    options: { protocol: "V1" },
    reason: 'Cannot accept the protocol "V1"',
  },
  {
    options: { protocol: "v1\r\nX-Evil: 1" },
    reason: "Cannot accept the protocol",
  },
  { options: { idleTimeout: -1 }, reason: "Cannot set idleTimeout to -1" },
  { options: { idleTimeout: NaN }, reason: "Cannot set idleTimeout to NaN" },
  {
    options: { compression: { level: 11 } },
    reason: "Cannot set compression.level to 11",
  },
];

const BAD_OPTIONS_OF_MESSAGES: readonly BadOptions[] = [
  {
    options: { maxMessageSize: -1 },
    reason: "Cannot set maxMessageSize to -1",
  },
  {
    options: { maxMessageSize: 1.5 },
    reason: "Cannot set maxMessageSize to 1.5",
  },
];

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs refuses bad options, and the client can still be answered",
  ON_LOOPBACK,
  async () => {
    const asked = await ask(requestHead("Sec-WebSocket-Protocol: v2, v1"));
    const { request } = asked;
    for (const { options, reason } of BAD_OPTIONS) {
      await assertRejects(
        () => request.acceptStreamWebSocketAsync(options),
        ArgumentError,
        reason,
      );
    }
    for (
      const { options, reason } of [...BAD_OPTIONS, ...BAD_OPTIONS_OF_MESSAGES]
    ) {
      await assertRejects(
        () => request.acceptMessageWebSocketAsync(options),
        ArgumentError,
        reason,
      );
    }
    for (
      const accept of [
        // @ts-expect-error: what plain JavaScript may pass
        () => request.acceptMessageWebSocketAsync({ receiveMode: 2 }),
        // @ts-expect-error: what plain JavaScript may pass
        () => request.acceptMessageWebSocketAsync({ protocol: 5 }),
        // @ts-expect-error: what plain JavaScript may pass
        () => request.acceptStreamWebSocketAsync({ compression: "yes" }),
        // @ts-expect-error: what plain JavaScript may pass
        () => request.acceptStreamWebSocketAsync({ headers: { "X-A": 5 } }),
        () => request.acceptStreamWebSocketAsync({ headers: [["X-A"]] }),
      ]
    ) await assertRejects(accept, ArgumentError);
    await rejectNow(asked);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs.acceptMessageWebSocketAsync() refuses a protocol where none was offered",
  ON_LOOPBACK,
  async () => {
    const { request, peer } = await ask(requestHead());
    await assertRejects(
      () => request.acceptMessageWebSocketAsync({ protocol: "v1" }),
      ArgumentError,
      'Cannot accept the protocol "v1": the client has offered none',
    );
    const server = await request.acceptMessageWebSocketAsync({
      protocol: "",
      maxMessageSize: Infinity,
      receiveMode: MessageWebSocketReceiveMode.partialMessage,
      idleTimeout: 0,
      compression: null,
    });
    await peer.readHead();
    await closeServer(server, peer);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs.rejectAsync() answers with a status, a body and headers, and closes",
  ON_LOOPBACK,
  async () => {
    for (
      const [status, body, headers, lines] of [
        [404, undefined, undefined, [
          "HTTP/1.1 404 Not Found",
          "Connection: close",
          "Content-Length: 0",
          "Content-Type: text/plain; charset=utf-8",
        ]],
        [503, "sp\xE4ter", { "Retry-After": "60" }, [
          "HTTP/1.1 503 Service Unavailable",
          "Connection: close",
          "Content-Length: 7",
          "Content-Type: text/plain; charset=utf-8",
          "Retry-After: 60",
        ]],
        [302, new Uint8Array(3), {
          "Location": "/other",
          "Content-Type": "application/octet-stream",
        }, [
          "HTTP/1.1 302 Found",
          "Connection: close",
          "Content-Length: 3",
          "Location: /other",
          "Content-Type: application/octet-stream",
        ]],
        [418, "", undefined, [
          "HTTP/1.1 418 ",
          "Connection: close",
          "Content-Length: 0",
          "Content-Type: text/plain; charset=utf-8",
        ]],
      ] as const
    ) {
      const { request, peer } = await ask(requestHead());
      const options = headers === undefined ? {} : { headers };
      const rejected = request.rejectAsync(status, body, options);
      await peer.readHead();
      assertEquals(peer.head, lines.join("\r\n"));
      const length = Number(peer.header("Content-Length"));
      const received = await peer.read(length);
      const sent = typeof body === "string"
        ? new TextEncoder().encode(body)
        : body ?? new Uint8Array(0);
      assertEquals(received, sent);
      assertEquals(await peer.readEnd(), "end");
      peer[Symbol.dispose]();
      await rejected;
      await assertAnswered(request);
    }
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs.rejectAsync() refuses bad arguments, and the client can still be answered",
  ON_LOOPBACK,
  async () => {
    const asked = await ask(requestHead());
    const { request } = asked;
    for (const status of [0, 101, 200, 299, 600, 404.5, NaN, "404", null]) {
      await assertRejects(
        // @ts-expect-error: what plain JavaScript may pass
        () => request.rejectAsync(status),
        ArgumentError,
        "the status must be an integer from 300 to 599",
      );
    }
    for (const body of [5, null, {}, [1]]) {
      await assertRejects(
        // @ts-expect-error: what plain JavaScript may pass
        () => request.rejectAsync(403, body),
        ArgumentError,
        "it must be a string or a Uint8Array",
      );
    }
    for (const { headers, reason } of BAD_HEADERS) {
      await assertRejects(
        () => request.rejectAsync(403, "", { headers }),
        ArgumentError,
        reason,
      );
    }
    await rejectNow(asked);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs.headers lets an app reject the pages of others",
  ON_LOOPBACK,
  async () => {
    const servers: WebSocketEndpoint[] = [];
    using listener = await listen({
      async answer(request) {
        if (request.headers.get("Origin") === "https://app.example") {
          servers.push(await request.acceptMessageWebSocketAsync());
        } else {
          await request.rejectAsync(403, "Not from there");
        }
      },
    });
    const connectFrom = async (origin: string): Promise<MessageWebSocket> => {
      const webSocket = new MessageWebSocket();
      webSocket.setRequestHeader("Origin", origin);
      await webSocket.connectAsync(urlOf(listener));
      return webSocket;
    };
    const error = await assertRejects(
      () => connectFrom("https://evil.example"),
      WebSocketError,
    );
    assertEquals(error.status, WebErrorStatus.forbidden);
    const webSocket = await connectFrom("https://app.example");
    await closeAll(webSocket, ...servers);
  },
);

/** A client that has asked, and then reset the connection. */
async function askAndReset(): Promise<Request> {
  using listener = await listen();
  const requested = nextRequest(listener);
  const { localPort } = listener.information;
  const client = createConnection(Number(localPort), "127.0.0.1", () => {
    client.write(requestHead());
  });
  const request = await requested;
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.resetAndDestroy();
  await closed;
  return request;
}

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs rejects what answers a client that has reset the connection",
  ON_LOOPBACK,
  async () => {
    for (
      const method of [
        "acceptMessageWebSocketAsync",
        "acceptStreamWebSocketAsync",
      ] as const
    ) {
      const request = await askAndReset();
      const error = await assertRejects(
        () => request[method](),
        WebSocketError,
      );
      assertEquals(error.status, WebErrorStatus.connectionReset);
      await assertAnswered(request);
    }
    const request = await askAndReset();
    await request.rejectAsync(403);
    await assertAnswered(request);
  },
);

Deno.test(
  "WebSocketListenerConnectionReceivedEventArgs accepts a client that has ended its direction, which a reader is told",
  ON_LOOPBACK,
  async () => {
    const { request, peer } = await ask(requestHead());
    await peer.conn.closeWrite();
    const server = await request.acceptMessageWebSocketAsync();
    const [message] = await Array.fromAsync(server);
    const error = assertThrows(() => message?.getDataReader(), WebSocketError);
    assertEquals(error.status, WebErrorStatus.connectionAborted);
    peer[Symbol.dispose]();
    await closeAll(server);
  },
);
