import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { findUnsendable, isToken, trimWhitespace } from "./field_syntax.ts";
import type { HeaderField } from "./header_field.ts";

/** Names in lower case that an app cannot set, and what to do instead. */
export type OwnedNames = ReadonlyMap<string, string>;

const PREFIX = "sec-websocket-";
const HANDSHAKE = "the handshake sets it";

/** Those of a request. */
export const REQUEST_NAMES: OwnedNames = new Map([
  ["connection", HANDSHAKE],
  ["content-length", HANDSHAKE],
  ["expect", HANDSHAKE],
  ["host", HANDSHAKE],
  ["keep-alive", HANDSHAKE],
  ["proxy-authorization", "use control.proxyCredential"],
  ["proxy-connection", HANDSHAKE],
  ["te", HANDSHAKE],
  ["trailer", HANDSHAKE],
  ["transfer-encoding", HANDSHAKE],
  ["upgrade", HANDSHAKE],
  [`${PREFIX}extensions`, "use control.compression"],
  [`${PREFIX}protocol`, "use control.supportedProtocols"],
]);

/** Those of a response. */
export const RESPONSE_NAMES: OwnedNames = new Map([
  ["connection", HANDSHAKE],
  ["content-length", HANDSHAKE],
  ["transfer-encoding", HANDSHAKE],
  ["upgrade", HANDSHAKE],
]);

/**
 * A header that an app sets.
 *
 * @throws {ArgumentError} If it cannot be sent, or is not the app's to set.
 */
export function toHeader(
  name: unknown,
  value: unknown,
  owned: OwnedNames,
): HeaderField {
  const field = toField(name, value);
  const key = field.name.toLowerCase();
  const isOwned = owned.has(key) || key.startsWith(PREFIX);
  if (isOwned) throw invalid(name, owned.get(key) ?? HANDSHAKE);
  return field;
}

/**
 * A field that can be sent: nothing in it ends its line.
 *
 * @throws {ArgumentError} If it cannot be sent.
 */
export function toField(name: unknown, value: unknown): HeaderField {
  if (typeof name !== "string" || !isToken(name)) {
    throw invalid(name, "its name must be letters, digits and hyphens");
  }
  if (typeof value !== "string") {
    throw invalid(name, "its value must be a string");
  }
  const character = findUnsendable(value);
  if (character === null) return { name, value: trimWhitespace(value) };
  // The rest of the value may be a secret.
  throw invalid(
    name,
    `its value has the character ${quote(character)}, which no header can have`,
  );
}

function invalid(name: unknown, reason: string): ArgumentError {
  return new ArgumentError(`Cannot set the header ${quote(name)}: ${reason}`);
}
