import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import type { SocketSslErrorSeverity } from "../stream_socket/socket_ssl_error_severity.ts";
import {
  createCustomValidation,
  type CustomValidation,
} from "./_custom_validation.ts";
import type { Deferral } from "./deferral.ts";

/** What is known of a server whose certificate is to be validated. */
export interface WebSocketServerDetails {
  /** The certificate that the server has shown. */
  readonly serverCertificate: Certificate | null;
  /** All that is wrong with it; it is ignored. */
  readonly serverCertificateErrors: readonly ChainValidationResult[];
  /** How bad those errors are. */
  readonly serverCertificateErrorSeverity: SocketSslErrorSeverity;
  /** The certificates that the server has sent with its own. */
  readonly serverIntermediateCertificates: readonly Certificate[];
}

/**
 * The event that lets a program look at the certificate of a server itself,
 * after the usual checks have accepted it.
 *
 * A handler that does nothing accepts the certificate, and so does one that
 * fails before it rejects. If one of several handlers rejects, it is refused.
 *
 * @example Usage
 * ```ts
 * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
 * import { WebSocketServerCustomValidationRequestedEventArgs } from "@winrt/sockets/web-socket-server-custom-validation-requested-event-args";
 * import { assertEquals } from "@std/assert";
 *
 * const args = new WebSocketServerCustomValidationRequestedEventArgs({
 *   serverCertificate: null,
 *   serverCertificateErrors: [],
 *   serverCertificateErrorSeverity: SocketSslErrorSeverity.none,
 *   serverIntermediateCertificates: [],
 * });
 *
 * assertEquals(args.type, "servercustomvalidationrequested");
 * if (args.serverCertificate?.issuer !== "www.fabrikam.com") args.reject();
 * ```
 */
export class WebSocketServerCustomValidationRequestedEventArgs extends Event {
  readonly #details: WebSocketServerDetails;
  readonly #validation: CustomValidation = createCustomValidation(this);

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param details What is known of the server.
   */
  constructor(details: WebSocketServerDetails) {
    super("servercustomvalidationrequested");
    this.#details = details;
  }

  /** The certificate that the server has shown. */
  get serverCertificate(): Certificate | null {
    return this.#details.serverCertificate;
  }

  /**
   * All that is wrong with the certificate of the server, in the order of the
   * numbers. All of it is in `control.ignorableServerCertificateErrors`.
   */
  get serverCertificateErrors(): readonly ChainValidationResult[] {
    return this.#details.serverCertificateErrors;
  }

  /** How bad those errors are: `none`, or `ignorable`. */
  get serverCertificateErrorSeverity(): SocketSslErrorSeverity {
    return this.#details.serverCertificateErrorSeverity;
  }

  /** The certificates that the server has sent with its own. */
  get serverIntermediateCertificates(): readonly Certificate[] {
    return this.#details.serverIntermediateCertificates;
  }

  /**
   * Puts off the decision until the deferral is complete, for a handler that is
   * not done when it returns. The server waits meanwhile: be quick.
   *
   * @returns A new deferral. Complete it also if the handler fails.
   *
   * @throws {InvalidOperationError} If the decision was taken: the handlers have
   * returned, and all deferrals are complete.
   *
   * @example Usage
   * ```ts
   * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
   * import { WebSocketServerCustomValidationRequestedEventArgs } from "@winrt/sockets/web-socket-server-custom-validation-requested-event-args";
   * import { assertEquals } from "@std/assert";
   *
   * async function validate(
   *   args: WebSocketServerCustomValidationRequestedEventArgs,
   * ): Promise<boolean> {
   *   using _deferral = args.getDeferral();
   *   const isKnown = await Promise.resolve(args.serverCertificate !== null);
   *   if (!isKnown) args.reject();
   *   return isKnown;
   * }
   *
   * const args = new WebSocketServerCustomValidationRequestedEventArgs({
   *   serverCertificate: null,
   *   serverCertificateErrors: [],
   *   serverCertificateErrorSeverity: SocketSslErrorSeverity.none,
   *   serverIntermediateCertificates: [],
   * });
   * assertEquals(await validate(args), false);
   * ```
   */
  getDeferral(): Deferral {
    return this.#validation.getDeferral();
  }

  /**
   * Refuses the certificate, so that the connect fails. Rejecting again does
   * nothing.
   *
   * @throws {InvalidOperationError} If the decision was taken: the handlers have
   * returned, and all deferrals are complete.
   *
   * @example Usage
   * ```ts
   * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
   * import { WebSocketServerCustomValidationRequestedEventArgs } from "@winrt/sockets/web-socket-server-custom-validation-requested-event-args";
   * import { assertEquals } from "@std/assert";
   *
   * const args = new WebSocketServerCustomValidationRequestedEventArgs({
   *   serverCertificate: null,
   *   serverCertificateErrors: [],
   *   serverCertificateErrorSeverity: SocketSslErrorSeverity.none,
   *   serverIntermediateCertificates: [],
   * });
   *
   * assertEquals(args.reject(), undefined);
   * ```
   */
  reject(): void {
    this.#validation.reject();
  }
}
