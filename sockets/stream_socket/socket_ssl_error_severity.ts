/**
 * How bad the errors of a server certificate are.
 *
 * @example Usage
 * ```ts
 * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketSslErrorSeverity.none, 0);
 * ```
 */
export const SocketSslErrorSeverity = {
  /** There are none. */
  none: 0,
  /** All of them may be ignored. */
  ignorable: 1,
  /** One of them at least may not be ignored. */
  fatal: 2,
} as const;
/** One of the values of {@linkcode SocketSslErrorSeverity}. */
export type SocketSslErrorSeverity =
  typeof SocketSslErrorSeverity[keyof typeof SocketSslErrorSeverity];
