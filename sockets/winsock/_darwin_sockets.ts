import { valueOf } from "./_constant_table.ts";
import { DARWIN_LAYOUTS } from "./_layouts.ts";
import { PollPoller } from "./_poll_poller.ts";
import type { PosixCalls, PosixLibrary } from "./_posix_library.ts";
import { PosixSockets } from "./_posix_sockets.ts";

/** macOS, `sys/fcntl.h`. */
const F_SETFD = 2;
const FD_CLOEXEC = 1;
/** macOS, `sys/socket.h`: keeps sends from raising SIGPIPE. */
const SO_NOSIGPIPE = 0x1022;

const LOOKUP = ["buffer", "buffer", "buffer", "buffer"] as const;
const NAME = [
  "buffer",
  "u32",
  "buffer",
  "u32",
  "buffer",
  "u32",
  "i32",
] as const;

const symbols = {
  __error: { parameters: [], result: "pointer" },
  accept: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  getaddrinfo: { parameters: LOOKUP, result: "i32" },
  getaddrinfoAsync: {
    name: "getaddrinfo",
    parameters: LOOKUP,
    result: "i32",
    nonblocking: true,
  },
  gethostname: { parameters: ["buffer", "usize"], result: "i32" },
  getnameinfo: { parameters: NAME, result: "i32" },
  getnameinfoAsync: {
    name: "getnameinfo",
    parameters: NAME,
    result: "i32",
    nonblocking: true,
  },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  // labs(3) returns its argument: of a buffer, its address.
  addressOf: { name: "labs", parameters: ["buffer"], result: "usize" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  pollAsync: {
    name: "poll",
    parameters: ["buffer", "u64", "i32"],
    result: "i32",
    nonblocking: true,
  },
  // What these return fits, since no call is given more than 2 GiB.
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** These take a variable number of arguments. */
const variadic = {
  fcntl: { parameters: ["i32", "i32", "i64"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * On Apple silicon such arguments are on the stack: behind all eight registers,
 * so to speak.
 */
const variadicOnStack = {
  fcntl: {
    parameters: [
      ...["i32", "i32"] as const,
      ...["i64", "i64", "i64", "i64", "i64", "i64"] as const,
      "i64",
    ],
    result: "i32",
  },
  ioctl: {
    parameters: [
      ...["i32", "u64"] as const,
      ...["i64", "i64", "i64", "i64", "i64", "i64"] as const,
      "buffer",
    ],
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The calls that are made in another way on Apple silicon. */
export type Variadic = Pick<PosixCalls, "fcntl" | "ioctl">;

/** Opens them for a kind of processor. */
export function openVariadic(
  path: string,
  arch: typeof Deno.build.arch,
): Variadic {
  if (arch === "x86_64") {
    const { fcntl, ioctl } = Deno.dlopen(path, variadic).symbols;
    return {
      fcntl: (fd, command, argument) => fcntl(fd, command, BigInt(argument)),
      ioctl,
    };
  }
  const { fcntl, ioctl } = Deno.dlopen(path, variadicOnStack).symbols;
  const registers = [0n, 0n, 0n, 0n, 0n, 0n] as const;
  return {
    fcntl: (fd, command, argument) =>
      fcntl(fd, command, ...registers, BigInt(argument)),
    ioctl: (fd, request, argument) =>
      ioctl(fd, request, ...registers, argument),
  };
}

/** The C library of macOS. */
export type DarwinLibrary = Pick<
  PosixLibrary,
  "call" | "addressOf" | "errno"
>;

/**
 * Opens the library of macOS.
 *
 * @throws {Error} If that is not possible.
 */
export function openDarwin(path: string = "libSystem.dylib"): DarwinLibrary {
  const { __error, addressOf, ...calls } = Deno.dlopen(path, symbols).symbols;
  const location = __error();
  if (location === null) throw new TypeError("There is no errno");
  const errno = new Int32Array(
    Deno.UnsafePointerView.getArrayBuffer(location, 4),
  );
  return {
    call: { ...calls, ...openVariadic(path, Deno.build.arch) },
    addressOf,
    errno: () => errno[0] ?? 0,
  };
}

/** The socket calls of macOS. */
export function darwinSockets(library: DarwinLibrary): PosixSockets {
  const { call } = library;
  return new PosixSockets({
    ...library,
    call: {
      ...call,
      socket: (family, type, protocol) =>
        prepare(call, call.socket(family, type, protocol)),
      accept: (fd, address, length) =>
        prepare(call, call.accept(fd, address, length)),
    },
    layouts: DARWIN_LAYOUTS,
    // `sys/fcntl.h` and `sys/socket.h`.
    nonBlocking: 0x4,
    dontWait: 0x80,
    noSignal: 0,
    newPoller: (sockets) => new PollPoller(sockets),
  });
}

/** Makes a new socket like those of Linux. */
function prepare(
  call: Pick<PosixCalls, "fcntl" | "setsockopt">,
  fd: number,
): number {
  if (fd < 0) return fd;
  const on = new Uint8Array(Int32Array.of(1).buffer);
  call.fcntl(fd, F_SETFD, FD_CLOEXEC);
  const level = valueOf("SOL_SOCKET", "darwin");
  call.setsockopt(fd, level, SO_NOSIGPIPE, on, on.length);
  return fd;
}
