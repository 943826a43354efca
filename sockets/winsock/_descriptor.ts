import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  decodeAddress,
  SOCKADDR_STORAGE_SIZE,
  type SocketAddress,
} from "./_socket_address.ts";
import { getSocketOption, SocketOptions } from "./_socket_options.ts";

const { EBADF, ENOTSOCK, FD_CLOEXEC, F_GETFL, F_SETFD, F_SETFL, O_NONBLOCK } =
  LINUX;

/** What a descriptor is. */
export interface DescribedSocket {
  /** `SOCK_STREAM`, `SOCK_DGRAM` and so on. */
  readonly type: number;
  /** `AF_INET`, `AF_INET6` and so on. */
  readonly family: number;
  readonly isListening: boolean;
}

/** Tells what a descriptor is; the error number if it is no socket. */
export function describeSocket(
  libc: Libc,
  descriptor: number,
): DescribedSocket | number {
  const { SO_TYPE, SO_DOMAIN, SO_ACCEPTCONN } = SocketOptions;
  const type = getSocketOption(descriptor, SO_TYPE);
  const family = getSocketOption(descriptor, SO_DOMAIN);
  if (type === null || family === null) {
    return libc.errno() === EBADF ? EBADF : ENOTSOCK;
  }
  const isListening = getSocketOption(descriptor, SO_ACCEPTCONN) === 1;
  return { type, family, isListening };
}

/** Whether a family is one of the Internet. */
export function isInternet(family: number): boolean {
  return family === AF_INET || family === AF_INET6;
}

/**
 * Makes a descriptor of elsewhere like those that are made here: calls do not
 * wait, and programs that are started do not inherit it (fcntl(2)).
 *
 * @returns 0 or the error number.
 */
export function prepareDescriptor(
  { call, errno }: Libc,
  descriptor: number,
): number {
  const flags = call.fcntl(descriptor, F_GETFL, 0);
  if (flags < 0) return errno();
  if (call.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return errno();
  return call.fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 ? errno() : 0;
}

/** The local address of an Internet socket, or the error number. */
export function localAddressOf(
  { call, errno }: Libc,
  descriptor: number,
): SocketAddress | number {
  const { raw, length } = room();
  return call.getsockname(descriptor, raw, length) === 0
    ? decodeAddress(raw)
    : errno();
}

/** The address of the peer of an Internet socket, or the error number. */
export function remoteAddressOf(
  { call, errno }: Libc,
  descriptor: number,
): SocketAddress | number {
  const { raw, length } = room();
  return call.getpeername(descriptor, raw, length) === 0
    ? decodeAddress(raw)
    : errno();
}

/**
 * Resets a connection: connecting a TCP socket to no address dissolves it
 * (connect(2)), and Linux sends an RST then.
 */
export function resetConnection({ call }: Libc, descriptor: number): void {
  const nowhere = new Uint8Array(16);
  new DataView(nowhere.buffer).setUint16(0, AF_UNSPEC, true);
  call.connect(descriptor, nowhere, nowhere.length);
}

function room(): {
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly length: Uint8Array<ArrayBuffer>;
} {
  const raw = new Uint8Array(SOCKADDR_STORAGE_SIZE);
  return { raw, length: new Uint8Array(Uint32Array.of(raw.length).buffer) };
}
