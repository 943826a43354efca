import { LINUX_LAYOUTS } from "./_layouts.ts";
import type { Libc } from "./_libc.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { sharedPoller } from "./_poller.ts";
import { PosixSockets } from "./_posix_sockets.ts";

/** Linux, `bits/socket_type.h`. */
const SOCK_CLOEXEC = 0x80000;

/** The socket calls of Linux. */
export function linuxSockets(libc: Libc): NativeSockets {
  const { call, addressOf, errno } = libc;
  return new PosixSockets({
    call: {
      ...call,
      socket: (family, type, protocol) =>
        call.socket(family, type | SOCK_CLOEXEC, protocol),
      accept: (fd, address, length) =>
        call.accept4(fd, address, length, SOCK_CLOEXEC),
    },
    layouts: LINUX_LAYOUTS,
    addressOf,
    errno,
    // `bits/fcntl-linux.h` and `bits/socket.h`.
    nonBlocking: 0x800,
    dontWait: 0x40,
    noSignal: 0x4000,
    newPoller: () => sharedPoller(libc),
  });
}
