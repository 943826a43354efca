import { PLATFORM, type Platform } from "./_platform.ts";

/**
 * What the headers of Linux, macOS and Windows define, in that order:
 * `sys/socket.h`, `netinet/in.h`, `netinet/tcp.h`, `poll.h`, `netdb.h` and
 * `sys/ioctl.h`; `winsock2.h`, `ws2def.h`, `ws2ipdef.h` and `ws2tcpip.h`.
 */
export const CONSTANTS = {
  AF_UNSPEC: [0, 0, 0],
  AF_INET: [2, 2, 2],
  AF_INET6: [10, 30, 23],

  SOCK_STREAM: [1, 1, 1],
  SOCK_DGRAM: [2, 2, 2],
  SOCK_RAW: [3, 3, 3],

  IPPROTO_IP: [0, 0, 0],
  IPPROTO_ICMP: [1, 1, 1],
  IPPROTO_TCP: [6, 6, 6],
  IPPROTO_UDP: [17, 17, 17],
  IPPROTO_IPV6: [41, 41, 41],
  IPPROTO_ICMPV6: [58, 58, 58],
  IPPROTO_RAW: [255, 255, 255],

  SOL_SOCKET: [1, 0xffff, 0xffff],
  SO_DEBUG: [1, 0x1, 0x1],
  SO_ACCEPTCONN: [30, 0x2, 0x2],
  SO_REUSEADDR: [2, 0x4, 0x4],
  SO_KEEPALIVE: [9, 0x8, 0x8],
  SO_DONTROUTE: [5, 0x10, 0x10],
  SO_BROADCAST: [6, 0x20, 0x20],
  // SO_LINGER of macOS counts ticks; its SO_LINGER_SEC counts seconds, as the
  // SO_LINGER of the others.
  SO_LINGER: [13, 0x1080, 0x80],
  SO_OOBINLINE: [10, 0x100, 0x100],
  SO_SNDBUF: [7, 0x1001, 0x1001],
  SO_RCVBUF: [8, 0x1002, 0x1002],
  SO_SNDLOWAT: [19, 0x1003, 0x1003],
  SO_RCVLOWAT: [18, 0x1004, 0x1004],
  SO_SNDTIMEO: [21, 0x1005, 0x1005],
  SO_RCVTIMEO: [20, 0x1006, 0x1006],
  SO_ERROR: [4, 0x1007, 0x1007],
  SO_TYPE: [3, 0x1008, 0x1008],

  TCP_NODELAY: [1, 1, 1],
  TCP_MAXSEG: [2, 2, 4],
  // TCP_KEEPALIVE of macOS.
  TCP_KEEPIDLE: [4, 0x10, 3],
  TCP_KEEPINTVL: [5, 0x101, 17],
  TCP_KEEPCNT: [6, 0x102, 16],

  IP_OPTIONS: [4, 1, 1],
  IP_HDRINCL: [3, 2, 2],
  IP_TOS: [1, 3, 3],
  IP_TTL: [2, 4, 4],
  IP_MULTICAST_IF: [32, 9, 9],
  IP_MULTICAST_TTL: [33, 10, 10],
  IP_MULTICAST_LOOP: [34, 11, 11],
  IP_ADD_MEMBERSHIP: [35, 12, 12],
  IP_DROP_MEMBERSHIP: [36, 13, 13],

  IPV6_UNICAST_HOPS: [16, 4, 4],
  IPV6_MULTICAST_IF: [17, 9, 9],
  IPV6_MULTICAST_HOPS: [18, 10, 10],
  IPV6_MULTICAST_LOOP: [19, 11, 11],
  IPV6_JOIN_GROUP: [20, 12, 12],
  IPV6_LEAVE_GROUP: [21, 13, 13],
  IPV6_V6ONLY: [26, 27, 27],

  MSG_OOB: [0x1, 0x1, 0x1],
  MSG_PEEK: [0x2, 0x2, 0x2],
  MSG_DONTROUTE: [0x4, 0x4, 0x4],
  MSG_WAITALL: [0x100, 0x40, 0x8],
  MSG_TRUNC: [0x20, 0x10, 0x100],
  MSG_CTRUNC: [0x8, 0x20, 0x200],

  SD_RECEIVE: [0, 0, 0],
  SD_SEND: [1, 1, 1],
  SD_BOTH: [2, 2, 2],

  POLLRDNORM: [0x40, 0x40, 0x100],
  POLLRDBAND: [0x80, 0x80, 0x200],
  POLLIN: [0x1, 0x1, 0x300],
  POLLPRI: [0x2, 0x2, 0x400],
  POLLWRNORM: [0x100, 0x4, 0x10],
  POLLOUT: [0x4, 0x4, 0x10],
  POLLWRBAND: [0x200, 0x100, 0x20],
  POLLERR: [0x8, 0x8, 0x1],
  POLLHUP: [0x10, 0x10, 0x2],
  POLLNVAL: [0x20, 0x20, 0x4],

  FIONBIO: [0x5421, 0x8004667e, 0x8004667e],
  FIONREAD: [0x541b, 0x4004667f, 0x4004667f],
  SIOCATMARK: [0x8905, 0x40047307, 0x40047307],

  AI_PASSIVE: [0x1, 0x1, 0x1],
  AI_CANONNAME: [0x2, 0x2, 0x2],
  AI_NUMERICHOST: [0x4, 0x4, 0x4],
  AI_NUMERICSERV: [0x400, 0x1000, 0x8],
  AI_ALL: [0x10, 0x100, 0x100],
  AI_ADDRCONFIG: [0x20, 0x400, 0x400],
  AI_V4MAPPED: [0x8, 0x800, 0x800],

  NI_NUMERICHOST: [0x1, 0x2, 0x2],
  NI_NUMERICSERV: [0x2, 0x8, 0x8],
  NI_NOFQDN: [0x4, 0x1, 0x1],
  NI_NAMEREQD: [0x8, 0x4, 0x4],
  NI_DGRAM: [0x10, 0x10, 0x10],
  NI_MAXHOST: [1025, 1025, 1025],
  NI_MAXSERV: [32, 32, 32],

  SOMAXCONN: [4096, 128, 0x7fffffff],
} as const;

/** The name of a constant that has a value on every platform. */
export type ConstantName = keyof typeof CONSTANTS;

const COLUMN = { linux: 0, darwin: 1, windows: 2 } as const;

/** The value that the header of a platform gives to a name. */
export function valueOf(
  name: ConstantName,
  platform: Platform = PLATFORM,
): number {
  return CONSTANTS[name][COLUMN[platform]];
}
