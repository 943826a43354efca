import type { SocketCalls } from "./_libc.ts";
import type { NativeSockets } from "./_native_sockets.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const LOOKUP = ["buffer", "buffer", "buffer", "buffer"] as const;
const NAME = [
  "buffer",
  "i32",
  "buffer",
  "u32",
  "buffer",
  "u32",
  "i32",
] as const;

/** `winsock2.h` and `ws2tcpip.h`. A SOCKET has the size of a pointer. */
const symbols = {
  WSAStartup: { parameters: ["u16", "buffer"], result: "i32" },
  WSAGetLastError: { parameters: [], result: "i32" },
  accept: { parameters: ["isize", "buffer", "buffer"], result: "isize" },
  bind: { parameters: ["isize", "buffer", "i32"], result: "i32" },
  closesocket: { parameters: ["isize"], result: "i32" },
  connect: { parameters: ["isize", "buffer", "i32"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  getaddrinfo: { parameters: LOOKUP, result: "i32" },
  getaddrinfoAsync: {
    name: "getaddrinfo",
    parameters: LOOKUP,
    result: "i32",
    nonblocking: true,
  },
  gethostname: { parameters: ["buffer", "i32"], result: "i32" },
  getnameinfo: { parameters: NAME, result: "i32" },
  getnameinfoAsync: {
    name: "getnameinfo",
    parameters: NAME,
    result: "i32",
    nonblocking: true,
  },
  getpeername: { parameters: ["isize", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["isize", "buffer", "buffer"], result: "i32" },
  getsockopt: {
    parameters: ["isize", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  ioctlsocket: { parameters: ["isize", "i32", "buffer"], result: "i32" },
  listen: { parameters: ["isize", "i32"], result: "i32" },
  setsockopt: {
    parameters: ["isize", "i32", "i32", "buffer", "i32"],
    result: "i32",
  },
  shutdown: { parameters: ["isize", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "isize" },
  WSAPoll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  WSAPollAsync: {
    name: "WSAPoll",
    parameters: ["buffer", "u32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  WSARecvFrom: {
    parameters: [
      ...["isize", "buffer", "u32", "buffer", "buffer"] as const,
      ...["buffer", "buffer", "pointer", "pointer"] as const,
    ],
    result: "i32",
  },
  WSASendTo: {
    parameters: [
      ...["isize", "buffer", "u32", "buffer", "u32"] as const,
      ...["buffer", "i32", "pointer", "pointer"] as const,
    ],
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

type Words = Uint32Array<ArrayBuffer>;

/** The calls of `ws2_32.dll`; each is named as there. */
export interface WindowsCalls extends
  Pick<
    NativeSockets,
    "freeaddrinfo" | "getaddrinfo" | "getaddrinfoAsync"
  >,
  Pick<SocketCalls, "getnameinfo" | "getnameinfoAsync"> {
  WSAStartup(version: number, data: Bytes): number;
  WSAGetLastError(): number;
  accept(s: bigint, name: Bytes, length: Bytes): bigint;
  bind(s: bigint, name: Bytes, length: number): number;
  closesocket(s: bigint): number;
  connect(s: bigint, name: Bytes, length: number): number;
  gethostname(name: Bytes, size: number): number;
  getpeername(s: bigint, name: Bytes, length: Bytes): number;
  getsockname(s: bigint, name: Bytes, length: Bytes): number;
  getsockopt(
    s: bigint,
    level: number,
    option: number,
    value: Bytes,
    length: Words,
  ): number;
  ioctlsocket(s: bigint, command: number, argument: Words): number;
  listen(s: bigint, backlog: number): number;
  setsockopt(
    s: bigint,
    level: number,
    option: number,
    value: Bytes,
    length: number,
  ): number;
  shutdown(s: bigint, how: number): number;
  socket(family: number, type: number, protocol: number): bigint;
  WSAPoll(descriptors: Bytes, count: number, timeout: number): number;
  WSAPollAsync(
    descriptors: Bytes,
    count: number,
    timeout: number,
  ): Promise<number>;
  WSARecvFrom(
    s: bigint,
    buffers: Bytes,
    count: number,
    received: Words,
    flags: Words,
    from: Bytes | null,
    length: Bytes | null,
    overlapped: null,
    routine: null,
  ): number;
  WSASendTo(
    s: bigint,
    buffers: Bytes,
    count: number,
    sent: Words,
    flags: number,
    to: Bytes | null,
    length: number,
    overlapped: null,
    routine: null,
  ): number;
}

/**
 * Opens the library of Windows.
 *
 * @throws {Error} If that is not possible.
 */
export function openWindows(): WindowsCalls {
  return Deno.dlopen("ws2_32.dll", symbols).symbols;
}
