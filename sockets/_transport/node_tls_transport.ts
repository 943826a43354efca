import type { TLSSocket } from "node:tls";
import { toSocketError } from "../../errors/_classify.ts";
import type {
  PeerCertificates,
  SecureTransport,
  TlsSession,
} from "./secure_transport.ts";
import type { StreamTransport } from "./stream_transport.ts";
import type { TlsCarrier } from "./tls_carrier.ts";
import { nextTurn } from "./tls_handshake.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** So much is given to TLS at once: sixteen records. */
const MAX_WRITE_SIZE = 256 * 1024;
/** How long the peer may take to take the last bytes, in milliseconds. */
const CLOSE_TIMEOUT = 2_000;

/** What TLS has decrypted; an end of TLS is null. */
export class Plaintext {
  readonly chunks: Uint8Array[] = [];
  hasEnded = false;

  /** @param socket Gives what it decrypts to this one from now on. */
  constructor(socket: TLSSocket) {
    // What the stream of the socket would do with it hides the end of TLS.
    socket.push = (chunk: unknown): boolean => {
      if (chunk instanceof Uint8Array) this.chunks.push(chunk);
      else if (chunk === null) this.hasEnded = true;
      return true;
    };
  }

  /** Moves bytes to a buffer; returns how many. */
  take(buffer: Uint8Array): number {
    let filled = 0;
    while (filled < buffer.length) {
      const [chunk] = this.chunks;
      if (chunk === undefined) break;
      const part = chunk.subarray(0, buffer.length - filled);
      buffer.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(part.length);
    }
    return filled;
  }
}

/** What a {@linkcode NodeTlsTransport} is made of. */
export interface NodeTlsParts {
  readonly under: StreamTransport;
  readonly carrier: TlsCarrier;
  readonly socket: TLSSocket;
  readonly plaintext: Plaintext;
  readonly session: TlsSession;
  readonly peer: PeerCertificates;
}

/**
 * A connection by node:tls, which shows certificates and can ask for them, over
 * a connection of this library, which tells how it has ended.
 */
export class NodeTlsTransport implements SecureTransport {
  readonly session: TlsSession;
  readonly peer: PeerCertificates;
  /** Native calls would go past TLS. */
  readonly canWriteNow = false;
  readonly handover = null;
  readonly #under: StreamTransport;
  readonly #carrier: TlsCarrier;
  readonly #socket: TLSSocket;
  readonly #plaintext: Plaintext;
  #failure: Error | null = null;
  /** Rejects what waits for TLS to take something. */
  readonly #waiting = new Set<(error: unknown) => void>();
  #ending: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: NodeTlsParts) {
    const { under, carrier, socket, plaintext, session, peer } = parts;
    this.#under = under;
    this.#carrier = carrier;
    this.#socket = socket;
    this.#plaintext = plaintext;
    this.session = session;
    this.peer = peer;
    carrier.onWriteFailure = (error) => {
      for (const reject of this.#waiting) reject(error);
    };
    const onFailure = (error: Error): void => void (this.#failure ??= error);
    socket.on("error", onFailure);
    // A server tells of alerts after the handshake by this one alone.
    socket.on("_tlsError", onFailure);
  }

  get localAddress(): TransportAddress {
    return this.#under.localAddress;
  }

  get remoteAddress(): TransportAddress {
    return this.#under.remoteAddress;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const count = this.#plaintext.take(buffer);
      if (count > 0) return count;
      if (this.#failure !== null) throw this.#failure;
      if (this.#isClosed) throw new Deno.errors.Interrupted("closed");
      if (this.#plaintext.hasEnded) return null;
      const isOver = !await this.#carrier.pull();
      // TLS tells a failure, such as an alert of the peer, in a later turn.
      if (this.#plaintext.chunks.length === 0) await nextTurn();
      if (isOver && this.#failure === null) return this.#endOfConnection();
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    // A copy, since TLS may take it later.
    const part = new Uint8Array(bytes.subarray(0, MAX_WRITE_SIZE));
    return this.#taken((onTaken) => this.#socket.write(part, onTaken))
      .then(() => part.length);
  }

  explainRead(error: unknown): unknown {
    return this.#explain("read from", error);
  }

  explainWrite(error: unknown): unknown {
    return this.#explain("write to", error);
  }

  confirmEnd(): Promise<void> {
    return Promise.resolve();
  }

  writeNow(): number {
    return 0;
  }

  closeWrite(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  setOptions(): void {
    // Those of the connection under it stay in force.
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  closeGracefully(): Promise<void> {
    return this.close();
  }

  reset(): void | Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closing = this.#under.reset();
    this.#socket.destroy();
    return closing;
  }

  /** Tells the peer the end of TLS (close_notify), and ends the connection. */
  async #end(): Promise<void> {
    await this.#taken((onTaken) => this.#socket.end(onTaken)).catch(() => {});
    await this.#carrier.written;
    const { writeFailure } = this.#carrier;
    // Whoever has told its own end may be gone (RFC 8446, section 6.1).
    if (writeFailure !== null && this.#plaintext.hasEnded) return;
    if (writeFailure !== null) throw this.#explain("end", writeFailure.error);
    await this.#under.closeWrite();
  }

  /** Closes, when the peer was told of it, or cannot be. */
  async #close(): Promise<void> {
    if (this.#isClosed) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_TIMEOUT);
    // Writes tell their own failures.
    await Promise.race([this.closeWrite().catch(() => {}), late]);
    clearTimeout(timer);
    if (this.#isClosed) return;
    this.#isClosed = true;
    // What was not read may be messages of TLS itself, which reset nothing.
    const closing = this.#plaintext.chunks.length > 0
      ? this.#under.reset()
      : this.#under.closeGracefully();
    this.#socket.destroy();
    await closing;
  }

  /** Resolves when TLS has taken what it is given, and the connection as well. */
  #taken(
    give: (onTaken: (error?: Error | null) => void) => void,
  ): Promise<void> {
    const { writeFailure } = this.#carrier;
    if (writeFailure !== null) return Promise.reject(writeFailure.error);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(reject);
    give((error) => {
      this.#waiting.delete(reject);
      if (error) reject(this.#carrier.writeFailure?.error ?? error);
      else resolve();
    });
    return promise;
  }

  /** Tells an end that TLS has announced from a connection that was cut off. */
  #endOfConnection(): null {
    if (this.#plaintext.hasEnded) return null;
    throw new Deno.errors.UnexpectedEof(
      "peer closed connection without sending TLS close_notify",
    );
  }

  #explain(action: string, cause: unknown): Error {
    const remote = formatAddress(this.remoteAddress);
    return toSocketError(cause, `Cannot ${action} "${remote}"`);
  }
}
