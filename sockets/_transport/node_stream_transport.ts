import type { Socket } from "node:net";
import { toSocketError } from "../../errors/_classify.ts";
import { NativeSocket, setNativeOptions } from "./native_socket.ts";
import type { StreamTransport, TransportOptions } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** So much is given to node:net at once. */
const MAX_WRITE_SIZE = 128 * 1024;

/** A connection by node:net, which can do some things that Deno's cannot. */
export class NodeStreamTransport implements StreamTransport {
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  /** It would overtake what node:net has queued. */
  readonly canWriteNow = false;
  readonly handover = null;
  readonly #socket: Socket;
  readonly #native: NativeSocket | null;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  /** @param socket A connected socket with `allowHalfOpen`. */
  constructor(socket: Socket) {
    this.#socket = socket;
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    this.localAddress = { hostname: localAddress ?? "", port: localPort ?? 0 };
    this.remoteAddress = {
      hostname: remoteAddress ?? "",
      port: remotePort ?? 0,
    };
    this.#native = NativeSocket.find(this.localAddress, this.remoteAddress);
    const wake = (): void => this.#wake?.();
    socket.on("error", (error) => this.#failure = error);
    socket.on("readable", wake);
    socket.on("end", wake);
    socket.on("close", wake);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const count = this.#readBuffered(buffer);
      if (count > 0) return count;
      if (this.#socket.readableEnded) return null;
      this.#assertOpen();
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    // A copy: node:net never tells the end of a write whose buffer its caller
    // has transferred.
    const part = new Uint8Array(bytes.subarray(0, MAX_WRITE_SIZE));
    return new Promise((resolve, reject) => {
      this.#socket.write(part, (error) => {
        if (error) reject(error);
        else resolve(part.length);
      });
    });
  }

  explainRead(error: unknown): unknown {
    return this.#error("read from", error);
  }

  explainWrite(error: unknown): unknown {
    // A write that was pending only learns that the stream was destroyed.
    return this.#error("write to", this.#socket.errored ?? error);
  }

  confirmEnd(): Promise<void> {
    return Promise.resolve();
  }

  writeNow(): number {
    return 0;
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.end((error?: Error | null) => {
        if (error) reject(this.#error("end the data to", error));
        else resolve();
      });
    });
  }

  setOptions(options: TransportOptions): void {
    this.#socket.setNoDelay(options.noDelay);
    if (options.keepAlive) this.#socket.setKeepAlive(true);
    setNativeOptions(this.#native, options);
  }

  close(): void {
    if (this.#socket.readableLength > 0 || this.#native?.hasUnread) {
      this.reset();
    } else this.#socket.destroy();
  }

  closeGracefully(): void {
    this.#socket.destroy();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #readBuffered(buffer: Uint8Array): number {
    const count = Math.min(this.#socket.readableLength, buffer.length);
    // Even a read of nothing is needed: it starts the reading, and it is what
    // brings the end of the data.
    const chunk: unknown = this.#socket.read(count);
    if (!(chunk instanceof Uint8Array)) return 0;
    buffer.set(chunk);
    return chunk.length;
  }

  #assertOpen(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#socket.destroyed) {
      throw new Deno.errors.Interrupted("socket closed");
    }
  }

  #error(action: string, cause: unknown): Error {
    const remote = formatAddress(this.remoteAddress);
    return toSocketError(cause, `Cannot ${action} "${remote}"`);
  }
}
