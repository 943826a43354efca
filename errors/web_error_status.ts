/**
 * What went wrong on a WebSocket or another web service, with the numbers of
 * WinRT.
 *
 * The values from 300 on are those of HTTP.
 * {@linkcode WebSocketError.status} has the status of an error, and
 * {@linkcode WebSocketError.getStatus} that of an HRESULT.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { WebErrorStatus } from "@winrt/sockets/web-error-status";
 * import { WebSocketError } from "@winrt/sockets/web-socket-error";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   WebSocketError.getStatus(HResult.HTTP_E_STATUS_FORBIDDEN),
 *   WebErrorStatus.forbidden,
 * );
 * assertEquals(WebErrorStatus.forbidden, 403);
 * ```
 */
export const WebErrorStatus = {
  /** The failure has no status of its own. */
  unknown: 0,
  /** The common name of the certificate does not match the address. */
  certificateCommonNameIsIncorrect: 1,
  /** The certificate has expired. */
  certificateExpired: 2,
  /** The certificate contains errors. */
  certificateContainsErrors: 3,
  /** The certificate has been revoked. */
  certificateRevoked: 4,
  /** The certificate is invalid. */
  certificateIsInvalid: 5,
  /** The server is not responding. */
  serverUnreachable: 6,
  /** The connection has timed out. */
  timeout: 7,
  /** The server returned an invalid or unrecognized response. */
  errorHttpInvalidServerResponse: 8,
  /** The connection was aborted. */
  connectionAborted: 9,
  /** The connection was reset. */
  connectionReset: 10,
  /** The connection was ended. */
  disconnected: 11,
  /** A redirection led from HTTP to HTTPS. */
  httpToHttpsOnRedirection: 12,
  /** A redirection led from HTTPS to HTTP. */
  httpsToHttpOnRedirection: 13,
  /** The destination cannot be connected to. */
  cannotConnect: 14,
  /** The host name could not be resolved. */
  hostNameNotResolved: 15,
  /** The operation was canceled. */
  operationCanceled: 16,
  /** The redirection failed. */
  redirectFailed: 17,
  /** An unexpected status code that indicates a failure was received. */
  unexpectedStatusCode: 18,
  /** A request was unexpectedly redirected. */
  unexpectedRedirection: 19,
  /** An unexpected client-side error has occurred. */
  unexpectedClientError: 20,
  /** An unexpected server-side error has occurred. */
  unexpectedServerError: 21,
  /** The server does not support the requested range. */
  insufficientRangeSupport: 22,
  /** The length of the content is missing. */
  missingContentLengthSupport: 23,
  /** 300: there is a choice of resources. */
  multipleChoices: 300,
  /** 301: the resource has moved for good. */
  movedPermanently: 301,
  /** 302: the resource is at another address for the moment. */
  found: 302,
  /** 303: the response is at another address, to be read with GET. */
  seeOther: 303,
  /** 304: the resource has not been modified. */
  notModified: 304,
  /** 305: the resource is reached through a proxy only. */
  useProxy: 305,
  /** 307: the resource is at another address for the moment. */
  temporaryRedirect: 307,
  /** 400: the request is malformed. */
  badRequest: 400,
  /** 401: credentials are missing or wrong. */
  unauthorized: 401,
  /** 402: reserved. */
  paymentRequired: 402,
  /** 403: the server refuses the request. */
  forbidden: 403,
  /** 404: there is no such resource. */
  notFound: 404,
  /** 405: the resource does not support the method. */
  methodNotAllowed: 405,
  /** 406: there is no form of the resource that the request accepts. */
  notAcceptable: 406,
  /** 407: the proxy asks for credentials. */
  proxyAuthenticationRequired: 407,
  /** 408: the server waited too long for the request. */
  requestTimeout: 408,
  /** 409: the request conflicts with the state of the resource. */
  conflict: 409,
  /** 410: the resource is gone for good. */
  gone: 410,
  /** 411: the request must state the length of its content. */
  lengthRequired: 411,
  /** 412: a precondition of the request is not met. */
  preconditionFailed: 412,
  /** 413: the content of the request is too large. */
  requestEntityTooLarge: 413,
  /** 414: the address is too long. */
  requestUriTooLong: 414,
  /** 415: the media type of the request is not supported. */
  unsupportedMediaType: 415,
  /** 416: the requested range is not available. */
  requestedRangeNotSatisfiable: 416,
  /** 417: the expectation of the request cannot be met. */
  expectationFailed: 417,
  /** 500: the server failed. */
  internalServerError: 500,
  /** 501: the server does not support the method. */
  notImplemented: 501,
  /** 502: a gateway received an invalid response. */
  badGateway: 502,
  /** 503: the server is not available for the moment. */
  serviceUnavailable: 503,
  /** 504: a gateway received no response in time. */
  gatewayTimeout: 504,
  /** 505: the server does not support the HTTP version. */
  httpVersionNotSupported: 505,
} as const;

/** One of the values of {@linkcode WebErrorStatus}. */
export type WebErrorStatus = typeof WebErrorStatus[keyof typeof WebErrorStatus];
