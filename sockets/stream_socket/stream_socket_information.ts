import type { TransportAddress } from "../_transport/transport_address.ts";
import { HostName } from "../addressing/host_name.ts";
import { isIgnorable } from "../certificates/_severity.ts";
import type { Certificate } from "../certificates/certificate.ts";
import type { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import type { SocketState } from "./_socket_state.ts";
import { socketStateOf } from "./_socket_state.ts";
import {
  NO_BANDWIDTH,
  NO_ROUND_TRIP_TIMES,
  TcpStatistics,
} from "./_tcp_statistics.ts";
import type { BandwidthStatistics } from "./bandwidth_statistics.ts";
import type { RoundTripTimeStatistics } from "./round_trip_time_statistics.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";
import { SocketSslErrorSeverity } from "./socket_ssl_error_severity.ts";

export type { BandwidthStatistics } from "./bandwidth_statistics.ts";
export type { RoundTripTimeStatistics } from "./round_trip_time_statistics.ts";

/**
 * What is known of a `StreamSocket`. It may be read at any time, also after the
 * socket was closed; before it connects, addresses are `null` and ports `""`.
 *
 * @example Usage
 * ```ts
 * import { StreamSocket } from "@winrt/sockets/stream-socket";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const socket = new StreamSocket();
 * assertEquals(socket.information.remotePort, "");
 *
 * await socket.connectAsync("127.0.0.1", listener.addr.port);
 * assertEquals(socket.information.remoteAddress?.rawName, "127.0.0.1");
 * assertEquals(socket.information.remotePort, `${listener.addr.port}`);
 *
 * await socket[Symbol.asyncDispose]();
 * listener.close();
 * ```
 */
export class StreamSocketInformation {
  readonly #state: SocketState;
  #localAddress: HostName | null = null;
  #remoteAddress: HostName | null = null;
  #statistics: TcpStatistics | null = null;

  /**
   * Made by the socket. Not in WinRT.
   *
   * @param socket The socket that it tells of.
   */
  constructor(socket: object) {
    this.#state = socketStateOf(socket);
  }

  /** The local IP address; `null` before the socket is connected. */
  get localAddress(): HostName | null {
    return this.#localAddress ??= toAddress(
      this.#state.transport?.localAddress,
    );
  }

  /** The local port; `""` before the socket is connected. */
  get localPort(): string {
    return `${this.#state.transport?.localAddress.port ?? ""}`;
  }

  /** The IP address of the peer; `null` before the socket is connected. */
  get remoteAddress(): HostName | null {
    return this.#remoteAddress ??= toAddress(
      this.#state.transport?.remoteAddress,
    );
  }

  /** The port of the peer; `""` before the socket is connected. */
  get remotePort(): string {
    return `${this.#state.transport?.remoteAddress.port ?? ""}`;
  }

  /** The host that `connectAsync` was called with; `null` on accepted sockets. */
  get remoteHostName(): HostName | null {
    return this.#state.remoteHostName;
  }

  /** The service that `connectAsync` was called with; `""` on accepted sockets. */
  get remoteServiceName(): string {
    return this.#state.remoteServiceName;
  }

  /**
   * How the connection is protected: `tls12` with TLS 1.2 and 1.3, since WinRT
   * has no higher level, and `plainSocket` without TLS.
   */
  get protectionLevel(): SocketProtectionLevel {
    return this.#state.session === null
      ? SocketProtectionLevel.plainSocket
      : SocketProtectionLevel.tls12;
  }

  /**
   * The version of TLS: `TLSv1.2`, `TLSv1.3`, or `""`. Not in WinRT. The sockets
   * of a listener always tell it, others with `control.collectTlsInformation`
   * or where the runtime's own TLS does not do.
   */
  get tlsProtocol(): string {
    return this.#state.session?.protocol ?? "";
  }

  /**
   * The cipher suite of TLS, such as `TLS_AES_128_GCM_SHA256`, or `""`. Not in
   * WinRT. It is told when {@linkcode StreamSocketInformation.tlsProtocol} is.
   */
  get cipher(): string {
    return this.#state.session?.cipher ?? "";
  }

  /** The application protocol that both sides have agreed on, or `""`. Not in WinRT. */
  get alpnProtocol(): string {
    return this.#state.session?.alpnProtocol ?? "";
  }

  /**
   * The bandwidth of the connection at this moment, of what is under TLS or a
   * WebSocket as well; see {@linkcode BandwidthStatistics} for what the system
   * knows of it.
   *
   * It needs Linux and `--allow-ffi`. All is zero and `false` otherwise, which is
   * what WinRT gives where extended TCP statistics are off, and before the
   * socket is connected and after its end.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals } from "@std/assert";
   *
   * using socket = new StreamSocket();
   * const { bandwidthStatistics } = socket.information;
   * assertEquals(bandwidthStatistics.outboundBitsPerSecond, 0);
   * assertEquals(bandwidthStatistics.outboundBandwidthPeaked, false);
   * ```
   */
  get bandwidthStatistics(): BandwidthStatistics {
    return this.#tcpStatistics?.bandwidth ?? { ...NO_BANDWIDTH };
  }

  /**
   * The round-trip time of the connection at this moment, in microseconds; see
   * {@linkcode RoundTripTimeStatistics}. The handshake of TCP is its first
   * measurement.
   *
   * It needs Linux and `--allow-ffi`. All is zero otherwise, which is what WinRT
   * gives where extended TCP statistics are off, and before the socket is
   * connected and after its end.
   *
   * @example Usage
   * ```ts
   * import { StreamSocket } from "@winrt/sockets/stream-socket";
   * import { assertEquals, assertGreaterOrEqual } from "@std/assert";
   *
   * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
   * const socket = new StreamSocket();
   * await socket.connectAsync("127.0.0.1", listener.addr.port);
   * const { max, sum } = socket.information.roundTripTimeStatistics;
   * assertGreaterOrEqual(max, sum);
   *
   * await socket[Symbol.asyncDispose]();
   * assertEquals(socket.information.roundTripTimeStatistics.sum, 0);
   * listener.close();
   * ```
   */
  get roundTripTimeStatistics(): RoundTripTimeStatistics {
    return this.#tcpStatistics?.roundTripTimes ?? { ...NO_ROUND_TRIP_TIMES };
  }

  /**
   * The certificate that the server has shown in the last TLS handshake, also if
   * that has failed; `null` before one. To tell it after a failure of the
   * runtime's own TLS, `connectAsync` connects once more.
   */
  get serverCertificate(): Certificate | null {
    return this.#state.server.certificate;
  }

  /**
   * All that is wrong with the certificate of the server, ignored or not, in the
   * order of the numbers. Whether it was revoked is not looked up.
   *
   * That a root of the system is trusted is known for certificates without
   * other errors; of others, with `--allow-sys` alone. They have `untrusted` or
   * `incompleteChain` otherwise.
   */
  get serverCertificateErrors(): readonly ChainValidationResult[] {
    return this.#state.server.errors;
  }

  /**
   * How bad those errors are: `ignorable` if each of them may be in
   * `control.ignorableServerCertificateErrors`.
   */
  get serverCertificateErrorSeverity(): SocketSslErrorSeverity {
    const errors = this.serverCertificateErrors;
    if (errors.length === 0) return SocketSslErrorSeverity.none;
    return errors.every(isIgnorable)
      ? SocketSslErrorSeverity.ignorable
      : SocketSslErrorSeverity.fatal;
  }

  /**
   * The certificates that the server has sent with its own. They are told after
   * a failure, and with `control.collectTlsInformation`.
   */
  get serverIntermediateCertificates(): readonly Certificate[] {
    return this.#state.server.intermediates;
  }

  /**
   * The certificate that the client has shown, if this is the socket of the
   * server; else `null`. Not in WinRT.
   */
  get clientCertificate(): Certificate | null {
    return this.#state.client.certificate;
  }

  /** The secret of a proximity connection: `null` on every other, as in WinRT. */
  get sessionKey(): null {
    return null;
  }

  get #tcpStatistics(): TcpStatistics | null {
    const { isClosed, transport } = this.#state;
    if (isClosed || transport === null) return null;
    return this.#statistics ??= new TcpStatistics(transport);
  }
}

/** A dual-stack socket tells IPv4 peers by mapped addresses (RFC 4291, 2.5.5.2). */
const IPV4_MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

function toAddress(address: TransportAddress | undefined): HostName | null {
  if (address === undefined) return null;
  return new HostName(address.hostname.replace(IPV4_MAPPED, ""));
}
