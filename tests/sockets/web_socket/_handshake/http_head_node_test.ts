import { assert, assertEquals } from "@std/assert";
import {
  createServer,
  type IncomingMessage,
  METHODS,
  type Server,
} from "node:http";
import type { Duplex } from "node:stream";
import fc from "fast-check";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  findHeadEnd,
  parseRequestHead,
  type RequestHead,
} from "../../../../sockets/web_socket/_handshake/http_head.ts";
import { checkUpgradeRequest } from "../../../../sockets/web_socket/_handshake/server_handshake.ts";
import {
  bytesOf,
  fieldValue,
  headOf,
  linesOf,
  SAMPLE_KEY,
  target,
  textOf,
  token,
} from "./_heads.ts";

const LOOPBACK = { permissions: { net: ["127.0.0.1"] } };

/** What a parser has read of a request. */
interface Verdict {
  readonly method: string;
  readonly target: string;
  readonly lines: readonly string[];
  readonly isUpgrade: boolean;
}

/** Why a head is refused that node:http takes. */
interface StricterRule {
  readonly pattern: RegExp;
  /** The start of a head that the rule is about. */
  readonly sample: string;
}

/**
 * All such rules. There is one rule the other way: node:http knows methods by
 * name, where any token will do.
 */
const STRICTER_RULES: Readonly<Record<string, StricterRule>> = {
  "no empty line before the request line": {
    pattern: /^[\r\n]/,
    sample: "\r\nGET / HTTP/1.1",
  },
  "no version but HTTP/1.1": {
    pattern: /^[^\r\n]* HTTP\/(?!1\.1)\d\.\d\r\n/,
    sample: "GET / HTTP/1.0",
  },
  "no request line without a version": {
    pattern: /^\S+ +\S+\r?\n/,
    sample: "GET /",
  },
  "single spaces in the request line": {
    pattern: /^\S+ {2}|^\S+ \S+ {2}/,
    sample: "GET  / HTTP/1.1",
  },
  "no fragment in the target": {
    pattern: /^\S+ \S*#/,
    sample: "GET /a#b HTTP/1.1",
  },
  "no target of the asterisk form": {
    pattern: /^\S+ \* /,
    sample: "OPTIONS * HTTP/1.1",
  },
  "no URL but one of HTTP or WebSocket, with a host and without a user": {
    pattern:
      /^\S+ (?!(?:http|ws)s?:\/\/(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d*)?[/? ])[a-z]+:\/\//i,
    sample: "GET http://user@a/ HTTP/1.1",
  },
};

/** A server of node:http, to which one head is sent at a time. */
class NodeParser {
  readonly #server: Server;
  #verdict: Verdict | null = null;

  constructor() {
    // The Host of a head is not a matter of its syntax.
    this.#server = createServer({ requireHostHeader: false });
    this.#server.on("request", (request: IncomingMessage) => {
      this.#conclude(request, request.socket, false);
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
      this.#conclude(request, socket, true);
    });
    this.#server.on("clientError", (_: Error, socket: Duplex) => {
      socket.destroy();
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => resolve());
    });
  }

  /** What the server has read; null if it has refused it. */
  async parse(head: Uint8Array): Promise<Verdict | null> {
    const address = this.#server.address();
    assert(typeof address === "object" && address !== null);
    const { port } = address;
    this.#verdict = null;
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const end = connection.readable.pipeTo(new WritableStream());
    await connection.write(head).catch(onReset);
    await connection.closeWrite().catch(onReset);
    await end.catch(onReset);
    return this.#verdict;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #conclude(
    { method = "", url = "", rawHeaders }: IncomingMessage,
    socket: Duplex,
    isUpgrade: boolean,
  ): void {
    const lines: string[] = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
    }
    this.#verdict = { method, target: url, lines, isUpgrade };
    socket.end();
  }
}

/** What has not read all of a head may end with a reset. */
function onReset(error: unknown): void {
  const { ConnectionReset, BrokenPipe, NotConnected } = Deno.errors;
  for (const expected of [ConnectionReset, BrokenPipe, NotConnected]) {
    if (error instanceof expected) return;
  }
  throw error;
}

/** What a function returns; null if it refuses the head. */
function resultOf<Result>(run: () => Result): Result | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof HeadFailure) return null;
    throw error;
  }
}

function parse(head: Uint8Array): RequestHead | null {
  return resultOf(() => parseRequestHead(head));
}

/** What node:http should have read of a head that is accepted. */
function toVerdict(
  { method, target, fields }: RequestHead,
  isUpgrade: boolean,
): Verdict {
  return { method, target, lines: linesOf(fields), isUpgrade };
}

async function withNode(
  run: (node: NodeParser) => Promise<void>,
): Promise<void> {
  const node = new NodeParser();
  await node.listen();
  try {
    await run(node);
  } finally {
    await node.close();
  }
}

