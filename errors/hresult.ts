/**
 * The HRESULT values that errors of this library carry, and those that the
 * `getStatus` methods know.
 *
 * Each is named as in `winerror.h` (`INET_E_SECURITY_PROBLEM` is from
 * `urlmon.h`). The names of Win32 and Winsock errors stand for what
 * `HRESULT_FROM_WIN32` makes of them. The values are signed 32-bit numbers, as
 * WinRT gives them to JavaScript; `hresult >>> 0` is the unsigned form, which
 * the documentation of each member shows.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(HResult.WSAECONNREFUSED, -2147014835);
 * assertEquals(HResult.WSAECONNREFUSED >>> 0, 0x8007274D);
 * ```
 */
export const HResult = {
  // General and Windows Runtime values.
  /** `0x80004005`: a failure that has no more specific value. */
  E_FAIL: -2147467259,
  /** `0x80070057`: an argument is not valid. */
  E_INVALIDARG: -2147024809,
  /** `0x80070005`: a permission is missing. */
  E_ACCESSDENIED: -2147024891,
  /** `0x80004003`: a required reference is missing. */
  E_POINTER: -2147467261,
  /** `0x80004004`: the operation was aborted. */
  E_ABORT: -2147467260,
  /** `0x8000000B`: the access is outside of the valid range. */
  E_BOUNDS: -2147483637,
  /** `0x8000000E`: the method was called at an unexpected time. */
  E_ILLEGAL_METHOD_CALL: -2147483634,
  /** `0x80000013`: the object has been closed. */
  RO_E_CLOSED: -2147483629,

  // Win32 errors, as `HRESULT_FROM_WIN32` makes them.
  /** `0x80070032`: the request is not supported. */
  ERROR_NOT_SUPPORTED: -2147024846,
  /** `0x800700E8`: the pipe is being closed. */
  ERROR_NO_DATA: -2147024664,
  /** `0x800703E3`: the operation was aborted, by a close or a cancellation. */
  ERROR_OPERATION_ABORTED: -2147023901,
  /** `0x80070459`: the bytes are not valid text in the encoding. */
  ERROR_NO_UNICODE_TRANSLATION: -2147023783,
  /** `0x80070490`: the element was not found. */
  ERROR_NOT_FOUND: -2147023728,
  /** `0x800704C7`: the operation was cancelled. */
  ERROR_CANCELLED: -2147023673,
  /** `0x800710DD`: the operation is not valid in the present state. */
  ERROR_INVALID_OPERATION: -2147020579,

  // Winsock errors, as `HRESULT_FROM_WIN32` makes them.
  /** `0x80072714`: the call was interrupted. */
  WSAEINTR: -2147014892,
  /** `0x80072719`: the file handle is not valid. */
  WSAEBADF: -2147014887,
  /** `0x8007271D`: the operating system denied the access. */
  WSAEACCES: -2147014883,
  /** `0x8007271E`: the system cannot use an address of memory that it was given. */
  WSAEFAULT: -2147014882,
  /** `0x80072726`: the operating system did not accept an argument. */
  WSAEINVAL: -2147014874,
  /** `0x80072728`: too many open files or sockets. */
  WSAEMFILE: -2147014872,
  /** `0x80072733`: the call would have to wait. */
  WSAEWOULDBLOCK: -2147014861,
  /** `0x80072734`: the operation is in progress. */
  WSAEINPROGRESS: -2147014860,
  /** `0x80072735`: the operation was already in progress. */
  WSAEALREADY: -2147014859,
  /** `0x80072736`: the descriptor is not one of a socket. */
  WSAENOTSOCK: -2147014858,
  /** `0x80072737`: there is no address to send to. */
  WSAEDESTADDRREQ: -2147014857,
  /** `0x80072738`: the message is too long. */
  WSAEMSGSIZE: -2147014856,
  /** `0x80072739`: the protocol is one of another socket type. */
  WSAEPROTOTYPE: -2147014855,
  /** `0x8007273A`: the protocol does not know the option. */
  WSAENOPROTOOPT: -2147014854,
  /** `0x8007273B`: the protocol is not supported. */
  WSAEPROTONOSUPPORT: -2147014853,
  /** `0x8007273C`: the socket type is not supported. */
  WSAESOCKTNOSUPPORT: -2147014852,
  /** `0x8007273D`: the operation is not supported on the socket. */
  WSAEOPNOTSUPP: -2147014851,
  /** `0x8007273E`: the protocol family is not supported. */
  WSAEPFNOSUPPORT: -2147014850,
  /** `0x8007273F`: the address family is not supported. */
  WSAEAFNOSUPPORT: -2147014849,
  /** `0x80072740`: the address is already in use. */
  WSAEADDRINUSE: -2147014848,
  /** `0x80072741`: the address is not one of this machine. */
  WSAEADDRNOTAVAIL: -2147014847,
  /** `0x80072742`: the network is down. */
  WSAENETDOWN: -2147014846,
  /** `0x80072743`: there is no route to the network. */
  WSAENETUNREACH: -2147014845,
  /** `0x80072744`: the network dropped the connection on a reset. */
  WSAENETRESET: -2147014844,
  /** `0x80072745`: the connection was aborted on this side. */
  WSAECONNABORTED: -2147014843,
  /** `0x80072746`: the peer reset the connection. */
  WSAECONNRESET: -2147014842,
  /** `0x80072747`: there is no buffer space left. */
  WSAENOBUFS: -2147014841,
  /** `0x80072748`: the socket is already connected. */
  WSAEISCONN: -2147014840,
  /** `0x80072749`: the socket is not connected. */
  WSAENOTCONN: -2147014839,
  /** `0x8007274A`: the socket has been shut down. */
  WSAESHUTDOWN: -2147014838,
  /** `0x8007274B`: too many references to an object of the system. */
  WSAETOOMANYREFS: -2147014837,
  /** `0x8007274C`: the connection timed out. */
  WSAETIMEDOUT: -2147014836,
  /** `0x8007274D`: the connection was refused. */
  WSAECONNREFUSED: -2147014835,
  /** `0x8007274E`: a name leads to itself. */
  WSAELOOP: -2147014834,
  /** `0x8007274F`: a name is too long. */
  WSAENAMETOOLONG: -2147014833,
  /** `0x80072750`: the host is down. */
  WSAEHOSTDOWN: -2147014832,
  /** `0x80072751`: there is no route to the host. */
  WSAEHOSTUNREACH: -2147014831,
  /** `0x80072752`: a folder is not empty. */
  WSAENOTEMPTY: -2147014830,
  /** `0x80072753`: too many processes use sockets. */
  WSAEPROCLIM: -2147014829,
  /** `0x80072754`: too many users. */
  WSAEUSERS: -2147014828,
  /** `0x80072755`: the quota is used up. */
  WSAEDQUOT: -2147014827,
  /** `0x80072756`: a file handle refers to what is gone. */
  WSAESTALE: -2147014826,
  /** `0x80072757`: the object is on another machine. */
  WSAEREMOTE: -2147014825,
  /** `0x8007276B`: the sockets of the system cannot be used. */
  WSASYSNOTREADY: -2147014805,
  /** `0x8007276C`: the version of Winsock is not supported. */
  WSAVERNOTSUPPORTED: -2147014804,
  /** `0x8007276D`: `WSAStartup` was not called. */
  WSANOTINITIALISED: -2147014803,
  /** `0x8007277D`: the class type was not found. */
  WSATYPE_NOT_FOUND: -2147014787,
  /** `0x80072AF9`: the host name does not exist. */
  WSAHOST_NOT_FOUND: -2147013895,
  /** `0x80072AFA`: the name could not be resolved for the moment. */
  WSATRY_AGAIN: -2147013894,
  /** `0x80072AFB`: the name server failed for good. */
  WSANO_RECOVERY: -2147013893,
  /** `0x80072AFC`: the name exists, but has no record of the requested type. */
  WSANO_DATA: -2147013892,

  // WinINet errors, which the WebSocket classes carry.
  /** `0x80072EE2`: the operation timed out. */
  WININET_E_TIMEOUT: -2147012894,
  /** `0x80072EE7`: the server name could not be resolved. */
  WININET_E_NAME_NOT_RESOLVED: -2147012889,
  /** `0x80072EF1`: the operation was cancelled. */
  WININET_E_OPERATION_CANCELLED: -2147012879,
  /** `0x80072EFD`: a connection with the server could not be made. */
  WININET_E_CANNOT_CONNECT: -2147012867,
  /** `0x80072EFE`: the connection ended abnormally. */
  WININET_E_CONNECTION_ABORTED: -2147012866,
  /** `0x80072EFF`: the connection was reset. */
  WININET_E_CONNECTION_RESET: -2147012865,
  /** `0x80072F05`: the date in the certificate is invalid or has passed. */
  WININET_E_SEC_CERT_DATE_INVALID: -2147012859,
  /** `0x80072F06`: the host name in the certificate is another one. */
  WININET_E_SEC_CERT_CN_INVALID: -2147012858,
  /** `0x80072F07`: a redirection led from HTTP to HTTPS. */
  WININET_E_HTTP_TO_HTTPS_ON_REDIR: -2147012857,
  /** `0x80072F08`: a redirection led from HTTPS to HTTP. */
  WININET_E_HTTPS_TO_HTTP_ON_REDIR: -2147012856,
  /** `0x80072F0D`: the certificate authority is not a known one. */
  WININET_E_INVALID_CA: -2147012851,
  /** `0x80072F17`: the certificate contains errors. */
  WININET_E_SEC_CERT_ERRORS: -2147012841,
  /** `0x80072F78`: the server response could not be parsed. */
  WININET_E_INVALID_SERVER_RESPONSE: -2147012744,
  /** `0x80072F7C`: the redirection failed. */
  WININET_E_REDIRECT_FAILED: -2147012740,
  /** `0x80072F83`: the connection to the network was lost. */
  WININET_E_DISCONNECTED: -2147012733,
  /** `0x80072F84`: the server cannot be reached. */
  WININET_E_SERVER_UNREACHABLE: -2147012732,
  /** `0x80072F89`: the certificate is invalid. */
  WININET_E_SEC_INVALID_CERT: -2147012727,
  /** `0x80072F8A`: the certificate was revoked. */
  WININET_E_SEC_CERT_REVOKED: -2147012726,
  /** `0x800C000E`: a security problem, such as a refused certificate. */
  INET_E_SECURITY_PROBLEM: -2146697202,

  // HTTP statuses: 0x80190000 plus the status.
  /** `0x80190001`: an unexpected status. */
  HTTP_E_STATUS_UNEXPECTED: -2145845247,
  /** `0x80190003`: an unexpected redirection, 3xx. */
  HTTP_E_STATUS_UNEXPECTED_REDIRECTION: -2145845245,
  /** `0x80190004`: an unexpected client error, 4xx. */
  HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR: -2145845244,
  /** `0x80190005`: an unexpected server error, 5xx. */
  HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR: -2145845243,
  /** `0x8019012C`: 300 Multiple Choices. */
  HTTP_E_STATUS_AMBIGUOUS: -2145844948,
  /** `0x8019012D`: 301 Moved Permanently. */
  HTTP_E_STATUS_MOVED: -2145844947,
  /** `0x8019012E`: 302 Found. */
  HTTP_E_STATUS_REDIRECT: -2145844946,
  /** `0x8019012F`: 303 See Other. */
  HTTP_E_STATUS_REDIRECT_METHOD: -2145844945,
  /** `0x80190130`: 304 Not Modified. */
  HTTP_E_STATUS_NOT_MODIFIED: -2145844944,
  /** `0x80190131`: 305 Use Proxy. */
  HTTP_E_STATUS_USE_PROXY: -2145844943,
  /** `0x80190133`: 307 Temporary Redirect. */
  HTTP_E_STATUS_REDIRECT_KEEP_VERB: -2145844941,
  /** `0x80190190`: 400 Bad Request. */
  HTTP_E_STATUS_BAD_REQUEST: -2145844848,
  /** `0x80190191`: 401 Unauthorized. */
  HTTP_E_STATUS_DENIED: -2145844847,
  /** `0x80190192`: 402 Payment Required. */
  HTTP_E_STATUS_PAYMENT_REQ: -2145844846,
  /** `0x80190193`: 403 Forbidden. */
  HTTP_E_STATUS_FORBIDDEN: -2145844845,
  /** `0x80190194`: 404 Not Found. */
  HTTP_E_STATUS_NOT_FOUND: -2145844844,
  /** `0x80190195`: 405 Method Not Allowed. */
  HTTP_E_STATUS_BAD_METHOD: -2145844843,
  /** `0x80190196`: 406 Not Acceptable. */
  HTTP_E_STATUS_NONE_ACCEPTABLE: -2145844842,
  /** `0x80190197`: 407 Proxy Authentication Required. */
  HTTP_E_STATUS_PROXY_AUTH_REQ: -2145844841,
  /** `0x80190198`: 408 Request Timeout. */
  HTTP_E_STATUS_REQUEST_TIMEOUT: -2145844840,
  /** `0x80190199`: 409 Conflict. */
  HTTP_E_STATUS_CONFLICT: -2145844839,
  /** `0x8019019A`: 410 Gone. */
  HTTP_E_STATUS_GONE: -2145844838,
  /** `0x8019019B`: 411 Length Required. */
  HTTP_E_STATUS_LENGTH_REQUIRED: -2145844837,
  /** `0x8019019C`: 412 Precondition Failed. */
  HTTP_E_STATUS_PRECOND_FAILED: -2145844836,
  /** `0x8019019D`: 413 Content Too Large. */
  HTTP_E_STATUS_REQUEST_TOO_LARGE: -2145844835,
  /** `0x8019019E`: 414 URI Too Long. */
  HTTP_E_STATUS_URI_TOO_LONG: -2145844834,
  /** `0x8019019F`: 415 Unsupported Media Type. */
  HTTP_E_STATUS_UNSUPPORTED_MEDIA: -2145844833,
  /** `0x801901A0`: 416 Range Not Satisfiable. */
  HTTP_E_STATUS_RANGE_NOT_SATISFIABLE: -2145844832,
  /** `0x801901A1`: 417 Expectation Failed. */
  HTTP_E_STATUS_EXPECTATION_FAILED: -2145844831,
  /** `0x801901F4`: 500 Internal Server Error. */
  HTTP_E_STATUS_SERVER_ERROR: -2145844748,
  /** `0x801901F5`: 501 Not Implemented. */
  HTTP_E_STATUS_NOT_SUPPORTED: -2145844747,
  /** `0x801901F6`: 502 Bad Gateway. */
  HTTP_E_STATUS_BAD_GATEWAY: -2145844746,
  /** `0x801901F7`: 503 Service Unavailable. */
  HTTP_E_STATUS_SERVICE_UNAVAIL: -2145844745,
  /** `0x801901F8`: 504 Gateway Timeout. */
  HTTP_E_STATUS_GATEWAY_TIMEOUT: -2145844744,
  /** `0x801901F9`: 505 HTTP Version Not Supported. */
  HTTP_E_STATUS_VERSION_NOT_SUP: -2145844743,

  // TLS.
  /** `0x80090302`: the peer wants another version of TLS. */
  SEC_E_UNSUPPORTED_FUNCTION: -2146893054,
  /** `0x8009030E`: the peer wants a certificate, and there is none. */
  SEC_E_NO_CREDENTIALS: -2146893042,
  /** `0x80090326`: a message is not one of TLS, or not one that may come now. */
  SEC_E_ILLEGAL_MESSAGE: -2146893018,
  /** `0x80090330`: a message cannot be decrypted. */
  SEC_E_DECRYPT_FAILURE: -2146893008,
  /** `0x80090331`: the peers have no algorithm in common. */
  SEC_E_ALGORITHM_MISMATCH: -2146893007,
  /** `0x80090367`: the peers have no application protocol in common. */
  SEC_E_APPLICATION_PROTOCOL_MISMATCH: -2146892953,

  // Certificates.
  /** `0x80092010`: the certificate was revoked. */
  CRYPT_E_REVOKED: -2146885616,
  /** `0x80092012`: the revocation of the certificate could not be checked. */
  CRYPT_E_NO_REVOCATION_CHECK: -2146885614,
  /** `0x80092013`: the revocation server is offline. */
  CRYPT_E_REVOCATION_OFFLINE: -2146885613,
  /** `0x80096004`: the signature of the certificate cannot be verified. */
  TRUST_E_CERT_SIGNATURE: -2146869244,
  /** `0x80096019`: a basic constraint of the certificate is not observed. */
  TRUST_E_BASIC_CONSTRAINTS: -2146869223,
  /** `0x800B0101`: the certificate is not within its validity period. */
  CERT_E_EXPIRED: -2146762495,
  /** `0x800B0102`: the validity periods of the chain do not nest. */
  CERT_E_VALIDITYPERIODNESTING: -2146762494,
  /** `0x800B0103`: an end entity acts as an authority, or the reverse. */
  CERT_E_ROLE: -2146762493,
  /** `0x800B0104`: a path length constraint of the chain is violated. */
  CERT_E_PATHLENCONST: -2146762492,
  /** `0x800B0105`: a critical extension is unknown. */
  CERT_E_CRITICAL: -2146762491,
  /** `0x800B0106`: the authority issued the certificate for other purposes. */
  CERT_E_PURPOSE: -2146762490,
  /** `0x800B0107`: a certificate was not issued by its parent. */
  CERT_E_ISSUERCHAINING: -2146762489,
  /** `0x800B0108`: an important field of the certificate is missing. */
  CERT_E_MALFORMED: -2146762488,
  /** `0x800B0109`: the chain ends in a root that is not trusted. */
  CERT_E_UNTRUSTEDROOT: -2146762487,
  /** `0x800B010A`: the chain does not lead to a trusted root. */
  CERT_E_CHAINING: -2146762486,
  /** `0x800B010C`: the certificate was revoked by its issuer. */
  CERT_E_REVOKED: -2146762484,
  /** `0x800B010F`: the certificate is for another host name. */
  CERT_E_CN_NO_MATCH: -2146762481,
  /** `0x800B0110`: the certificate is not valid for the requested usage. */
  CERT_E_WRONG_USAGE: -2146762480,
  /** `0x800B0111`: the certificate was marked as untrusted by the user. */
  TRUST_E_EXPLICIT_DISTRUST: -2146762479,
  /** `0x800B0113`: the certificate has an invalid policy. */
  CERT_E_INVALID_POLICY: -2146762477,
  /** `0x800B0114`: the name is not permitted, or is excluded. */
  CERT_E_INVALID_NAME: -2146762476,
} as const;
