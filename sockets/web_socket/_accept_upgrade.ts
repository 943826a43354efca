import { toWebSocketError } from "../../errors/_web_failure.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import { acceptKeyOf } from "./_handshake/accept_key.ts";
import {
  type CompressionSettings,
  toCompressionSettings,
} from "./_compression_settings.ts";
import { checkInterval } from "./_control_state.ts";
import type { Receiver } from "./_endpoint_state.ts";
import type { HeaderField } from "./_handshake/header_field.ts";
import { RESPONSE_NAMES, toHeader } from "./_handshake/header_rules.ts";
import { MessageCompression } from "./_connection/message_compression.ts";
import { chooseOffer } from "./_handshake/permessage_deflate.ts";
import { nameOf } from "./_handshake/web_socket_uri.ts";
import { formatUpgradeResponse } from "./_handshake/server_handshake.ts";
import { ServerState } from "./_server_state.ts";
import type { Upgrade } from "./_upgrade.ts";
import type { WebSocketAcceptOptions } from "./web_socket_accept_options.ts";

/** How a client is accepted, whatever the kind of its WebSocket. */
export interface Acceptance {
  readonly protocol: string;
  readonly headers: readonly HeaderField[];
  readonly compression: CompressionSettings | null;
  readonly idleTimeout: number;
}

/** Checks how a client is to be accepted, before anything is sent. */
export function checkAcceptance(
  { protocol = "", headers, compression, idleTimeout = 0 }:
    WebSocketAcceptOptions,
  { request }: Upgrade,
): Acceptance {
  if (protocol !== "" && !request.requestedProtocols.includes(protocol)) {
    throw new ArgumentError(
      `Cannot accept the protocol ${quote(protocol)}: the client has offered ${
        request.requestedProtocols.map(quote).join(", ") || "none"
      }`,
    );
  }
  checkInterval("idleTimeout", idleTimeout);
  return {
    protocol,
    headers: toFields(headers),
    compression: toCompressionSettings(compression),
    idleTimeout,
  };
}

/** Tells a client that it is accepted; from then on there are frames. */
export async function acceptUpgrade(
  { socket, connection, request }: Upgrade,
  { protocol, headers, compression, idleTimeout }: Acceptance,
  receiver: Receiver,
  isStream: boolean,
): Promise<ServerState> {
  const choice = compression && chooseOffer(request.extensions, compression);
  const response = formatUpgradeResponse({
    accept: await acceptKeyOf(request.key),
    protocol,
    headers,
    extension: choice?.answer ?? null,
  });
  try {
    await connection.queue.write(response);
  } catch (error) {
    connection.abort();
    throw toWebSocketError(
      error,
      `Cannot accept ${quote(nameOf(request.url))}`,
    );
  }
  return new ServerState({
    socket,
    connection,
    protocol,
    compression: choice && compression &&
      new MessageCompression(choice.parameters, compression, true),
    idleTimeout,
    isStream,
    receiver,
  });
}

/**
 * The headers of a program, which may be given in any way of the web.
 *
 * @throws {ArgumentError} If one of them cannot be sent.
 */
export function toFields(headers: HeadersInit = {}): HeaderField[] {
  const entries = Symbol.iterator in headers
    ? [...headers]
    : Object.entries(headers);
  return entries.map(([name, value]) => toHeader(name, value, RESPONSE_NAMES));
}
