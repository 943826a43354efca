import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { type Libc, libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { joinListeners } from "./joined_listener.ts";
import type { ListenerTransport } from "./listener_transport.ts";
import { NativeDatagramTransport } from "./native_datagram_transport.ts";
import { NativeListenerTransport } from "./native_listener_transport.ts";
import { NativeStreamTransport } from "./native_stream_transport.ts";
import type { TransportAddress } from "./transport_address.ts";

const { FD_CLOEXEC, F_SETFD } = LINUX;

/** The highest number that a descriptor can have: it is an `int` in C. */
const MAX_DESCRIPTOR = 2 ** 31 - 1;

/**
 * Takes over a connection, unless it throws.
 *
 * @param peer Where it leads to, if that is known.
 */
export function adoptConnection(
  descriptor: number,
  peer?: TransportAddress,
): NativeStreamTransport {
  const libc = nativeCallsFor(descriptor);
  return NativeStreamTransport.adopt(libc, descriptor, peer);
}

/** Takes over a socket for datagrams, unless it throws. */
export function adoptDatagram(descriptor: number): NativeDatagramTransport {
  return NativeDatagramTransport.adopt(nativeCallsFor(descriptor), descriptor);
}

/** Takes over sockets that listen on one port, all of them or none. */
export function adoptListener(
  descriptors: number | readonly number[],
): ListenerTransport {
  const all = typeof descriptors === "number" ? [descriptors] : descriptors;
  if (!Array.isArray(all) || all.length === 0) {
    throw new ArgumentError(
      `Cannot listen on the descriptors "${descriptors}": there must be one at least`,
    );
  }
  if (new Set(all).size < all.length) {
    throw new ArgumentError(
      `Cannot listen on the descriptors "${descriptors}": each may be there once`,
    );
  }
  return joinListeners(
    all.map((descriptor) =>
      NativeListenerTransport.adopt(nativeCallsFor(descriptor), descriptor)
    ),
  );
}

/** Has programs that this one starts not inherit a descriptor. */
export function hideFromPrograms(descriptor: number): void {
  libc?.call.fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/** Closes descriptors that nobody has taken over. */
export function closeDescriptors(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) libc?.call.close(descriptor);
}

function nativeCallsFor(descriptor: number): Libc {
  const isNumber = Number.isInteger(descriptor) && descriptor >= 0 &&
    descriptor <= MAX_DESCRIPTOR;
  if (!isNumber) {
    throw new ArgumentError(
      `Cannot use the descriptor "${descriptor}": it must be an integer of 0 or more`,
    );
  }
  if (libc === null) {
    throw needsNativeCalls(`Cannot use the descriptor "${descriptor}"`);
  }
  return libc;
}
