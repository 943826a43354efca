import { setImmediate } from "node:timers";
import { toSocketError } from "../../errors/_classify.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** What plain and secure connections of the runtime have in common. */
export class DenoConnTransport {
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  #writeFailure: Error | null = null;

  constructor(conn: Deno.TcpConn | Deno.TlsConn) {
    this.#conn = conn;
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
    return this.explain("read from", error);
  }

  explainWrite(error: unknown): unknown {
    return this.#writeFailure = this.explain("write to", error);
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

  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      throw this.explain("end the data to", error);
    }
  }

  /** Classifies a failure of what was being done with the peer. */
  explain(action: string, cause: unknown): Error {
    const remote = formatAddress(this.remoteAddress);
    return toSocketError(cause, `Cannot ${action} "${remote}"`);
  }
}
