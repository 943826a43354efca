import { Buffer } from "node:buffer";
import { connectTcp } from "../../../sockets/_transport/connect_tcp.ts";
import type { ListenerTransport } from "../../../sockets/_transport/listener_transport.ts";
import { listenTcp } from "../../../sockets/_transport/listen_tcp.ts";
import type {
  StreamTransport,
  TransportOptions,
} from "../../../sockets/_transport/stream_transport.ts";

const LOOPBACK = "127.0.0.1";
const BLOCK_SIZE = 64 * 1024;
/** So much is kept to be looked at. */
const MAX_KEPT_SIZE = 1024 * 1024;
/** RFC 8446, section 5.1: type, version, length. */
const RECORD_HEADER_SIZE = 5;

/** Options of a connection that sends at once. */
export const NO_DELAY: TransportOptions = {
  keepAlive: false,
  noDelay: true,
  hopLimit: undefined,
  lowLatency: false,
  sendBufferSize: undefined,
  tcp: {},
};

/** How a direction ends that is cut. */
export type Cut =
  /** An orderly end of the connection (FIN). */
  | "end"
  /** A reset of both connections (RST), where native calls make one possible. */
  | "reset"
  /** Nothing more comes. */
  | "silence";

/** A record of TLS: its type, and the length of what it has. */
export interface TlsRecord {
  readonly type: number;
  readonly length: number;
}

/** One direction of a {@linkcode Tap}. */
export class TapDirection {
  readonly #chunks: Uint8Array[] = [];
  #to: StreamTransport | null = null;
  #limit = Infinity;
  #how: Cut = "end";
  #isCut = false;
  #isStopped = false;
  #isDripping = false;
  #change: ((bytes: Uint8Array) => Uint8Array) | null = null;
  /** How many bytes it has passed on. */
  size = 0;

  /** What it has passed on, a megabyte or a little more of it. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** The records of TLS in what it has passed on, from a place on. */
  recordsFrom(position: number): readonly TlsRecord[] {
    const { bytes } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const records: TlsRecord[] = [];
    while (position + RECORD_HEADER_SIZE <= bytes.length) {
      const length = view.getUint16(position + 3);
      records.push({ type: view.getUint8(position), length });
      position += RECORD_HEADER_SIZE + length;
    }
    return records;
  }

  /** Passes on so many bytes more and then no more; what else comes is lost. */
  async cutAfter(size: number, how: Cut): Promise<void> {
    this.#limit = this.size + size;
    this.#how = how;
    await this.#cutAtLimit();
  }

  /** Takes no more from who sends. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Changes whatever comes next. */
  change(change: (bytes: Uint8Array) => Uint8Array): void {
    this.#change = change;
  }

  /** Passes bytes on one by one, each in a packet of its own. */
  drip(): void {
    this.#isDripping = true;
  }

  /** Puts in what the sender has not sent. */
  async inject(bytes: Uint8Array): Promise<void> {
    if (this.#to !== null) await this.#pass(bytes, this.#to);
  }

  /** Passes everything on; resolves when there is no more. */
  async run(from: StreamTransport, to: StreamTransport): Promise<void> {
    this.#to = to;
    await this.#cutAtLimit();
    const block = new Uint8Array(BLOCK_SIZE);
    for (;;) {
      const count = await readOrReset(from, block, to);
      if (count === null) break;
      if (this.#isStopped) return;
      const bytes = block.slice(0, count);
      await this.#pass(this.#change?.(bytes) ?? bytes, to);
    }
    if (!this.#isCut) await to.closeWrite();
  }

  async #pass(bytes: Uint8Array, to: StreamTransport): Promise<void> {
    let rest = bytes.subarray(0, Math.max(0, this.#limit - this.size));
    if (this.size < MAX_KEPT_SIZE) this.#chunks.push(rest);
    this.size += rest.length;
    while (rest.length > 0) {
      const piece = this.#isDripping ? rest.subarray(0, 1) : rest;
      rest = rest.subarray(await to.write(piece));
    }
    await this.#cutAtLimit();
  }

  async #cutAtLimit(): Promise<void> {
    const to = this.#to;
    if (to === null || this.#isCut || this.size < this.#limit) return;
    this.#isCut = true;
    if (this.#how === "end") await to.closeWrite();
    if (this.#how === "reset") to.reset();
  }
}

/** Closes a connection that may be closed already. */
export async function closeOnce(transport: StreamTransport): Promise<void> {
  try {
    await transport.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** Reads; a reset is passed on. */
async function readOrReset(
  from: StreamTransport,
  block: Uint8Array,
  to: StreamTransport,
): Promise<number | null> {
  try {
    return await from.read(block);
  } catch (error) {
    to.reset();
    throw error;
  }
}

/** A relay of one TCP connection, which sees and cuts what goes through it. */
export class Tap {
  readonly #listener: ListenerTransport;
  readonly #ends: StreamTransport[] = [];
  readonly #running: Promise<unknown>;
  /** What the client sends. */
  readonly toServer: TapDirection = new TapDirection();
  /** What the server sends. */
  readonly toClient: TapDirection = new TapDirection();

  /** @param port Where the server listens. */
  constructor(port: number) {
    this.#listener = listenTcp({ hostname: LOOPBACK, port: 0 });
    this.#running = this.#run(port);
  }

  /** Where the client connects to. */
  get port(): number {
    return this.#listener.localAddress.port;
  }

  async #run(port: number): Promise<void> {
    try {
      const client = await this.#listener.accept();
      this.#ends.push(client);
      const server = await connectTcp({ hostname: LOOPBACK, port });
      this.#ends.push(server);
      for (const end of this.#ends) end.setOptions(NO_DELAY);
      await Promise.allSettled([
        this.toServer.run(client, server),
        this.toClient.run(server, client),
      ]);
    } catch {
      // It was disposed of before there was a connection.
    }
  }

  /** Ends both connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const end of this.#ends) await closeOnce(end);
    await this.#running;
  }
}
