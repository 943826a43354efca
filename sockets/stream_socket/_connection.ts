import { abortable } from "@std/async";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { StreamTransport } from "../_transport/stream_transport.ts";
import { notTransferable } from "../_broker/ownership.ts";
import { ByteReader } from "../streams/_byte_reader.ts";
import { type ByteSinkExtras, queueBytes } from "../streams/_byte_outbox.ts";
import { hasLoadedBytes } from "../streams/_loaded_bytes.ts";
import type { SendQueue } from "../streams/_send_queue.ts";
import { InputStream } from "../streams/input_stream.ts";
import { OutputStream } from "../streams/output_stream.ts";
import type { OutputStreamSink } from "../streams/output_stream_sink.ts";

/** What is on its way to take the place of the transport. */
interface Upgrade {
  readonly abort: AbortController;
  /** Resolves when it is there, or will not come. */
  readonly settled: Promise<void>;
}

/** Makes what sends to a sink. */
type SenderMaker<T> = (sink: OutputStreamSink, extras: ByteSinkExtras) => T;

/** How much is read at once that nobody wants. */
const DISCARD_SIZE = 16 * 1024;

/**
 * The life of one connection: its two directions and its end. Everything is
 * made at first use, since most connections of a server are idle.
 */
export class Connection {
  #transport: StreamTransport;
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
  #upgrade: Upgrade | null = null;
  #released = false;
  /** Whether it has been given back to the system. */
  #gone = false;
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(transport: StreamTransport) {
    this.#transport = transport;
  }

  /** Resolves when the socket has been given back to the system. */
  get closed(): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    if (this.#gone) this.#closed.resolve();
    return this.#closed.promise;
  }

  /** What the peer sends, for a protocol that is spoken here. */
  get reader(): ByteReader {
    return this.#reader ??= this.#makeReader();
  }

