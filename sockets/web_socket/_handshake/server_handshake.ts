import { quote } from "../../addressing/_quote.ts";
import { isKey } from "./accept_key.ts";
import { EXTENSIONS_FIELD, parseExtensions } from "./extension_header.ts";
import { isAuthority } from "./field_syntax.ts";
import { formatHead } from "./format_head.ts";
import { HeadFailure } from "./head_failure.ts";
import {
  fieldValues,
  type HeaderField,
  optionsOf,
  singleField,
} from "./header_field.ts";
import { RESPONSE_NAMES, toHeader } from "./header_rules.ts";
import type { RequestHead } from "./http_head.ts";
import {
  checkProtocols,
  PROTOCOL_FIELD,
  readProtocols,
} from "./subprotocols.ts";

/** A client that asks for a WebSocket. */
export interface UpgradeRequest {
  readonly url: URL;
  readonly headers: Headers;
  /** In the order in which the client prefers them. */
  readonly requestedProtocols: readonly string[];
  readonly key: string;
  /** The values of Sec-WebSocket-Extensions, whose syntax is right. */
  readonly extensions: readonly string[];
}

/** What a server chooses. */
export interface UpgradeChoice {
  /** What `acceptKeyOf` makes of the key. */
  readonly accept: string;
  /** Empty if it chooses none. */
  readonly protocol: string;
  /** What the app adds. */
  readonly headers: readonly HeaderField[];
  /** The value of Sec-WebSocket-Extensions, if any. */
  readonly extension: string | null;
}

/** The scheme, the host and the rest of the absolute form of a target. */
const ABSOLUTE = /^[a-z]+:\/\/([^/?]+)(.*)$/i;

/**
 * Checks that a request asks for a WebSocket (RFC 6455, 4.2.1).
 *
 * @param isSecure Whether it came over TLS.
 *
 * @throws {HeadFailure} If it does not.
 */
export function checkUpgradeRequest(
  head: RequestHead,
  isSecure: boolean,
): UpgradeRequest {
  const { method, fields } = head;
  if (method !== "GET") {
    throw new HeadFailure(`the method is ${quote(method)}, not "GET"`, 405);
  }
  const url = readUrl(head, isSecure);
  checkNoBody(fields);
  checkUpgrade(fields);
  const extensions = fieldValues(fields, EXTENSIONS_FIELD);
  parseExtensions(extensions);
  return {
    url,
    headers: new Headers(fields.map(({ name, value }) => [name, value])),
    requestedProtocols: readProtocols(fields),
    key: readKey(fields),
    extensions,
  };
}

/**
 * The response that makes a connection a WebSocket (RFC 6455, 4.2.2).
 *
 * @throws {ArgumentError} If the app may not choose that.
 */
export function formatUpgradeResponse(
  { accept, protocol, headers, extension }: UpgradeChoice,
): Uint8Array<ArrayBuffer> {
  const fields = [
    { name: "Connection", value: "Upgrade" },
    { name: "Upgrade", value: "websocket" },
    { name: "Sec-WebSocket-Accept", value: accept },
  ];
  if (protocol !== "") {
    checkProtocols([protocol]);
    fields.push({ name: PROTOCOL_FIELD, value: protocol });
  }
  if (extension !== null) {
    fields.push({ name: EXTENSIONS_FIELD, value: extension });
  }
  for (const { name, value } of headers) {
    fields.push(toHeader(name, value, RESPONSE_NAMES));
  }
  return formatHead("HTTP/1.1 101 Switching Protocols", fields);
}

function readUrl({ target, fields }: RequestHead, isSecure: boolean): URL {
  const host = singleField(fields, "Host");
  if (host === null || !isAuthority(host)) {
    throw new HeadFailure('the field "Host" is not there, or is not a host');
  }
  // RFC 9112, 3.2.2: the host of a target is the one that counts.
  const [, authority = host, resource = target] = ABSOLUTE.exec(target) ?? [];
  const scheme = isSecure ? "wss" : "ws";
  const url = URL.parse(`${scheme}://${authority}${resource}`);
  if (url === null) throw new HeadFailure(`${quote(authority)} is not a host`);
  return url;
}

/** What comes behind the head are frames. */
function checkNoBody(fields: readonly HeaderField[]): void {
  const length = singleField(fields, "Content-Length") ?? "0";
  const codings = fieldValues(fields, "Transfer-Encoding");
  if (length !== "0" || codings.length > 0) {
    throw new HeadFailure("the request has a body");
  }
}

function checkUpgrade(fields: readonly HeaderField[]): void {
  const isAsked = optionsOf(fields, "Upgrade").includes("websocket") &&
    optionsOf(fields, "Connection").includes("upgrade");
  if (!isAsked) {
    throw new HeadFailure("the request does not ask for a WebSocket", 426);
  }
  if (singleField(fields, "Sec-WebSocket-Version") !== "13") {
    throw new HeadFailure("the WebSocket version is not 13", 426);
  }
}

function readKey(fields: readonly HeaderField[]): string {
  const key = singleField(fields, "Sec-WebSocket-Key");
  if (key !== null && isKey(key)) return key;
  throw new HeadFailure(
    'the field "Sec-WebSocket-Key" is not 16 bytes in base64',
  );
}
