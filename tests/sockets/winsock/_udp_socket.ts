import {
  DatagramReceiver,
  type ReceivedDatagram,
} from "../../../sockets/winsock/_datagram_receiver.ts";
import {
  type DatagramRow,
  sendDatagrams,
} from "../../../sockets/winsock/_datagram_vector.ts";
import { type Libc, libc } from "../../../sockets/winsock/_libc.ts";
import { Readiness, sharedPoller } from "../../../sockets/winsock/_poller.ts";
import {
  AF_INET,
  AF_INET6,
  decodeAddress,
  encodeAddress,
  SOCKADDR_STORAGE_SIZE,
  type SocketAddress,
} from "../../../sockets/winsock/_socket_address.ts";
import {
  setSocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";

/** Linux, `bits/socket_type.h`: `SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK`. */
const SOCKET_TYPE = 0x80802;
/** What the system allows without privileges, by default. */
const BUFFER_SIZE = 212_992;
const ANY_HOSTNAMES = ["0.0.0.0", "::"];
/** Linux, `asm-generic/errno-base.h`. */
const EAGAIN = 11;
/** What tests of one address get as the local one. */
export const BOUND = "what it is bound to";

/** The C library. Tests that call this are ignored where there is none. */
export function requireLibc(): Libc {
  if (libc === null) throw new TypeError("There are no native calls");
  return libc;
}

/** One for all tests, as the library has one for all of its sockets. */
export const receiver: DatagramReceiver | null = libc === null
  ? null
  : new DatagramReceiver(libc);

/** A socket of native calls alone, with no class of the library around it. */
export class UdpSocket implements AsyncDisposable {
  readonly #family: typeof AF_INET | typeof AF_INET6;
  readonly descriptor: number;

  /** @param hostname What it is bound to. `::` serves IPv4 as well. */
  constructor(hostname: string = "127.0.0.1") {
    this.#family = hostname.includes(":") ? AF_INET6 : AF_INET;
    const { call } = requireLibc();
    this.descriptor = check(call.socket(this.#family, SOCKET_TYPE, 0));
    const { IPV6_V6ONLY, SO_RCVBUF, UDP_GRO } = SocketOptions;
    if (hostname === "::") setSocketOption(this.descriptor, IPV6_V6ONLY, 0);
    setSocketOption(this.descriptor, SO_RCVBUF, BUFFER_SIZE);
    setSocketOption(this.descriptor, UDP_GRO, 1);
    if (ANY_HOSTNAMES.includes(hostname)) this.#tellDestinations();
    const raw = encodeAddress({ hostname, port: 0 }, this.#family);
    check(call.bind(this.descriptor, raw, raw.length));
  }

  get address(): SocketAddress {
    const raw = new Uint8Array(SOCKADDR_STORAGE_SIZE);
    const length = new Uint8Array(Uint32Array.of(raw.length).buffer);
    check(requireLibc().call.getsockname(this.descriptor, raw, length));
    return decodeAddress(raw);
  }

  connect(to: SocketAddress): void {
    const raw = encodeAddress(to, this.#family);
    check(requireLibc().call.connect(this.descriptor, raw, raw.length));
  }

  /**
   * Sends datagrams, those of one size in a row as one that the kernel cuts.
   *
   * @param to Where; null if the socket is connected.
   */
  send(datagrams: readonly Uint8Array[], to: SocketAddress | null): void {
    const name = to === null ? null : encodeAddress(to, this.#family);
    let { first, offset, ...row } = toRow(datagrams);
    while (first < row.lengths.length) {
      const limits = { count: 64, size: 1400 };
      const from = { ...row, first, offset };
      const { count } = sendDatagrams(
        requireLibc(),
        this.descriptor,
        from,
        name,
        limits,
      );
      check(count === 0 ? -1 : count);
      for (let i = 0; i < count; i++) offset += row.lengths[first++] ?? 0;
    }
  }

  /** What one call receives; the error number if it fails. */
  receive(
    by: DatagramReceiver | null = receiver,
  ): readonly ReceivedDatagram[] | number {
    if (by === null) throw new TypeError("There are no native calls");
    return by.receive(this.descriptor, BOUND);
  }

  /** Receives as many as told, and fails if there are more at once. */
  async take(count: number): Promise<readonly ReceivedDatagram[]> {
    const all: ReceivedDatagram[] = [];
    while (all.length < count) {
      const received = this.receive();
      if (typeof received !== "number") all.push(...received);
      else if (received === EAGAIN) await this.#readable();
      else throw new Error(`It cannot receive (os error ${received})`);
    }
    if (all.length === count) return all;
    throw new RangeError(`It has received ${all.length}, not ${count}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sharedPoller(requireLibc()).forget(this.descriptor);
    requireLibc().call.close(this.descriptor);
  }

  #readable(): Promise<void> {
    const poller = sharedPoller(requireLibc());
    return poller.wait(this.descriptor, Readiness.readable);
  }

  #tellDestinations(): void {
    const { IP_PKTINFO, IPV6_RECVPKTINFO } = SocketOptions;
    const isIPv6 = this.#family === AF_INET6;
    setSocketOption(this.descriptor, isIPv6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1);
  }
}

function toRow(datagrams: readonly Uint8Array[]): DatagramRow {
  const lengths = datagrams.map(({ length }) => length);
  const size = lengths.reduce((sum, length) => sum + length, 0);
  // Large enough that V8 does not keep it on its heap, where it would move.
  const bytes = new Uint8Array(Math.max(size, 1024));
  let end = 0;
  for (const datagram of datagrams) {
    bytes.set(datagram, end);
    end += datagram.length;
  }
  return { bytes, offset: 0, lengths, first: 0 };
}

function check(result: number): number {
  if (result >= 0) return result;
  throw new Error(`The call has failed (os error ${requireLibc().errno()})`);
}
