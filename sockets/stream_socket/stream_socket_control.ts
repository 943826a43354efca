import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import {
  assertTlsUnlocked,
  assertUnlocked,
  controlStateOf,
} from "./_control_state.ts";
import { asksForTls } from "./_protection_level.ts";
import { checkOwnCertificate, type TlsSettings } from "./_tls_settings.ts";
import { SocketControl } from "./socket_control.ts";
import type { SocketProtectionLevel } from "./socket_protection_level.ts";

/**
 * The options of a `StreamSocket`, set before it connects. A successful
 * connect locks them; after a failed one they are open again.
 *
 * @example Usage
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals } from "@std/assert";
 *
 * const socket = new StreamSocket();
 * socket.control.keepAlive = true;
 * socket.control.noDelay = false;
 * assertEquals(socket.control.serializeConnectionAttempts, false);
 * socket.close();
 * ```
 */
export class StreamSocketControl extends SocketControl {
  /**
   * Whether the addresses of the remote host are tried one after the other.
   * Otherwise the next one is tried when the one before has not answered for
   * 250 ms (Happy Eyeballs, RFC 8305), and the first that answers wins.
   *
   * Trying the addresses in turn needs the `net` permission for the addresses;
   * where it is granted for the name alone, only the first one is tried.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set during or after a connect.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * const socket = new StreamSocket();
   * socket.control.serializeConnectionAttempts = true;
   * assertEquals(socket.control.serializeConnectionAttempts, true);
   * socket.close();
   * ```
   */
  get serializeConnectionAttempts(): boolean {
    return controlStateOf(this).serializeConnectionAttempts;
  }

  set serializeConnectionAttempts(value: boolean) {
    if (typeof value !== "boolean") {
      throw new ArgumentError(
        `Cannot set serializeConnectionAttempts to "${value}": it must be a boolean`,
      );
    }
    const state = controlStateOf(this);
    assertUnlocked(state, "serializeConnectionAttempts");
    if (state.connecting) {
      throw new InvalidOperationError(
        "Cannot set serializeConnectionAttempts: the socket is connecting, set it before",
      );
    }
    state.serializeConnectionAttempts = value;
  }

  /**
   * The certificate that identifies this client, with its private key, or null.
   *
   * Servers that ask for one get it in the TLS handshake, before which it may be
   * set.
   *
   * @default {null}
   *
   * @throws {ArgumentError} If set to a certificate without a private key, or to
   * something else.
   * @throws {InvalidOperationError} If set after TLS has begun.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
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
   * using socket = new StreamSocket();
   * socket.control.clientCertificate = certificate;
   * assertEquals(socket.control.clientCertificate.subject, "localhost");
   * ```
   */
  get clientCertificate(): Certificate | null {
    return this.#tls.clientCertificate;
  }

  set clientCertificate(value: Certificate | null) {
    if (value !== null) checkOwnCertificate("the client certificate", value);
    assertTlsUnlocked(controlStateOf(this), "clientCertificate");
    this.#tls.clientCertificate = value;
  }

  /**
   * The errors of a server certificate to overlook. Add to the list before TLS
   * begins: `untrusted`, `expired`, `incompleteChain`, `wrongUsage`,
   * `invalidName`, `revocationInformationMissing` or `revocationFailure`.
   *
   * Whoever can get in between then reads and writes what is sent.
   *
   * @returns Always the same list, which is empty at first.
   *
   * @throws {ArgumentError} When TLS begins, if the list has something else.
   *
   * @example Usage
   * ```ts
   * import { ChainValidationResult } from "@winrt/sockets/chain-validation-result";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * const ignorable = socket.control.ignorableServerCertificateErrors;
   * ignorable.push(ChainValidationResult.expired);
   * assertEquals(socket.control.ignorableServerCertificateErrors.length, 1);
   * ```
   */
  get ignorableServerCertificateErrors(): ChainValidationResult[] {
    return this.#tls.ignorableErrors;
  }

  /**
   * The weakest protection to accept. It excludes nothing, since every secure
   * connection of this library has TLS 1.2 or 1.3.
   *
   * @default {SocketProtectionLevel.plainSocket}
   *
   * @throws {ArgumentError} If set to a level of Bluetooth, or to none at all.
   * @throws {InvalidOperationError} If set after TLS has begun.
   *
   * @example Usage
   * ```ts
   * import { SocketProtectionLevel } from "@winrt/sockets/socket-protection-level";
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * socket.control.minProtectionLevel = SocketProtectionLevel.tls12;
   * assertEquals(socket.control.minProtectionLevel, 8);
   * ```
   */
  get minProtectionLevel(): SocketProtectionLevel {
    return this.#tls.minProtectionLevel;
  }

  set minProtectionLevel(value: SocketProtectionLevel) {
    asksForTls(value, "set minProtectionLevel");
    assertTlsUnlocked(controlStateOf(this), "minProtectionLevel");
    this.#tls.minProtectionLevel = value;
  }

  /**
   * Whether `information` has all that there is to know of a secure connection:
   * the version of TLS, the cipher, and the whole chain of the server. Not in
   * WinRT, which always has it.
   *
   * Without it, connections go by the runtime's own TLS where nothing else
   * stands against it. That is three times as fast at sending much, and tells
   * the certificate of the server alone.
   *
   * @default {false}
   *
   * @throws {ArgumentError} If set to something that is no boolean.
   * @throws {InvalidOperationError} If set after TLS has begun.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * socket.control.collectTlsInformation = true;
   * assertEquals(socket.control.collectTlsInformation, true);
   * ```
   */
  get collectTlsInformation(): boolean {
    return this.#tls.collectsInformation;
  }

  set collectTlsInformation(value: boolean) {
    if (typeof value !== "boolean") {
      throw new ArgumentError(
        `Cannot set collectTlsInformation to "${value}": it must be a boolean`,
      );
    }
    assertTlsUnlocked(controlStateOf(this), "collectTlsInformation");
    this.#tls.collectsInformation = value;
  }

  get #tls(): TlsSettings {
    return controlStateOf(this).tls;
  }
}
