import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import { ByteReader } from "../streams/_byte_reader.ts";
import { queueBytes } from "../streams/_byte_outbox.ts";
import type { SendQueue } from "../streams/_send_queue.ts";
import { InputStream } from "../streams/input_stream.ts";
import { OutputStream } from "../streams/output_stream.ts";

/** How much is read at once that nobody wants. */
const DISCARD_SIZE = 16 * 1024;

/**
 * The life of one connection: its two directions and its end. Everything is
 * made at first use, since most connections of a server are idle.
 */
export class Connection {
  readonly #transport: StreamTransport;
  #reader: ByteReader | null = null;
  #queue: SendQueue | null = null;
  #input: InputStream | null = null;
  #output: OutputStream | null = null;
  #inputEnded = false;
  /** The last read of the transport. */
  #reading: Promise<unknown> | null = null;
  /** Whether the input ended here, and not at the peer. */
  #discards = false;
  #outputEnded = false;
  #closing: Promise<void> | null = null;
  #released = false;
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(transport: StreamTransport) {
    this.#transport = transport;
  }

  /** Resolves when the socket has been given back to the system. */
  get closed(): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    if (this.#released) this.#closed.resolve();
    return this.#closed.promise;
  }

  get input(): InputStream {
    this.#input ??= new InputStream(this.#reader ??= this.#makeReader());
    return this.#input;
  }

  get output(): OutputStream {
    this.#output ??= new OutputStream(this.#queue ??= this.#makeQueue());
    return this.#output;
  }

  /**
   * Rejects the pending reads and waits for the pending writes, which cannot
   * be taken back once they are on their way.
   */
  async cancelIO(): Promise<void> {
    this.#reader?.cancelPending(operationAborted());
    // The writes themselves tell their failures.
    await this.#queue?.flush().catch(() => {});
  }

  /** Rejects pending reads, sends what is queued, and closes the socket. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Drops what is queued and closes the socket with a reset. */
  abort(): void {
    this.#queue?.abort(operationAborted());
    this.#tearDown();
  }

  #tearDown(): void {
    this.#reader?.close(operationAborted());
    this.#release(() => this.#transport.reset());
  }

  async #close(): Promise<void> {
    this.#reader?.close(operationAborted());
    if (this.#queue !== null) {
      this.#queue.stop();
      // The writes themselves tell their failures.
      await this.#queue.flush().catch(() => {});
      await this.#queue.closing?.catch(() => {});
      this.#queue.end(operationAborted());
    }
    this.#release(() => {
      if (this.#reader?.hasBuffered) this.#transport.reset();
      else this.#transport.close();
    });
  }

  #makeReader(): ByteReader {
    const transport = this.#transport;
    const reader = new ByteReader({
      read: (buffer) => {
        // What is read is often the answer to what was just written.
        this.#queue?.send();
        return this.#reading = transport.read(buffer);
      },
      cancel: () => {
        this.#discards = true;
        this.#endInput();
      },
    }, {
      explain: (error) => transport.explainRead(error),
      confirmEnd: () => transport.confirmEnd(),
      onEnd: () => this.#endInput(),
    });
    if (this.#isClosed) reader.close(operationAborted());
    return reader;
  }

  #makeQueue(): SendQueue {
    const transport = this.#transport;
    const queue = queueBytes({
      write: (bytes) => transport.write(bytes),
      close: () => transport.closeWrite(),
      abort: () => this.#tearDown(),
    }, {
      explain: (error) => transport.explainWrite(error),
      onEnd: () => this.#endOutput(),
      ...transport.canWriteNow &&
        { writeNow: (pieces) => transport.writeNow(pieces) },
    });
    if (this.#isClosed) queue.stop();
    return queue;
  }

  get #isClosed(): boolean {
    return this.#closing !== null || this.#released;
  }

  #endInput(): void {
    this.#inputEnded = true;
    this.#releaseIfEnded();
  }

  #endOutput(): void {
    this.#outputEnded = true;
    this.#releaseIfEnded();
  }

  /** Nobody can use a connection any more whose two directions have ended. */
  #releaseIfEnded(): void {
    if (!this.#inputEnded || !this.#outputEnded) return;
    if (this.#discards) this.#discardInput();
    else this.#release(() => this.#transport.close());
  }

  /**
   * Closing with unread data resets the connection, and the peer may lose what
   * was sent to it. So the input is read to its end, although nobody wants it.
   */
  async #discardInput(): Promise<void> {
    const buffer = new Uint8Array(DISCARD_SIZE);
    try {
      await this.#reading;
      while (!this.#released && await this.#transport.read(buffer) !== null);
    } catch (error) {
      // The connection has failed or was closed: there is nothing to wait for.
      const failure = this.#transport.explainRead(error);
      if (!(failure instanceof SocketError)) throw failure;
    }
    this.#release(() => this.#transport.close());
  }

  #release(close: () => void): void {
    if (this.#released) return;
    this.#released = true;
    try {
      close();
    } finally {
      this.#closed?.resolve();
    }
  }
}

/** The error of operations that a close or a cancellation ended. */
export function operationAborted(): SocketError {
  return new SocketError(
    "Cannot complete the operation: the socket was closed or the operation cancelled",
    HResult.ERROR_OPERATION_ABORTED,
  );
}
