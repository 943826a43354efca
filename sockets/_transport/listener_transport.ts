import type { StreamTransport } from "./stream_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

/** What an accept rejects with that was ended, and has taken nothing. */
export const ACCEPT_CANCELLED: unique symbol = Symbol("accept cancelled");

/** What it takes to hand a listener over to another process. */
export interface ListenerHandover {
  readonly descriptors: readonly number[];
  /**
   * Stops accepting, and closes the descriptors. What waits to be accepted goes
   * on waiting if another process has the socket; what has been accepted
   * already comes from {@linkcode ListenerTransport.accept}, before it rejects.
   */
  abandon(): void | Promise<void>;
}

/** A socket that accepts connections. Its errors are classified. */
export interface ListenerTransport {
  readonly localAddress: TransportAddress;
  /**
   * Null if it cannot be handed over: the runtime owns the descriptor, or there
   * is TLS on top.
   */
  readonly handover: ListenerHandover | null;
  /** Resolves with the next connection. One call at a time. */
  accept(): Promise<StreamTransport>;
  /**
   * Ends a pending accept that has taken nothing: it rejects with
   * {@linkcode ACCEPT_CANCELLED}. Where that cannot be it goes on.
   */
  cancelAccept?(): void;
  /**
   * Stops listening; a pending accept rejects. A promise resolves when that is
   * done.
   */
  close(): void | Promise<void>;
}
