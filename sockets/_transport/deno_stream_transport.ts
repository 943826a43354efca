import { setImmediate } from "node:timers";
import { toSocketError } from "../../errors/_classify.ts";
import {
  hasNativeSockets,
  NativeSocket,
  setNativeOptions,
} from "./native_socket.ts";
import type { StreamTransport, TransportOptions } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/**
 * Linux, `asm-generic/errno.h`: a send that has to wait, which leaves the
 * connection as it is. EINTR, EAGAIN, ENOMEM, ENOBUFS.
 */
const TRANSIENT: ReadonlySet<number> = new Set([4, 11, 12, 105]);

/** A connection by `Deno.connect` or of a `Deno.listen` listener. */
export class DenoStreamTransport implements StreamTransport {
  readonly #conn: Deno.TcpConn;
  readonly #native: NativeSocket | null;
  #writeFailure: Error | null = null;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#native = hasNativeSockets()
      ? NativeSocket.find(
        conn.localAddr,
        conn.remoteAddr,
        descriptorHint(conn),
      )
      : null;
  }

  get localAddress(): TransportAddress {
    return this.#conn.localAddr;
  }

  get remoteAddress(): TransportAddress {
    return this.#conn.remoteAddr;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  explainRead(error: unknown): unknown {
    return this.#error("read from", error);
  }

  explainWrite(error: unknown): unknown {
    return this.#writeFailure = this.#error("write to", error);
  }

  /**
   * Linux tells a reset to one operation alone. If that is a write, the read
   * beside it sees an end, which must not pass for an orderly one.
   */
  async confirmEnd(): Promise<void> {
    // The write may be told a little later.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#writeFailure !== null) throw this.#writeFailure;
  }

  get canWriteNow(): boolean {
    return this.#native !== null;
  }

  writeNow(pieces: readonly Uint8Array[]): number {
    const sent = this.#native?.send(pieces) ?? 0;
    if (sent >= 0) return sent;
    if (TRANSIENT.has(-sent)) return 0;
    // The kernel tells a failure once: a write() would only learn that the pipe
    // is broken.
    throw this.explainWrite(new Error(`Connection lost (os error ${-sent})`));
  }

  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      throw this.#error("end the data to", error);
    }
  }

  setOptions(options: TransportOptions): void {
    try {
      this.#conn.setNoDelay(options.noDelay);
      if (options.keepAlive) this.#conn.setKeepAlive(true);
    } catch (error) {
      throw this.#error("set options of the connection to", error);
    }
    setNativeOptions(this.#native, options);
  }

  close(): void {
    // The runtime shuts the socket down before it closes it, so the peer would
    // see an orderly end even though data that it sent was never read.
    if (this.#native?.hasUnread) this.#native.reset();
    this.#conn.close();
  }

  reset(): void {
    this.#native?.reset();
    this.#conn.close();
  }

  #error(action: string, cause: unknown): Error {
    const remote = formatAddress(this.remoteAddress);
    return toSocketError(cause, `Cannot ${action} "${remote}"`);
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
