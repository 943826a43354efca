import { ArgumentError } from "../../errors/argument_error.ts";
import { assertUnlocked, controlStateOf } from "./_control_state.ts";
import {
  checkClientCertificateMode,
  checkServerCertificate,
} from "./_tls_settings.ts";
import type { ServerCertificate } from "./server_certificate.ts";
import type { ClientCertificateMode } from "./client_certificate_mode.ts";
import { SocketControl } from "./socket_control.ts";

/**
 * The options of a `StreamSocketListener`, set before it binds, and copied to
 * the sockets that it accepts.
 *
 * @example Usage
 * ```ts
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = new StreamSocketListener();
 * listener.control.keepAlive = true;
 * assertEquals(listener.control.keepAlive, true);
 * listener.close();
 * ```
 */
export class StreamSocketListenerControl extends SocketControl {
  /**
   * How many sockets that were given to `connectionreceived` handlers may be
   * open at once. When there are so many, further connections wait in the
   * system's queue until one of them closes. Iterating over the listener needs
   * no such limit, since it takes one connection at a time. Not in WinRT.
   *
   * @default {Infinity}
   *
   * @throws {ArgumentError} If set to less than 1, or to a fraction.
   * @throws {InvalidOperationError} If set after a bind.
   *
   * @example Usage
   * ```ts
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   * import { assertEquals } from "@std/assert";
   *
   * const listener = new StreamSocketListener();
   * listener.control.maxPendingConnections = 100;
   * assertEquals(listener.control.maxPendingConnections, 100);
   * listener.close();
   * ```
   */
  get maxPendingConnections(): number {
    return controlStateOf(this).maxPendingConnections;
  }

  set maxPendingConnections(value: number) {
    if (value !== Infinity && !(Number.isInteger(value) && value >= 1)) {
      throw new ArgumentError(
        `Cannot set maxPendingConnections to "${value}": it must be a whole number from 1 up, or Infinity`,
      );
    }
    const state = controlStateOf(this);
    assertUnlocked(state, "maxPendingConnections");
    state.maxPendingConnections = value;
  }

  /**
   * The certificate of the server, with its private key and the chain that it is
   * to be sent with; or what gives one by the name that a client asks for. Not
   * in WinRT.
   *
   * It is needed to bind with a protection level that asks for TLS.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to a certificate without a private key, or to
   * something else.
   * @throws {InvalidOperationError} If set after the listener was bound.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
   *
   * const certificate = await Certificate.fromPem(`
   * -----BEGIN CERTIFICATE-----
   * MIIBFTCByKADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDEwlsb2NhbGhvc3QwIBcN
   * MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBQxEjAQBgNVBAMTCWxvY2Fs
   * aG9zdDAqMAUGAytlcAMhADHfs8Q5qeJzIjo+TFIy8Anbnnh6EDTr17uM3qc+9IJv
   * oz0wOzAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwFAYDVR0R
   * BA0wC4IJbG9jYWxob3N0MAUGAytlcANBABtAXuUSJRF4D6D5t4oWvYT9najh/haS
   * Th8sGzN7ALgQnMiFHrTD5TyAsCrQw/IvsK5kYVORe3I2EvL39zISdA0=
   * -----END CERTIFICATE-----
   * `, {
   *   privateKey: `
   * -----BEGIN PRIVATE KEY-----
   * MC4CAQAwBQYDK2VwBCIEIL2YR+QULsTyhAKuv1HVU6tgg7ufAWGXnfFOaVqz+3N1
   * -----END PRIVATE KEY-----
   * `,
   * });
   *
   * using listener = new StreamSocketListener();
   * listener.control.serverCertificate = (serverName) =>
   *   serverName === "localhost" ? certificate : null;
   * ```
   */
  get serverCertificate(): ServerCertificate | null {
    return controlStateOf(this).tls.serverCertificate;
  }

  set serverCertificate(value: ServerCertificate | null) {
    if (value !== null) checkServerCertificate(value);
    const state = controlStateOf(this);
    assertUnlocked(state, "serverCertificate");
    state.tls.serverCertificate = value;
  }

  /**
   * Whether clients are asked for a certificate; see
   * {@linkcode ClientCertificateMode}. One that is not valid is refused. Their
   * issuers are those of `trustedRootCertificates`, or with `--allow-sys` those
   * that the system trusts, if that list is empty. Not in WinRT.
   *
   * @default {ClientCertificateMode.none}
   *
   * @throws {ArgumentError} If set to something else.
   * @throws {InvalidOperationError} If set after the listener was bound.
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
  get clientCertificateMode(): ClientCertificateMode {
    return controlStateOf(this).tls.clientCertificateMode;
  }

  set clientCertificateMode(value: ClientCertificateMode) {
    checkClientCertificateMode(value);
    const state = controlStateOf(this);
    assertUnlocked(state, "clientCertificateMode");
    state.tls.clientCertificateMode = value;
  }
}
