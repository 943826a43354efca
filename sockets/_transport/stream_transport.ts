import type { TcpOptions } from "./tcp_options.ts";
import type { TransportAddress } from "./transport_address.ts";

/** The socket options that a connection can have. Undefined is the default. */
export interface TransportOptions {
  readonly keepAlive: boolean;
  readonly noDelay: boolean;
  /** Needs native calls. */
  readonly hopLimit: number | undefined;
  /** Needs native calls. */
  readonly lowLatency: boolean;
  /** Needs native calls. */
  readonly sendBufferSize: number | undefined;
  /** Each of them needs native calls. */
  readonly tcp: TcpOptions;
}

/** What it takes to hand a connection over to another process. */
export interface StreamHandover {
  readonly descriptor: number;
  /**
   * Ends a pending read that has taken nothing: it rejects with
   * `READ_CANCELLED`.
   */
  cancelRead(): void;
  /**
   * Closes the descriptor. The peer learns nothing of it as long as another
   * process has the socket.
   */
  abandon(): void | Promise<void>;
}

/**
 * A connected byte stream. Its errors are classified, but for those of
 * {@linkcode StreamTransport.read} and {@linkcode StreamTransport.write}: a
 * promise that does it would be on the path of every message.
 */
export interface StreamTransport {
  /**
   * Null if it cannot be handed over: the runtime owns the descriptor and would
   * end the connection with it, or there is TLS on top.
   */
  readonly handover: StreamHandover | null;
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  /**
   * Reads at least one byte; resolves with null at what may be the end. One at
   * a time.
   */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes at least one byte; resolves with how many. One at a time. */
  write(bytes: Uint8Array): Promise<number>;
  /** Classifies a rejection of {@linkcode read}. */
  explainRead(error: unknown): unknown;
  /** Classifies a rejection of {@linkcode write}. */
  explainWrite(error: unknown): unknown;
  /** Rejects, classified, if the end that a read has told is none. */
  confirmEnd(): Promise<void>;
  /** Whether {@linkcode writeNow} can be used. */
  readonly canWriteNow: boolean;
  /**
   * Writes as much as can be without waiting, in one call; throws, classified,
   * if the connection is lost. Not while a {@linkcode write} is pending.
   *
   * @returns How many bytes, in order. The rest is for {@linkcode write}, which
   * waits.
   */
  writeNow(pieces: readonly Uint8Array[]): number;
  /** Ends the data in this direction (FIN). */
  closeWrite(): Promise<void>;
  /** Sets socket options; throws if one of them cannot be set. */
  setOptions(options: TransportOptions): void;
  /**
   * Closes both directions: gracefully if all that arrived has been read, else
   * with a reset where native calls make one possible. A promise resolves when
   * that is done.
   */
  close(): void | Promise<void>;
  /** Closes both directions gracefully, whatever has been read. */
  closeGracefully(): void | Promise<void>;
  /** Closes at once, with a reset where native calls make one possible. */
  reset(): void | Promise<void>;
}
