import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import {
  MessageWebSocket,
  WebErrorStatus,
  WebSocketError,
} from "../../../mod.ts";
import { isPending } from "../streams/_fakes.ts";
import {
  closeAll,
  listen,
  nextError,
  nextRequest,
  ON_LOOPBACK,
  urlOf,
} from "./_client_listener.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { connectRaw, type RawPeer, requestHead } from "./_raw_peer.ts";

const MAX_HEAD_SIZE = 16 * 1024;
const decoder = new TextDecoder();

/** What a client is told that asks for something else. */
interface Refusal {
  /** The head of the answer. */
  readonly peer: RawPeer;
  readonly statusLine: string;
  readonly body: string;
  /** What the `error` event tells. */
  readonly error: WebSocketError;
}

/** Sends something to a listener that is to refuse it. */
async function refusalOf(
  data: string,
  handshakeTimeout?: number,
): Promise<Refusal> {
  using listener = await listen({
    configure({ control }) {
      if (handshakeTimeout !== undefined) {
        control.handshakeTimeout = handshakeTimeout;
      }
    },
    answer: () => {
      throw new Error("No client has asked for a WebSocket");
    },
  });
  const failed = nextError(listener);
  using peer = await connectRaw(listener.information.localPort, data);
  await peer.readHead();
  const body = await peer.read(Number(peer.header("Content-Length")));
  const error = await failed;
  assertInstanceOf(error, WebSocketError);
  assertMatch(
    error.message,
    /^Cannot accept a WebSocket from "127\.0\.0\.1:\d+": /,
  );
  assertEquals(error.status, WebErrorStatus.errorHttpInvalidServerResponse);
  await assertEnded(peer);
  const [statusLine = ""] = peer.head.split("\r\n");
  return { peer, statusLine, body: decoder.decode(body ?? undefined), error };
}

/** Throws unless nothing more comes, and then the end. */
async function assertEnded(peer: RawPeer): Promise<void> {
  assertEquals(await peer.read(1), null);
}

/** The head that asks for a WebSocket, with a line changed or left out. */
function requestBut(line: RegExp, replacement: string): string {
  const head = requestHead();
  assertMatch(head, line);
  return head.replace(line, replacement);
}

/** Requests, each with the status line of the answer and what the body says. */
const REFUSALS: readonly (readonly [string, string, string, string])[] = [
  [
    "a plain request",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "426 Upgrade Required",
    "the request does not ask for a WebSocket",
  ],
  [
    "an upgrade to something else",
    requestBut(/websocket/, "h2c"),
    "426 Upgrade Required",
    "the request does not ask for a WebSocket",
  ],
  [
    "an upgrade that is not for this connection",
    requestBut(/Connection: Upgrade/, "Connection: keep-alive"),
    "426 Upgrade Required",
    "the request does not ask for a WebSocket",
  ],
  [
    "another version of the protocol",
    requestBut(/Version: 13/, "Version: 8"),
    "426 Upgrade Required",
    "the WebSocket version is not 13",
  ],
  [
    "POST",
    requestBut(/^GET/, "POST"),
    "405 Method Not Allowed",
    'the method is "POST", not "GET"',
  ],
  [
    "HEAD",
    requestBut(/^GET/, "HEAD"),
    "405 Method Not Allowed",
    'the method is "HEAD", not "GET"',
  ],
  [
    "HTTP/1.0",
    requestBut(/HTTP\/1\.1/, "HTTP/1.0"),
    "505 HTTP Version Not Supported",
    "the version is HTTP/1.0, not HTTP/1.1",
  ],
  [
    "HTTP/2",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "400 Bad Request",
    "the request line is not valid",
  ],
  ["garbage", "\x16\x03\x01\r\n\r\n", "400 Bad Request", "request line"],
  ["an empty line", "\r\n\r\n", "400 Bad Request", "request line"],
  [
    "a target of another form",
    requestBut(/ \/ /, " * "),
    "400 Bad Request",
    "the request line is not valid",
  ],
  [
    "a line that is no field",
    requestHead("no field"),
    "400 Bad Request",
    "a line is not a name, a colon and a value",
  ],
  [
    "a space before the colon",
    requestHead("Name : value"),
    "400 Bad Request",
    "a line is not a name, a colon and a value",
  ],
  [
    "a control character",
    requestHead("Name: a\0b"),
    "400 Bad Request",
    'the field "Name" has a control character',
  ],
  [
    "no host",
    requestBut(/Host: .*\r\n/, ""),
    "400 Bad Request",
    'the field "Host" is not there, or is not a host',
  ],
  [
    "two hosts",
    requestHead("Host: other"),
    "400 Bad Request",
    '"Host"',
  ],
  [
    "no key",
    requestBut(/Sec-WebSocket-Key: .*\r\n/, ""),
    "400 Bad Request",
    'the field "Sec-WebSocket-Key" is not 16 bytes in base64',
  ],
  [
    "a short key",
    requestBut(/Key: .*\r\n/, "Key: AAAA\r\n"),
    "400 Bad Request",
    'the field "Sec-WebSocket-Key" is not 16 bytes in base64',
  ],
  [
    "a body",
    requestHead("Content-Length: 5"),
    "400 Bad Request",
    "the request has a body",
  ],
  [
    "a body in chunks",
    requestHead("Transfer-Encoding: chunked"),
    "400 Bad Request",
    "the request has a body",
  ],
  [
    "a protocol that is none",
    requestHead("Sec-WebSocket-Protocol: a b"),
    "400 Bad Request",
    'the protocol "a b" is not valid',
  ],
  [
    "an extension that is none",
    requestHead('Sec-WebSocket-Extensions: a; b="'),
    "400 Bad Request",
    "",
  ],
  [
    "too many fields",
    requestHead(...Array(130).fill("X: y")),
    "431 Request Header Fields Too Large",
    "there are more than 128 fields",
  ],
  [
    "a head that is too long",
    requestHead(`X: ${"y".repeat(MAX_HEAD_SIZE)}`),
    "431 Request Header Fields Too Large",
    "the head is longer than 16384 bytes",
  ],
];

