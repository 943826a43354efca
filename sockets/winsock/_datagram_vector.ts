import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import { SOCKADDR_STORAGE_SIZE } from "./_socket_address.ts";

const SEND_FLAGS = LINUX.MSG_DONTWAIT | LINUX.MSG_NOSIGNAL;
/** The level, and the option that cuts a send in parts (udp(7)). */
const { SOL_UDP, UDP_SEGMENT } = LINUX;
/** So many messages go in one call: more gains nothing. */
const MAX_MESSAGES = 64;
/** What one message holds: 65,535 less the headers of IPv6 (40) and UDP (8). */
const MAX_RUN_SIZE = 65_487;

const { msghdr, mmsghdr, iovec, cmsghdr } = LINUX_LAYOUTS;
const HEADER_WORDS = mmsghdr.size / 4;
/** Where the fields of a header are, in words of 32 bits. */
const NAME = msghdr.msg_name / 4;
const NAME_LENGTH = msghdr.msg_namelen / 4;
const IOV = msghdr.msg_iov / 4;
const IOV_LENGTH = msghdr.msg_iovlen / 4;
const CONTROL = msghdr.msg_control / 4;
const CONTROL_LENGTH = msghdr.msg_controllen / 4;
/** `struct iovec`, in the same words. */
const IOVEC_WORDS = iovec.size / 4;
const IOVEC_LENGTH = iovec.iov_len / 4;
/** `CMSG_SPACE(sizeof(uint16_t))` (cmsg(3)), and where the number is. */
const CONTROL_SIZE = cmsghdr.size + 8;
const SEGMENT_SIZE = cmsghdr.size;

/** Datagrams that lie one behind the other. */
export interface DatagramRow {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the first datagram that is to be sent begins. */
  readonly offset: number;
  /** The lengths of the datagrams. */
  readonly lengths: readonly number[];
  /** Which of the lengths is that of the first datagram to be sent. */
  readonly first: number;
}

/** What the kernel cuts by itself (UDP generic segmentation offload). */
export interface SegmentLimits {
  /** How many datagrams a send may have; 1 if it does not cut. */
  readonly count: number;
  /** How large they may be. */
  readonly size: number;
}

/** How a call of {@linkcode sendDatagrams} went. */
export interface DatagramsSent {
  /** How many datagrams were sent; if none, why is in `errno`. */
  readonly count: number;
  readonly errno: number;
  /** How many datagrams the first message had. */
  readonly firstRun: number;
}

const headers = new Uint32Array(MAX_MESSAGES * HEADER_WORDS);
const headerBytes = new Uint8Array(headers.buffer);
const iovecs = new Uint32Array(MAX_MESSAGES * IOVEC_WORDS);
const iovecBytes = new Uint8Array(iovecs.buffer);
const controls = new Uint8Array(MAX_MESSAGES * CONTROL_SIZE);
const controlView = new DataView(controls.buffer);
/** Large enough that V8 does not keep it on its heap, where it would move. */
const name = new Uint8Array(SOCKADDR_STORAGE_SIZE);
const runs: number[] = [];

/**
 * Sends datagrams in one call, without waiting (sendmmsg(2)): those of one
 * size in a row as one message that the kernel cuts, where it can (udp(7)).
 *
 * @param to Where, a `struct sockaddr`; null if the socket is connected.
 */
export function sendDatagrams(
  { call, addressOf, errno }: Libc,
  descriptor: number,
  row: DatagramRow,
  to: Uint8Array<ArrayBuffer> | null,
  limits: SegmentLimits,
): DatagramsSent {
  const { lengths } = row;
  // An address has 47 bits in user space, which a number holds exactly.
  const base = Number(addressOf(row.bytes));
  if (to !== null) name.set(to);
  const nameAddress = to === null ? 0 : Number(addressOf(name));
  const iovecBase = Number(addressOf(iovecBytes));
  const controlBase = Number(addressOf(controls));
  let offset = row.offset;
  let index = row.first;
  let count = 0;
  for (; count < MAX_MESSAGES && index < lengths.length; count++) {
    const size = lengths[index] ?? 0;
    const run = runLength(lengths, index, limits);
    let total = size;
    for (let i = 1; i < run; i++) total += lengths[index + i] ?? 0;
    setAddress(iovecs, count * IOVEC_WORDS, base + offset);
    iovecs[count * IOVEC_WORDS + IOVEC_LENGTH] = total;
    const header = count * HEADER_WORDS;
    setAddress(headers, header + NAME, nameAddress);
    headers[header + NAME_LENGTH] = to === null ? 0 : to.length;
    setAddress(headers, header + IOV, iovecBase + count * iovec.size);
    headers[header + IOV_LENGTH] = 1;
    const isCut = run > 1;
    const control = count * CONTROL_SIZE;
    const address = isCut ? controlBase + control : 0;
    setAddress(headers, header + CONTROL, address);
    headers[header + CONTROL_LENGTH] = isCut ? CONTROL_SIZE : 0;
    if (isCut) setSegmentSize(control, size);
    runs[count] = run;
    offset += total;
    index += run;
  }
  const sent = call.sendmmsg(descriptor, headerBytes, count, SEND_FLAGS);
  return {
    count: countOf(sent),
    errno: sent < 0 ? errno() : 0,
    firstRun: runs[0] ?? 0,
  };
}

/** How many datagrams go in one message: of one size, but for the last. */
function runLength(
  lengths: readonly number[],
  first: number,
  limits: SegmentLimits,
): number {
  const size = lengths[first] ?? 0;
  // A size of 0 would not be cut, and datagrams of nothing would be lost.
  if (size === 0 || size > limits.size) return 1;
  const most = Math.min(limits.count, Math.floor(MAX_RUN_SIZE / size));
  let count = 1;
  for (; count < most; count++) {
    const next = lengths[first + count];
    if (next === undefined || next > size || next === 0) break;
    if (next < size) return count + 1;
  }
  return count;
}

function setSegmentSize(offset: number, size: number): void {
  // CMSG_LEN(sizeof(uint16_t)), little-endian as on all platforms of Deno.
  controlView.setUint32(offset, cmsghdr.size + 2, true);
  controlView.setInt32(offset + cmsghdr.cmsg_level, SOL_UDP, true);
  controlView.setInt32(offset + cmsghdr.cmsg_type, UDP_SEGMENT, true);
  controlView.setUint16(offset + SEGMENT_SIZE, size, true);
}

function setAddress(words: Uint32Array, index: number, address: number): void {
  // The lower half, since the array keeps 32 bits of it.
  words[index] = address;
  words[index + 1] = address / 2 ** 32;
}

function countOf(messages: number): number {
  let count = 0;
  for (let i = 0; i < messages; i++) count += runs[i] ?? 0;
  return count;
}
