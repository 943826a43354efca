import { lookUpStatus } from "./_status_lookup.ts";
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
const WEB_STATUS_BY_HRESULT: ReadonlyMap<number, WebErrorStatus> = new Map<
  number,
  WebErrorStatus
>([
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

/** What is known of the HTTP statuses of a hundred, if not of each. */
const UNEXPECTED: readonly WebErrorStatus[] = [
  WebErrorStatus.unknown,
  WebErrorStatus.unexpectedStatusCode,
  WebErrorStatus.unexpectedStatusCode,
  WebErrorStatus.unexpectedRedirection,
  WebErrorStatus.unexpectedClientError,
  WebErrorStatus.unexpectedServerError,
];

/** The status of an HRESULT, in signed or unsigned form. */
export function webStatusOf(hresult: number): WebErrorStatus {
  const status = lookUpStatus(WEB_STATUS_BY_HRESULT, hresult);
  if (status !== undefined) return status;
  const unsigned = hresult < 0 ? hresult + 2 ** 32 : hresult;
  const httpStatus = unsigned - HTTP_E_STATUS_BASE;
  const known = Number.isInteger(httpStatus) && httpStatus >= 100
    ? UNEXPECTED[Math.floor(httpStatus / 100)]
    : undefined;
  return known ?? WebErrorStatus.unknown;
}
