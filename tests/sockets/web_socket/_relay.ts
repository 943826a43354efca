const HOST = "127.0.0.1";
const BLOCK_SIZE = 64 * 1024;
/** So many pieces have the sizes that were asked for; more would take too long. */
const MAX_CUTS = 200;

/** A relay of one TCP connection that cuts anew what goes through it. */
export class CuttingRelay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: HOST, port: 0 });
  readonly #sizes: readonly number[];
  readonly #conns: Deno.TcpConn[] = [];
  readonly #running: Promise<void>;

  /**
   * @param port Where the server listens.
   * @param sizes How large the pieces are, in turn.
   */
  constructor(port: number, sizes: readonly number[]) {
    this.#sizes = sizes;
    this.#running = this.#run(port);
  }

  /** Where the client connects to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(port: number): Promise<void> {
    const client = await this.#listener.accept();
    const server = await Deno.connect({ hostname: HOST, port });
    this.#conns.push(client, server);
    for (const conn of this.#conns) conn.setNoDelay(true);
    await Promise.all([this.#pass(client, server), this.#pass(server, client)]);
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const block = new Uint8Array(BLOCK_SIZE);
    let cuts = 0;
    for (;;) {
      const count = await from.read(block);
      if (count === null) break;
      for (let rest = block.subarray(0, count); rest.length > 0; cuts++) {
        const size = this.#sizes[cuts % this.#sizes.length] ?? 1;
        const piece = rest.subarray(0, cuts < MAX_CUTS ? size : BLOCK_SIZE);
        rest = rest.subarray(await to.write(piece));
      }
    }
    await to.closeWrite();
  }

  /** Waits for the end of the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
    for (const conn of this.#conns) conn.close();
  }
}
