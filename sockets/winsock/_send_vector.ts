import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";

/** The most pieces of one call: `IOV_MAX` of Linux, readv(2). */
const IOV_MAX = 1024;
const SEND_FLAGS = LINUX.MSG_DONTWAIT | LINUX.MSG_NOSIGNAL;

const { msghdr } = LINUX_LAYOUTS;
/** Where the fields of it are, in words of 64 bits. */
const IOV = msghdr.msg_iov / 8;
const IOV_LENGTH = msghdr.msg_iovlen / 8;

/** An array of `struct iovec`: an address and a length, 64 bits each. */
const vector = new BigUint64Array(2 * IOV_MAX);
const vectorBytes = new Uint8Array(vector.buffer);
const vectorWords = new Uint32Array(vector.buffer);
const message = new BigUint64Array(msghdr.size / 8);
const messageBytes = new Uint8Array(message.buffer);

/**
 * Hands pieces to a socket in one call, without waiting (sendmsg(2)).
 *
 * @param pieces What to send: those up to the 1024th, and up to the first of a
 * `SharedArrayBuffer`. None may be one that V8 keeps on its heap, where it
 * moves; those over 64 bytes are elsewhere, and so are all parts of them.
 * @returns How many bytes were taken; the error number, negative, if the call
 * failed.
 */
export function sendVector(
  { call, addressOf, errno }: Libc,
  descriptor: number,
  pieces: readonly Uint8Array[],
): number {
  let count = 0;
  for (const piece of pieces) {
    if (count === IOV_MAX || !isOwn(piece)) break;
    vector[2 * count] = addressOf(piece);
    // Words, little-endian as on all platforms of Deno: a bigint is slower.
    vectorWords[4 * count + 2] = piece.length;
    vectorWords[4 * count + 3] = piece.length / 2 ** 32;
    count++;
  }
  if (count === 0) return 0;
  message[IOV] = addressOf(vectorBytes);
  message[IOV_LENGTH] = BigInt(count);
  const sent = call.sendmsg(descriptor, messageBytes, SEND_FLAGS);
  return sent < 0 ? -errno() : sent;
}

function isOwn(piece: Uint8Array): piece is Uint8Array<ArrayBuffer> {
  return piece.buffer instanceof ArrayBuffer;
}
