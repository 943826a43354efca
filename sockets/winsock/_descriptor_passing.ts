import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";

const { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_NOSIGNAL, SCM_RIGHTS, SOL_SOCKET } =
  LINUX;

/** Neither call waits then. */
export const MSG_DONTWAIT = 0x40;

/** So many descriptors go with one message. */
export const MAX_DESCRIPTORS = 16;
/** So many bytes are moved in one call. */
const PAYLOAD_SIZE = 64 * 1024;

const { cmsghdr, msghdr } = LINUX_LAYOUTS;
/** Behind a `struct cmsghdr`, what follows is aligned to 8 bytes (cmsg(3)). */
const CONTROL_SIZE = cmsghdr.size + 4 * MAX_DESCRIPTORS;
/** Members of a `struct msghdr`, in words of 64 bits. */
const IOV = msghdr.msg_iov / 8;
const IOV_LENGTH = msghdr.msg_iovlen / 8;
const CONTROL = msghdr.msg_control / 8;
const CONTROL_LENGTH = msghdr.msg_controllen / 8;

/** What the structures point to is over 64 bytes: V8 does not move it then. */
const payload = new Uint8Array(PAYLOAD_SIZE);
const control = new Uint8Array(CONTROL_SIZE);
const controlView = new DataView(control.buffer);
const vector = new BigUint64Array(16);
const message = new BigUint64Array(msghdr.size / 8);
const messageView = new DataView(message.buffer);
const messageBytes = new Uint8Array(message.buffer);

export interface ReceivedMessage {
  /** None at the end of the stream. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** They belong to this process now, and are closed on exec. */
  readonly descriptors: number[];
  /** Whether the kernel had to drop descriptors. */
  readonly isCut: boolean;
}

/**
 * Sends bytes over a Unix socket, and copies of descriptors with the first of
 * them (unix(7), `SCM_RIGHTS`).
 *
 * @param bytes At least one.
 * @returns How many bytes were taken; the error number, negative, if the call
 * failed.
 */
export function sendMessage(
  { call, addressOf, errno }: Libc,
  socket: number,
  bytes: Uint8Array,
  descriptors: readonly number[] = [],
  flags: number = 0,
): number {
  const count = Math.min(bytes.length, PAYLOAD_SIZE);
  payload.set(bytes.subarray(0, count));
  pointAt(addressOf, count);
  message[CONTROL_LENGTH] = BigInt(putDescriptors(descriptors));
  const sent = call.sendmsg(socket, messageBytes, flags | MSG_NOSIGNAL);
  return sent < 0 ? -errno() : sent;
}

/**
 * Takes bytes from a Unix socket, and the descriptors that came with them.
 *
 * @returns What came; the error number, negative, if the call failed.
 */
export function receiveMessage(
  { call, addressOf, errno }: Libc,
  socket: number,
  flags: number = 0,
): ReceivedMessage | number {
  pointAt(addressOf, PAYLOAD_SIZE);
  message[CONTROL_LENGTH] = BigInt(CONTROL_SIZE);
  const count = call.recvmsg(socket, messageBytes, flags | MSG_CMSG_CLOEXEC);
  if (count < 0) return -errno();
  return {
    bytes: payload.slice(0, count),
    descriptors: getDescriptors(Number(message[CONTROL_LENGTH])),
    isCut: (messageView.getInt32(msghdr.msg_flags, true) & MSG_CTRUNC) !== 0,
  };
}

function pointAt(addressOf: Libc["addressOf"], count: number): void {
  vector[0] = addressOf(payload);
  vector[1] = BigInt(count);
  message.fill(0n);
  message[IOV] = addressOf(new Uint8Array(vector.buffer));
  message[IOV_LENGTH] = 1n;
  message[CONTROL] = addressOf(control);
}

/** Returns the length of the control message, 0 for none. */
function putDescriptors(descriptors: readonly number[]): number {
  const { length } = descriptors;
  if (length === 0) return 0;
  if (length > MAX_DESCRIPTORS) {
    throw new RangeError(`Cannot send "${length}" descriptors at once`);
  }
  const size = cmsghdr.size + 4 * length;
  controlView.setBigUint64(cmsghdr.cmsg_len, BigInt(size), true);
  controlView.setInt32(cmsghdr.cmsg_level, SOL_SOCKET, true);
  controlView.setInt32(cmsghdr.cmsg_type, SCM_RIGHTS, true);
  for (const [i, descriptor] of descriptors.entries()) {
    controlView.setInt32(cmsghdr.size + 4 * i, descriptor, true);
  }
  // CMSG_SPACE: what is sent has the padding as well.
  return (size + 7) & ~7;
}

function getDescriptors(controlLength: number): number[] {
  const descriptors: number[] = [];
  // Nothing but SCM_RIGHTS was asked for, and it comes as one message.
  if (controlLength < cmsghdr.size) return descriptors;
  const size = Number(controlView.getBigUint64(cmsghdr.cmsg_len, true));
  for (let at = cmsghdr.size; at + 4 <= size; at += 4) {
    descriptors.push(controlView.getInt32(at, true));
  }
  return descriptors;
}
