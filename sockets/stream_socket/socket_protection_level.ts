/**
 * How a connection is protected.
 *
 * @example Usage
 * ```ts
 * import { SocketProtectionLevel } from "@winrt/sockets/socket-protection-level";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SocketProtectionLevel.plainSocket, 0);
 * assertEquals(SocketProtectionLevel.tls12, 8);
 * ```
 */
export const SocketProtectionLevel = {
  /** No encryption. */
  plainSocket: 0,
  /** TLS; SSL 3.0 in WinRT, where it is deprecated. */
  ssl: 1,
  /** TLS, in WinRT with the NULL cipher allowed. */
  sslAllowNullEncryption: 2,
  /** Bluetooth encryption, without authentication if need be. */
  bluetoothEncryptionAllowNullAuthentication: 3,
  /** Bluetooth encryption with authentication. */
  bluetoothEncryptionWithAuthentication: 4,
  /** TLS, in WinRT SSL 3.0 with weak ciphers allowed. */
  ssl3AllowWeakEncryption: 5,
  /** TLS 1.0 or lower in WinRT. */
  tls10: 6,
  /** TLS 1.1 or lower in WinRT. */
  tls11: 7,
  /** TLS 1.2. */
  tls12: 8,
  /** No statement. */
  unspecified: 9,
} as const;
/** One of the values of {@linkcode SocketProtectionLevel}. */
export type SocketProtectionLevel =
  typeof SocketProtectionLevel[keyof typeof SocketProtectionLevel];
