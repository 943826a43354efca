import { HResult } from "./hresult.ts";

/** A way for the runtime to fail, and what this library makes of it. */
export interface Failure {
  /** The HRESULT of the failure. */
  hresult: number;
  /** What ends the message of the error. */
  reason: string;
  /** The `code` of the runtime's error: an errno name or one of Node's. */
  codes?: readonly string[];
  /** The `name` of the runtime's error: a class of `Deno.errors`, for one. */
  names?: readonly string[];
  /** The message of the runtime's error, where it has nothing else to go by. */
  text?: RegExp;
}

/**
 * All failures that have an HRESULT of their own.
 *
 * A `code` decides before a text, and a text before a name, since names are the
 * coarsest. Texts are tried in the order of the table.
 *
 * A `code` of errno maps to the Winsock error of the same name where there is
 * one. The codes of `getaddrinfo` map as `ws2tcpip.h` defines them: `EAI_AGAIN`
 * is `WSATRY_AGAIN`, `EAI_NONAME` is `WSAHOST_NOT_FOUND`, and so on.
 */
export const FAILURES: readonly Failure[] = [
  // Connections.
  {
    hresult: HResult.WSAECONNREFUSED,
    reason: "connection refused",
    codes: ["ECONNREFUSED"],
    names: ["ConnectionRefused"],
  },
  {
    hresult: HResult.WSAECONNRESET,
    reason: "connection reset by peer",
    codes: ["ECONNRESET"],
    names: ["ConnectionReset"],
  },
  {
    hresult: HResult.WSAECONNABORTED,
    reason: "connection aborted",
    codes: ["ECONNABORTED"],
    names: ["ConnectionAborted"],
  },
  {
    // POSIX reports with EPIPE what Windows reports with WSAECONNABORTED: a
    // write on a connection that an earlier reset has already ended.
    hresult: HResult.WSAECONNABORTED,
    reason: "broken pipe",
    codes: ["EPIPE"],
    names: ["BrokenPipe"],
  },
  {
    hresult: HResult.WSAENOTCONN,
    reason: "not connected",
    codes: ["ENOTCONN"],
    names: ["NotConnected"],
  },
  {
    hresult: HResult.WSAEISCONN,
    reason: "already connected",
    codes: ["EISCONN"],
  },
  {
    hresult: HResult.WSAESHUTDOWN,
    reason: "the socket has been shut down",
    codes: ["ESHUTDOWN"],
  },

  // Time and cancellation.
  {
    hresult: HResult.WSAETIMEDOUT,
    reason: "connection timed out",
    codes: ["ETIMEDOUT"],
    // TimeoutError is the DOMException of AbortSignal.timeout().
    names: ["TimedOut", "TimeoutError"],
  },
  {
    // Deno gives Interrupted (with EINTR) or BadResource to operations whose
    // resource was closed under them or before them.
    hresult: HResult.ERROR_OPERATION_ABORTED,
    reason: "operation aborted",
    codes: [
      "ERR_STREAM_DESTROYED",
      "EINTR",
      "ECANCELED",
      "ERR_SOCKET_DGRAM_NOT_RUNNING",
    ],
    names: ["Interrupted", "BadResource", "AbortError"],
  },

  // Addresses and routes.
  {
    hresult: HResult.WSAEADDRINUSE,
    reason: "address already in use",
    codes: ["EADDRINUSE"],
    names: ["AddrInUse"],
  },
  {
    hresult: HResult.WSAEADDRNOTAVAIL,
    reason: "address not available",
    codes: ["EADDRNOTAVAIL", "ENODEV"],
    names: ["AddrNotAvailable"],
  },
  {
    hresult: HResult.WSAENETUNREACH,
    reason: "network is unreachable",
    codes: ["ENETUNREACH"],
    names: ["NetworkUnreachable"],
  },
  {
    hresult: HResult.WSAEHOSTUNREACH,
    reason: "host is unreachable",
    codes: ["EHOSTUNREACH"],
  },
  {
    hresult: HResult.WSAENETDOWN,
    reason: "network is down",
    codes: ["ENETDOWN"],
  },
  {
    hresult: HResult.WSAEHOSTDOWN,
    reason: "host is down",
    codes: ["EHOSTDOWN"],
  },
  {
    hresult: HResult.WSAENETRESET,
    reason: "network dropped the connection on reset",
    codes: ["ENETRESET"],
  },

  // Limits and permissions.
  {
    hresult: HResult.WSAEMFILE,
    reason: "too many open files",
    codes: ["EMFILE", "ENFILE"],
  },
  {
    hresult: HResult.WSAENOBUFS,
    reason: "no buffer space available",
    codes: ["ENOBUFS", "ENOMEM"],
  },
  {
    hresult: HResult.WSAEMSGSIZE,
    reason: "message too long",
    codes: ["EMSGSIZE"],
  },
  {
    hresult: HResult.WSAEACCES,
    reason: "permission denied by the operating system",
    codes: ["EACCES", "EPERM"],
    names: ["PermissionDenied"],
  },
  {
    hresult: HResult.E_ACCESSDENIED,
    reason: "permission denied",
    names: ["NotCapable"],
  },

  // Calls that the platform does not take.
  {
    hresult: HResult.WSAEINVAL,
    reason: "invalid argument",
    codes: ["EINVAL"],
  },
  {
    hresult: HResult.WSAEAFNOSUPPORT,
    reason: "address family not supported",
    codes: ["EAFNOSUPPORT", "EAI_FAMILY"],
  },
  {
    hresult: HResult.WSAESOCKTNOSUPPORT,
    reason: "socket type not supported",
    codes: ["ESOCKTNOSUPPORT", "EAI_SOCKTYPE"],
  },
  {
    hresult: HResult.WSAEPROTONOSUPPORT,
    reason: "protocol not supported",
    codes: ["EPROTONOSUPPORT"],
  },
  {
    hresult: HResult.WSAEOPNOTSUPP,
    reason: "operation not supported",
    codes: ["EOPNOTSUPP", "ENOTSUP"],
    names: ["NotSupported"],
  },
  {
    hresult: HResult.WSATYPE_NOT_FOUND,
    reason: "service not available for the socket type",
    codes: ["EAI_SERVICE"],
  },

  // Names. Deno.connect() has but the text of getaddrinfo, Deno.resolveDns()
  // but that of its resolver, which tells of no answer, NXDOMAIN and SERVFAIL
  // all in the same words.
  {
    hresult: HResult.WSATRY_AGAIN,
    reason: "temporary failure in name resolution",
    codes: ["EAI_AGAIN"],
    text:
      /^failed to lookup address information: Temporary failure|^proto error: request timed out/,
  },
  {
    hresult: HResult.WSANO_DATA,
    reason: "no record of the requested type",
    codes: ["ENODATA", "EAI_NODATA"],
    text:
      /^failed to lookup address information: No address associated|^proto error: no records found/,
  },
  {
    hresult: HResult.WSANO_RECOVERY,
    reason: "name server failure",
    codes: ["EAI_FAIL"],
    text: /^failed to lookup address information: Non-recoverable failure/,
  },
  {
    // Any other text of getaddrinfo; the words for EAI_NONAME differ between
    // glibc and the BSDs.
    hresult: HResult.WSAHOST_NOT_FOUND,
    reason: "host not found",
    codes: ["ENOTFOUND", "EAI_NONAME"],
    text: /^failed to lookup address information: /,
  },

  // TLS. Deno.startTls() has but the text of rustls, and node:tls the same text
  // with codes that put many failures together. First what is wrong with the
  // certificate of the peer.
  {
    hresult: HResult.CERT_E_EXPIRED,
    reason: "the certificate has expired",
    text: /^invalid peer certificate: certificate expired/,
  },
  {
    hresult: HResult.CERT_E_EXPIRED,
    reason: "the certificate is not valid yet",
    text: /^invalid peer certificate: certificate not valid yet/,
  },
  {
    hresult: HResult.CERT_E_CN_NO_MATCH,
    reason: "the certificate is for another name",
    text: /^invalid peer certificate: certificate not valid for name/,
  },
  {
    // A certificate that signed itself is one of an unknown issuer.
    hresult: HResult.CERT_E_UNTRUSTEDROOT,
    reason: "the issuer of the certificate is not trusted",
    text: /^invalid peer certificate: .*(?:UnknownIssuer|CaUsedAsEndEntity)/,
  },
  {
    hresult: HResult.CERT_E_WRONG_USAGE,
    reason: "the certificate is for another usage",
    text: /^invalid peer certificate: .*extended key usage/,
  },
  {
    hresult: HResult.CERT_E_REVOKED,
    reason: "the certificate was revoked",
    text: /^invalid peer certificate: .*[Rr]evoked/,
  },
  {
    // node:tls is told to accept any certificate, so this is the signature that
    // shows that the peer has its key: of another key, or of one too short.
    hresult: HResult.TRUST_E_CERT_SIGNATURE,
    reason: "a signature cannot be verified",
    codes: ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    text: /^invalid peer certificate: .*Signature/,
  },
  {
    hresult: HResult.CERT_E_MALFORMED,
    reason: "the certificate is not valid",
    text: /^invalid peer certificate: /,
  },
  // What the peer says in the handshake (RFC 8446, section 6.2).
  {
    hresult: HResult.CERT_E_EXPIRED,
    reason: "the peer refuses the certificate as expired",
    text: /received fatal alert: CertificateExpired/,
  },
  {
    hresult: HResult.CERT_E_REVOKED,
    reason: "the peer refuses the certificate as revoked",
    text: /received fatal alert: CertificateRevoked/,
  },
  {
    hresult: HResult.CERT_E_UNTRUSTEDROOT,
    reason: "the peer does not trust the issuer of the certificate",
    text: /received fatal alert: UnknownCA/,
  },
  {
    hresult: HResult.CERT_E_WRONG_USAGE,
    reason: "the peer does not support the certificate",
    text: /received fatal alert: UnsupportedCertificate/,
  },
  {
    hresult: HResult.CERT_E_MALFORMED,
    reason: "the peer refuses the certificate",
    text: /received fatal alert: (?:BadCertificate|CertificateUnknown)/,
  },
  {
    hresult: HResult.SEC_E_NO_CREDENTIALS,
    reason: "a certificate is required",
    codes: ["ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"],
    text:
      /received fatal alert: (?:CertificateRequired|NoCertificate)|peer sent no certificates/,
  },
  {
    hresult: HResult.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
    reason: "there is no application protocol that both sides have",
    codes: ["ERR_SSL_NO_APPLICATION_PROTOCOL"],
    text: /received fatal alert: NoApplicationProtocol/,
  },
  {
    hresult: HResult.SEC_E_UNSUPPORTED_FUNCTION,
    reason: "there is no version of TLS that both sides have",
    text:
      /received fatal alert: ProtocolVersion|peer is incompatible: (?:.*NotOffered|ServerDoesNotSupportTls12Or13|SignatureAlgorithmsExtensionRequired)/,
  },
  {
    // Until TLS 1.3 servers say this of a certificate that is missing too.
    hresult: HResult.SEC_E_ALGORITHM_MISMATCH,
    reason:
      "the handshake has failed: there is no algorithm that both sides have, or the peer requires a certificate",
    text: /received fatal alert: HandshakeFailure/,
  },
  {
    hresult: HResult.SEC_E_ALGORITHM_MISMATCH,
    reason: "there is no algorithm that both sides have",
    text: /received fatal alert: InsufficientSecurity|peer is incompatible: /,
  },
  {
    hresult: HResult.SEC_E_DECRYPT_FAILURE,
    reason: "a message cannot be decrypted",
    text:
      /cannot decrypt peer's message|received fatal alert: (?:DecryptError|BadRecordMac)/,
  },
  {
    hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
    reason: "what came is not TLS",
    text: /received corrupt message|received unexpected /,
  },
  {
    hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
    reason: "the peer breaks the rules of TLS",
    text: /peer misbehaved: /,
  },
  {
    hresult: HResult.SEC_E_ILLEGAL_MESSAGE,
    reason: "the peer has ended the handshake",
    text: /received fatal alert: /,
  },
  {
    // The peer is gone without a word of TLS: what came may not be all.
    hresult: HResult.WSAECONNRESET,
    reason: "the connection was cut off before the end of TLS",
    text: /peer closed connection without sending TLS close_notify/,
  },
  {
    hresult: HResult.WSAECONNRESET,
    reason: "the peer has closed the connection in the handshake",
    names: ["UnexpectedEof"],
  },
];