for (const [name, data, status, reason] of REFUSALS) {
  Deno.test(
    `WebSocketListener answers ${name} with ${status}, closes, and tells of it`,
    ON_LOOPBACK,
    async () => {
      const { peer, statusLine, body, error } = await refusalOf(data);
      assertEquals(statusLine, `HTTP/1.1 ${status}`);
      assertStringIncludes(body, reason);
      assertEquals(error.message.endsWith(`: ${body.trimEnd()}`), true);
      assertEquals(peer.header("Content-Type"), "text/plain; charset=utf-8");
      assertMatch(peer.header("Connection") ?? "", /\bclose$/);
      const is426 = status.startsWith("426");
      assertEquals(peer.header("Upgrade"), is426 ? "websocket" : null);
      assertEquals(peer.header("Sec-WebSocket-Version"), is426 ? "13" : null);
      const is405 = status.startsWith("405");
      assertEquals(peer.header("Allow"), is405 ? "GET" : null);
    },
  );
}

Deno.test(
  "WebSocketListener tells fetch() that it has WebSockets alone",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    const failed = nextError(listener);
    const url = urlOf(listener).replace("ws:", "http:");
    const response = await fetch(url);
    assertEquals(response.status, 426);
    assertMatch(await response.text(), /does not ask for a WebSocket/);
    await failed;
    const post = await fetch(url, { method: "POST", body: "x".repeat(1e6) });
    assertEquals(post.status, 405);
    await post.body?.cancel();
  },
);

Deno.test(
  "WebSocketListener answers a head that is not complete within control.handshakeTimeout with 408",
  ON_LOOPBACK,
  async () => {
    for (const data of ["", requestHead().slice(0, -2)]) {
      const start = performance.now();
      const { statusLine, body } = await refusalOf(data, 60);
      assertGreaterOrEqual(performance.now() - start, 59);
      assertEquals(statusLine, "HTTP/1.1 408 Request Timeout");
      assertEquals(body, "the request did not come within 60 ms\n");
    }
  },
);

Deno.test(
  "WebSocketListener answers a head that comes byte by byte with 408, however often one comes",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      configure: ({ control }) => control.handshakeTimeout = 100,
      answer: (request) => request.rejectAsync(403),
    });
    const failed = nextError(listener);
    using peer = await connectRaw(listener.information.localPort);
    let isAnswered = false;
    const answered = peer.readHead().then(() => isAnswered = true);
    while (!isAnswered) {
      await peer.write("G");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await answered;
    assertMatch(peer.head, /^HTTP\/1\.1 408 /);
    await failed;
  },
);

