import type { PosixLayouts } from "./_layouts.ts";
import type { SocketCalls } from "./_libc.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import type { ReadinessPoller } from "./_readiness.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The calls that this needs of a C library. */
export type PosixCalls =
  & Pick<
    SocketCalls,
    | "bind"
    | "close"
    | "connect"
    | "fcntl"
    | "freeaddrinfo"
    | "getaddrinfo"
    | "getaddrinfoAsync"
    | "gethostname"
    | "getnameinfo"
    | "getnameinfoAsync"
    | "getpeername"
    | "getsockname"
    | "getsockopt"
    | "ioctl"
    | "listen"
    | "poll"
    | "pollAsync"
    | "recvmsg"
    | "sendmsg"
    | "setsockopt"
    | "shutdown"
  >
  & {
    /** Makes a socket that programs which are started do not inherit. */
    socket(family: number, type: number, protocol: number): number;
    /** The same for that of a connection. */
    accept(fd: number, address: Bytes, length: Bytes): number;
  };

/** A C library, and what differs between them. */
export interface PosixLibrary {
  readonly call: PosixCalls;
  readonly layouts: PosixLayouts;
  readonly addressOf: (bytes: Bytes) => bigint;
  readonly errno: () => number;
  /** `O_NONBLOCK` and `MSG_DONTWAIT`. */
  readonly nonBlocking: number;
  readonly dontWait: number;
  /** Keeps a send from raising SIGPIPE: `MSG_NOSIGNAL`, where there is one. */
  readonly noSignal: number;
  /** What waits for sockets; made at first use. */
  newPoller(sockets: NativeSockets): ReadinessPoller;
}
