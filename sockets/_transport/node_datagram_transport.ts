import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { toSocketError } from "../../errors/_classify.ts";
import { isIPv4 } from "../addressing/_ip_address.ts";
import { adapterAddresses } from "./adapter.ts";
import { type Arrival, DatagramInbox } from "./datagram_inbox.ts";
import type {
  DatagramOptions,
  DatagramSender,
  DatagramTransport,
  GroupMembership,
} from "./datagram_transport.ts";
import { toMapped, unmap } from "./ipv4_mapped.ts";
import { assertNetGranted } from "./net_permission.ts";
import type { NodeDatagramSocket } from "./node_datagram_socket.ts";
import {
  type NodeDatagramSockets,
  openNodeSockets,
} from "./node_datagram_sockets.ts";
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
import { formatAddress, type TransportAddress } from "./transport_address.ts";

/** RFC 4291, section 2.7: ff00::/8. */
const GROUP_REGEXP = /^ff[\da-f]{2}:/i;

/**
 * A socket by node:dgram, which needs neither a flag nor native calls. On all
 * addresses it is a socket of each family, for node:dgram has the groups and
 * the options of an IPv6 socket for IPv6 alone.
 */
export class NodeDatagramTransport implements DatagramTransport {
  readonly handover = null;
  readonly localAddress: TransportAddress;
  readonly #sockets: NodeDatagramSockets;
  readonly #inbox: DatagramInbox;
  #remoteAddress: TransportAddress | null = null;
  #hopLimit: number | undefined;
  #multicastHopLimit: number | undefined;
  #closed: Promise<void> | null = null;

  private constructor(
    sockets: NodeDatagramSockets,
    inbox: DatagramInbox,
  ) {
    this.#sockets = sockets;
    this.#inbox = inbox;
    this.localAddress = sockets[0].localAddress;
  }

