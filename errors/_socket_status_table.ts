import { HResult } from "./hresult.ts";
import { SocketErrorStatus } from "./socket_error_status.ts";

/**
 * The status of each HRESULT. The reference has names without numbers, so the
 * pairs follow the descriptions of the members: most are those of the Winsock
 * error of that name, `noAddressesFound` is described as a pipe being closed.
 */
export const SOCKET_STATUS_BY_HRESULT: ReadonlyMap<number, SocketErrorStatus> =
  new Map<number, SocketErrorStatus>([
    [HResult.ERROR_OPERATION_ABORTED, SocketErrorStatus.operationAborted],
    [
      HResult.WININET_E_INVALID_SERVER_RESPONSE,
      SocketErrorStatus.httpInvalidServerResponse,
    ],
    [HResult.WSAETIMEDOUT, SocketErrorStatus.connectionTimedOut],
    [HResult.WSAEAFNOSUPPORT, SocketErrorStatus.addressFamilyNotSupported],
    [HResult.WSAESOCKTNOSUPPORT, SocketErrorStatus.socketTypeNotSupported],
    [HResult.WSAHOST_NOT_FOUND, SocketErrorStatus.hostNotFound],
    [HResult.WSANO_DATA, SocketErrorStatus.noDataRecordOfRequestedType],
    [HResult.WSATRY_AGAIN, SocketErrorStatus.nonAuthoritativeHostNotFound],
    [HResult.WSATYPE_NOT_FOUND, SocketErrorStatus.classTypeNotFound],
    [HResult.WSAEADDRINUSE, SocketErrorStatus.addressAlreadyInUse],
    [HResult.WSAEADDRNOTAVAIL, SocketErrorStatus.cannotAssignRequestedAddress],
    [HResult.WSAECONNREFUSED, SocketErrorStatus.connectionRefused],
    [HResult.WSAENETUNREACH, SocketErrorStatus.networkIsUnreachable],
    [HResult.WSAEHOSTUNREACH, SocketErrorStatus.unreachableHost],
    [HResult.WSAENETDOWN, SocketErrorStatus.networkIsDown],
    [HResult.WSAENETRESET, SocketErrorStatus.networkDroppedConnectionOnReset],
    [HResult.WSAECONNABORTED, SocketErrorStatus.softwareCausedConnectionAbort],
    [HResult.WSAECONNRESET, SocketErrorStatus.connectionResetByPeer],
    [HResult.WSAEHOSTDOWN, SocketErrorStatus.hostIsDown],
    [HResult.ERROR_NO_DATA, SocketErrorStatus.noAddressesFound],
    [HResult.WSAEMFILE, SocketErrorStatus.tooManyOpenFiles],
    [HResult.WSAEMSGSIZE, SocketErrorStatus.messageTooLong],

    // Failures of TLS that have no status of their own: it is the software, and
    // not the network, that ends the connection.
    [
      HResult.SEC_E_UNSUPPORTED_FUNCTION,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ],
    [
      HResult.SEC_E_NO_CREDENTIALS,
      SocketErrorStatus.certificateIsInvalid,
    ],
    [
      HResult.SEC_E_ILLEGAL_MESSAGE,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ],
    [
      HResult.SEC_E_DECRYPT_FAILURE,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ],
    [
      HResult.SEC_E_ALGORITHM_MISMATCH,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ],
    [
      HResult.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
      SocketErrorStatus.softwareCausedConnectionAbort,
    ],

    [HResult.CERT_E_EXPIRED, SocketErrorStatus.certificateExpired],
    [
      HResult.CERT_E_VALIDITYPERIODNESTING,
      SocketErrorStatus.certificateExpired,
    ],
    [HResult.CERT_E_UNTRUSTEDROOT, SocketErrorStatus.certificateUntrustedRoot],
    [HResult.CERT_E_CHAINING, SocketErrorStatus.certificateUntrustedRoot],
    [
      HResult.CERT_E_CN_NO_MATCH,
      SocketErrorStatus.certificateCommonNameIsIncorrect,
    ],
    [
      HResult.CERT_E_INVALID_NAME,
      SocketErrorStatus.certificateCommonNameIsIncorrect,
    ],
    [HResult.CERT_E_WRONG_USAGE, SocketErrorStatus.certificateWrongUsage],
    [HResult.CERT_E_REVOKED, SocketErrorStatus.certificateRevoked],
    [HResult.TRUST_E_EXPLICIT_DISTRUST, SocketErrorStatus.certificateRevoked],
    [HResult.CRYPT_E_REVOKED, SocketErrorStatus.certificateRevoked],
    [
      HResult.CRYPT_E_NO_REVOCATION_CHECK,
      SocketErrorStatus.certificateNoRevocationCheck,
    ],
    [
      HResult.CRYPT_E_REVOCATION_OFFLINE,
      SocketErrorStatus.certificateRevocationServerOffline,
    ],
    [HResult.CERT_E_ROLE, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_PATHLENCONST, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_CRITICAL, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_PURPOSE, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_ISSUERCHAINING, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_MALFORMED, SocketErrorStatus.certificateIsInvalid],
    [HResult.CERT_E_INVALID_POLICY, SocketErrorStatus.certificateIsInvalid],
    [HResult.TRUST_E_CERT_SIGNATURE, SocketErrorStatus.certificateIsInvalid],
    [HResult.TRUST_E_BASIC_CONSTRAINTS, SocketErrorStatus.certificateIsInvalid],
  ]);
