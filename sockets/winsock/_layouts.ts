// deno-lint-ignore-file camelcase -- the names are those of the C headers
import { PLATFORM, type Platform } from "./_platform.ts";

/**
 * Where a structure has its members, and how long it is. All platforms of Deno
 * have 64 bits and are little-endian.
 */
type Layout<Member extends string> = Readonly<Record<"size" | Member, number>>;

/** The structures that every platform has. */
export interface Layouts {
  readonly sockaddr_in: Layout<"sin_family" | "sin_port" | "sin_addr">;
  readonly sockaddr_in6: Layout<
    | "sin6_family"
    | "sin6_port"
    | "sin6_flowinfo"
    | "sin6_addr"
    | "sin6_scope_id"
  >;
  readonly sockaddr_storage: Layout<"ss_family">;
  readonly addrinfo: Layout<
    | "ai_flags"
    | "ai_family"
    | "ai_socktype"
    | "ai_protocol"
    | "ai_addrlen"
    | "ai_addr"
    | "ai_canonname"
    | "ai_next"
  >;
  readonly pollfd: Layout<"fd" | "events" | "revents">;
  readonly linger: Layout<"l_onoff" | "l_linger">;
  readonly ip_mreq: Layout<"imr_multiaddr" | "imr_interface">;
  readonly ipv6_mreq: Layout<"ipv6mr_multiaddr" | "ipv6mr_interface">;
}

/** Those that POSIX has, for calls with several buffers, and for times. */
export interface PosixLayouts extends Layouts {
  readonly iovec: Layout<"iov_base" | "iov_len">;
  readonly msghdr: Layout<
    | "msg_name"
    | "msg_namelen"
    | "msg_iov"
    | "msg_iovlen"
    | "msg_control"
    | "msg_controllen"
    | "msg_flags"
  >;
  readonly timeval: Layout<"tv_sec" | "tv_usec">;
}

/** Those that only Linux has, or that only its transports use. */
export interface LinuxLayouts extends PosixLayouts {
  readonly mmsghdr: Layout<"msg_hdr" | "msg_len">;
  readonly cmsghdr: Layout<"cmsg_len" | "cmsg_level" | "cmsg_type">;
  readonly epoll_event: Layout<"events" | "data">;
  readonly group_req: Layout<"gr_interface" | "gr_group">;
  readonly group_source_req: Layout<
    "gsr_interface" | "gsr_group" | "gsr_source"
  >;
  readonly sockaddr_un: Layout<"sun_family" | "sun_path">;
  readonly statx: Layout<"stx_uid" | "stx_mode">;
  readonly ucred: Layout<"pid" | "uid" | "gid">;
  readonly in_pktinfo: Layout<"ipi_ifindex" | "ipi_spec_dst" | "ipi_addr">;
  readonly in6_pktinfo: Layout<"ipi6_addr" | "ipi6_ifindex">;
}

/** What Windows has in the place of `struct iovec`. */
export interface WindowsLayouts extends Layouts {
  readonly wsabuf: Layout<"len" | "buf">;
}

/** The same everywhere (RFC 3493 and RFC 3542 name the members). */
const COMMON = {
  sockaddr_storage: { size: 128, ss_family: 0 },
  sockaddr_in: { size: 16, sin_family: 0, sin_port: 2, sin_addr: 4 },
  sockaddr_in6: {
    size: 28,
    sin6_family: 0,
    sin6_port: 2,
    sin6_flowinfo: 4,
    sin6_addr: 8,
    sin6_scope_id: 24,
  },
  ip_mreq: { size: 8, imr_multiaddr: 0, imr_interface: 4 },
  ipv6_mreq: { size: 20, ipv6mr_multiaddr: 0, ipv6mr_interface: 16 },
} as const;

/** `struct timeval` of Linux and macOS. */
export const POSIX_TIMEVAL: PosixLayouts["timeval"] = {
  size: 16,
  tv_sec: 0,
  tv_usec: 8,
};

