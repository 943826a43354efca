import { DenoConnTransport } from "./deno_conn_transport.ts";
import { isTransient, systemError } from "./errno.ts";
import {
  hasNativeSockets,
  NativeSocket,
  setNativeOptions,
} from "./native_socket.ts";
import type { StreamTransport, TransportOptions } from "./stream_transport.ts";

/** A connection by `Deno.connect` or of a `Deno.listen` listener. */
export class DenoStreamTransport extends DenoConnTransport
  implements StreamTransport {
  readonly handover = null;
  /** The connection itself, for what goes on top of it. */
  readonly conn: Deno.TcpConn;
  readonly #native: NativeSocket | null;

  constructor(conn: Deno.TcpConn) {
    super(conn);
    this.conn = conn;
    this.#native = hasNativeSockets()
      ? NativeSocket.find(
        conn.localAddr,
        conn.remoteAddr,
        descriptorHint(conn),
      )
      : null;
  }

  get canWriteNow(): boolean {
    return this.#native !== null;
  }

  writeNow(pieces: readonly Uint8Array[]): number {
    const sent = this.#native?.send(pieces) ?? 0;
    if (sent >= 0) return sent;
    if (isTransient(-sent)) return 0;
    // The kernel tells a failure once: a write() would only learn that the pipe
    // is broken.
    throw this.explainWrite(systemError(-sent));
  }

  setOptions(options: TransportOptions): void {
    try {
      this.conn.setNoDelay(options.noDelay);
      if (options.keepAlive) this.conn.setKeepAlive(true);
    } catch (error) {
      throw this.explain("set options of the connection to", error);
    }
    setNativeOptions(this.#native, options);
  }

  close(): void {
    // The runtime shuts the socket down before it closes it, so the peer would
    // see an orderly end even though data that it sent was never read.
    if (this.#native?.hasUnread) this.#native.reset();
    this.closeGracefully();
  }

  closeGracefully(): void {
    try {
      this.conn.close();
    } catch (error) {
      // It is closed already, or TLS has taken it.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  reset(): void {
    this.#native?.reset();
    this.closeGracefully();
  }

  /** Resets the connection by native calls alone, if there are some. */
  resetNatively(): void {
    this.#native?.reset();
  }
}

/**
 * The descriptor that Deno keeps on connections that it accepted, under a
 * symbol of its own. It may go in any release: it is a hint that saves a search.
 */
function descriptorHint(conn: Deno.TcpConn): number | undefined {
  for (const symbol of Object.getOwnPropertySymbols(conn)) {
    if (symbol.description !== "Deno.internal.fd") continue;
    const value: unknown = Reflect.get(conn, symbol);
    if (typeof value === "number") return value;
  }
  return undefined;
}