Deno.test(
  "WebSocketListener takes a setting of control.handshakeTimeout after it was bound",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    listener.control.handshakeTimeout = 30;
    const failed = nextError(listener);
    using peer = await connectRaw(listener.information.localPort);
    await peer.readHead();
    assertMatch(peer.head, /^HTTP\/1\.1 408 /);
    await failed;
  },
);

Deno.test(
  "WebSocketListener takes a head of 16 KiB, also byte by byte, and no byte more",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const { localPort } = listener.information;
    const rest = requestHead("X: ").length;
    const head = requestHead(`X: ${"y".repeat(MAX_HEAD_SIZE - rest)}`);
    assertEquals(head.length, MAX_HEAD_SIZE);
    for (const pieces of [[head], requestHead().split(/(?<=.)/s)]) {
      const requested = nextRequest(listener);
      using peer = await connectRaw(localPort);
      for (const piece of pieces) await peer.write(piece);
      const rejected = (await requested).rejectAsync(403);
      await peer.readEnd();
      peer[Symbol.dispose]();
      await rejected;
    }
    const failed = nextError(listener);
    const waiting = nextRequest(listener);
    using peer = await connectRaw(localPort, head.replace("X: ", "X: y"));
    await peer.readHead();
    assertMatch(peer.head, /^HTTP\/1\.1 431 /);
    await failed;
    listener.close();
    await assertRejects(() => waiting);
  },
);

Deno.test(
  "WebSocketListener tells of a client that leaves before it has asked, and goes on",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const requested = nextRequest(listener);
    for (const data of ["", "GET / HTT"]) {
      const failed = nextError(listener);
      using peer = await connectRaw(listener.information.localPort, data);
      await peer.conn.closeWrite();
      const error = await failed;
      assertInstanceOf(error, WebSocketError);
      assertStringIncludes(
        error.message,
        `the connection ended after ${data.length} bytes of the head`,
      );
      await peer.readEnd();
    }
    const webSocket = new MessageWebSocket();
    const connected = webSocket.connectAsync(urlOf(listener));
    const server = await (await requested).acceptMessageWebSocketAsync();
    await connected;
    await closeAll(webSocket, server);
  },
);

/** Bytes that may begin as a request does. */
const requests = fc.tuple(
  fc.constantFrom("", "GET / HTTP/1.1\r\n", requestHead().slice(0, -2)),
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc.constantFrom("", "\r\n", "\r\n\r\n"),
);

Deno.test(
  "WebSocketListener tells of each client by one error, whatever bytes come in the place of a request",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    let told = 0;
    listener.addEventListener("error", () => told++);
    await fc.assert(
      fc.asyncProperty(requests, async ([start, bytes, end]) => {
        const failed = nextError(listener);
        const { localPort } = listener.information;
        using peer = await connectRaw(localPort, start);
        await peer.write(bytes);
        await peer.write(end);
        await peer.conn.closeWrite();
        await peer.readEnd();
        assertInstanceOf(await failed, WebSocketError);
        assertEquals(told--, 1);
      }),
      { numRuns: 60 },
    );
  },
);

Deno.test(
  "WebSocketListener lets a client read its answer that goes on sending",
  ON_LOOPBACK,
  async () => {
    using listener = await listen({
      answer: (request) => request.rejectAsync(403),
    });
    const failed = nextError(listener);
    const head =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n";
    using peer = await connectRaw(listener.information.localPort, head);
    await peer.write("x".repeat(4_000_000));
    await peer.readHead();
    assertMatch(peer.head, /^HTTP\/1\.1 405 /);
    await failed;
  },
);

Deno.test(
  "WebSocketListener leaves a client that does not end the connection after it was refused",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const requested = nextRequest(listener);
    const { localPort } = listener.information;
    using peer = await connectRaw(localPort, requestHead());
    const request = await requested;
    using clock = new FakeClock();
    const rejected = request.rejectAsync(403);
    await peer.readHead();
    assertMatch(peer.head, /^HTTP\/1\.1 403 /);
    clock.pass(1_999);
    assert(await isPending(rejected));
    clock.pass(1);
    await rejected;
  },
);
