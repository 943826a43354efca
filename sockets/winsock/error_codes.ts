/**
 * The error codes of Winsock, the same on every platform (`winerror.h`).
 *
 * @module
 */

/** The call was interrupted. */
export const WSAEINTR: number = 10004;
/** The file handle is not valid. */
export const WSAEBADF: number = 10009;
/** The access was denied, by the system or for want of a permission. */
export const WSAEACCES: number = 10013;
/** An argument is too small, or says that it is larger than it is. */
export const WSAEFAULT: number = 10014;
/** An argument is not valid. */
export const WSAEINVAL: number = 10022;
/** Too many sockets are open. */
export const WSAEMFILE: number = 10024;
/** The call would have to wait. */
export const WSAEWOULDBLOCK: number = 10035;
/** A call is in progress. */
export const WSAEINPROGRESS: number = 10036;
/** The operation was already in progress. */
export const WSAEALREADY: number = 10037;
/** The number is not that of a socket. */
export const WSAENOTSOCK: number = 10038;
/** There is no address to send to. */
export const WSAEDESTADDRREQ: number = 10039;
/** The message is too long, or has been cut to fit. */
export const WSAEMSGSIZE: number = 10040;
/** The protocol is one of another socket type. */
export const WSAEPROTOTYPE: number = 10041;
/** The protocol does not know the option. */
export const WSAENOPROTOOPT: number = 10042;
/** The protocol is not supported. */
export const WSAEPROTONOSUPPORT: number = 10043;
/** The socket type is not supported. */
export const WSAESOCKTNOSUPPORT: number = 10044;
/** The socket does not support the operation. */
export const WSAEOPNOTSUPP: number = 10045;
/** The protocol family is not supported. */
export const WSAEPFNOSUPPORT: number = 10046;
/** The address family is not supported. */
export const WSAEAFNOSUPPORT: number = 10047;
/** The address is already in use. */
export const WSAEADDRINUSE: number = 10048;
/** The address is not one of this machine. */
export const WSAEADDRNOTAVAIL: number = 10049;
/** The network is down. */
export const WSAENETDOWN: number = 10050;
/** The network cannot be reached. */
export const WSAENETUNREACH: number = 10051;
/** The network has dropped the connection. */
export const WSAENETRESET: number = 10052;
/** The connection was aborted on this side. */
export const WSAECONNABORTED: number = 10053;
/** The peer has reset the connection. */
export const WSAECONNRESET: number = 10054;
/** There is no memory for it. */
export const WSAENOBUFS: number = 10055;
/** The socket is already connected. */
export const WSAEISCONN: number = 10056;
/** The socket is not connected. */
export const WSAENOTCONN: number = 10057;
/** The socket has been shut down. */
export const WSAESHUTDOWN: number = 10058;
/** There are too many references to an object of the system. */
export const WSAETOOMANYREFS: number = 10059;
/** The time ran out. */
export const WSAETIMEDOUT: number = 10060;
/** The connection was refused. */
export const WSAECONNREFUSED: number = 10061;
/** A name leads to itself. */
export const WSAELOOP: number = 10062;
/** A name is too long. */
export const WSAENAMETOOLONG: number = 10063;
/** The host is down. */
export const WSAEHOSTDOWN: number = 10064;
/** The host cannot be reached. */
export const WSAEHOSTUNREACH: number = 10065;
/** A folder is not empty. */
export const WSAENOTEMPTY: number = 10066;
/** Too many processes use sockets. */
export const WSAEPROCLIM: number = 10067;
/** There are too many users. */
export const WSAEUSERS: number = 10068;
/** The quota is used up. */
export const WSAEDQUOT: number = 10069;
/** A file handle refers to what is gone. */
export const WSAESTALE: number = 10070;
/** The object is on another machine. */
export const WSAEREMOTE: number = 10071;
/** The sockets of the system cannot be used. */
export const WSASYSNOTREADY: number = 10091;
/** The version of Winsock is not supported. */
export const WSAVERNOTSUPPORTED: number = 10092;
/** `WSAStartup` was not called. */
export const WSANOTINITIALISED: number = 10093;
/** A call failed that should not, in a way that Winsock has no code for. */
export const WSASYSCALLFAILURE: number = 10107;
/** There is no such service for the socket type. */
export const WSATYPE_NOT_FOUND: number = 10109;
/** There is no such host. */
export const WSAHOST_NOT_FOUND: number = 11001;
/** The name server has not answered. */
export const WSATRY_AGAIN: number = 11002;
/** The name server has failed. */
export const WSANO_RECOVERY: number = 11003;
/** The name has no address of the family. */
export const WSANO_DATA: number = 11004;
/** What `getaddrinfo` returns in the place of {@linkcode WSAEINVAL}: the same. */
export const EAI_BADFLAGS: number = WSAEINVAL;
/** What `getaddrinfo` returns in the place of {@linkcode WSAHOST_NOT_FOUND}: the same. */
export const EAI_NONAME: number = WSAHOST_NOT_FOUND;
/** What `getaddrinfo` returns in the place of {@linkcode WSATRY_AGAIN}: the same. */
export const EAI_AGAIN: number = WSATRY_AGAIN;
/** What `getaddrinfo` returns in the place of {@linkcode WSANO_RECOVERY}: the same. */
export const EAI_FAIL: number = WSANO_RECOVERY;
/** What `getaddrinfo` returns in the place of {@linkcode WSANO_DATA}: the same. */
export const EAI_NODATA: number = WSANO_DATA;
/** What `getaddrinfo` returns in the place of {@linkcode WSAEAFNOSUPPORT}: the same. */
export const EAI_FAMILY: number = WSAEAFNOSUPPORT;
/** What `getaddrinfo` returns in the place of {@linkcode WSAESOCKTNOSUPPORT}: the same. */
export const EAI_SOCKTYPE: number = WSAESOCKTNOSUPPORT;
/** What `getaddrinfo` returns in the place of {@linkcode WSATYPE_NOT_FOUND}: the same. */
export const EAI_SERVICE: number = WSATYPE_NOT_FOUND;
/** What `getaddrinfo` returns in the place of {@linkcode WSAENOBUFS}: the same. */
export const EAI_MEMORY: number = WSAENOBUFS;
