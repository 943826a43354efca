/**
 * What went wrong on a socket, with the numbers of WinRT.
 *
 * {@linkcode SocketError.status} has the status of an error, and
 * {@linkcode SocketError.getStatus} that of an HRESULT.
 *
 * @example Usage
 * ```ts
 * import { HResult } from "@winrt/sockets/hresult";
 * import { SocketError } from "@winrt/sockets/socket-error";
 * import { SocketErrorStatus } from "@winrt/sockets/socket-error-status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   SocketError.getStatus(HResult.WSAETIMEDOUT),
 *   SocketErrorStatus.connectionTimedOut,
 * );
 * assertEquals(SocketErrorStatus.connectionTimedOut, 3);
 * ```
 */
export const SocketErrorStatus = {
  /** The failure has no status of its own. */
  unknown: 0,
  /** The operation was aborted, by a close or a cancellation. */
  operationAborted: 1,
  /** A bad response was received from the HTTP server. */
  httpInvalidServerResponse: 2,
  /** A connection timeout was exceeded. */
  connectionTimedOut: 3,
  /** The address family is not supported. */
  addressFamilyNotSupported: 4,
  /** The socket type is not supported. */
  socketTypeNotSupported: 5,
  /** The host was not found. */
  hostNotFound: 6,
  /** The name is valid, but has no record of the requested type. */
  noDataRecordOfRequestedType: 7,
  /**
   * The name could not be resolved for the moment: no authoritative server
   * answered.
   */
  nonAuthoritativeHostNotFound: 8,
  /** The specified class was not found. */
  classTypeNotFound: 9,
  /** The address is already in use. */
  addressAlreadyInUse: 10,
  /** The requested address is not one of this machine. */
  cannotAssignRequestedAddress: 11,
  /** The connection was refused. */
  connectionRefused: 12,
  /** The network is unreachable. */
  networkIsUnreachable: 13,
  /** The host is unreachable. */
  unreachableHost: 14,
  /** The network is down. */
  networkIsDown: 15,
  /** The network dropped the connection on a reset. */
  networkDroppedConnectionOnReset: 16,
  /**
   * The connection was aborted on this side; also what writing to a broken pipe
   * gives.
   */
  softwareCausedConnectionAbort: 17,
  /** The connection was reset by the peer. */
  connectionResetByPeer: 18,
  /** The host is down. */
  hostIsDown: 19,
  /** The pipe is being closed. */
  noAddressesFound: 20,
  /** Too many open files. */
  tooManyOpenFiles: 21,
  /** A datagram is larger than the network or the receiving buffer permits. */
  messageTooLong: 22,
  /** A certificate is not within its validity period. */
  certificateExpired: 23,
  /** The certificate chain ends in a root that is not trusted, or in none. */
  certificateUntrustedRoot: 24,
  /** The certificate is for another name, or has an invalid one. */
  certificateCommonNameIsIncorrect: 25,
  /** The certificate is not valid for the requested usage. */
  certificateWrongUsage: 26,
  /** The certificate was revoked by its issuer, or distrusted by the user. */
  certificateRevoked: 27,
  /** The revocation of the certificate could not be checked. */
  certificateNoRevocationCheck: 28,
  /** The revocation server was offline. */
  certificateRevocationServerOffline: 29,
  /**
   * The certificate is invalid: its signature, policy, fields or constraints.
   */
  certificateIsInvalid: 30,
} as const;

/** One of the values of {@linkcode SocketErrorStatus}. */
export type SocketErrorStatus =
  typeof SocketErrorStatus[keyof typeof SocketErrorStatus];
