import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import { LINUX } from "./_linux_constants.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { sharedPoller } from "./_poller.ts";
import { PosixSockets } from "./_posix_sockets.ts";

/** The socket calls of Linux. */
export function linuxSockets(libc: Libc): NativeSockets {
  const { call, addressOf, errno } = libc;
  return new PosixSockets({
    call: {
      ...call,
      socket: (family, type, protocol) =>
        call.socket(family, type | LINUX.SOCK_CLOEXEC, protocol),
      accept: (fd, address, length) =>
        call.accept4(fd, address, length, LINUX.SOCK_CLOEXEC),
    },
    layouts: LINUX_LAYOUTS,
    addressOf,
    errno,
    nonBlocking: LINUX.O_NONBLOCK,
    dontWait: LINUX.MSG_DONTWAIT,
    noSignal: LINUX.MSG_NOSIGNAL,
    newPoller: () => sharedPoller(libc),
  });
}
