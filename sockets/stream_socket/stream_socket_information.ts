import type { TransportAddress } from "../_transport/transport_address.ts";
import { HostName } from "../addressing/host_name.ts";
import type { SocketState } from "./_socket_state.ts";
import { socketStateOf } from "./_socket_state.ts";
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

  /** How the connection is protected: always `plainSocket` in this version. */
  get protectionLevel(): SocketProtectionLevel {
    return SocketProtectionLevel.plainSocket;
  }

  /**
   * The bandwidth of the connection. All zero and `false`, which is what WinRT
   * gives where extended TCP statistics are off.
   */
  get bandwidthStatistics(): BandwidthStatistics {
    return {
      outboundBitsPerSecond: 0,
      inboundBitsPerSecond: 0,
      outboundBitsPerSecondInstability: 0,
      inboundBitsPerSecondInstability: 0,
      outboundBandwidthPeaked: false,
      inboundBandwidthPeaked: false,
    };
  }

  /**
   * The round-trip time of the connection. All zero, which is what WinRT gives
   * where extended TCP statistics are off.
   */
  get roundTripTimeStatistics(): RoundTripTimeStatistics {
    return { variance: 0, max: 0, min: 0, sum: 0 };
  }

  /** The certificate of the server: `null` on a plain connection. */
  get serverCertificate(): null {
    return null;
  }

  /** The errors of the server's certificate: none on a plain connection. */
  get serverCertificateErrors(): readonly never[] {
    return [];
  }

  /** How bad those errors are: `none` on a plain connection. */
  get serverCertificateErrorSeverity(): SocketSslErrorSeverity {
    return SocketSslErrorSeverity.none;
  }

  /** The certificates between the server's and its root: none here. */
  get serverIntermediateCertificates(): readonly never[] {
    return [];
  }

  /** The secret of a proximity connection: `null` on every other, as in WinRT. */
  get sessionKey(): null {
    return null;
  }
}

/** A dual-stack socket tells IPv4 peers by mapped addresses (RFC 4291, 2.5.5.2). */
const IPV4_MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

function toAddress(address: TransportAddress | undefined): HostName | null {
  if (address === undefined) return null;
  return new HostName(address.hostname.replace(IPV4_MAPPED, ""));
}
