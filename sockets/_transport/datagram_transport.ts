import type { DatagramRow } from "../winsock/_datagram_vector.ts";
import type { TransportAddress } from "./transport_address.ts";

export type { DatagramRow } from "../winsock/_datagram_vector.ts";

/** The socket options that a datagram socket can have. Undefined is the default. */
export interface DatagramOptions {
  /** The only network interface to use, by its name. Needs native calls. */
  readonly adapter?: string;
  readonly dontFragment: boolean;
  readonly hopLimit: number | undefined;
  readonly inboundBufferSize: number | undefined;
  readonly lowLatency: boolean;
  readonly multicastHopLimit: number | undefined;
  readonly multicastLoopback: boolean;
  /** Whether others that ask for it as well may have the same port. */
  readonly shared: boolean;
}

/** Which datagrams to a group arrive, and by which network interface. */
export interface GroupMembership {
  /** The address of the group. */
  readonly group: string;
  /** From this address alone; undefined is from all. */
  readonly source: string | undefined;
  /** The name of the network interface; undefined is the system's choice. */
  readonly adapter: string | undefined;
}

/** A datagram that arrived. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly remote: TransportAddress;
  /** The address that it was sent to. */
  readonly localHostname: string;
  readonly error: null;
}

/** Word that an earlier datagram did not arrive (ICMP). */
export interface ReceivedError {
  readonly error: Error;
  readonly remote: TransportAddress;
  readonly localHostname: string;
}

/** How a send went. */
export interface DatagramsSent {
  /** How many datagrams from the front were sent. */
  readonly count: number;
  /** Why the one behind them cannot be sent, classified; null if it can be. */
  readonly error: Error | null;
}

/** Sends datagrams to one place. */
export interface DatagramSender {
  /**
   * Sends as many as can be from the front of a row that is not empty, waiting
   * only if none can be sent now. One at a time.
   */
  send(row: DatagramRow): DatagramsSent | Promise<DatagramsSent>;
}

/** What it takes to hand a socket for datagrams over to another process. */
export interface DatagramHandover {
  readonly descriptor: number;
  /** What the last {@linkcode DatagramTransport.receive} has given, or will. */
  readonly lastReceived: readonly (ReceivedDatagram | ReceivedError)[];
  /** Closes the descriptor; another process may have the socket. */
  abandon(): void | Promise<void>;
}

/** A socket for datagrams. Its errors are classified. */
export interface DatagramTransport {
  /** Null if it cannot be handed over: the runtime owns the descriptor. */
  readonly handover: DatagramHandover | null;
  readonly localAddress: TransportAddress;
  /** Sends to, and takes datagrams from, this address alone from now on. */
  connect(remote: TransportAddress): void;
  /**
   * Whether datagrams of an address are wanted. Once it is connected, those of
   * others are not, even if they arrived before.
   */
  isFromPeer(remote: TransportAddress): boolean;
  /** A sender to an address; null is the one that it is connected to. */
  senderTo(remote: TransportAddress | null): DatagramSender;
  /**
   * Waits for datagrams; resolves with one at least, in the order of their
   * arrival, and with none once the socket is closed. One at a time.
   */
  receive(): Promise<readonly (ReceivedDatagram | ReceivedError)[]>;
  /** Joins a group; whoever receives may be told later that it cannot be. */
  join(membership: GroupMembership): void;
  leave(membership: GroupMembership): void;
  /** Sets options that may change after the socket was opened. */
  setOptions(options: DatagramOptions): void;
  /** Closes it; a promise resolves when the port is free again. */
  close(): void | Promise<void>;
}
