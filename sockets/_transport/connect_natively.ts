import { toSocketError } from "../../errors/_classify.ts";
import { LINUX_LAYOUTS } from "../winsock/_layouts.ts";
import { type Libc, libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import { Readiness, sharedPoller } from "../winsock/_poller.ts";
import {
  AF_INET,
  AF_INET6,
  encodeAddress,
} from "../winsock/_socket_address.ts";
import { getSocketOption, SocketOptions } from "../winsock/_socket_options.ts";
import { systemError } from "./errno.ts";
import { NativeStreamTransport } from "./native_stream_transport.ts";
import { assertNetGranted } from "./net_permission.ts";
import { formatAddress, type TransportAddress } from "./transport_address.ts";

const { POLLOUT } = LINUX;
const { pollfd } = LINUX_LAYOUTS;

const SOCKET_TYPE = LINUX.SOCK_STREAM | LINUX.SOCK_CLOEXEC |
  LINUX.SOCK_NONBLOCK;

/**
 * Connects with a descriptor of the library's own, which can be handed over to
 * another process.
 *
 * @param from A local IP address of the same family, and a port or 0.
 * Undefined: the system chooses.
 * @param to An IP address and a port.
 *
 * @throws {Deno.errors.NotCapable} Unless both are granted.
 */
export async function connectNatively(
  from: TransportAddress | undefined,
  to: TransportAddress,
  signal?: AbortSignal,
): Promise<NativeStreamTransport> {
  if (libc === null) throw new TypeError("There are no native calls");
  if (from !== undefined) assertNetGranted(from);
  assertNetGranted(to);
  const family = to.hostname.includes(":") ? AF_INET6 : AF_INET;
  // Before there is a socket, since that may take descriptors as well.
  sharedPoller(libc);
  const descriptor = libc.call.socket(family, SOCKET_TYPE, 0);
  if (descriptor < 0) throw systemError(libc.errno());
  try {
    if (from !== undefined) bind(libc, descriptor, from, family);
    await connect(libc, descriptor, encodeAddress(to, family), signal);
    return NativeStreamTransport.adopt(libc, descriptor);
  } catch (error) {
    await sharedPoller(libc).forget(descriptor);
    libc.call.close(descriptor);
    throw error;
  }
}

function bind(
  { call, errno }: Libc,
  descriptor: number,
  from: TransportAddress,
  family: typeof AF_INET | typeof AF_INET6,
): void {
  const raw = encodeAddress(from, family);
  if (call.bind(descriptor, raw, raw.length) === 0) return;
  const action = `Cannot connect from "${formatAddress(from)}"`;
  throw toSocketError(systemError(errno()), action);
}

async function connect(
  libc: Libc,
  descriptor: number,
  to: Uint8Array<ArrayBuffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (libc.call.connect(descriptor, to, to.length) === 0) return;
  const errno = libc.errno();
  if (errno !== LINUX.EINPROGRESS) throw systemError(errno);
  const poller = sharedPoller(libc);
  const onAbort = (): void => void poller.forget(descriptor);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    do {
      await poller.wait(descriptor, Readiness.writable);
    } while (!signal?.aborted && isUndecided(libc, descriptor));
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
  signal?.throwIfAborted();
  // connect(2), EINPROGRESS: how it went is told once it is writable.
  const failed = getSocketOption(descriptor, SocketOptions.SO_ERROR);
  if (failed !== 0) throw systemError(failed ?? LINUX.EINVAL);
}

/** Whether something else has ended the waiting. */
function isUndecided({ call }: Libc, descriptor: number): boolean {
  const polled = new Uint8Array(pollfd.size);
  const view = new DataView(polled.buffer);
  view.setInt32(pollfd.fd, descriptor, true);
  view.setInt16(pollfd.events, POLLOUT, true);
  return call.poll(polled, 1n, 0) === 0;
}
