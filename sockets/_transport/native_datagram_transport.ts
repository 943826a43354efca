import { setImmediate } from "node:timers";
import { ArgumentError } from "../../errors/argument_error.ts";
import { toSocketError } from "../../errors/_classify.ts";
import {
  describeSocket,
  localAddressOf,
  prepareDescriptor,
  remoteAddressOf,
} from "../winsock/_descriptor.ts";
import { DatagramReceiver } from "../winsock/_datagram_receiver.ts";
import {
  type DatagramsSent,
  sendDatagrams,
} from "../winsock/_datagram_vector.ts";
import { type Libc, libc, type SocketCalls } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { changeMembership } from "../winsock/_multicast.ts";
import { type Poller, Readiness, sharedPoller } from "../winsock/_poller.ts";
import {
  AF_INET,
  AF_INET6,
  decodeAddress,
  encodeAddress,
  interfaceIndex,
  SOCKADDR_STORAGE_SIZE,
} from "../winsock/_socket_address.ts";
import {
  getSocketOption,
  setSocketOption,
  type SocketOption,
  SocketOptions,
} from "../winsock/_socket_options.ts";
import type {
  DatagramHandover,
  DatagramOptions,
  DatagramSender,
  DatagramTransport,
  GroupMembership,
  ReceivedDatagram,
  ReceivedError,
} from "./datagram_transport.ts";
import { NativeDatagramSender } from "./native_datagram_sender.ts";
import {
  formatAddress,
  NOBODY,
  type TransportAddress,
} from "./transport_address.ts";

const {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EAGAIN,
  ECANCELED,
  ECONNREFUSED,
  ECONNRESET,
  EMSGSIZE,
  ENODEV,
  IPTOS_LOWDELAY,
  SOCK_DGRAM,
} = LINUX;

const SOCKET_TYPE = LINUX.SOCK_DGRAM | LINUX.SOCK_CLOEXEC |
  LINUX.SOCK_NONBLOCK;
/** Linux, `linux/in.h`: `IP_PMTUDISC_DO`. */
const PMTUDISC_DO = 2;
/** Linux, `linux/ip.h` and `linux/pkt_sched.h`. */
const TC_PRIO_INTERACTIVE = 6;
const ANY_HOSTNAMES = ["0.0.0.0", "::"];
/** So many calls receive without waiting, then other work has its turn. */
const MAX_AT_ONCE = 16;
/**
 * After so many datagrams at once, more are likely to be on their way, and the
 * event loop finds them sooner than a thread that waits would tell of them.
 */
const BURST_SIZE = 8;
const MAX_TRIES = 4;

type Family = typeof AF_INET | typeof AF_INET6;
type Received = readonly (ReceivedDatagram | ReceivedError)[];

/** Its buffers are large; it is made for the first socket. */
let receiver: DatagramReceiver | null = null;

