import { toWebSocketError } from "../../errors/_web_failure.ts";
import { HResult } from "../../errors/hresult.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { withDeadline } from "../_transport/deadline.ts";
import { quote } from "../addressing/_quote.ts";
import type { Connection } from "../stream_socket/_connection.ts";
import { socketStateOf } from "../stream_socket/_socket_state.ts";
import type { StreamSocket } from "../stream_socket/stream_socket.ts";
import { ignore } from "../streams/_completions.ts";
import { LINGER_TIMEOUT } from "./_connection/web_socket_connection.ts";
import { HeadFailure } from "./_handshake/head_failure.ts";
import { HeadEnded, readHead } from "./_handshake/head_reader.ts";
import { parseRequestHead } from "./_handshake/http_head.ts";
import { formatRefusal } from "./_handshake/refusal.ts";
import {
  checkUpgradeRequest,
  type UpgradeRequest,
} from "./_handshake/server_handshake.ts";

/** How long a client may take to ask, in milliseconds. */
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 408;

/** A client that asks for a WebSocket, and waits for the answer. */
export class Upgrade {
  readonly socket: StreamSocket;
  readonly connection: Connection;
  readonly request: UpgradeRequest;

  constructor(socket: StreamSocket, request: UpgradeRequest) {
    this.socket = socket;
    this.connection = socketStateOf(socket).connection;
    this.request = request;
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.connection.closed;
  }

  /** Breaks the connection off. */
  reset(): void {
    this.connection.abort();
  }
}

/**
 * Reads what a client asks for. Whoever asks for something else than a WebSocket
 * is told, and the connection is closed.
 *
 * @param timeout How long the client may take, in milliseconds; at most 10 s.
 */
export async function readUpgrade(
  socket: StreamSocket,
  timeout: number,
  signal: AbortSignal,
): Promise<Upgrade> {
  const { connection, session } = socketStateOf(socket);
  const milliseconds = Math.min(timeout, HEAD_TIMEOUT);
  try {
    const head = await withDeadline({
      milliseconds,
      signal,
      onTimeout: () => tooSlow(milliseconds),
    }, (signal) => readHead(connection.reader, signal));
    const request = checkUpgradeRequest(
      parseRequestHead(head),
      session !== null,
    );
    return new Upgrade(socket, request);
  } catch (error) {
    if (error instanceof HeadFailure && !signal.aborted) {
      refuse(connection, formatRefusal(error.status, `${error.message}\n`, []));
    } else {
      connection.abort();
    }
    throw explain(error, socket);
  }
}

/** Answers a client, and closes the connection once it has read that. */
export async function refuse(
  connection: Connection,
  response: Uint8Array,
): Promise<void> {
  const timer = setTimeout(() => connection.abort(), LINGER_TIMEOUT);
  connection.closed.then(() => clearTimeout(timer));
  connection.queue.write(response).catch(ignore);
  connection.queue.close().catch(ignore);
  // What the client still sends must not make a reset of the end.
  connection.reader.cancel(null);
  await connection.closed;
}

function tooSlow(milliseconds: number): HeadFailure {
  return new HeadFailure(
    `the request did not come within ${milliseconds} ms`,
    REQUEST_TIMEOUT,
  );
}

function explain(error: unknown, { information }: StreamSocket): Error {
  const { remoteAddress, remotePort } = information;
  const action = `Cannot accept a WebSocket from ${
    quote(`${remoteAddress}:${remotePort}`)
  }`;
  if (!(error instanceof HeadFailure || error instanceof HeadEnded)) {
    return toWebSocketError(error, action);
  }
  return new WebSocketError(
    `${action}: ${error.message}`,
    HResult.WININET_E_INVALID_SERVER_RESPONSE,
    { cause: error },
  );
}
