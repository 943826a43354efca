import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type { ReceivedDatagram, ReceivedError } from "./datagram_transport.ts";
import { NOBODY, type TransportAddress } from "./transport_address.ts";

/** What has arrived: a datagram, or word of one that has not. */
export type Arrival = ReceivedDatagram | ReceivedError;

/** So many bytes are kept that nobody has asked for. */
const MAX_SIZE = 1024 * 1024;
/** What a datagram takes beside its bytes. */
const OVERHEAD = 512;

/**
 * Where datagrams wait for whoever asks. More is read only while somebody
 * waits, so that the system's buffer holds the rest.
 */
export class DatagramInbox {
  readonly #read: () => void;
  readonly #arrivals: Arrival[] = [];
  #size = 0;
  /** How many did not fit. */
  #lost = 0;
  #peer: TransportAddress | null = null;
  #waiter: ((arrivals: readonly Arrival[]) => void) | null = null;
  #isEnded = false;

  /** @param read Reads one datagram at least, and puts it here. */
  constructor(read: () => void) {
    this.#read = read;
  }

  /** Waits for something to arrive; nothing comes once it is ended. */
  receive(): Promise<readonly Arrival[]> {
    if (this.#arrivals.length > 0 || this.#isEnded) {
      return Promise.resolve(this.#take());
    }
    return new Promise((resolve) => {
      this.#waiter = resolve;
      this.#read();
    });
  }

  /** Takes what arrives; tells whether somebody waits for more. */
  put(arrival: Arrival): boolean {
    if (!this.#isEnded && this.#isWanted(arrival)) this.#keep(arrival);
    if (this.#arrivals.length > 0) {
      this.#waiter?.(this.#take());
      this.#waiter = null;
    }
    return this.#waiter !== null;
  }

  /**
   * Takes datagrams from this address alone from now on, and drops those of
   * others that wait here.
   *
   * @param peer The address in the form that arrivals have.
   */
  connect(peer: TransportAddress): void {
    this.#peer = peer;
    const wanted = this.#take().filter((arrival) => this.#isWanted(arrival));
    this.#arrivals.push(...wanted);
    this.#size = wanted.reduce((sum, arrival) => sum + sizeOf(arrival), 0);
  }

  /** Whether datagrams of an address are taken. */
  isFromPeer({ hostname, port }: TransportAddress): boolean {
    const peer = this.#peer;
    return peer === null || peer.port === port && peer.hostname === hostname;
  }

  /** Nothing comes any more, not even what waits here. */
  end(): void {
    this.#isEnded = true;
    this.#arrivals.length = 0;
    this.#lost = 0;
    this.#waiter?.([]);
    this.#waiter = null;
  }

  #isWanted({ error, remote }: Arrival): boolean {
    return error !== null || this.isFromPeer(remote);
  }

  #keep(arrival: Arrival): void {
    const size = sizeOf(arrival);
    if (this.#lost > 0 || this.#size + size > MAX_SIZE) {
      this.#lost++;
      return;
    }
    this.#size += size;
    this.#arrivals.push(arrival);
  }

  #take(): readonly Arrival[] {
    this.#size = 0;
    const taken = this.#arrivals.splice(0);
    const last = taken.at(-1);
    if (this.#lost === 0 || last === undefined) return taken;
    const error = new SocketError(
      `Cannot receive "${this.#lost}" datagrams: no buffer space available`,
      HResult.WSAENOBUFS,
    );
    this.#lost = 0;
    const { localHostname } = last;
    return [...taken, { error, remote: NOBODY, localHostname }];
  }
}

function sizeOf(arrival: Arrival): number {
  return OVERHEAD + (arrival.error === null ? arrival.bytes.length : 0);
}
