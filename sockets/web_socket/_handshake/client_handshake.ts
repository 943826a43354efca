import { HResult } from "../../../errors/hresult.ts";
import { WebSocketError } from "../../../errors/web_socket_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { acceptKeyOf } from "./accept_key.ts";
import type {
  DeflateParameters,
  DeflateRequest,
} from "./deflate_parameters.ts";
import { EXTENSIONS_FIELD } from "./extension_header.ts";
import { formatHead } from "./format_head.ts";
import { HeadFailure } from "./head_failure.ts";
import {
  fieldValues,
  type HeaderField,
  optionsOf,
  singleField,
} from "./header_field.ts";
import type { ResponseHead } from "./http_head.ts";
import { checkAnswer } from "./permessage_deflate.ts";
import { PROTOCOL_FIELD } from "./subprotocols.ts";
import { hostOf, resourceOf } from "./web_socket_uri.ts";

/** What a client asks a server for. */
export interface UpgradeOptions {
  readonly url: URL;
  readonly key: string;
  readonly protocols: readonly string[];
  /** What the app adds; an Authorization there is the one that is sent. */
  readonly headers: readonly HeaderField[];
  /** The value of Sec-WebSocket-Extensions, if any. */
  readonly extensions: string | null;
  /** The value of Authorization, if any. */
  readonly authorization: string | null;
}

/** What a response is checked against. */
export interface ExpectedUpgrade {
  readonly key: string;
  readonly protocols: readonly string[];
  /** Null if no compression was offered. */
  readonly compression: DeflateRequest | null;
  /** What messages name: the URL. */
  readonly subject: string;
}

/** What a server has chosen. */
export interface AgreedUpgrade {
  /** Empty if it has chosen none. */
  readonly protocol: string;
  /** Null if messages are not compressed. */
  readonly parameters: DeflateParameters | null;
}

/** An HTTP status n is the HRESULT 0x80190000 + n (`HTTP_E_STATUS_*`). */
const HTTP_E_STATUS_BASE = 0x80190000;

/**
 * The request of a client (RFC 6455, 4.1).
 *
 * @throws {ArgumentError} If a part of it would not stay in its line.
 */
export function formatUpgradeRequest(
  { url, key, protocols, headers, extensions, authorization }: UpgradeOptions,
): Uint8Array<ArrayBuffer> {
  const fields = [
    { name: "Host", value: hostOf(url) },
    { name: "Connection", value: "Upgrade" },
    { name: "Upgrade", value: "websocket" },
    { name: "Sec-WebSocket-Version", value: "13" },
    { name: "Sec-WebSocket-Key", value: key },
  ];
  if (protocols.length > 0) {
    fields.push({ name: PROTOCOL_FIELD, value: protocols.join(", ") });
  }
  if (extensions !== null) {
    fields.push({ name: EXTENSIONS_FIELD, value: extensions });
  }
  const isSet = fieldValues(headers, "Authorization").length > 0;
  if (authorization !== null && !isSet) {
    fields.push({ name: "Authorization", value: authorization });
  }
  return formatHead(`GET ${resourceOf(url)} HTTP/1.1`, [...fields, ...headers]);
}

/**
 * Checks that a server has upgraded the connection as it was asked to.
 *
 * @throws {WebSocketError} If it has not.
 */
export async function checkUpgradeResponse(
  head: ResponseHead,
  expected: ExpectedUpgrade,
): Promise<AgreedUpgrade> {
  const { key, subject } = expected;
  if (head.status !== 101) throw unexpectedStatus(subject, "server", head);
  const acceptKey = await acceptKeyOf(key);
  try {
    checkSwitch(head, acceptKey);
    return {
      protocol: readProtocol(head.fields, expected),
      parameters: readParameters(head.fields, expected),
    };
  } catch (error) {
    if (!(error instanceof HeadFailure)) throw error;
    throw invalidResponse(subject, error.message, error);
  }
}

/** The error for an answer that is not one of the protocol. */
export function invalidResponse(
  subject: string,
  reason: string,
  cause?: unknown,
): WebSocketError {
  return new WebSocketError(
    `Cannot connect to ${quote(subject)}: ${reason}`,
    HResult.WININET_E_INVALID_SERVER_RESPONSE,
    cause === undefined ? {} : { cause },
  );
}

/** The error for a status other than what was to come. */
export function unexpectedStatus(
  subject: string,
  peer: "server" | "proxy",
  { status, reason }: ResponseHead,
): WebSocketError {
  const answer = quote(`${status} ${reason}`.trimEnd());
  return new WebSocketError(
    `Cannot connect to ${quote(subject)}: the ${peer} answered ${answer}`,
    HTTP_E_STATUS_BASE + status,
  );
}

function checkSwitch(
  { minorVersion, fields }: ResponseHead,
  acceptKey: string,
): void {
  if (minorVersion !== 1) {
    throw new HeadFailure("the server switches protocols in HTTP/1.0");
  }
  const upgrades = optionsOf(fields, "Upgrade");
  if (upgrades.length !== 1 || upgrades[0] !== "websocket") {
    throw new HeadFailure('the response does not have "Upgrade: websocket"');
  }
  if (!optionsOf(fields, "Connection").includes("upgrade")) {
    throw new HeadFailure('the response does not have "Connection: Upgrade"');
  }
  if (singleField(fields, "Sec-WebSocket-Accept") !== acceptKey) {
    throw new HeadFailure('the "Sec-WebSocket-Accept" is not that of the key');
  }
}

function readProtocol(
  fields: readonly HeaderField[],
  { protocols }: ExpectedUpgrade,
): string {
  const protocol = singleField(fields, PROTOCOL_FIELD);
  if (protocol === null) return "";
  if (protocols.includes(protocol)) return protocol;
  throw new HeadFailure(`the protocol ${quote(protocol)} was not offered`);
}

function readParameters(
  fields: readonly HeaderField[],
  { compression }: ExpectedUpgrade,
): DeflateParameters | null {
  const values = fieldValues(fields, EXTENSIONS_FIELD);
  if (compression !== null) return checkAnswer(values, compression);
  if (values.length === 0) return null;
  throw new HeadFailure("the server chose an extension, and none was offered");
}
