import { DatagramCopies } from "./_datagram_copies.ts";
import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import {
  AF_INET,
  AF_INET6,
  decodeAddress,
  type SocketAddress,
} from "./_socket_address.ts";

/** So many messages are taken in one call. */
const MAX_MESSAGES = 32;
/** No datagram is longer, nor what the kernel joins of many. */
const MAX_SIZE = 64 * 1024;

const { msghdr, mmsghdr, iovec, cmsghdr, sockaddr_in6: inet6 } = LINUX_LAYOUTS;
const { sockaddr_in: inet, in_pktinfo: pktinfo, in6_pktinfo: pktinfo6 } =
  LINUX_LAYOUTS;
/** `struct mmsghdr`, in words of 32 bits. */
const HEADER_WORDS = mmsghdr.size / 4;
const NAME_LENGTH = msghdr.msg_namelen / 4;
const CONTROL_LENGTH = msghdr.msg_controllen / 4;
const LENGTH = mmsghdr.msg_len / 4;
const NAME_SIZE = inet6.size;
const NAME_WORDS = NAME_SIZE / 4;
/** Room for both control messages that are asked for (cmsg(3)). */
const CONTROL_SIZE = 80;
const CONTROL_WORDS = CONTROL_SIZE / 4;
const CONTROL_HEADER_SIZE = cmsghdr.size;

/** Levels and types of control messages (udp(7), ip(7), ipv6(7)). */
const { SOL_UDP, UDP_GRO, IPPROTO_IP, IP_PKTINFO, IPPROTO_IPV6, IPV6_PKTINFO } =
  LINUX;

/** A datagram, and between which addresses it went. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly remote: SocketAddress;
  /** The address that it was sent to. */
  readonly localHostname: string;
  readonly error: null;
}

/** What the control messages of a datagram tell. */
interface Control {
  /** The size of the datagrams that the kernel has joined; 0 if it has not. */
  readonly segmentSize: number;
  /** The address that it was sent to; null if the kernel has not told. */
  readonly localHostname: string | null;
}

