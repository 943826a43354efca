import { HResult } from "./hresult.ts";
import { WebErrorStatus } from "./web_error_status.ts";

/** An HTTP status n is the HRESULT 0x80190000 + n (`HTTP_E_STATUS_*`). */
const HTTP_E_STATUS_BASE = 0x80190000;
/** The first member of the enum that is an HTTP status. */
const FIRST_HTTP_STATUS = WebErrorStatus.multipleChoices;

const HTTP_STATUSES: readonly [number, WebErrorStatus][] = Object
  .values(WebErrorStatus)
  .filter((status) => status >= FIRST_HTTP_STATUS)
  .map((status) => [(HTTP_E_STATUS_BASE + status) | 0, status]);

/** The status of each HRESULT. */
export const WEB_STATUS_BY_HRESULT: ReadonlyMap<number, WebErrorStatus> =
  new Map<number, WebErrorStatus>([
    [
      HResult.WININET_E_SEC_CERT_CN_INVALID,
      WebErrorStatus.certificateCommonNameIsIncorrect,
    ],
    [
      HResult.WININET_E_SEC_CERT_DATE_INVALID,
      WebErrorStatus.certificateExpired,
    ],
    [
      HResult.WININET_E_SEC_CERT_ERRORS,
      WebErrorStatus.certificateContainsErrors,
    ],
    [HResult.WININET_E_SEC_CERT_REVOKED, WebErrorStatus.certificateRevoked],
    [HResult.WININET_E_SEC_INVALID_CERT, WebErrorStatus.certificateIsInvalid],
    [HResult.WININET_E_INVALID_CA, WebErrorStatus.certificateIsInvalid],
    [HResult.WININET_E_SERVER_UNREACHABLE, WebErrorStatus.serverUnreachable],
    [HResult.WININET_E_TIMEOUT, WebErrorStatus.timeout],
    [
      HResult.WININET_E_INVALID_SERVER_RESPONSE,
      WebErrorStatus.errorHttpInvalidServerResponse,
    ],
    [HResult.WININET_E_CONNECTION_ABORTED, WebErrorStatus.connectionAborted],
    [HResult.WININET_E_CONNECTION_RESET, WebErrorStatus.connectionReset],
    [HResult.WININET_E_DISCONNECTED, WebErrorStatus.disconnected],
    [
      HResult.WININET_E_HTTP_TO_HTTPS_ON_REDIR,
      WebErrorStatus.httpToHttpsOnRedirection,
    ],
    [
      HResult.WININET_E_HTTPS_TO_HTTP_ON_REDIR,
      WebErrorStatus.httpsToHttpOnRedirection,
    ],
    [HResult.WININET_E_CANNOT_CONNECT, WebErrorStatus.cannotConnect],
    [HResult.WININET_E_NAME_NOT_RESOLVED, WebErrorStatus.hostNameNotResolved],
    [HResult.WININET_E_OPERATION_CANCELLED, WebErrorStatus.operationCanceled],
    [HResult.WININET_E_REDIRECT_FAILED, WebErrorStatus.redirectFailed],
    [HResult.HTTP_E_STATUS_UNEXPECTED, WebErrorStatus.unexpectedStatusCode],
    [
      HResult.HTTP_E_STATUS_UNEXPECTED_REDIRECTION,
      WebErrorStatus.unexpectedRedirection,
    ],
    [
      HResult.HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR,
      WebErrorStatus.unexpectedClientError,
    ],
    [
      HResult.HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR,
      WebErrorStatus.unexpectedServerError,
    ],
    ...HTTP_STATUSES,
  ]);
