import { libc } from "./_libc.ts";

/** A socket option by its level and its name. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
}

/**
 * Linux: `asm-generic/socket.h`, `linux/in.h`, `linux/in6.h`, `linux/tcp.h`,
 * `linux/udp.h`.
 */
export const SocketOptions: Readonly<
  Record<
    | "SO_REUSEADDR"
    | "SO_TYPE"
    | "SO_ERROR"
    | "SO_BROADCAST"
    | "SO_SNDBUF"
    | "SO_RCVBUF"
    | "SO_KEEPALIVE"
    | "SO_PRIORITY"
    | "SO_ACCEPTCONN"
    | "SO_DOMAIN"
    | "SO_BINDTOIFINDEX"
    | "IP_TOS"
    | "TCP_NODELAY"
    | "TCP_KEEPIDLE"
    | "TCP_KEEPINTVL"
    | "TCP_KEEPCNT"
    | "TCP_INFO"
    | "TCP_USER_TIMEOUT"
    | "TCP_NOTSENT_LOWAT"
    | "IP_TTL"
    | "IP_PKTINFO"
    | "IP_MTU_DISCOVER"
    | "IP_MULTICAST_TTL"
    | "IP_MULTICAST_LOOP"
    | "IP_MULTICAST_ALL"
    | "UDP_GRO"
    | "IPV6_UNICAST_HOPS"
    | "IPV6_MULTICAST_HOPS"
    | "IPV6_MULTICAST_LOOP"
    | "IPV6_MTU_DISCOVER"
    | "IPV6_V6ONLY"
    | "IPV6_MULTICAST_ALL"
    | "IPV6_RECVPKTINFO"
    | "IPV6_DONTFRAG"
    | "IPV6_TCLASS",
    SocketOption
  >
> = {
  SO_REUSEADDR: { level: 1, name: 2 },
  SO_TYPE: { level: 1, name: 3 },
  SO_ERROR: { level: 1, name: 4 },
  SO_BROADCAST: { level: 1, name: 6 },
  SO_SNDBUF: { level: 1, name: 7 },
  SO_RCVBUF: { level: 1, name: 8 },
  SO_KEEPALIVE: { level: 1, name: 9 },
  SO_PRIORITY: { level: 1, name: 12 },
  SO_ACCEPTCONN: { level: 1, name: 30 },
  SO_DOMAIN: { level: 1, name: 39 },
  SO_BINDTOIFINDEX: { level: 1, name: 62 },
  TCP_NODELAY: { level: 6, name: 1 },
  TCP_KEEPIDLE: { level: 6, name: 4 },
  TCP_KEEPINTVL: { level: 6, name: 5 },
  TCP_KEEPCNT: { level: 6, name: 6 },
  TCP_INFO: { level: 6, name: 11 },
  TCP_USER_TIMEOUT: { level: 6, name: 18 },
  TCP_NOTSENT_LOWAT: { level: 6, name: 25 },
  IP_TOS: { level: 0, name: 1 },
  IP_TTL: { level: 0, name: 2 },
  IP_PKTINFO: { level: 0, name: 8 },
  IP_MTU_DISCOVER: { level: 0, name: 10 },
  IP_MULTICAST_TTL: { level: 0, name: 33 },
  IP_MULTICAST_LOOP: { level: 0, name: 34 },
  IP_MULTICAST_ALL: { level: 0, name: 49 },
  UDP_GRO: { level: 17, name: 104 },
  IPV6_UNICAST_HOPS: { level: 41, name: 16 },
  IPV6_MULTICAST_HOPS: { level: 41, name: 18 },
  IPV6_MULTICAST_LOOP: { level: 41, name: 19 },
  IPV6_MTU_DISCOVER: { level: 41, name: 23 },
  IPV6_V6ONLY: { level: 41, name: 26 },
  IPV6_MULTICAST_ALL: { level: 41, name: 29 },
  IPV6_RECVPKTINFO: { level: 41, name: 49 },
  IPV6_DONTFRAG: { level: 41, name: 62 },
  IPV6_TCLASS: { level: 41, name: 67 },
};

/** Sets an `int` option; returns 0 or the error number. */
export function setSocketOption(
  descriptor: number,
  option: SocketOption,
  value: number,
): number {
  if (libc === null) return -1;
  const bytes = new Uint8Array(Int32Array.of(value).buffer);
  const { level, name } = option;
  const failed = libc.call.setsockopt(descriptor, level, name, bytes, 4) !== 0;
  return failed ? libc.errno() : 0;
}

/** Reads an `int` option; null if that fails. */
export function getSocketOption(
  descriptor: number,
  option: SocketOption,
): number | null {
  const value = new Int32Array(1);
  const length = Uint32Array.of(4);
  const result = libc?.call.getsockopt(
    descriptor,
    option.level,
    option.name,
    new Uint8Array(value.buffer),
    new Uint8Array(length.buffer),
  );
  return result === 0 ? value[0] ?? null : null;
}
