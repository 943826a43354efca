import type { MessageWebSocketReceiveMode } from "./message_web_socket_receive_mode.ts";
import type { WebSocketCompressionOptions } from "./web_socket_compression_options.ts";

/** How a server accepts a client. Not in WinRT. */
export interface WebSocketAcceptOptions {
  /**
   * The subprotocol, one of those that the client has offered; empty for none.
   *
   * @default {""}
   */
  protocol?: string;
  /** Headers of the response, beside those of the handshake. */
  headers?: HeadersInit;
  /**
   * How messages are compressed (permessage-deflate, RFC 7692), if the client has
   * offered that. `true` stands for all defaults.
   *
   * @default {false}
   */
  compression?: WebSocketCompressionOptions | boolean | null;
  /**
   * So many milliseconds without a byte from the client are the end of the
   * connection; 0 for no limit. After half of them a ping asks whether the client
   * is there. Time in which nothing is read, since nobody takes the messages, does
   * not count, nor does that in which the client takes what waits to be sent.
   *
   * @default {0}
   */
  idleTimeout?: number;
}

/** How a server accepts a client, to send and receive messages. Not in WinRT. */
export interface MessageWebSocketAcceptOptions extends WebSocketAcceptOptions {
  /**
   * How many bytes a message may have that is received as a whole.
   *
   * @default {67_108_864} which is 64 MiB.
   */
  maxMessageSize?: number;
  /**
   * Whether a message is received as a whole, or in parts.
   *
   * @default {MessageWebSocketReceiveMode.fullMessage}
   */
  receiveMode?: MessageWebSocketReceiveMode;
}
