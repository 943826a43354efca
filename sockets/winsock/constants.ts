/**
 * The constants of Winsock, each with the value that this platform's headers
 * give to the name.
 *
 * Those that are not on every platform are left out, such as
 * `SO_EXCLUSIVEADDRUSE`, which Linux and macOS need not have: there an address
 * is exclusive unless `SO_REUSEADDR` is set.
 *
 * @module
 */
import { valueOf } from "./_constant_table.ts";

/** What a call returns that has made no socket. */
export const INVALID_SOCKET: number = -1;
/** What a call returns that has failed. */
export const SOCKET_ERROR: number = -1;
/** The IPv4 address `0.0.0.0` as a number, in the byte order of the host. */
export const INADDR_ANY: number = 0;
/** The IPv4 address `127.0.0.1` as a number, in the byte order of the host. */
export const INADDR_LOOPBACK: number = 0x7f000001;
/** The IPv4 address `255.255.255.255` as a number. */
export const INADDR_BROADCAST: number = 0xffffffff;
/** What stands for no IPv4 address. */
export const INADDR_NONE: number = 0xffffffff;

/** The address family is not specified. */
export const AF_UNSPEC: number = valueOf("AF_UNSPEC");
/** The address family of IPv4. */
export const AF_INET: number = valueOf("AF_INET");
/** The address family of IPv6. */
export const AF_INET6: number = valueOf("AF_INET6");
/** A stream of bytes, such as TCP. */
export const SOCK_STREAM: number = valueOf("SOCK_STREAM");
/** Datagrams, such as UDP. */
export const SOCK_DGRAM: number = valueOf("SOCK_DGRAM");
/** Raw packets, which take privileges. */
export const SOCK_RAW: number = valueOf("SOCK_RAW");
/** The protocol, and the level of options, of IPv4. */
export const IPPROTO_IP: number = valueOf("IPPROTO_IP");
/** The protocol ICMP. */
export const IPPROTO_ICMP: number = valueOf("IPPROTO_ICMP");
/** The protocol, and the level of options, of TCP. */
export const IPPROTO_TCP: number = valueOf("IPPROTO_TCP");
/** The protocol, and the level of options, of UDP. */
export const IPPROTO_UDP: number = valueOf("IPPROTO_UDP");
/** The protocol, and the level of options, of IPv6. */
export const IPPROTO_IPV6: number = valueOf("IPPROTO_IPV6");
/** The protocol ICMPv6. */
export const IPPROTO_ICMPV6: number = valueOf("IPPROTO_ICMPV6");
/** Raw IP packets. */
export const IPPROTO_RAW: number = valueOf("IPPROTO_RAW");
/** The level of the options that all sockets have. */
export const SOL_SOCKET: number = valueOf("SOL_SOCKET");
/** Whether debugging information is recorded. */
export const SO_DEBUG: number = valueOf("SO_DEBUG");
/** Whether the socket listens; to be read only. */
export const SO_ACCEPTCONN: number = valueOf("SO_ACCEPTCONN");
/** Whether the address may be one that was in use. On Windows even one that is in use. */
export const SO_REUSEADDR: number = valueOf("SO_REUSEADDR");
/** Whether a silent connection is probed. */
export const SO_KEEPALIVE: number = valueOf("SO_KEEPALIVE");
/** Whether packets go to the networks of this machine alone. */
export const SO_DONTROUTE: number = valueOf("SO_DONTROUTE");
/** Whether broadcasts may be sent. */
export const SO_BROADCAST: number = valueOf("SO_BROADCAST");
/** Whether and how long a close waits for what was sent: a `Linger`. */
export const SO_LINGER: number = valueOf("SO_LINGER");
/** Whether urgent data comes with the rest. */
export const SO_OOBINLINE: number = valueOf("SO_OOBINLINE");
/** The size of the send buffer. */
export const SO_SNDBUF: number = valueOf("SO_SNDBUF");
/** The size of the receive buffer. */
export const SO_RCVBUF: number = valueOf("SO_RCVBUF");
/** How much room makes a socket writable. */
export const SO_SNDLOWAT: number = valueOf("SO_SNDLOWAT");
/** How many bytes make a socket readable. */
export const SO_RCVLOWAT: number = valueOf("SO_RCVLOWAT");
/** How long a send waits, in milliseconds. */
export const SO_SNDTIMEO: number = valueOf("SO_SNDTIMEO");
/** How long a receive waits, in milliseconds. */
export const SO_RCVTIMEO: number = valueOf("SO_RCVTIMEO");
/** The error that is pending, as a Winsock code; to be read only. */
export const SO_ERROR: number = valueOf("SO_ERROR");
/** The type of the socket; to be read only. */
export const SO_TYPE: number = valueOf("SO_TYPE");
/** Whether small segments are sent at once. */
export const TCP_NODELAY: number = valueOf("TCP_NODELAY");
/** The maximum segment size. */
export const TCP_MAXSEG: number = valueOf("TCP_MAXSEG");
/** After how many seconds of silence a connection is probed. */
export const TCP_KEEPIDLE: number = valueOf("TCP_KEEPIDLE");
/** How many seconds are between two probes. */
export const TCP_KEEPINTVL: number = valueOf("TCP_KEEPINTVL");
/** How many probes may go without an answer. */
export const TCP_KEEPCNT: number = valueOf("TCP_KEEPCNT");
/** The options of the IPv4 header. */
export const IP_OPTIONS: number = valueOf("IP_OPTIONS");
/** Whether the program makes the IPv4 headers. */
export const IP_HDRINCL: number = valueOf("IP_HDRINCL");
/** The type of service of IPv4 packets. */
export const IP_TOS: number = valueOf("IP_TOS");
/** The time to live of IPv4 packets. */
export const IP_TTL: number = valueOf("IP_TTL");
/** The address of the interface that multicasts leave by. */
export const IP_MULTICAST_IF: number = valueOf("IP_MULTICAST_IF");
/** The time to live of multicasts. */
export const IP_MULTICAST_TTL: number = valueOf("IP_MULTICAST_TTL");
/** Whether this machine receives its own multicasts. */
export const IP_MULTICAST_LOOP: number = valueOf("IP_MULTICAST_LOOP");
/** Joins a multicast group: an `IpMreq`. */
export const IP_ADD_MEMBERSHIP: number = valueOf("IP_ADD_MEMBERSHIP");
/** Leaves a multicast group: an `IpMreq`. */
export const IP_DROP_MEMBERSHIP: number = valueOf("IP_DROP_MEMBERSHIP");
/** The hop limit of IPv6 packets. */
export const IPV6_UNICAST_HOPS: number = valueOf("IPV6_UNICAST_HOPS");
/** The number of the interface that multicasts leave by. */
export const IPV6_MULTICAST_IF: number = valueOf("IPV6_MULTICAST_IF");
/** The hop limit of multicasts. */
export const IPV6_MULTICAST_HOPS: number = valueOf("IPV6_MULTICAST_HOPS");
/** Whether this machine receives its own multicasts. */
export const IPV6_MULTICAST_LOOP: number = valueOf("IPV6_MULTICAST_LOOP");
/** Joins a multicast group: an `Ipv6Mreq`. */
export const IPV6_JOIN_GROUP: number = valueOf("IPV6_JOIN_GROUP");
/** Leaves a multicast group: an `Ipv6Mreq`. */
export const IPV6_LEAVE_GROUP: number = valueOf("IPV6_LEAVE_GROUP");
/** Whether an IPv6 socket leaves IPv4 alone. */
export const IPV6_V6ONLY: number = valueOf("IPV6_V6ONLY");
/** Urgent data. */
export const MSG_OOB: number = valueOf("MSG_OOB");
/** Leaves what is received where it is. */
export const MSG_PEEK: number = valueOf("MSG_PEEK");
/** Goes to the networks of this machine alone. */
export const MSG_DONTROUTE: number = valueOf("MSG_DONTROUTE");
/** Waits until the buffer is full. */
export const MSG_WAITALL: number = valueOf("MSG_WAITALL");
/** A datagram was cut to fit. A call tells it. */
export const MSG_TRUNC: number = valueOf("MSG_TRUNC");
/** Control data was cut to fit. A call tells it. */
export const MSG_CTRUNC: number = valueOf("MSG_CTRUNC");
/** Shuts down the receiving side. */
export const SD_RECEIVE: number = valueOf("SD_RECEIVE");
/** Shuts down the sending side. */
export const SD_SEND: number = valueOf("SD_SEND");
/** Shuts down both sides. */
export const SD_BOTH: number = valueOf("SD_BOTH");
/** Data can be received. */
export const POLLRDNORM: number = valueOf("POLLRDNORM");
/** Urgent data can be received. */
export const POLLRDBAND: number = valueOf("POLLRDBAND");
/** Data can be received. */
export const POLLIN: number = valueOf("POLLIN");
/** Urgent data can be received. */
export const POLLPRI: number = valueOf("POLLPRI");
/** Data can be sent. */
export const POLLWRNORM: number = valueOf("POLLWRNORM");
/** Data can be sent. */
export const POLLOUT: number = valueOf("POLLOUT");
/** Urgent data can be sent. */
export const POLLWRBAND: number = valueOf("POLLWRBAND");
/** There is an error. It is told without being asked for. */
export const POLLERR: number = valueOf("POLLERR");
/** The connection has ended. It is told without being asked for. */
export const POLLHUP: number = valueOf("POLLHUP");
/** There is no such socket. It is told without being asked for. */
export const POLLNVAL: number = valueOf("POLLNVAL");
/** Whether calls fail where they would wait. */
export const FIONBIO: number = valueOf("FIONBIO");
/** How many bytes can be received at once. */
export const FIONREAD: number = valueOf("FIONREAD");
/** Whether the next byte is the one of urgent data. */
export const SIOCATMARK: number = valueOf("SIOCATMARK");
/** Addresses to bind to. */
export const AI_PASSIVE: number = valueOf("AI_PASSIVE");
/** Asks for the canonical name. */
export const AI_CANONNAME: number = valueOf("AI_CANONNAME");
/** The name must be an address. */
export const AI_NUMERICHOST: number = valueOf("AI_NUMERICHOST");
/** The service must be a number. */
export const AI_NUMERICSERV: number = valueOf("AI_NUMERICSERV");
/** With `AI_V4MAPPED`, both kinds of addresses. */
export const AI_ALL: number = valueOf("AI_ALL");
/** Only families that this machine has addresses of. */
export const AI_ADDRCONFIG: number = valueOf("AI_ADDRCONFIG");
/** IPv4-mapped addresses if there are none of IPv6. */
export const AI_V4MAPPED: number = valueOf("AI_V4MAPPED");
/** Tells the address, not the name. */
export const NI_NUMERICHOST: number = valueOf("NI_NUMERICHOST");
/** Tells the port, not the service. */
export const NI_NUMERICSERV: number = valueOf("NI_NUMERICSERV");
/** Leaves out the domain of a local host. */
export const NI_NOFQDN: number = valueOf("NI_NOFQDN");
/** It is an error if there is no name. */
export const NI_NAMEREQD: number = valueOf("NI_NAMEREQD");
/** The service is one of datagrams. */
export const NI_DGRAM: number = valueOf("NI_DGRAM");
/** No host name is longer, with its end. */
export const NI_MAXHOST: number = valueOf("NI_MAXHOST");
/** No service name is longer, with its end. */
export const NI_MAXSERV: number = valueOf("NI_MAXSERV");
/** The most connections that may wait to be accepted. */
export const SOMAXCONN: number = valueOf("SOMAXCONN");