/** A socket of this process's own, by native calls (Linux). */
export class NativeDatagramTransport
  implements DatagramTransport, DatagramHandover {
  readonly descriptor: number;
  lastReceived: Received = [];
  readonly #libc: Libc;
  readonly #family: Family;
  readonly #poller: Poller;
  #localAddress: TransportAddress;
  #remoteAddress: TransportAddress | null = null;
  /** The same as the kernel has it: no host is at `0.0.0.0`, for one. */
  #peer: TransportAddress | null = null;
  /** What became of earlier datagrams, the last for each error number. */
  readonly #errors = new Map<number, Error>();
  #dontFragment = false;
  #receivedAtOnce = 0;
  /** How often it is still tried before a thread waits. */
  #tries = 0;
  #isClosed = false;

  private constructor(
    libc: Libc,
    poller: Poller,
    descriptor: number,
    family: Family,
  ) {
    this.#libc = libc;
    this.#poller = poller;
    this.descriptor = descriptor;
    this.#family = family;
    this.#localAddress = { hostname: "", port: 0 };
  }

  /**
   * Opens a socket on a local address. `::` serves IPv4 as well.
   *
   * @throws {SocketError} If the address cannot be used.
   */
  static open(
    local: TransportAddress,
    options: DatagramOptions,
  ): NativeDatagramTransport {
    if (libc === null) throw new TypeError("There are no native calls");
    const family = local.hostname.includes(":") ? AF_INET6 : AF_INET;
    const action = `Cannot bind to "${formatAddress(local)}"`;
    // Before there is a socket, since that may take descriptors as well.
    const poller = sharedPoller(libc);
    const descriptor = libc.call.socket(family, SOCKET_TYPE, 0);
    if (descriptor < 0) throw failure(action, libc.errno());
    const transport = new NativeDatagramTransport(
      libc,
      poller,
      descriptor,
      family,
    );
    try {
      transport.#prepare(options);
      if (ANY_HOSTNAMES.includes(local.hostname)) transport.#tellDestinations();
      transport.#bind(local, action);
    } catch (error) {
      transport.close();
      throw error;
    }
    return transport;
  }

  /**
   * Takes over the descriptor of a bound socket, unless it throws.
   *
   * @throws {SocketError} If it is none.
   */
  static adopt(libc: Libc, descriptor: number): NativeDatagramTransport {
    const described = describeSocket(libc, descriptor);
    if (typeof described === "number") throw refusal(descriptor, described);
    const { type, family } = described;
    if (type !== SOCK_DGRAM) throw refusal(descriptor, LINUX.EPROTOTYPE);
    if (family !== AF_INET && family !== AF_INET6) {
      throw refusal(descriptor, LINUX.EAFNOSUPPORT);
    }
    const local = localAddressOf(libc, descriptor);
    if (typeof local === "number") throw refusal(descriptor, local);
    // It is not bound.
    if (local.port === 0) throw refusal(descriptor, LINUX.EINVAL);
    const errno = prepareDescriptor(libc, descriptor);
    if (errno !== 0) throw refusal(descriptor, errno);
    const transport = new NativeDatagramTransport(
      libc,
      sharedPoller(libc),
      descriptor,
      family,
    );
    transport.#takeUp(local);
    return transport;
  }

  get handover(): DatagramHandover {
    return this;
  }

  /** What it is connected to; null if it is not. */
  get remoteAddress(): TransportAddress | null {
    return this.#remoteAddress;
  }

  get localAddress(): TransportAddress {
    return this.#localAddress;
  }

  connect(remote: TransportAddress): void {
    const action = `Cannot connect to "${formatAddress(remote)}"`;
    this.#assertOpen(action);
    const raw = encodeAddress(remote, this.#family);
    const { call, errno } = this.#libc;
    if (call.connect(this.descriptor, raw, raw.length) !== 0) {
      throw failure(action, errno());
    }
    this.#remoteAddress = remote;
    this.#peer = this.#name(call.getpeername);
    this.#localAddress = this.#name(call.getsockname);
  }

  isFromPeer({ hostname, port }: TransportAddress): boolean {
    const peer = this.#peer;
    return peer === null || peer.port === port && peer.hostname === hostname;
  }

  senderTo(remote: TransportAddress | null): DatagramSender {
    const to = remote === null ? null : encodeAddress(remote, this.#family);
    const name = remote ?? this.#remoteAddress;
    const where = name === null ? "" : ` to "${formatAddress(name)}"`;
    return new NativeDatagramSender({
      send: (row, limits) =>
        this.#isClosed
          ? { count: 0, errno: ECANCELED, firstRun: 1 }
          : this.#send(() =>
            sendDatagrams(this.#libc, this.descriptor, row, to, limits)
          ),
      writable: () => this.#poller.wait(this.descriptor, Readiness.writable),
      note: (errno) => this.#note(errno),
      explain: (errno) => failure(`Cannot send the datagram${where}`, errno),
    });
  }

  async receive(): Promise<Received> {
    receiver ??= new DatagramReceiver(this.#libc);
    while (!this.#isClosed) {
      if (this.#errors.size > 0) return this.lastReceived = this.#takeErrors();
      const { hostname } = this.#localAddress;
      const received = receiver.receive(this.descriptor, hostname);
      if (typeof received !== "number") {
        this.#tries = received.length >= BURST_SIZE ? MAX_TRIES : 0;
        this.lastReceived = received;
        if (++this.#receivedAtOnce >= MAX_AT_ONCE) await this.#pause();
        return received;
      }
      if (received !== EAGAIN) this.#noteReceived(received);
      else if (this.#tries > 0) {
        this.#tries--;
        await this.#pause();
      } else {
        this.#receivedAtOnce = 0;
        await this.#poller.wait(this.descriptor, Readiness.readable);
      }
    }
    return [];
  }

  join(membership: GroupMembership): void {
    this.#changeMembership(membership, true);
  }

  leave(membership: GroupMembership): void {
    this.#changeMembership(membership, false);
  }

  setOptions(options: DatagramOptions): void {
    this.#assertOpen("Cannot set options");
    const { hopLimit, multicastHopLimit, multicastLoopback } = options;
    if (hopLimit !== undefined) {
      const { IP_TTL, IPV6_UNICAST_HOPS } = SocketOptions;
      this.#setOfFamily("hop limit", IP_TTL, IPV6_UNICAST_HOPS, hopLimit);
    }
    if (multicastHopLimit !== undefined) {
      const { IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS } = SocketOptions;
      this.#setOfFamily(
        "multicast hop limit",
        IP_MULTICAST_TTL,
        IPV6_MULTICAST_HOPS,
        multicastHopLimit,
      );
    }
    const { IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP } = SocketOptions;
    this.#setOfFamily(
      "multicast loopback",
      IP_MULTICAST_LOOP,
      IPV6_MULTICAST_LOOP,
      Number(multicastLoopback),
    );
  }

  close(): Promise<void> {
    return this.abandon();
  }

  abandon(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    const forgotten = this.#poller.forget(this.descriptor);
    this.#libc.call.close(this.descriptor);
    return forgotten;
  }

  /** Learns what the socket is that was opened elsewhere. */
  #takeUp(local: TransportAddress): void {
    this.#localAddress = local;
    const remote = remoteAddressOf(this.#libc, this.descriptor);
    if (typeof remote !== "number") this.#remoteAddress = this.#peer = remote;
    const { IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, UDP_GRO } = SocketOptions;
    const discovery = this.#family === AF_INET6
      ? IPV6_MTU_DISCOVER
      : IP_MTU_DISCOVER;
    this.#dontFragment =
      getSocketOption(this.descriptor, discovery) === PMTUDISC_DO;
    setSocketOption(this.descriptor, UDP_GRO, 1);
    if (ANY_HOSTNAMES.includes(local.hostname)) this.#tellDestinations();
  }

  /** Sets what has to be set before the socket is bound. */
  #prepare(options: DatagramOptions): void {
    const { shared, inboundBufferSize, dontFragment, lowLatency, adapter } =
      options;
    if (adapter !== undefined) {
      const { SO_BINDTOIFINDEX } = SocketOptions;
      this.#set("adapter", SO_BINDTOIFINDEX, interfaceIndex(adapter));
    }
    if (this.#family === AF_INET6) {
      this.#set("dual stack", SocketOptions.IPV6_V6ONLY, 0);
    }
    this.#set("broadcast", SocketOptions.SO_BROADCAST, 1);
    if (shared) this.#set("port sharing", SocketOptions.SO_REUSEADDR, 1);
    // Groups of its own, and not those of every socket of the system.
    const { IP_MULTICAST_ALL, IPV6_MULTICAST_ALL } = SocketOptions;
    this.#setOfFamily("groups", IP_MULTICAST_ALL, IPV6_MULTICAST_ALL, 0);
    // Where the kernel cannot join datagrams (before Linux 5.0), it does not.
    setSocketOption(this.descriptor, SocketOptions.UDP_GRO, 1);
    if (inboundBufferSize !== undefined) {
      const { SO_RCVBUF } = SocketOptions;
      this.#set("inbound buffer size", SO_RCVBUF, inboundBufferSize);
    }
    this.#dontFragment = dontFragment;
    if (dontFragment) {
      const { IP_MTU_DISCOVER, IPV6_MTU_DISCOVER } = SocketOptions;
      this.#setOfFamily(
        "fragmentation",
        IP_MTU_DISCOVER,
        IPV6_MTU_DISCOVER,
        PMTUDISC_DO,
      );
    }
    if (lowLatency) {
      const { IP_TOS, IPV6_TCLASS, SO_PRIORITY } = SocketOptions;
      const name = "quality of service";
      this.#setOfFamily(name, IP_TOS, IPV6_TCLASS, IPTOS_LOWDELAY);
      this.#set(name, SO_PRIORITY, TC_PRIO_INTERACTIVE);
    }
    this.setOptions(options);
  }

  #bind(local: TransportAddress, action: string): void {
    const raw = encodeAddress(local, this.#family);
    const { call, errno } = this.#libc;
    if (call.bind(this.descriptor, raw, raw.length) !== 0) {
      throw failure(action, errno());
    }
    this.#localAddress = this.#name(call.getsockname);
  }

  /** Has the kernel tell which address each datagram was sent to. */
  #tellDestinations(): void {
    // Of IPv4 packets, an IPv6 socket tells IPv4-mapped addresses.
    const { IP_PKTINFO, IPV6_RECVPKTINFO } = SocketOptions;
    const info = this.#family === AF_INET6 ? IPV6_RECVPKTINFO : IP_PKTINFO;
    this.#set("packet information", info, 1);
  }

  #name(
    getName: SocketCalls["getsockname" | "getpeername"],
  ): TransportAddress {
    const raw = new Uint8Array(SOCKADDR_STORAGE_SIZE);
    const length = new Uint8Array(Uint32Array.of(raw.length).buffer);
    getName(this.descriptor, raw, length);
    return decodeAddress(raw);
  }

  #changeMembership(membership: GroupMembership, joins: boolean): void {
    const action = joins ? "join" : "leave";
    const what = `Cannot ${action} the group "${membership.group}"`;
    this.#assertOpen(what);
    const { group, source, adapter } = membership;
    if (this.#family === AF_INET && group.includes(":")) {
      throw failure(what, EAFNOSUPPORT);
    }
    const errno = changeMembership(this.#libc, this.descriptor, {
      ...membership,
      joins,
    });
    if (errno === 0) return;
    // The zone of a group is an adapter as well.
    const named = adapter ?? group.split("%")[1];
    if (errno === ENODEV && named !== undefined) {
      throw new ArgumentError(`${what}: there is no adapter "${named}"`);
    }
    const isTwice = joins && source !== undefined && errno === EADDRNOTAVAIL;
    throw failure(what, isTwice ? EADDRINUSE : errno);
  }

  /** An option of each family: an IPv6 socket sends IPv4 packets as well. */
  #setOfFamily(
    name: string,
    ipv4: SocketOption,
    ipv6: SocketOption,
    value: number,
  ): void {
    this.#set(name, ipv4, value);
    if (this.#family === AF_INET6) this.#set(name, ipv6, value);
  }

  #set(name: string, option: SocketOption, value: number): void {
    const errno = setSocketOption(this.descriptor, option, value);
    if (errno === 0) return;
    throw failure(`Cannot set the ${name} to "${value}"`, errno);
  }

  /**
   * A connected socket tells once what became of an earlier datagram (ICMP), in
   * place of a send, which has sent nothing then (udp(7)).
   */
  #send(send: () => DatagramsSent): DatagramsSent {
    const sent = send();
    const { count, errno } = sent;
    if (count > 0 || errno === EAGAIN || this.#remoteAddress === null) {
      return sent;
    }
    const again = send();
    const isEarlier = again.count > 0 || again.errno !== errno;
    // The system knows a shorter path now; what is too long for it is told so.
    if (isEarlier && errno !== EMSGSIZE) this.#note(errno);
    return again;
  }

  #noteReceived(errno: number): void {
    // The system has learnt of a shorter path, and cuts what is longer.
    if (errno !== EMSGSIZE || this.#dontFragment) this.#note(errno);
  }

  #note(errno: number): void {
    const remote = this.#remoteAddress;
    const where = remote === null ? "" : ` from "${formatAddress(remote)}"`;
    // Winsock tells of a port that nobody listens on by WSAECONNRESET.
    const told = errno === ECONNREFUSED ? ECONNRESET : errno;
    this.#errors.set(
      told,
      failure(`Cannot receive a datagram${where}`, told),
    );
    this.#poller.nudge(this.descriptor);
  }

  #takeErrors(): readonly ReceivedError[] {
    const remote = this.#remoteAddress ?? NOBODY;
    const localHostname = this.#localAddress.hostname;
    const errors = [...this.#errors.values()];
    this.#errors.clear();
    return errors.map((error) => ({ error, remote, localHostname }));
  }

  /** The descriptor of a closed socket may be another's by now. */
  #assertOpen(action: string): void {
    if (this.#isClosed) throw failure(action, ECANCELED);
  }

  async #pause(): Promise<void> {
    this.#receivedAtOnce = 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function refusal(descriptor: number, errno: number): Error {
  return failure(
    `Cannot use the descriptor "${descriptor}" as a socket for datagrams`,
    errno,
  );
}

function failure(action: string, errno: number): Error {
  return toSocketError(new Error(`Refused (os error ${errno})`), action);
}
