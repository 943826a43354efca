import "ws/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { Child } from "../examples/_child.ts";
import { freePort, type Server, startNode } from "./_peers.ts";
import { identities, type Identity } from "./_tls_identities.ts";
import type { Files } from "./_tls_peers.ts";
import type { Talk } from "./_web_socket_talk.ts";

/** The parameters of permessage-deflate, by the names that `ws` has for them. */
export interface PeerDeflate {
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  readonly serverMaxWindowBits?: number;
  readonly clientMaxWindowBits?: number;
}

/** The certificates of one side, as Node takes them. */
export interface PeerTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** Whether a server asks for a certificate. */
  readonly requestCert?: boolean;
}

/** How a server of others is started. */
export interface EchoServerOptions {
  readonly deflate?: PeerDeflate;
  readonly tls?: PeerTls;
  /** The user and the password that it asks for. */
  readonly credentials?: readonly [user: string, password: string];
}

/** How a client of others is started. */
export interface ClientOptions {
  readonly url: string;
  /** Each is sent as text and as binary. */
  readonly messages: readonly string[];
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly deflate?: PeerDeflate;
  readonly tls?: PeerTls;
  /** How it closes the WebSocket; without, it asks the server to do it. */
  readonly close?: readonly [code: number, reason: string];
}

/**
 * A server of others, which chooses the protocol `chat` and sends messages back,
 * but for these commands:
 *
 * - `close CODE REASON` makes it close the WebSocket.
 * - `fragments` is answered by `one, two, three` in three frames.
 * - `ping` makes it ping with `are you there`, and answer `pong are you there`.
 * - `request` is answered by a {@linkcode ServerReport} as JSON.
 */
export interface EchoServer extends Server {
  readonly url: string;
  /** Resolves with the code and the reason of the client. */
  closed(): Promise<string>;
}

/** What a server of others knows of a connection. */
export interface ServerReport {
  readonly protocol: string;
  /** The header `Sec-WebSocket-Extensions` of its response. */
  readonly extensions: string;
  readonly cookie?: string;
  /** Of `ws` alone: the name in the certificate of the client. */
  readonly certificate?: string;
  /** Of `ws` alone. */
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}

/**
 * What a client of others prints of its conversation with a server that knows
 * the commands of an {@linkcode EchoServer}.
 */
export interface Report {
  readonly protocol: string;
  /** The headers of the response: `Sec-WebSocket-Extensions` and `X-Header`. */
  readonly extensions: string;
  readonly header: string;
  /** Which of the messages came back as they were, as text and as binary. */
  readonly echoes: readonly boolean[];
  /** What came back of `one, two, three`, which it sends in three frames. */
  readonly joined: string;
  /** What the server has answered to `fragments`. */
  readonly fragments: string;
  /** What the server has answered to its ping with `are you there`. */
  readonly pong: string;
  /** What the server has answered to `ping`. */
  readonly pinged: string;
  /** The code and the reason of the server. */
  readonly closed: string;
  /** Of `ws` alone, if it compresses. */
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** Why there is no more than this: it was not accepted. */
  readonly error?: string;
}

/** Who else speaks WebSocket. */
export interface WebSocketPeer {
  readonly name: string;
  /** Starts its echo server on 127.0.0.1. */
  startServer(options?: EchoServerOptions): Promise<EchoServer>;
  /** Lets its client have a conversation. */
  talk(options: ClientOptions): Promise<Partial<Report>>;
}

/** `ws` on Node. */
export const WS: WebSocketPeer = makePeer("ws of Node", startWs);

/** The programs of others. */
export const PEERS: readonly WebSocketPeer[] = [
  WS,
  makePeer("websockets of Python", startPython),
];

function makePeer(
  name: string,
  start: (role: string, options: object) => Promise<Child>,
): WebSocketPeer {
  return {
    name,
    async startServer(options: EchoServerOptions = {}): Promise<EchoServer> {
      const child = await start("server", options);
      const port = await child.stdout.match(/^port (\d+)\n/m);
      const isSecure = options.tls !== undefined;
      return {
        port,
        url: isSecure ? `wss://localhost:${port}/` : `ws://127.0.0.1:${port}/`,
        closed: () => child.stdout.match(/^closed (.*)\n/m),
        [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
      };
    },
    async talk(options: ClientOptions): Promise<Partial<Report>> {
      await using child = await start("client", options);
      const { stdout, stderr } = await child.outcome();
      if (stderr !== "") throw new Error(stderr);
      return JSON.parse(stdout);
    },
  };
}

/** Asks an {@linkcode EchoServer} what it knows of the connection. */
export async function askReport(talk: Talk): Promise<ServerReport> {
  return JSON.parse(`${await talk.ask("request")}`);
}

/** Starts `ws` on Node, in the version of `deno.json`. */
export async function startWs(role: string, options: object): Promise<Child> {
  const module = import.meta.resolve("ws");
  const child = startNode("_web_socket_node.mjs", role);
  return await giveOptions(child, { ...options, module });
}

async function startPython(role: string, options: object): Promise<Child> {
  const path = fileURLToPath(
    new URL("_web_socket_python.py", import.meta.url),
  );
  // The Python of the system is the one that its package of websockets is for.
  const child = new Child(["/usr/bin/python3", path, role]);
  return await giveOptions(child, options);
}

async function giveOptions(child: Child, options: object): Promise<Child> {
  await child.write(JSON.stringify(options));
  await child.endInput();
  return child;
}

/** What Node needs to be someone, and to trust the root of the tests. */
export async function toPeerTls(
  { pem, issuersPem, privateKeyPem }: Identity,
): Promise<PeerTls> {
  const { root } = await identities();
  return { cert: `${pem}${issuersPem}`, key: privateKeyPem, ca: root.pem };
}

/** Starts tinyproxy, which asks for a user and a password. */
export async function startTinyproxy(
  files: Files,
  user: string,
  password: string,
): Promise<Server> {
  const port = freePort();
  const path = await files.write(
    "tinyproxy.conf",
    `Port ${port}
Listen 127.0.0.1
Allow 127.0.0.1
BasicAuth ${user} ${password}
`,
  );
  const child = new Child(["/usr/bin/tinyproxy", "-d", "-c", path]);
  await child.stdout.match(/Accepting connections/);
  return { port, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
