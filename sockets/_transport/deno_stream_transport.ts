import { setImmediate } from "node:timers";
import { toSocketError } from "../../errors/_classify.ts";
import { NativeSocket, setNativeOptions } from "./native_socket.ts";
import type { StreamTransport, TransportOptions } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** A connection by `Deno.connect` or of a `Deno.listen` listener. */
export class DenoStreamTransport implements StreamTransport {
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  readonly #conn: Deno.TcpConn;
  readonly #native: NativeSocket | null;
  #ended = false;
  #writing = false;
  #writeFailure: unknown;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.localAddress = conn.localAddr;
    this.remoteAddress = conn.remoteAddr;
    this.#native = NativeSocket.find(
      conn.localAddr,
      conn.remoteAddr,
      descriptorHint(conn),
    );
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    try {
      const count = await this.#conn.read(buffer);
      if (count === null) await this.#confirmEnd();
      return count;
    } catch (error) {
      throw this.#error("read from", error);
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#writing = true;
    try {
      return await this.#conn.write(bytes);
    } catch (error) {
      this.#writeFailure = error;
      throw this.#error("write to", error);
    } finally {
      this.#writing = false;
    }
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
    if (!this.#ended && this.#native?.hasUnread) this.#native.reset();
    this.#conn.close();
  }

  reset(): void {
    this.#native?.reset();
    this.#conn.close();
  }

  /**
   * Linux tells a reset to one operation alone. If that is a write, the read
   * beside it sees an end, which must not pass for an orderly one.
   */
  async #confirmEnd(): Promise<void> {
    if (this.#writing) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (this.#writeFailure !== undefined) throw this.#writeFailure;
    this.#ended = true;
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
