import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { unexpectedStatus } from "./client_handshake.ts";
import { isAuthority } from "./field_syntax.ts";
import { formatHead } from "./format_head.ts";
import type { ResponseHead } from "./http_head.ts";

/** Where a proxy is to connect to. */
export interface ConnectOptions {
  /** A name or an address, that of IPv6 with brackets or without. */
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization, if any. */
  readonly authorization: string | null;
}

/**
 * The request for a tunnel through a proxy (RFC 9110, 9.3.6).
 *
 * @throws {ArgumentError} If a part of it would not stay in its line.
 */
export function formatConnectRequest(
  { host, port, authorization }: ConnectOptions,
): Uint8Array<ArrayBuffer> {
  const isBare = host.includes(":") && !host.startsWith("[");
  const target = `${isBare ? `[${host}]` : host}:${port}`;
  if (!isAuthority(target)) {
    throw new ArgumentError(
      `Cannot connect to ${
        quote(target)
      } by a proxy: it is not a host and a port`,
    );
  }
  const fields = [{ name: "Host", value: target }];
  if (authorization !== null) {
    fields.push({ name: "Proxy-Authorization", value: authorization });
  }
  return formatHead(`CONNECT ${target} HTTP/1.1`, fields);
}

/**
 * Checks that a proxy has made a tunnel.
 *
 * @param subject What messages name: the URL.
 *
 * @throws {WebSocketError} If it has not; 407 asks for a credential.
 */
export function checkConnectResponse(
  head: ResponseHead,
  subject: string,
): void {
  const isMade = head.status >= 200 && head.status < 300;
  if (!isMade) throw unexpectedStatus(subject, "proxy", head);
}