/** Takes datagrams out of sockets; one serves all sockets in turn. */
export class DatagramReceiver {
  readonly #libc: Libc;
  readonly #payload = new Uint8Array(MAX_MESSAGES * MAX_SIZE);
  readonly #names = new Uint8Array(MAX_MESSAGES * NAME_SIZE);
  readonly #controls = new Uint8Array(MAX_MESSAGES * CONTROL_SIZE);
  readonly #nameWords = new Int32Array(this.#names.buffer);
  readonly #controlWords = new Int32Array(this.#controls.buffer);
  readonly #controlView = new DataView(this.#controls.buffer);
  readonly #iovecs = new BigUint64Array(MAX_MESSAGES * 2);
  readonly #headers = new BigUint64Array(MAX_MESSAGES * HEADER_WORDS / 2);
  readonly #headerWords = new Uint32Array(this.#headers.buffer);
  readonly #headerBytes = new Uint8Array(this.#headers.buffer);
  readonly #copies = new DatagramCopies();
  /** The last ones, since they are often those of the next datagram too. */
  #lastName = new Int32Array(0);
  #lastRemote: SocketAddress = { hostname: "", port: 0 };
  #lastControlWords = new Int32Array(0);
  #lastControl: Control = { segmentSize: 0, localHostname: null };

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
      this.#headers[header + msghdr.msg_name / 8] = names +
        BigInt(i * NAME_SIZE);
      this.#headers[header + msghdr.msg_iov / 8] = iovecs +
        BigInt(i * iovec.size);
      this.#headers[header + msghdr.msg_iovlen / 8] = 1n;
      this.#headers[header + msghdr.msg_control / 8] = controls +
        BigInt(i * CONTROL_SIZE);
    }
  }

  /**
   * Takes what has arrived, in one call, without waiting (recvmmsg(2)).
   *
   * @param localHostname What the socket is bound to.
   * @returns The datagrams, or the error number.
   */
  receive(
    descriptor: number,
    localHostname: string,
  ): readonly ReceivedDatagram[] | number {
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
      LINUX.MSG_DONTWAIT,
      null,
    );
    if (count < 0) return this.#libc.errno();
    const datagrams: ReceivedDatagram[] = [];
    for (let i = 0; i < count; i++) this.#read(i, localHostname, datagrams);
    return datagrams;
  }

  #read(
    index: number,
    boundHostname: string,
    datagrams: ReceivedDatagram[],
  ): void {
    const length = this.#headerWords[index * HEADER_WORDS + LENGTH] ?? 0;
    const remote = this.#remote(index);
    const { segmentSize, localHostname: told } = this.#control(index);
    const localHostname = told ?? boundHostname;
    const start = index * MAX_SIZE;
    const bytes = this.#copies.copy(
      this.#payload.subarray(start, start + length),
    );
    const error = null;
    if (segmentSize === 0 || segmentSize >= length) {
      datagrams.push({ bytes, remote, localHostname, error });
      return;
    }
    // The kernel has joined datagrams of one size; the last may be shorter.
    for (let offset = 0; offset < length; offset += segmentSize) {
      const datagram = bytes.subarray(offset, offset + segmentSize);
      datagrams.push({ bytes: datagram, remote, localHostname, error });
    }
  }

  #remote(index: number): SocketAddress {
    const size = this.#headerWords[index * HEADER_WORDS + NAME_LENGTH] ?? 0;
    const start = index * NAME_WORDS;
    const end = start + size / 4;
    if (!isSame(this.#nameWords, start, end, this.#lastName)) {
      this.#lastName = this.#nameWords.slice(start, end);
      const first = index * NAME_SIZE;
      const name = this.#names.subarray(first, first + NAME_SIZE);
      this.#lastRemote = decodeAddress(name);
    }
    return this.#lastRemote;
  }

  #control(index: number): Control {
    const size = this.#headerWords[index * HEADER_WORDS + CONTROL_LENGTH] ?? 0;
    const start = index * CONTROL_WORDS;
    const end = start + size / 4;
    if (!isSame(this.#controlWords, start, end, this.#lastControlWords)) {
      this.#lastControlWords = this.#controlWords.slice(start, end);
      this.#lastControl = this.#readControl(index * CONTROL_SIZE, size);
    }
    return this.#lastControl;
  }

  #readControl(start: number, size: number): Control {
    const view = this.#controlView;
    let segmentSize = 0;
    let localHostname: string | null = null;
    const end = start + size;
    let offset = start;
    while (offset + CONTROL_HEADER_SIZE <= end) {
      const size = view.getUint32(offset, true);
      const level = view.getInt32(offset + cmsghdr.cmsg_level, true);
      const type = view.getInt32(offset + cmsghdr.cmsg_type, true);
      const data = offset + CONTROL_HEADER_SIZE;
      if (level === SOL_UDP && type === UDP_GRO) {
        segmentSize = view.getInt32(data, true);
      } else if (level === IPPROTO_IP && type === IP_PKTINFO) {
        const address = data + pktinfo.ipi_addr;
        localHostname = hostnameOf(
          this.#controls.subarray(address, address + 4),
        );
      } else if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO) {
        const address = data + pktinfo6.ipi6_addr;
        localHostname = hostnameOf(
          this.#controls.subarray(address, address + 16),
          view.getUint32(data + pktinfo6.ipi6_ifindex, true),
        );
      }
      // CMSG_NXTHDR: each begins at a multiple of 8.
      offset += Math.max(CONTROL_HEADER_SIZE, (size + 7) & ~7);
    }
    return { segmentSize, localHostname };
  }
}

/** @param zone Of a link-local address (RFC 4007, section 6). */
function hostnameOf(bytes: Uint8Array, zone: number = 0): string {
  const raw = new Uint8Array(NAME_SIZE);
  const isInet = bytes.length === 4;
  raw[0] = isInet ? AF_INET : AF_INET6;
  raw.set(bytes, isInet ? inet.sin_addr : inet6.sin6_addr);
  // fe80::/10; as the kernel tells the zone of the remote address.
  const isLinkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
  if (isLinkLocal) {
    new DataView(raw.buffer).setUint32(inet6.sin6_scope_id, zone, true);
  }
  return decodeAddress(raw).hostname;
}

/** Whether a part of an array is the same as another array. */
function isSame(
  words: Int32Array,
  start: number,
  end: number,
  other: Int32Array,
): boolean {
  if (end - start !== other.length) return false;
  for (let i = start; i < end; i++) {
    if (words[i] !== other[i - start]) return false;
  }
  return true;
}
