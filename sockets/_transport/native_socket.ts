import { toSocketError } from "../../errors/_classify.ts";
import { resetConnection } from "../winsock/_descriptor.ts";
import { type Libc, libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import {
  isSameAddress,
  SOCKADDR_STORAGE_SIZE,
} from "../winsock/_socket_address.ts";
import {
  getSocketOption,
  setSocketOption,
  type SocketOption,
  SocketOptions,
} from "../winsock/_socket_options.ts";
import { sendVector } from "../winsock/_send_vector.ts";
import { readTcpInfo, type TcpInfo } from "../winsock/_tcp_info.ts";
import type { TransportOptions } from "./stream_transport.ts";
import { tcpSettings } from "./tcp_options.ts";
import type { TransportAddress } from "./transport_address.ts";

const { FIONREAD, IPTOS_LOWDELAY } = LINUX;

export type { TcpInfo } from "../winsock/_tcp_info.ts";

/** Linux, `linux/pkt_sched.h`: the band of interactive traffic. */
const TC_PRIO_INTERACTIVE = 6;
/** So many numbers in a row without a socket end the search upwards. */
const SEARCH_GAP = 4096;

/** What was asked for last: the two addresses of a socket, of one length. */
const localName = new Uint8Array(SOCKADDR_STORAGE_SIZE);
const remoteName = new Uint8Array(SOCKADDR_STORAGE_SIZE);
const length = new Uint32Array(1);
const lengthBytes = new Uint8Array(length.buffer);

/** Whether this process may make native calls. */
export function hasNativeSockets(): boolean {
  return libc !== null;
}

/**
 * The native side of a TCP socket that the runtime owns. Its descriptor is
 * told by its two addresses, which no other socket shares, and they are
 * compared again before every use.
 */
export class NativeSocket {
  readonly #descriptor: number;
  readonly #local: TransportAddress;
  readonly #remote: TransportAddress;
  /** The addresses as the kernel has them, once they were compared as text. */
  #names: Uint8Array | null = null;

  private constructor(
    descriptor: number,
    local: TransportAddress,
    remote: TransportAddress,
  ) {
    this.#descriptor = descriptor;
    this.#local = local;
    this.#remote = remote;
  }

  /**
   * Finds the socket of a connection.
   *
   * @param hint The descriptor that it may have. Without one the search goes
   * outwards from the lowest free number, which is next to a connection that
   * was just made.
   */
  static find(
    local: TransportAddress,
    remote: TransportAddress,
    hint?: number,
  ): NativeSocket | null {
    if (libc === null) return null;
    // A hint that is a socket of this address is right, connected or not.
    const descriptor = hint !== undefined && isBoundTo(hint, local)
      ? hint
      : search(libc, local, remote);
    if (descriptor === null || !isConnection(descriptor, local, remote)) {
      return null;
    }
    return new NativeSocket(descriptor, local, remote);
  }

  /** Sets the options that the runtime itself has no call for. */
  setOptions(options: TransportOptions): void {
    const { hopLimit, lowLatency, sendBufferSize } = options;
    if (hopLimit !== undefined) {
      const { IP_TTL, IPV6_UNICAST_HOPS } = SocketOptions;
      this.#setOfFamily("hop limit", IP_TTL, IPV6_UNICAST_HOPS, hopLimit);
    }
    if (lowLatency) {
      const { IP_TOS, IPV6_TCLASS, SO_PRIORITY } = SocketOptions;
      // First the type of service, since IP_TOS resets the priority (ip(7)).
      const name = "quality of service";
      this.#setOfFamily(name, IP_TOS, IPV6_TCLASS, IPTOS_LOWDELAY);
      this.#set(name, SO_PRIORITY, TC_PRIO_INTERACTIVE);
    }
    if (sendBufferSize !== undefined) {
      this.#set("send buffer size", SocketOptions.SO_SNDBUF, sendBufferSize);
    }
    for (const { name, option, value } of tcpSettings(options.tcp)) {
      this.#set(name, option, value);
    }
  }

  /** What the system knows of the connection; null once it is gone. */
  get tcpInfo(): TcpInfo | null {
    return this.#isOpen ? readTcpInfo(this.#descriptor) : null;
  }

  /** Reads an integer option; null where that is not possible. */
  getOption(option: SocketOption): number | null {
    return this.#isOpen ? getSocketOption(this.#descriptor, option) : null;
  }

  /**
   * Sends as much as can be without waiting, in one call.
   *
   * @returns How many bytes, 0 if the descriptor is another's by now; or the
   * error number, negative.
   */
  send(pieces: readonly Uint8Array[]): number {
    if (libc === null || !this.#isOpen) return 0;
    return sendVector(libc, this.#descriptor, pieces);
  }

  /** Whether bytes have arrived that nobody has read. */
  get hasUnread(): boolean {
    if (libc === null || !this.#isOpen) return false;
    const count = new Int32Array(1);
    const bytes = new Uint8Array(count.buffer);
    const result = libc.call.ioctl(this.#descriptor, BigInt(FIONREAD), bytes);
    return result === 0 && count[0] !== 0;
  }

  /** Resets the connection. */
  reset(): void {
    if (libc === null || !this.#isOpen) return;
    resetConnection(libc, this.#descriptor);
  }

  get #isOpen(): boolean {
    const descriptor = this.#descriptor;
    if (this.#names !== null && hasNames(descriptor, this.#names)) return true;
    if (!isConnection(descriptor, this.#local, this.#remote)) return false;
    this.#names = askedNames();
    return true;
  }

  /**
   * Sets an option that each family has. A connection between IPv4-mapped
   * addresses sends IPv4 packets, by the IPv4 options of its IPv6 socket.
   */
  #setOfFamily(
    name: string,
    ipv4: SocketOption,
    ipv6: SocketOption,
    value: number,
  ): void {
    const { hostname } = this.#local;
    if (hostname.includes(".")) this.#set(name, ipv4, value);
    if (hostname.includes(":")) this.#set(name, ipv6, value);
  }

  #set(name: string, option: SocketOption, value: number): void {
    const action = `Cannot set the ${name} to "${value}"`;
    if (!this.#isOpen) {
      throw toSocketError(
        new Deno.errors.NotConnected("Not connected"),
        action,
      );
    }
    const errno = setSocketOption(this.#descriptor, option, value);
    if (errno !== 0) {
      throw toSocketError(new Error(`Refused (os error ${errno})`), action);
    }
  }
}

function search(
  { call }: Libc,
  local: TransportAddress,
  remote: TransportAddress,
): number | null {
  const free = call.dup(2);
  if (free < 0) return null;
  call.close(free);
  let gap = 0;
  for (let distance = 1; gap < SEARCH_GAP || distance < free; distance++) {
    const below = free - distance;
    if (below > 2 && isConnection(below, local, remote)) return below;
    if (gap >= SEARCH_GAP) continue;
    const above = free + distance;
    if (isConnection(above, local, remote)) return above;
    gap = isSocket(above) ? 0 : gap + 1;
  }
  return null;
}

function isSocket(descriptor: number): boolean {
  length[0] = localName.length;
  return libc?.call.getsockname(descriptor, localName, lengthBytes) === 0;
}

function isConnected(descriptor: number): boolean {
  length[0] = remoteName.length;
  return libc?.call.getpeername(descriptor, remoteName, lengthBytes) === 0;
}

function isBoundTo(descriptor: number, local: TransportAddress): boolean {
  return isSocket(descriptor) && isSameAddress(localName, local);
}

function isConnection(
  descriptor: number,
  local: TransportAddress,
  remote: TransportAddress,
): boolean {
  return isBoundTo(descriptor, local) && isConnected(descriptor) &&
    isSameAddress(remoteName, remote);
}

/** A copy of the names that were asked for last. */
function askedNames(): Uint8Array {
  const size = length[0] ?? 0;
  const names = new Uint8Array(2 * size);
  names.set(localName.subarray(0, size));
  names.set(remoteName.subarray(0, size), size);
  return names;
}

/** The same as {@linkcode isConnection}, at a tenth of the cost. */
function hasNames(descriptor: number, names: Uint8Array): boolean {
  if (!isSocket(descriptor) || !isConnected(descriptor)) return false;
  const size = names.length / 2;
  if (length[0] !== size) return false;
  for (let i = 0; i < size; i++) {
    if (names[i] !== localName[i] || names[size + i] !== remoteName[i]) {
      return false;
    }
  }
  return true;
}

/**
 * Sets the options that need native calls on a connection.
 *
 * @throws {SocketError} If there are some, and its socket was not found.
 */
export function setNativeOptions(
  native: NativeSocket | null,
  options: TransportOptions,
): void {
  if (native !== null) {
    native.setOptions(options);
    return;
  }
  const { hopLimit, lowLatency, sendBufferSize, tcp } = options;
  const isNeeded = hopLimit !== undefined || lowLatency ||
    sendBufferSize !== undefined || Object.keys(tcp).length > 0;
  if (!isNeeded) return;
  throw toSocketError(
    new Deno.errors.NotConnected("The socket was not found"),
    "Cannot set options of the connection",
  );
}
