import { DatagramCopies } from "./_datagram_copies.ts";
import type { Libc } from "./_libc.ts";
import { decodeAddress, type SocketAddress } from "./_socket_address.ts";

/** Linux, `bits/socket.h`. */
const MSG_DONTWAIT = 0x40;
/** So many messages are taken in one call. */
const MAX_MESSAGES = 32;
/** No datagram is longer, nor what the kernel joins of many. */
const MAX_SIZE = 64 * 1024;

/** `struct mmsghdr`, in words of 32 bits. */
const HEADER_WORDS = 16;
const NAME_LENGTH = 2;
const CONTROL_LENGTH = 10;
const LENGTH = 14;
const NAME_SIZE = 28;
/** Room for both control messages that are asked for (cmsg(3)). */
const CONTROL_SIZE = 80;
const CONTROL_HEADER_SIZE = 16;

/** Linux: levels and types of control messages (udp(7), ip(7), ipv6(7)). */
const SOL_UDP = 17;
const UDP_GRO = 104;
const IPPROTO_IP = 0;
const IP_PKTINFO = 8;
const IPPROTO_IPV6 = 41;
const IPV6_PKTINFO = 50;

/** A datagram, and between which addresses it went. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly remote: SocketAddress;
  /** The address that it was sent to; null if the kernel has not told. */
  readonly localHostname: string | null;
}

/** Takes datagrams out of sockets; one serves all sockets in turn. */
export class DatagramReceiver {
  readonly #libc: Libc;
  readonly #payload = new Uint8Array(MAX_MESSAGES * MAX_SIZE);
  readonly #names = new Uint8Array(MAX_MESSAGES * NAME_SIZE);
  readonly #controls = new Uint8Array(MAX_MESSAGES * CONTROL_SIZE);
  readonly #controlView = new DataView(this.#controls.buffer);
  readonly #iovecs = new BigUint64Array(MAX_MESSAGES * 2);
  readonly #headers = new BigUint64Array(MAX_MESSAGES * HEADER_WORDS / 2);
  readonly #headerWords = new Uint32Array(this.#headers.buffer);
  readonly #headerBytes = new Uint8Array(this.#headers.buffer);
  readonly #copies = new DatagramCopies();
  /** The last address, since it is often the next one too. */
  #lastName = new Uint8Array(0);
  #lastRemote: SocketAddress = { hostname: "", port: 0 };
  #lastInfo = new Uint8Array(0);
  #lastHostname: string | null = null;

  constructor(libc: Libc) {
    this.#libc = libc;
    const { addressOf } = libc;
    const payload = addressOf(this.#payload);
    const names = addressOf(this.#names);
    const controls = addressOf(this.#controls);
    const iovecs = addressOf(new Uint8Array(this.#iovecs.buffer));
    for (let i = 0; i < MAX_MESSAGES; i++) {
      this.#iovecs[2 * i] = payload + BigInt(i * MAX_SIZE);
      this.#iovecs[2 * i + 1] = BigInt(MAX_SIZE);
      const header = i * HEADER_WORDS / 2;
      this.#headers[header] = names + BigInt(i * NAME_SIZE);
      this.#headers[header + 2] = iovecs + BigInt(i * 16);
      this.#headers[header + 3] = 1n;
      this.#headers[header + 4] = controls + BigInt(i * CONTROL_SIZE);
    }
  }

  /**
   * Takes what has arrived, in one call, without waiting (recvmmsg(2)).
   *
   * @returns The datagrams, or the error number.
   */
  receive(descriptor: number): readonly ReceivedDatagram[] | number {
    const words = this.#headerWords;
    for (let i = 0; i < MAX_MESSAGES; i++) {
      // The kernel sets them to what it has used.
      words[i * HEADER_WORDS + NAME_LENGTH] = NAME_SIZE;
      words[i * HEADER_WORDS + CONTROL_LENGTH] = CONTROL_SIZE;
    }
    const count = this.#libc.call.recvmmsg(
      descriptor,
      this.#headerBytes,
      MAX_MESSAGES,
      MSG_DONTWAIT,
      null,
    );
    if (count < 0) return this.#libc.errno();
    const datagrams: ReceivedDatagram[] = [];
    for (let i = 0; i < count; i++) this.#read(i, datagrams);
    return datagrams;
  }

  #read(index: number, datagrams: ReceivedDatagram[]): void {
    const length = this.#headerWords[index * HEADER_WORDS + LENGTH] ?? 0;
    const remote = this.#remote(index);
    const { segmentSize, localHostname } = this.#control(index, length);
    const start = index * MAX_SIZE;
    const bytes = this.#copies.copy(
      this.#payload.subarray(start, start + length),
    );
    if (segmentSize >= length) {
      datagrams.push({ bytes, remote, localHostname });
      return;
    }
    // The kernel has joined datagrams of one size; the last may be shorter.
    for (let offset = 0; offset < length; offset += segmentSize) {
      const datagram = bytes.subarray(offset, offset + segmentSize);
      datagrams.push({ bytes: datagram, remote, localHostname });
    }
  }

  #remote(index: number): SocketAddress {
    const start = index * NAME_SIZE;
    const name = this.#names.subarray(start, start + NAME_SIZE);
    if (!isSame(name, this.#lastName)) {
      this.#lastName = name.slice();
      this.#lastRemote = decodeAddress(name);
    }
    return this.#lastRemote;
  }

  #control(
    index: number,
    length: number,
  ): { segmentSize: number; localHostname: string | null } {
    const view = this.#controlView;
    let offset = index * CONTROL_SIZE;
    const used = this.#headerWords[index * HEADER_WORDS + CONTROL_LENGTH] ?? 0;
    const end = offset + used;
    let segmentSize = length;
    let localHostname: string | null = null;
    while (offset + CONTROL_HEADER_SIZE <= end) {
      const size = view.getUint32(offset, true);
      const level = view.getInt32(offset + 8, true);
      const type = view.getInt32(offset + 12, true);
      const data = offset + CONTROL_HEADER_SIZE;
      if (level === SOL_UDP && type === UDP_GRO) {
        segmentSize = view.getInt32(data, true);
      } else if (level === IPPROTO_IP && type === IP_PKTINFO) {
        // struct in_pktinfo: an index, the local address, the one of the header.
        localHostname = this.#hostname(data + 8, 4);
      } else if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO) {
        localHostname = this.#hostname(data, 16);
      }
      // CMSG_NXTHDR: each begins at a multiple of 8.
      offset += Math.max(CONTROL_HEADER_SIZE, (size + 7) & ~7);
    }
    return { segmentSize, localHostname };
  }

  #hostname(offset: number, size: number): string | null {
    const info = this.#controls.subarray(offset, offset + size);
    if (!isSame(info, this.#lastInfo)) {
      this.#lastInfo = info.slice();
      this.#lastHostname = hostnameOf(info);
    }
    return this.#lastHostname;
  }
}

function hostnameOf(bytes: Uint8Array): string {
  const raw = new Uint8Array(NAME_SIZE);
  const isInet = bytes.length === 4;
  // AF_INET and AF_INET6.
  raw[0] = isInet ? 2 : 10;
  raw.set(bytes, isInet ? 4 : 8);
  return decodeAddress(raw).hostname;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i]) return false;
  }
  return true;
}
