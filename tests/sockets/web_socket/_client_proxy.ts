import { concat } from "../streams/_fakes.ts";
import { RawPeer } from "./_raw_peer.ts";

const LOOPBACK = "127.0.0.1";

/** An HTTP proxy that makes tunnels, all of which end at one port. */
export class ConnectProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  readonly #port: number;
  readonly #running: Promise<void>;
  readonly #tunnels: Promise<void>[] = [];
  /** The heads of the requests for tunnels. */
  readonly heads: string[] = [];
  /** What it answers. */
  answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  /** What clients have sent through it. */
  toServer: Uint8Array = new Uint8Array(0);

  /** @param port Where all tunnels end, whatever a client asks for. */
  constructor(port: number | string) {
    this.#port = Number(port);
    this.#running = this.#run();
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#listener.addr.port}`;
  }

  async #run(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        this.#tunnels.push(this.#serve(conn));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    using client = new RawPeer(conn, false);
    await client.readHead();
    this.heads.push(client.head);
    await client.write(this.answer);
    if (!/^HTTP\/1\.\d 2/.test(this.answer)) {
      await client.readEnd();
      return;
    }
    using server = await Deno.connect({ hostname: LOOPBACK, port: this.#port });
    await Promise.allSettled([
      copy(conn, server, (bytes) => {
        this.toServer = concat([this.toServer, bytes]);
      }),
      copy(server, conn),
    ]);
  }

  /** Waits for the end of all tunnels. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
    await Promise.all(this.#tunnels);
  }
}

async function copy(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  onBytes: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  const block = new Uint8Array(16 * 1024);
  for (;;) {
    const count = await from.read(block);
    if (count === null) break;
    onBytes(block.slice(0, count));
    let rest = block.subarray(0, count);
    while (rest.length > 0) rest = rest.subarray(await to.write(rest));
  }
  await to.closeWrite();
}
