import { setImmediate } from "node:timers";
import { assertInstanceOf } from "@std/assert";
import { EndpointPair, type OutputStream, StreamSocket } from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { assertContent } from "./_content.ts";

export const KIB = 1024;
export const MIB: number = 1024 * KIB;
/** More than the system's buffers hold of what a peer does not read. */
export const ENDLESS: number = 32 * MIB;

/** Lets everything else have its turn. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** One of the ways in which the library may have connected. */
export interface ConnectionKind {
  readonly name: string;
  /** Whether each call tells how much was taken; else it takes all it is given. */
  readonly takesParts: boolean;
  /** Whether aborting the connection resets it; else the peer sees an end. */
  readonly resets: boolean;
  connect(port: number): Promise<StreamSocket>;
}

async function connect(port: number): Promise<StreamSocket> {
  const socket = new StreamSocket();
  await socket.connectAsync("127.0.0.1", port);
  return socket;
}

/** From a local address the library connects by node:net. */
async function connectByNode(port: number): Promise<StreamSocket> {
  const socket = new StreamSocket();
  await socket.connectAsync(
    new EndpointPair("127.0.0.1", "", "127.0.0.1", port),
  );
  return socket;
}

/** What is there in this process: native calls need the `ffi` permission. */
export const CONNECTION_KINDS: readonly ConnectionKind[] = [
  {
    name: hasNativeSockets() ? "native sends" : "Deno.connect",
    takesParts: true,
    resets: hasNativeSockets(),
    connect,
  },
  {
    name: "node:net",
    takesParts: false,
    resets: true,
    connect: connectByNode,
  },
];

/** Registers a test once for each of these kinds of connection. */
export function testEach(
  name: string,
  fn: (kind: ConnectionKind) => Promise<void>,
  kinds: readonly ConnectionKind[] = CONNECTION_KINDS,
): void {
  for (const kind of kinds) {
    Deno.test({
      name: `${name} over ${kind.name}`,
      permissions: { net: ["127.0.0.1"] },
      fn: () => fn(kind),
    });
  }
}

/** A peer that knows what it has to receive, and reads when it is told to. */
export class Receiver {
  readonly conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(256 * KIB);
  /** How many bytes have come, all of them right. */
  received = 0;

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  /** Reads so many bytes at most; tells whether there were some. */
  async read(limit: number = this.#buffer.length): Promise<boolean> {
    const count = await this.conn.read(this.#buffer.subarray(0, limit));
    if (count === null) return false;
    assertContent(this.#buffer.subarray(0, count), this.received);
    this.received += count;
    return true;
  }

  /** Reads until this many bytes have come, or the data ends. */
  async readTo(position: number): Promise<void> {
    while (this.received < position) {
      const limit = Math.min(this.#buffer.length, position - this.received);
      if (!await this.read(limit)) break;
    }
  }

  /** Reads to the end, so many bytes at a time, and lets others run between. */
  async readSlowly(limit: number): Promise<void> {
    while (await this.read(limit)) await turns(1);
  }

  /** Reads to the end; tells how it ended. */
  async readToEnd(): Promise<"end" | "reset"> {
    try {
      while (await this.read());
      return "end";
    } catch (error) {
      assertInstanceOf(error, Deno.errors.ConnectionReset);
      return "reset";
    }
  }
}

/** A socket of the library, and its peer. */
export interface BatchPair extends AsyncDisposable {
  readonly socket: StreamSocket;
  readonly stream: OutputStream;
  readonly peer: Receiver;
}

/** Connects to a peer of the runtime. */
export async function openTo(kind: ConnectionKind): Promise<BatchPair> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [socket, conn] = await Promise.all([
    kind.connect(listener.addr.port),
    listener.accept(),
  ]);
  return {
    socket,
    stream: socket.outputStream,
    peer: new Receiver(conn),
    async [Symbol.asyncDispose]() {
      conn.close();
      await socket[Symbol.asyncDispose]();
    },
  };
}
