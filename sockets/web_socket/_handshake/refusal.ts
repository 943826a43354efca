import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { formatHead } from "./format_head.ts";
import { fieldValues, type HeaderField } from "./header_field.ts";
import { RESPONSE_NAMES, toHeader } from "./header_rules.ts";

const MIN_STATUS = 300;
const MAX_STATUS = 599;

/** Those that a handshake is refused with; others have no reason phrase. */
const REASON_PHRASES: ReadonlyMap<number, string> = new Map([
  [301, "Moved Permanently"],
  [302, "Found"],
  [303, "See Other"],
  [307, "Temporary Redirect"],
  [308, "Permanent Redirect"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [408, "Request Timeout"],
  [410, "Gone"],
  [426, "Upgrade Required"],
  [429, "Too Many Requests"],
  [431, "Request Header Fields Too Large"],
  [500, "Internal Server Error"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [505, "HTTP Version Not Supported"],
]);

/** What a status says beside its number (RFC 9110, 15.5.6 and 15.5.22). */
const STATUS_FIELDS: ReadonlyMap<number, readonly HeaderField[]> = new Map([
  [405, [{ name: "Allow", value: "GET" }]],
  [426, [
    { name: "Upgrade", value: "websocket" },
    { name: "Sec-WebSocket-Version", value: "13" },
  ]],
]);

/**
 * Checks the status that a client is refused with.
 *
 * @throws {ArgumentError} If it is not one of a redirection or an error.
 */
export function checkRefusal(status: unknown): void {
  const isRefusal = typeof status === "number" && Number.isInteger(status) &&
    status >= MIN_STATUS && status <= MAX_STATUS;
  if (isRefusal) return;
  throw new ArgumentError(
    `Cannot refuse a client with ${
      quote(status)
    }: the status must be an integer from ${MIN_STATUS} to ${MAX_STATUS}`,
  );
}

/**
 * The response to a client that is refused, after which the connection closes.
 *
 * @throws {ArgumentError} If the app may not answer that.
 */
export function formatRefusal(
  status: number,
  body: string | Uint8Array,
  headers: readonly HeaderField[],
): Uint8Array<ArrayBuffer> {
  checkRefusal(status);
  const added = headers.map(({ name, value }) =>
    toHeader(name, value, RESPONSE_NAMES)
  );
  const bytes = typeof body === "string"
    ? new TextEncoder().encode(body)
    : body;
  const own = [
    { name: "Content-Type", value: "text/plain; charset=utf-8" },
    ...STATUS_FIELDS.get(status) ?? [],
  ].filter(({ name }) => fieldValues(added, name).length === 0);
  const head = formatHead(
    `HTTP/1.1 ${status} ${REASON_PHRASES.get(status) ?? ""}`,
    [
      {
        name: "Connection",
        value: status === 426 ? "Upgrade, close" : "close",
      },
      { name: "Content-Length", value: `${bytes.length}` },
      ...own,
      ...added,
    ],
  );
  const response = new Uint8Array(head.length + bytes.length);
  response.set(head);
  response.set(bytes, head.length);
  return response;
}