const requestLine = fc.tuple(
  // A CONNECT has a target of its own; all others are of one syntax.
  fc.constantFrom("GET", "GET", "POST", "OPTIONS", "M-SEARCH", "get", "G(T"),
  fc.oneof(
    { weight: 8, arbitrary: target },
    fc.constantFrom("*", "a", "?", "http://a", "ws://a/b?c", "http://", "a:80"),
    fc.constantFrom("http://a#b", "http://u@a/", "HTTP://[::1]:80", "x://a"),
  ),
  fc.constantFrom("1.1", "1.1", "1.1", "1.1", "1.0", "2.0", "1.2", "0.9"),
).map(([method, target, version]) => `${method} ${target} HTTP/${version}`);

const whiteSpace = fc.constantFrom("", " ", " ", " ", "\t", " \t ");

// How long a body is comes in another test: here there is none.
const field = fc.tuple(
  fc.oneof(token, fc.constantFrom("Host", "Upgrade", "Connection", "Cookie")),
  whiteSpace,
  fieldValue,
  whiteSpace,
).map(([name, before, value, after]) => `${name}:${before}${value}${after}`);

const change = fc.record({
  at: fc.nat(300),
  removed: fc.nat(2),
  added: fc.oneof(
    fc.constantFrom("", "\r", "\n", "\r\n", "\r\n ", " ", " :", "\t", ":", "#"),
    fc.constantFrom("\0", "\x01", "\x7F", "\x80", "\xFF", "(", "/", "1", "A"),
  ),
});

/** Heads, most of them valid; others with one or two faults. */
const head = fc.tuple(
  requestLine,
  fc.array(field, { maxLength: 5 }),
  fc.oneof(fc.constant([]), fc.array(change, { maxLength: 2 })),
).map(([line, lines, changes]) => {
  const characters = [...textOf(headOf(line, ...lines))];
  for (const { at, removed, added } of changes) {
    characters.splice(at % characters.length, removed, ...added);
  }
  const bytes = bytesOf(characters.join(""));
  const end = findHeadEnd(bytes);
  return end === -1 ? bytes : bytes.subarray(0, end);
});

Deno.test(
  "parseRequestHead() reads what node:http reads, and takes nothing that it refuses",
  LOOPBACK,
  async () => {
    await withNode(async (node) => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(head, async (head) => {
          const [ours, theirs] = [parse(head), await node.parse(head)];
          if (ours !== null && METHODS.includes(ours.method)) {
            assert(theirs !== null, "node:http refuses it");
            accepted++;
            assertEquals(toVerdict(ours, theirs.isUpgrade), theirs);
          } else if (ours === null && theirs !== null) {
            const isStricter = Object.values(STRICTER_RULES)
              .some(({ pattern }) => pattern.test(textOf(head)));
            assert(isStricter, "no rule tells why it is refused");
          }
        }),
        { numRuns: 3000 },
      );
      assert(accepted > 300);
    });
  },
);

Deno.test(
  "parseRequestHead() has stricter rules than node:http",
  LOOPBACK,
  async () => {
    await withNode(async (node) => {
      for (
        const [rule, { pattern, sample }] of Object.entries(STRICTER_RULES)
      ) {
        const head = headOf(sample, "Host: a");
        assert(pattern.test(textOf(head)), rule);
        assert(await node.parse(head) !== null, rule);
        assertEquals(parse(head), null, rule);
      }
    });
  },
);

const handshakeField = fc.constantFrom(
  "Content-Length: 0",
  "Content-Length: 00",
  "Content-Length: 1",
  "Content-Length: ",
  "Content-Length: 0, 0",
  "Content-Length: x",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: identity",
  "Connection: keep-alive",
  "Connection: close",
  "Connection: upgrade",
  "Connection: ,Upgrade",
  "Upgrade: h2c",
  "Sec-WebSocket-Version: 13",
  "Cookie: a",
);

const handshake = fc.tuple(
  fc.shuffledSubarray([
    "Host: a",
    "Upgrade: WebSocket",
    "Connection: keep-alive, Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
  ], { minLength: 4 }),
  fc.array(handshakeField, { maxLength: 2 }),
).map(([lines, added]) => headOf("GET / HTTP/1.1", ...lines, ...added));

Deno.test(
  "checkUpgradeRequest() takes nothing that is no upgrade to node:http",
  LOOPBACK,
  async () => {
    await withNode(async (node) => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(handshake, async (bytes) => {
          const head = parse(bytes);
          assert(head !== null);
          if (resultOf(() => checkUpgradeRequest(head, false)) === null) return;
          assertEquals(await node.parse(bytes), toVerdict(head, true));
          accepted++;
        }),
        { numRuns: 500 },
      );
      assert(accepted > 50);
    });
  },
);
