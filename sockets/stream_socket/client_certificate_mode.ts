/**
 * Whether a server asks its clients for a certificate. Not in WinRT.
 *
 * @example Usage
 * ```ts
 * import { ClientCertificateMode } from "@winrt/sockets/client-certificate-mode";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new StreamSocketListener();
 * listener.control.clientCertificateMode = ClientCertificateMode.require;
 * assertEquals(listener.control.clientCertificateMode, 2);
 * ```
 */
export const ClientCertificateMode = {
  /** It does not ask. */
  none: 0,
  /** It asks. A client may have none, but one that it shows must be valid. */
  request: 1,
  /** It asks, and a client must show one that is valid. */
  require: 2,
} as const;
/** One of the values of {@linkcode ClientCertificateMode}. */
export type ClientCertificateMode =
  typeof ClientCertificateMode[keyof typeof ClientCertificateMode];
