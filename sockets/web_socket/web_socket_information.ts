import type { HostName } from "../addressing/host_name.ts";
import type { BandwidthStatistics } from "../stream_socket/bandwidth_statistics.ts";
import { StreamSocket } from "../stream_socket/stream_socket.ts";
import type { StreamSocketInformation } from "../stream_socket/stream_socket_information.ts";

/** Where a {@linkcode WebSocketInformation} has it from. */
export interface WebSocketInformationSource {
  /** The socket under the WebSocket; `null` before there is one. */
  readonly socket: StreamSocket | null;
  /** The subprotocol; `null` before the WebSocket is connected. */
  readonly protocol: string | null;
}

/**
 * What is known of a WebSocket: the `IWebSocketInformation` of WinRT. It may be
 * read at any time, also after the WebSocket was closed.
 *
 * @example Usage
 * ```ts
 * import { MessageWebSocket } from "@winrt/sockets/message-web-socket";
 * import { WebSocketInformation } from "@winrt/sockets/web-socket-information";
 * import { assert } from "@std/assert";
 *
 * using webSocket = new MessageWebSocket();
 * assert(webSocket.information instanceof WebSocketInformation);
 * ```
 */
export abstract class WebSocketInformation {
  readonly #source: WebSocketInformationSource;
  /** In the place of a socket that is not there yet. */
  #none: StreamSocket | null = null;

  /**
   * Made by the WebSocket. Not in WinRT.
   *
   * @param source Where it has it from.
   */
  constructor(source: WebSocketInformationSource) {
    this.#source = source;
  }

  /** The local IP address; `null` before there is a connection. */
  get localAddress(): HostName | null {
    return this.socketInformation.localAddress;
  }

  /**
   * The subprotocol that the server has chosen, empty if it has chosen none;
   * `null` before the WebSocket is connected.
   */
  get protocol(): string | null {
    return this.#source.protocol;
  }

  /** The bandwidth of the connection; see `StreamSocketInformation`. */
  get bandwidthStatistics(): BandwidthStatistics {
    return this.socketInformation.bandwidthStatistics;
  }

  /**
   * All that is known of the connection under the WebSocket, such as the address
   * of the peer, and of TLS. Not in WinRT.
   */
  get socketInformation(): StreamSocketInformation {
    const socket = this.#source.socket ?? (this.#none ??= new StreamSocket());
    return socket.information;
  }
}
