import type { StreamTransport } from "./stream_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

/** A socket that accepts connections. Its errors are classified. */
export interface ListenerTransport {
  readonly localAddress: TransportAddress;
  /** Resolves with the next connection. One call at a time. */
  accept(): Promise<StreamTransport>;
  /** Stops listening; a pending accept rejects. */
  close(): void;
}