  /**
   * Opens a socket on a local address. `::` serves IPv4 as well.
   *
   * @throws {SocketError} If the address or an option cannot be used.
   */
  static async open(
    local: TransportAddress,
    options: DatagramOptions,
  ): Promise<NodeDatagramTransport> {
    assertPortable(options);
    assertNetGranted(local);
    const inbox = new DatagramInbox(() => {
      for (const socket of sockets) socket.read();
    });
    const take = (arrival: Arrival): boolean => inbox.put(arrival);
    const sockets = await openNodeSockets(unmap(local), options.shared, take);
    const transport = new NodeDatagramTransport(sockets, inbox);
    try {
      transport.setOptions(options);
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  }

  /** The connect() of node:dgram keeps no stranger out, so the inbox does. */
  connect(remote: TransportAddress): void {
    this.#assertOpen(`Cannot connect to "${formatAddress(remote)}"`);
    assertNetGranted(remote);
    this.#remoteAddress = remote;
    this.#inbox.connect(answersFrom(remote, this.localAddress));
  }

  isFromPeer(remote: TransportAddress): boolean {
    return this.#inbox.isFromPeer(remote);
  }

  senderTo(remote: TransportAddress | null): DatagramSender {
    const to = destination(remote, this.#remoteAddress);
    // A send without it would fail for no reason that is told.
    assertNetGranted(to);
    const socket = this.#socketFor(to.hostname);
    const native = socket.isIPv6
      ? { hostname: toMapped(to.hostname), port: to.port }
      : to;
    const action = sending(to);
    const send = (datagram: Uint8Array): Promise<void> => {
      if (socket.isIPv6) this.#assertHopLimit(to);
      return socket.send(datagram, native);
    };
    const explain = (error: unknown): Error =>
      this.#closed !== null
        ? closedError(action)
        : toSocketError(error, action);
    return { send: (row) => sendInOrder(row, send, explain) };
  }

  receive(): Promise<readonly Arrival[]> {
    return this.#inbox.receive();
  }

  join(membership: GroupMembership): void {
    const action = membershipAction("join", membership);
    const { socket, address } = this.#membersOf(membership, action);
    attempt(action, () => socket.join(membership, address));
  }

  leave(membership: GroupMembership): void {
    const action = membershipAction("leave", membership);
    const { socket, address } = this.#membersOf(membership, action);
    attempt(action, () => socket.leave(membership, address));
  }

  setOptions(options: DatagramOptions): void {
    this.#assertOpen("Cannot set options");
    const { hopLimit, multicastHopLimit, multicastLoopback } = options;
    if (hopLimit !== undefined) this.#setHopLimit(hopLimit);
    if (multicastHopLimit !== undefined) {
      this.#setMulticastHopLimit(multicastHopLimit);
    }
    const action = setting("multicast loopback", multicastLoopback);
    for (const socket of this.#sockets) {
      // It has a call for one of the families alone.
      if (!multicastLoopback && socket.isIPv6 && socket.hasIPv4) {
        throw needsNativeCalls(action);
      }
      attempt(action, () => socket.setMulticastLoopback(multicastLoopback));
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#inbox.end();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  #setHopLimit(limit: number): void {
    const action = setting("hop limit", limit);
    const socket = this.#ipv4SocketFor(action);
    attempt(action, () => socket.setHopLimit(limit));
    this.#hopLimit = limit;
  }

  #setMulticastHopLimit(limit: number): void {
    const action = setting("multicast hop limit", limit);
    const socket = this.#ipv4SocketFor(action);
    attempt(action, () => socket.setMulticastHopLimit(limit));
    this.#multicastHopLimit = limit;
  }

  /** The socket that has hop limits: node:dgram sets them for IPv4 alone. */
  #ipv4SocketFor(action: string): NodeDatagramSocket {
    const socket = this.#sockets.find(({ isIPv6 }) => !isIPv6);
    if (socket === undefined) throw needsNativeCalls(action);
    return socket;
  }

  /** Refuses to send by IPv6 with another limit than the one that was set. */
  #assertHopLimit({ hostname }: TransportAddress): void {
    const isGroup = GROUP_REGEXP.test(hostname);
    const limit = isGroup ? this.#multicastHopLimit : this.#hopLimit;
    if (limit === undefined) return;
    const name = isGroup ? "multicast hop limit" : "hop limit";
    throw needsNativeCalls(`${setting(name, limit)} for "${hostname}"`);
  }

  /** Which socket has the members of a group, and the adapter's address. */
  #membersOf(
    { group, source, adapter }: GroupMembership,
    action: string,
  ): { socket: NodeDatagramSocket; address: string | undefined } {
    this.#assertOpen(action);
    const isIPv6 = group.includes(":");
    if (isIPv6 && source !== undefined) {
      throw needsNativeCalls(`${action} from the source "${source}"`);
    }
    const socket = this.#sockets.find((socket) => socket.isIPv6 === isIPv6);
    if (socket === undefined) throw wrongFamily(action, this.localAddress);
    return { socket, address: interfaceOf(isIPv6, adapter) };
  }

  /** The socket that reaches an address. */
  #socketFor(hostname: string): NodeDatagramSocket {
    const isIPv6 = hostname.includes(":");
    return this.#sockets.find((socket) => socket.isIPv6 === isIPv6) ??
      this.#sockets[0];
  }

  #assertOpen(action: string): void {
    if (this.#closed !== null) throw closedError(action);
  }
}

/** What stands for an adapter; undefined is the system's choice. */
function interfaceOf(
  isIPv6: boolean,
  adapter: string | undefined,
): string | undefined {
  if (adapter === undefined) return undefined;
  const addresses = adapterAddresses(adapter);
  const address = isIPv6 ? `::%${adapter}` : addresses.find(isIPv4);
  if (address !== undefined) return address;
  throw needsNativeCalls(`Cannot use the adapter "${adapter}"`);
}

function attempt(action: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    throw toSocketError(error, action);
  }
}