const POSIX = {
  ...COMMON,
  pollfd: { size: 8, fd: 0, events: 4, revents: 6 },
  linger: { size: 8, l_onoff: 0, l_linger: 4 },
  iovec: { size: 16, iov_base: 0, iov_len: 8 },
  timeval: POSIX_TIMEVAL,
} as const;

/** BSD and Windows have the name before the address, Linux after it. */
const BSD_ADDRINFO = {
  size: 48,
  ai_flags: 0,
  ai_family: 4,
  ai_socktype: 8,
  ai_protocol: 12,
  ai_addrlen: 16,
  ai_canonname: 24,
  ai_addr: 32,
  ai_next: 40,
} as const;

/** `struct epoll_event` is packed on x86-64 alone (epoll_event(3type)). */
const EPOLL_DATA = Deno.build.arch === "x86_64" ? 4 : 8;

/** Linux: glibc, and the headers of the kernel. */
export const LINUX_LAYOUTS: LinuxLayouts = {
  ...POSIX,
  addrinfo: { ...BSD_ADDRINFO, ai_addr: 24, ai_canonname: 32 },
  msghdr: {
    size: 56,
    msg_name: 0,
    msg_namelen: 8,
    msg_iov: 16,
    msg_iovlen: 24,
    msg_control: 32,
    msg_controllen: 40,
    msg_flags: 48,
  },
  mmsghdr: { size: 64, msg_hdr: 0, msg_len: 56 },
  cmsghdr: { size: 16, cmsg_len: 0, cmsg_level: 8, cmsg_type: 12 },
  epoll_event: { size: EPOLL_DATA + 8, events: 0, data: EPOLL_DATA },
  sockaddr_un: { size: 110, sun_family: 0, sun_path: 2 },
  statx: { size: 256, stx_uid: 20, stx_mode: 28 },
  ucred: { size: 12, pid: 0, uid: 4, gid: 8 },
  group_req: { size: 136, gr_interface: 0, gr_group: 8 },
  group_source_req: {
    size: 264,
    gsr_interface: 0,
    gsr_group: 8,
    gsr_source: 136,
  },
  in_pktinfo: { size: 12, ipi_ifindex: 0, ipi_spec_dst: 4, ipi_addr: 8 },
  in6_pktinfo: { size: 20, ipi6_addr: 0, ipi6_ifindex: 16 },
};

/** macOS: the first byte of an address is its length (`sys/socket.h`). */
export const DARWIN_LAYOUTS: PosixLayouts = {
  ...POSIX,
  sockaddr_storage: { ...COMMON.sockaddr_storage, ss_family: 1 },
  sockaddr_in: { ...COMMON.sockaddr_in, sin_family: 1 },
  sockaddr_in6: { ...COMMON.sockaddr_in6, sin6_family: 1 },
  addrinfo: BSD_ADDRINFO,
  msghdr: {
    size: 48,
    msg_name: 0,
    msg_namelen: 8,
    msg_iov: 16,
    msg_iovlen: 24,
    msg_control: 32,
    msg_controllen: 40,
    msg_flags: 44,
  },
};

/** Windows: `winsock2.h`, `ws2def.h`, `ws2ipdef.h`. */
export const WINDOWS_LAYOUTS: WindowsLayouts = {
  ...COMMON,
  addrinfo: BSD_ADDRINFO,
  pollfd: { size: 16, fd: 0, events: 8, revents: 10 },
  linger: { size: 4, l_onoff: 0, l_linger: 2 },
  wsabuf: { size: 16, len: 0, buf: 8 },
};

/** The structures of a platform that every platform has. */
export function layoutsOf(platform: Platform): Layouts {
  switch (platform) {
    case "darwin":
      return DARWIN_LAYOUTS;
    case "windows":
      return WINDOWS_LAYOUTS;
    default:
      return LINUX_LAYOUTS;
  }
}

/** Those of the platform of this process. */
export const LAYOUTS: Layouts = layoutsOf(PLATFORM);
