/**
 * What the native pieces need of the headers of Linux beyond what Winsock has:
 * `fcntl.h`, `netinet/in.h`, `netinet/udp.h`, `sys/epoll.h`, `sys/eventfd.h` and
 * `sys/socket.h`.
 */
export const LINUX = {
  EFD_CLOEXEC: 0x80000,
  EFD_NONBLOCK: 0x800,
  EINVAL: 22,
  ENODEV: 19,
  EPOLLIN: 0x1,
  EPOLLONESHOT: 0x40000000,
  EPOLLOUT: 0x4,
  EPOLLPRI: 0x2,
  EPOLL_CLOEXEC: 0x80000,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLL_CTL_MOD: 3,
  IPPROTO_IP: 0,
  IPPROTO_IPV6: 41,
  IPV6_PKTINFO: 50,
  IP_PKTINFO: 8,
  MCAST_JOIN_GROUP: 42,
  MCAST_JOIN_SOURCE_GROUP: 46,
  MCAST_LEAVE_GROUP: 45,
  MCAST_LEAVE_SOURCE_GROUP: 47,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  O_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
  SOL_UDP: 17,
  UDP_GRO: 104,
  UDP_SEGMENT: 103,
} as const;
