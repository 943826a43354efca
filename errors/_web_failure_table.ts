import { HResult } from "./hresult.ts";

/** The HRESULTs of socket errors that mean the same as each WinINet error. */
const MEANINGS: readonly (readonly [web: number, socket: readonly number[]])[] =
  [
    [HResult.WININET_E_CANNOT_CONNECT, [
      HResult.E_ACCESSDENIED,
      HResult.WSAEACCES,
      HResult.WSAEINVAL,
      HResult.WSAEMFILE,
      HResult.WSAENOBUFS,
      HResult.WSAEPROTONOSUPPORT,
      HResult.WSAESOCKTNOSUPPORT,
      HResult.WSAEAFNOSUPPORT,
      HResult.WSAEADDRINUSE,
      HResult.WSAEADDRNOTAVAIL,
      HResult.WSAECONNREFUSED,
      // Failures of TLS that are not those of a certificate.
      HResult.SEC_E_UNSUPPORTED_FUNCTION,
      HResult.SEC_E_ILLEGAL_MESSAGE,
      HResult.SEC_E_DECRYPT_FAILURE,
      HResult.SEC_E_ALGORITHM_MISMATCH,
      HResult.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
    ]],
    [HResult.WININET_E_SERVER_UNREACHABLE, [
      HResult.WSAENETDOWN,
      HResult.WSAENETUNREACH,
      HResult.WSAEHOSTDOWN,
      HResult.WSAEHOSTUNREACH,
    ]],
    [HResult.WININET_E_NAME_NOT_RESOLVED, [
      HResult.WSATYPE_NOT_FOUND,
      HResult.WSAHOST_NOT_FOUND,
      HResult.WSATRY_AGAIN,
      HResult.WSANO_RECOVERY,
      HResult.WSANO_DATA,
    ]],
    [HResult.WININET_E_TIMEOUT, [HResult.WSAETIMEDOUT]],
    [HResult.WININET_E_CONNECTION_RESET, [
      HResult.WSAENETRESET,
      HResult.WSAECONNRESET,
    ]],
    [HResult.WININET_E_CONNECTION_ABORTED, [
      HResult.WSAECONNABORTED,
      HResult.WSAENOTCONN,
      HResult.WSAESHUTDOWN,
    ]],
    [HResult.WININET_E_OPERATION_CANCELLED, [
      HResult.E_ABORT,
      HResult.ERROR_OPERATION_ABORTED,
      HResult.ERROR_CANCELLED,
    ]],
    [HResult.WININET_E_SEC_CERT_DATE_INVALID, [
      HResult.CERT_E_EXPIRED,
      HResult.CERT_E_VALIDITYPERIODNESTING,
    ]],
    [HResult.WININET_E_SEC_CERT_CN_INVALID, [
      HResult.CERT_E_CN_NO_MATCH,
      HResult.CERT_E_INVALID_NAME,
    ]],
    [HResult.WININET_E_INVALID_CA, [
      HResult.CERT_E_UNTRUSTEDROOT,
      HResult.CERT_E_CHAINING,
    ]],
    [HResult.WININET_E_SEC_CERT_REVOKED, [
      HResult.CRYPT_E_REVOKED,
      HResult.CERT_E_REVOKED,
      HResult.TRUST_E_EXPLICIT_DISTRUST,
    ]],
    // Whether the certificate was revoked is not known.
    [HResult.WININET_E_SEC_CERT_ERRORS, [
      HResult.CRYPT_E_NO_REVOCATION_CHECK,
      HResult.CRYPT_E_REVOCATION_OFFLINE,
    ]],
    [HResult.WININET_E_SEC_INVALID_CERT, [
      HResult.SEC_E_NO_CREDENTIALS,
      HResult.TRUST_E_CERT_SIGNATURE,
      HResult.TRUST_E_BASIC_CONSTRAINTS,
      HResult.CERT_E_ROLE,
      HResult.CERT_E_PATHLENCONST,
      HResult.CERT_E_CRITICAL,
      HResult.CERT_E_PURPOSE,
      HResult.CERT_E_ISSUERCHAINING,
      HResult.CERT_E_MALFORMED,
      HResult.CERT_E_WRONG_USAGE,
      HResult.CERT_E_INVALID_POLICY,
    ]],
  ];

/** The HRESULT that a WebSocket error has for each one of a socket error. */
export const WEB_HRESULT_BY_HRESULT: ReadonlyMap<number, number> = new Map(
  MEANINGS.flatMap(([web, socket]) =>
    socket.map((hresult) => [hresult, web] as const)
  ),
);