  /** What is sent to the peer, for a protocol that is spoken here. */
  get queue(): SendQueue {
    if (this.#queue !== null) return this.#queue;
    this.#queue = this.#makeSender(queueBytes);
    if (this.#isClosed) this.#queue.stop();
    return this.#queue;
  }

  /**
   * Reads past the reader, which takes longer; for one who alone reads, when the
   * reader is empty. A rejection is for {@linkcode explainRead}, and an end for
   * {@linkcode confirmEnd}.
   */
  read(buffer: Uint8Array): Promise<number | null> {
    // What is read is often the answer to what was just written.
    this.#queue?.send();
    return this.#reading = this.#transport.read(buffer);
  }

  /** What a rejection of {@linkcode read} means. */
  explainRead(error: unknown): unknown {
    return this.#transport.explainRead(error);
  }

  /** Rejects if the end that {@linkcode read} has told is none. */
  confirmEnd(): Promise<void> {
    return this.#transport.confirmEnd();
  }

  get input(): InputStream {
    return this.#input ??= new InputStream(this.reader);
  }

  get output(): OutputStream {
    return this.#output ??= new OutputStream(this.queue);
  }

  /**
   * Has all that comes sent by something else, such as a sender of frames. The
   * queue before must be empty.
   */
  replaceSender<T extends { readonly queue: SendQueue }>(
    make: SenderMaker<T>,
  ): T {
    const sender = this.#makeSender(make);
    this.#queue = sender.queue;
    if (this.#isClosed) sender.queue.stop();
    return sender;
  }

  /**
   * Puts something in the place of the transport, on top of it, such as TLS.
   * What was written before is sent before; nobody reads or writes meanwhile.
   *
   * @param signal Gives up, with its reason.
   * @param put Closes the transport itself if it fails.
   */
  async upgrade(
    signal: AbortSignal | undefined,
    put: (
      under: StreamTransport,
      signal: AbortSignal,
    ) => Promise<StreamTransport>,
  ): Promise<StreamTransport> {
    this.#assertMayUpgrade();
    const { queue, reader } = this;
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const abort = new AbortController();
    const ending = signal === undefined
      ? abort.signal
      : AbortSignal.any([signal, abort.signal]);
    this.#upgrade = { abort, settled };
    let isPut = false;
    queue.pause();
    reader.hold(settled);
    try {
      // The peer may never take what was written before.
      await abortable(queue.drain(), ending);
      if (queue.failure !== null) throw queue.failure.error;
      isPut = true;
      this.#transport = await put(this.#transport, ending);
      if (!ending.aborted) return this.#transport;
      this.#transport.reset();
      throw ending.reason;
    } catch (error) {
      // What is left of the connection must not pass for a plain one.
      this.#release(() => isPut ? undefined : this.#transport.reset());
      queue.abort(error);
      reader.fail(error);
      throw error;
    } finally {
      this.#upgrade = null;
      queue.resume();
      resolve();
    }
  }

  #assertMayUpgrade(): void {
    const isEnding = this.#queue !== null && this.#queue.closing !== null;
    if (
      this.#isClosed || this.#inputEnded || this.#outputEnded || isEnding
    ) {
      throw new InvalidOperationError(
        "Cannot secure the connection: it is closed, or its end has come",
      );
    }
    if (this.#upgrade !== null) {
      throw new InvalidOperationError(
        "Cannot secure the connection: that is on its way already",
      );
    }
    const isIdle = this.#reader === null || this.#reader.isIdle;
    if (isIdle && !hasLoadedBytes(this.#input ?? this)) return;
    throw new InvalidOperationError(
      "Cannot secure the connection: it is being read, or bytes that came in plain text were not read",
    );
  }

  async #abortUpgrade(): Promise<void> {
    this.#upgrade?.abort.abort(operationAborted());
    await this.#upgrade?.settled;
  }

  /**
   * Rejects the pending reads and waits for the pending writes, which cannot
   * be taken back once they are on their way.
   */
  async cancelIO(): Promise<void> {
    await this.#abortUpgrade();
    this.#reader?.cancelPending(operationAborted());
    await this.#cancelRead();
    await this.#queue?.drain();
  }

  /**
   * Ends the read of the transport that nobody waits for any more, where that
   * can be; elsewhere it goes on, for the next who reads.
   */
  async #cancelRead(): Promise<void> {
    const { handover } = this.#transport;
    if (handover === null || this.#reader === null) return;
    handover.cancelRead();
    await this.#reader.settled;
  }

  /**
   * Gives the connection to another process. It is closed here then, and the
   * peer does not notice.
   *
   * @param give Gives it away, with what was read and nobody has taken; if it
   * throws, nothing has changed.
   */
  handOver(
    give: (descriptor: number, unread: Uint8Array<ArrayBuffer>) => void,
  ): void {
    const { handover } = this.#transport;
    if (handover === null) throw notTransferable();
    if (this.#isClosed) {
      throw new ClosedError(
        "Cannot transfer the socket: its connection has ended",
      );
    }
    this.#assertQuiet();
    give(handover.descriptor, this.#reader?.buffered ?? new Uint8Array());
    this.#closing = Promise.resolve();
    this.#reader?.close(operationAborted());
    this.#queue?.stop();
    this.#queue?.end(operationAborted());
    this.#release(() => handover.abandon());
  }

  /** Throws unless nothing is being read or written. */
  #assertQuiet(): void {
    if (this.#reader?.hasAhead?.()) {
      throw new InvalidOperationError(
        "Cannot transfer the socket: its web stream has bytes that nobody has taken, read them by readAsync before",
      );
    }
    const isReading = this.#reader !== null && !this.#reader.isResting;
    if (isReading || this.#upgrade !== null) {
      throw new InvalidOperationError(
        "Cannot transfer the socket: a read is pending, await cancelIOAsync before",
      );
    }
    const { queue } = this;
    if (queue.queuedSize > 0 || queue.isClosing) {
      throw new InvalidOperationError(
        "Cannot transfer the socket: writes are pending, await flushAsync before",
      );
    }
    if (queue.failure !== null) throw queue.failure.error;
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
    if (this.#released) return;
    if (this.#upgrade !== null) {
      // Whatever is being put there has the transport now, and closes it.
      this.#upgrade.abort.abort(operationAborted());
      return;
    }
    this.#reader?.close(operationAborted());
    this.#release(() => this.#transport.reset());
  }

  async #close(): Promise<void> {
    if (this.#upgrade !== null) await this.#abortUpgrade();
    this.#reader?.close(operationAborted());
    if (this.#queue !== null) {
      this.#queue.stop();
      await this.#queue.drain();
      await this.#queue.closing?.catch(() => {});
      this.#queue.end(operationAborted());
    }
    this.#release(() => {
      return this.#reader?.hasBuffered
        ? this.#transport.reset()
        : this.#transport.close();
    });
  }

  #makeReader(): ByteReader {
    const reader = new ByteReader({
      read: (buffer) => this.read(buffer),
      cancel: () => {
        this.#discards = true;
        this.#endInput();
      },
    }, {
      explain: (error) => this.explainRead(error),
      confirmEnd: () => this.confirmEnd(),
      onEnd: () => this.#endInput(),
    });
    if (this.#isClosed) reader.close(operationAborted());
    return reader;
  }

  #makeSender<T>(make: SenderMaker<T>): T {
    const writeNow = (pieces: readonly Uint8Array[]): number =>
      this.#transport.writeNow(pieces);
    const canWriteNow = (): boolean => this.#transport.canWriteNow;
    return make({
      write: (bytes) => this.#transport.write(bytes),
      close: () => this.#transport.closeWrite(),
      abort: () => this.#tearDown(),
    }, {
      explain: (error) => this.#transport.explainWrite(error),
      onEnd: () => this.#endOutput(),
      get writeNow() {
        return canWriteNow() ? writeNow : undefined;
      },
    });
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

  #release(close: () => void | Promise<void>): void {
    if (this.#released) return;
    this.#released = true;
    let closing;
    try {
      closing = close();
    } finally {
      if (closing === undefined) this.#onGone();
    }
    closing?.finally(this.#onGone);
  }

  readonly #onGone = (): void => {
    this.#gone = true;
    this.#closed?.resolve();
  };
}

/** The error of operations that a close or a cancellation ended. */
export function operationAborted(): SocketError {
  return new SocketError(
    "Cannot complete the operation: the socket was closed or the operation cancelled",
    HResult.ERROR_OPERATION_ABORTED,
  );
}
