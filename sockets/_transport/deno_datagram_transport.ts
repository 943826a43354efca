import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { toSocketError } from "../../errors/_classify.ts";
import { type Arrival, DatagramInbox } from "./datagram_inbox.ts";
import type {
  DatagramOptions,
  DatagramSender,
  DatagramsSent,
  DatagramTransport,
  GroupMembership,
} from "./datagram_transport.ts";
import { DatagramCopies } from "../winsock/_datagram_copies.ts";
import { DenoMemberships } from "./deno_memberships.ts";
import { fromMapped, toMapped, unmap } from "./ipv4_mapped.ts";
import {
  answersFrom,
  assertPortable,
  closedError,
  destination,
  membershipAction,
  sending,
  sendInOrder,
  setting,
  wrongFamily,
} from "./portable_datagram.ts";
import {
  formatAddress,
  NOBODY,
  type TransportAddress,
} from "./transport_address.ts";

/** No datagram is longer, so that none is cut. */
const BUFFER_SIZE = 65_535;
/** A socket by `Deno.listenDatagram`, which is there with `--unstable-net`. */
export class DenoDatagramTransport implements DatagramTransport {
  readonly handover = null;
  readonly localAddress: TransportAddress;
  readonly #conn: Deno.DatagramConn;
  readonly #isIPv6: boolean;
  /** Whether it serves IPv4. */
  readonly #hasIPv4: boolean;
  readonly #memberships: DenoMemberships;
  readonly #inbox = new DatagramInbox(() => this.#startReading());
  #multicastLoopback: boolean;
  #multicastHopLimit: number | undefined;
  #remoteAddress: TransportAddress | null = null;
  #buffer: Uint8Array<ArrayBuffer> | null = null;
  readonly #copies = new DatagramCopies();
  #isReading = false;
  #reading: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(conn: Deno.DatagramConn, loopback: boolean) {
    const local = toTransportAddress(conn.addr);
    this.localAddress = local;
    this.#conn = conn;
    this.#isIPv6 = local.hostname.includes(":");
    this.#hasIPv4 = !this.#isIPv6 || local.hostname === "::";
    this.#multicastLoopback = loopback;
    this.#memberships = new DenoMemberships(conn, (error) => this.#note(error));
  }

  /**
   * Opens a socket on a local address. `::` serves IPv4 as well, where the
   * system makes it dual-stack (Linux, macOS).
   *
   * @throws {SocketError} If the address or an option cannot be used.
   */
  static open(
    local: TransportAddress,
    options: DatagramOptions,
  ): DenoDatagramTransport {
    assertPortable(options);
    const { shared, multicastLoopback } = options;
    let conn;
    try {
      conn = Deno.listenDatagram({
        ...unmap(local),
        transport: "udp",
        reuseAddress: shared,
        loopback: multicastLoopback,
      });
    } catch (error) {
      throw toSocketError(error, `Cannot bind to "${formatAddress(local)}"`);
    }
    const transport = new DenoDatagramTransport(conn, multicastLoopback);
    try {
      // The runtime has set it for one family alone.
      if (!multicastLoopback) transport.#setLoopback(multicastLoopback);
      transport.setOptions(options);
    } catch (error) {
      transport.close();
      throw error;
    }
    return transport;
  }

  connect(remote: TransportAddress): void {
    this.#assertOpen(`Cannot connect to "${formatAddress(remote)}"`);
    this.#remoteAddress = remote;
    this.#inbox.connect(answersFrom(remote, this.localAddress));
  }

  isFromPeer(remote: TransportAddress): boolean {
    return this.#inbox.isFromPeer(remote);
  }

  senderTo(remote: TransportAddress | null): DatagramSender {
    const to = destination(remote, this.#remoteAddress);
    const { hostname, port } = to;
    const address: Deno.NetAddr = {
      transport: "udp",
      hostname: this.#isIPv6 ? toMapped(hostname) : hostname,
      port,
    };
    const action = sending(to);
    const conn = this.#conn;
    const send = (datagram: Uint8Array): Promise<number> =>
      conn.send(datagram, address);
    const explain = (error: unknown): Error =>
      this.#isClosed ? closedError(action) : toSocketError(error, action);
    return {
      send: async (row): Promise<DatagramsSent> => {
        const { pending } = this.#memberships;
        if (pending !== null) await pending;
        return await sendInOrder(row, send, explain);
      },
    };
  }

  receive(): Promise<readonly Arrival[]> {
    return this.#inbox.receive();
  }

  /** What the system refuses is told to whoever receives, later. */
  join(membership: GroupMembership): void {
    const action = membershipAction("join", membership);
    this.#assertOpen(action);
    const isServed = membership.group.includes(":")
      ? this.#isIPv6
      : this.#hasIPv4;
    if (!isServed) throw wrongFamily(action, this.localAddress);
    this.#memberships.join(membership);
  }

  leave(membership: GroupMembership): void {
    this.#assertOpen(membershipAction("leave", membership));
    this.#memberships.leave(membership);
  }

  setOptions(options: DatagramOptions): void {
    this.#assertOpen("Cannot set options");
    const { hopLimit, multicastHopLimit, multicastLoopback } = options;
    if (hopLimit !== undefined) {
      throw needsNativeCalls(setting("hop limit", hopLimit));
    }
    if (multicastHopLimit !== this.#multicastHopLimit) {
      this.#setMulticastHopLimit(multicastHopLimit);
    }
    if (multicastLoopback !== this.#multicastLoopback) {
      this.#setLoopback(multicastLoopback);
    }
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#conn.close();
      this.#inbox.end();
    }
    // The port is not free before a pending read has ended.
    return this.#reading;
  }

  #setMulticastHopLimit(limit: number | undefined): void {
    if (limit === undefined) return;
    // The runtime sets it for IPv4 alone.
    if (this.#isIPv6) {
      throw needsNativeCalls(setting("multicast hop limit", limit));
    }
    this.#memberships.setHopLimit(limit);
    this.#multicastHopLimit = limit;
  }

  #setLoopback(loopback: boolean): void {
    if (this.#isIPv6) this.#memberships.setLoopback("IPv6", loopback);
    if (this.#hasIPv4) this.#memberships.setLoopback("IPv4", loopback);
    this.#multicastLoopback = loopback;
  }

  #startReading(): void {
    if (!this.#isReading) this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    while (this.#inbox.put(await this.#receive()));
    this.#isReading = false;
  }

  async #receive(): Promise<Arrival> {
    const localHostname = this.localAddress.hostname;
    const buffer = this.#buffer ??= new Uint8Array(BUFFER_SIZE);
    try {
      const [bytes, address] = await this.#conn.receive(buffer);
      const { hostname, port } = toTransportAddress(address);
      const remote = { hostname: fromMapped(hostname), port };
      const copy = this.#copies.copy(buffer.subarray(0, bytes.length));
      return { bytes: copy, remote, localHostname, error: null };
    } catch (cause) {
      const error = toSocketError(cause, "Cannot receive a datagram");
      return { error, remote: NOBODY, localHostname };
    }
  }

  /** Tells whoever receives of a failure that came too late to be thrown. */
  #note(error: Error): void {
    const localHostname = this.localAddress.hostname;
    this.#inbox.put({ error, remote: NOBODY, localHostname });
  }

  #assertOpen(action: string): void {
    if (this.#isClosed) throw closedError(action);
  }
}

function toTransportAddress(address: Deno.Addr): TransportAddress {
  if ("hostname" in address) {
    return { hostname: address.hostname, port: address.port };
  }
  throw new TypeError(`Not an address of UDP: ${Deno.inspect(address)}`);
}
