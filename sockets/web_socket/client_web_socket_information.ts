import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import type { SocketSslErrorSeverity } from "../stream_socket/socket_ssl_error_severity.ts";
import { WebSocketInformation } from "./web_socket_information.ts";

/**
 * What is known of a WebSocket of a client: the `IWebSocketInformation2` of
 * WinRT. What it tells of certificates is there once the TLS handshake has ended,
 * also if that has failed; see `StreamSocketInformation`.
 *
 * @example Usage
 * ```ts
 * import { SocketSslErrorSeverity } from "@winrt/sockets/socket-ssl-error-severity";
 * import { StreamWebSocket } from "@winrt/sockets/stream-web-socket";
 * import { assertEquals } from "@std/assert";
 *
 * using webSocket = new StreamWebSocket();
 * const { information } = webSocket;
 * const { none } = SocketSslErrorSeverity;
 * assertEquals(information.serverCertificate, null);
 * assertEquals(information.serverCertificateErrorSeverity, none);
 * ```
 */
export abstract class ClientWebSocketInformation extends WebSocketInformation {
  /** The certificate of the server; `null` without one. */
  get serverCertificate(): Certificate | null {
    return this.socketInformation.serverCertificate;
  }

  /** All that is wrong with it, ignored or not. */
  get serverCertificateErrors(): readonly ChainValidationResult[] {
    return this.socketInformation.serverCertificateErrors;
  }

  /** How bad those errors are. */
  get serverCertificateErrorSeverity(): SocketSslErrorSeverity {
    return this.socketInformation.serverCertificateErrorSeverity;
  }

  /** The certificates that the server has sent with its own. */
  get serverIntermediateCertificates(): readonly Certificate[] {
    return this.socketInformation.serverIntermediateCertificates;
  }
}
