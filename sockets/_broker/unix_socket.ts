import { LINUX_LAYOUTS } from "../winsock/_layouts.ts";
import type { Libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";

const {
  AF_UNIX,
  EINTR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_PEERCRED,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
} = LINUX;

const { sockaddr_un: SOCKADDR, ucred: CREDENTIALS } = LINUX_LAYOUTS;
const BACKLOG = 128;

/** A Unix socket, or the error number, negative. */
type SocketOrError = number;

/**
 * Connects to a Unix socket.
 *
 * @param timeout How many seconds a call may wait, this one and those after it.
 */
export function connectUnix(
  { call, errno }: Libc,
  path: string,
  timeout: number,
): SocketOrError {
  const socket = call.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -errno();
  const time = new Uint8Array(BigInt64Array.of(BigInt(timeout), 0n).buffer);
  for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) {
    call.setsockopt(socket, SOL_SOCKET, option, time, time.length);
  }
  const address = encodePath(path);
  let failure = 0;
  do {
    if (call.connect(socket, address, address.length) === 0) return socket;
    failure = -errno();
    // It has a time limit, and is not restarted after a signal (signal(7)).
  } while (failure === -EINTR);
  call.close(socket);
  return failure;
}

/** Listens on a Unix socket, which does not wait in any call. */
export function listenUnix({ call, errno }: Libc, path: string): SocketOrError {
  const type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const socket = call.socket(AF_UNIX, type, 0);
  if (socket < 0) return -errno();
  const address = encodePath(path);
  if (
    call.bind(socket, address, address.length) === 0 &&
    call.listen(socket, BACKLOG) === 0
  ) return socket;
  const failure = -errno();
  call.close(socket);
  return failure;
}

/** Accepts a connection, which does not wait in any call either. */
export function acceptUnix(
  { call, errno }: Libc,
  listener: number,
): SocketOrError {
  const flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  const socket = call.accept4(listener, null, null, flags);
  return socket < 0 ? -errno() : socket;
}

/** Which user has made the other end of a connection (unix(7)). */
export function peerUid({ call }: Libc, socket: number): number | null {
  const credentials = new Uint8Array(CREDENTIALS.size);
  const size = new Uint8Array(Uint32Array.of(CREDENTIALS.size).buffer);
  const result = call.getsockopt(
    socket,
    SOL_SOCKET,
    SO_PEERCRED,
    credentials,
    size,
  );
  if (result !== 0) return null;
  return new DataView(credentials.buffer).getUint32(CREDENTIALS.uid, true);
}

function encodePath(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(path);
  const address = new Uint8Array(SOCKADDR.sun_path + bytes.length + 1);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(bytes, SOCKADDR.sun_path);
  return address;
}
