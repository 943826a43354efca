// deno-lint-ignore-file camelcase -- the names are those of the C library
/** The calls of the C library that sockets need beyond what Deno has. */
const symbols = {
  __errno_location: { parameters: [], result: "pointer" },
  accept4: {
    parameters: ["i32", "buffer", "buffer", "i32"],
    result: "i32",
  },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // It waits, in a thread of its own.
  epoll_wait: {
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  getaddrinfo: {
    parameters: ["buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  getaddrinfoAsync: {
    name: "getaddrinfo",
    parameters: ["buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  gethostname: { parameters: ["buffer", "usize"], result: "i32" },
  getnameinfo: {
    parameters: ["buffer", "u32", "buffer", "u32", "buffer", "u32", "i32"],
    result: "i32",
  },
  getnameinfoAsync: {
    name: "getnameinfo",
    parameters: ["buffer", "u32", "buffer", "u32", "buffer", "u32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  getuid: { parameters: [], result: "u32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  // labs(3) returns its argument: of a buffer, its address. A call takes 15 ns,
  // where Deno.UnsafePointer.of() and value() take 400.
  addressOf: { name: "labs", parameters: ["buffer"], result: "usize" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  pollAsync: {
    name: "poll",
    parameters: ["buffer", "u64", "i32"],
    result: "i32",
    nonblocking: true,
  },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // What these return fits, since Linux moves at most 0x7ffff000 bytes.
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  recvmmsg: {
    parameters: ["i32", "buffer", "u32", "i32", "pointer"],
    result: "i32",
  },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  // What it returns fits, since Linux sends at most 0x7ffff000 bytes a call.
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const satisfies Deno.ForeignLibraryInterface;

type Bytes = Uint8Array<ArrayBuffer>;

/** The calls themselves, named and typed as in their manual pages (2). */
export interface SocketCalls {
  accept4(
    fd: number,
    address: Bytes | null,
    length: Bytes | null,
    flags: number,
  ): number;
  access(path: Bytes, mode: number): number;
  bind(fd: number, address: Bytes, length: number): number;
  close(fd: number): number;
  connect(fd: number, address: Bytes, length: number): number;
  dup(fd: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(fd: number, operation: number, of: number, event: Bytes): number;
  epoll_wait(
    fd: number,
    events: Bytes,
    max: number,
    timeout: number,
  ): Promise<number>;
  eventfd(value: number, flags: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  freeaddrinfo(list: Deno.PointerValue): void;
  getaddrinfo(
    node: Bytes | null,
    service: Bytes | null,
    hints: Bytes | null,
    result: Bytes,
  ): number;
  getaddrinfoAsync(
    ...args: Parameters<SocketCalls["getaddrinfo"]>
  ): Promise<number>;
  gethostname(name: Bytes, size: bigint): number;
  getnameinfo(
    address: Bytes,
    length: number,
    host: Bytes | null,
    hostSize: number,
    service: Bytes | null,
    serviceSize: number,
    flags: number,
  ): number;
  getnameinfoAsync(
    ...args: Parameters<SocketCalls["getnameinfo"]>
  ): Promise<number>;
  getpeername(fd: number, address: Bytes, length: Bytes): number;
  getsockname(fd: number, address: Bytes, length: Bytes): number;
  getsockopt(
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: Bytes,
  ): number;
  getuid(): number;
  if_nametoindex(name: Bytes): number;
  ioctl(fd: number, request: bigint, argument: Bytes): number;
  listen(fd: number, backlog: number): number;
  poll(descriptors: Bytes, count: bigint, timeout: number): number;
  pollAsync(
    descriptors: Bytes,
    count: bigint,
    timeout: number,
  ): Promise<number>;
  read(fd: number, buffer: Bytes, count: bigint): bigint;
  recv(fd: number, buffer: Bytes, size: bigint, flags: number): number;
  recvmmsg(
    fd: number,
    messages: Bytes,
    count: number,
    flags: number,
    timeout: null,
  ): number;
  recvmsg(fd: number, message: Bytes, flags: number): number;
  send(fd: number, buffer: Bytes, size: bigint, flags: number): number;
  sendmmsg(fd: number, messages: Bytes, count: number, flags: number): number;
  sendmsg(fd: number, message: Bytes, flags: number): number;
  setsockopt(
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: number,
  ): number;
  shutdown(fd: number, how: number): number;
  socket(family: number, type: number, protocol: number): number;
  statx(
    folder: number,
    path: Bytes,
    flags: number,
    mask: number,
    result: Bytes,
  ): number;
  write(fd: number, buffer: Bytes, count: bigint): bigint;
}

/** The C library's socket calls, and the error number they leave. */
export interface Libc {
  readonly call: SocketCalls;
  /** Where the bytes are. They stay there while somebody refers to them. */
  readonly addressOf: (bytes: Uint8Array<ArrayBuffer>) => bigint;
  /** The `errno` of this thread. */
  errno(): number;
}

function open(): Libc | null {
  if (Deno.build.os !== "linux") return null;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return null;
  }
  let library;
  try {
    library = Deno.dlopen("libc.so.6", symbols);
  } catch {
    // Without glibc, or with FFI denied for it, there are no native calls.
    return null;
  }
  const location = library.symbols.__errno_location();
  if (location === null) return null;
  // Mapped once: a call of __errno_location() of its own right after the
  // failed call is sometimes too late, since the runtime uses errno as well.
  const errno = new Int32Array(
    Deno.UnsafePointerView.getArrayBuffer(location, 4),
  );
  const { addressOf, ...call } = library.symbols;
  return { call, addressOf, errno: () => errno[0] ?? 0 };
}

/**
 * The C library, or null where it cannot be used: not Linux, or FFI was not
 * granted before this module was loaded. The library is opened at once, since
 * one that is opened later counts as a leak in the test that first needs it.
 */
export const libc: Libc | null = open();
