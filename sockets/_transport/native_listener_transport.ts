import { toSocketError } from "../../errors/_classify.ts";
import {
  describeSocket,
  isInternet,
  localAddressOf,
  prepareDescriptor,
} from "../winsock/_descriptor.ts";
import { type Libc, libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { type Poller, Readiness, sharedPoller } from "../winsock/_poller.ts";
import {
  AF_INET,
  AF_INET6,
  encodeAddress,
} from "../winsock/_socket_address.ts";
import { setSocketOption, SocketOptions } from "../winsock/_socket_options.ts";
import { systemError } from "./errno.ts";
import {
  ACCEPT_CANCELLED,
  type ListenerHandover,
  type ListenerTransport,
} from "./listener_transport.ts";
import { NativeStreamTransport } from "./native_stream_transport.ts";
import { assertNetGranted } from "./net_permission.ts";
import type { StreamTransport } from "./stream_transport.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";
import { nextTurn, Turns } from "./turns.ts";

const SOCKET_TYPE = LINUX.SOCK_STREAM | LINUX.SOCK_CLOEXEC |
  LINUX.SOCK_NONBLOCK;
const ACCEPT_FLAGS = LINUX.SOCK_CLOEXEC | LINUX.SOCK_NONBLOCK;
/** The default of Linux's `net.core.somaxconn`, which limits it (listen(2)). */
const BACKLOG = 4096;

/** A listener whose descriptor is this library's own (Linux). */
export class NativeListenerTransport
  implements ListenerTransport, ListenerHandover {
  readonly localAddress: TransportAddress;
  readonly #libc: Libc;
  readonly #poller: Poller;
  readonly #descriptor: number;
  readonly #accepts = new Turns();
  #isCancelled = false;
  #isClosed = false;

  private constructor(
    libc: Libc,
    descriptor: number,
    localAddress: TransportAddress,
  ) {
    this.#libc = libc;
    this.#poller = sharedPoller(libc);
    this.#descriptor = descriptor;
    this.localAddress = localAddress;
  }

  /**
   * Takes over the descriptor of a listener, unless it throws.
   *
   * @throws {SocketError} If it is none.
   */
  static adopt(libc: Libc, descriptor: number): NativeListenerTransport {
    const described = describeSocket(libc, descriptor);
    if (typeof described === "number") throw refusal(descriptor, described);
    if (!described.isListening) throw refusal(descriptor, LINUX.EINVAL);
    if (!isInternet(described.family)) {
      throw refusal(descriptor, LINUX.EAFNOSUPPORT);
    }
    const local = localAddressOf(libc, descriptor);
    if (typeof local === "number") throw refusal(descriptor, local);
    const errno = prepareDescriptor(libc, descriptor);
    if (errno !== 0) throw refusal(descriptor, errno);
    return new NativeListenerTransport(libc, descriptor, local);
  }

  get handover(): ListenerHandover {
    return this;
  }

  get descriptors(): readonly number[] {
    return [this.#descriptor];
  }

  async accept(): Promise<StreamTransport> {
    const { call, errno } = this.#libc;
    this.#isCancelled = false;
    if (this.#accepts.isOver) {
      this.#accepts.begin();
      await nextTurn();
    }
    while (!this.#isClosed) {
      if (this.#isCancelled) throw ACCEPT_CANCELLED;
      const accepted = call.accept4(this.#descriptor, null, null, ACCEPT_FLAGS);
      if (accepted >= 0) {
        this.#accepts.count();
        return this.#take(accepted);
      }
      const failed = errno();
      if (failed !== LINUX.EAGAIN && failed !== LINUX.EINTR) {
        throw this.#failure(failed);
      }
      this.#accepts.begin();
      await this.#poller.wait(this.#descriptor, Readiness.readable);
    }
    throw this.#failure(LINUX.ECANCELED);
  }

  cancelAccept(): void {
    this.#isCancelled = true;
    this.#poller.nudge(this.#descriptor);
  }

  #take(accepted: number): StreamTransport {
    try {
      return NativeStreamTransport.adopt(this.#libc, accepted);
    } catch (error) {
      // The peer has gone again.
      this.#libc.call.close(accepted);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.abandon();
  }

  abandon(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    const forgotten = this.#poller.forget(this.#descriptor);
    this.#libc.call.close(this.#descriptor);
    return forgotten;
  }

  #failure(errno: number): Error {
    const address = formatAddress(this.localAddress);
    return toSocketError(systemError(errno), `Cannot accept on "${address}"`);
  }
}

/**
 * Listens on one IP address with a descriptor of the library's own, which can
 * be handed over to another process. `::` serves IPv4 as well.
 */
export function listenNatively(
  address: TransportAddress,
): NativeListenerTransport {
  if (libc === null) throw new TypeError("There are no native calls");
  assertNetGranted(address);
  const action = `Cannot listen on "${formatAddress(address)}"`;
  const family = address.hostname.includes(":") ? AF_INET6 : AF_INET;
  // Before there is a socket, since that may take descriptors as well.
  sharedPoller(libc);
  const descriptor = libc.call.socket(family, SOCKET_TYPE, 0);
  if (descriptor < 0) throw toSocketError(systemError(libc.errno()), action);
  const errno = listen(libc, descriptor, encodeAddress(address, family));
  try {
    if (errno !== 0) throw toSocketError(systemError(errno), action);
    return NativeListenerTransport.adopt(libc, descriptor);
  } catch (error) {
    libc.call.close(descriptor);
    throw error;
  }
}

/** Returns 0 or the error number. */
function listen(
  { call, errno }: Libc,
  descriptor: number,
  raw: Uint8Array<ArrayBuffer>,
): number {
  const { SO_REUSEADDR, IPV6_V6ONLY } = SocketOptions;
  // As the runtime's own listeners: a server starts again at once.
  setSocketOption(descriptor, SO_REUSEADDR, 1);
  // Of an IPv4 socket it fails, and means nothing.
  setSocketOption(descriptor, IPV6_V6ONLY, 0);
  if (call.bind(descriptor, raw, raw.length) !== 0) return errno();
  return call.listen(descriptor, BACKLOG) === 0 ? 0 : errno();
}

function refusal(descriptor: number, errno: number): Error {
  return toSocketError(
    systemError(errno),
    `Cannot use the descriptor "${descriptor}" as a listener`,
  );
}
