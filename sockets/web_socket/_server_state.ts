import type { Connection } from "../stream_socket/_connection.ts";
import type { StreamSocket } from "../stream_socket/stream_socket.ts";
import { EndpointState, type Receiver } from "./_endpoint_state.ts";
import type { MessageCompression } from "./_connection/message_compression.ts";
import { MESSAGE_RECEIVED } from "./_message_inbox.ts";
import {
  CLOSE_TIMEOUT,
  WebSocketConnection,
} from "./_connection/web_socket_connection.ts";

/** What a server has accepted, and how. */
export interface ServerStateOptions {
  readonly socket: StreamSocket;
  readonly connection: Connection;
  readonly protocol: string;
  readonly compression: MessageCompression | null;
  readonly idleTimeout: number;
  readonly isStream: boolean;
  readonly receiver: Receiver;
}

/** What a WebSocket of a server is at this moment, for the classes around it. */
export class ServerState extends EndpointState {
  readonly socket: StreamSocket;
  readonly protocol: string;

  constructor(options: ServerStateOptions) {
    super(options.isStream ? [] : [MESSAGE_RECEIVED]);
    this.socket = options.socket;
    this.protocol = options.protocol;
    const { connection, receiver } = options;
    const settings = {
      ...options,
      isServer: true,
      pongInterval: 0,
      closeTimeout: CLOSE_TIMEOUT,
    };
    this.adopt(
      new WebSocketConnection(
        connection,
        settings,
        receiver,
        (code, reason) => void this.raiseClosed(code, reason),
      ),
      receiver,
    );
  }
}
