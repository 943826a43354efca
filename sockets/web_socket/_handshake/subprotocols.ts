import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { isToken } from "./field_syntax.ts";
import { HeadFailure } from "./head_failure.ts";
import { fieldValues, type HeaderField, listOf } from "./header_field.ts";

/** The field that subprotocols are offered and chosen in. */
export const PROTOCOL_FIELD = "Sec-WebSocket-Protocol";

/**
 * Checks the subprotocols that an app names (RFC 6455, 4.1).
 *
 * @throws {ArgumentError} If one is not a token, or is there twice.
 */
export function checkProtocols(protocols: readonly unknown[]): void {
  const fault = faultOf(protocols);
  if (fault === null) return;
  throw new ArgumentError(
    `Cannot use the protocol ${quote(fault.protocol)}: ${fault.reason}`,
  );
}

/**
 * The subprotocols that a client offers.
 *
 * @throws {HeadFailure} If they are not valid.
 */
export function readProtocols(fields: readonly HeaderField[]): string[] {
  const protocols = listOf(fields, PROTOCOL_FIELD);
  if (
    protocols.length === 0 && fieldValues(fields, PROTOCOL_FIELD).length > 0
  ) {
    throw new HeadFailure(`the field "${PROTOCOL_FIELD}" is empty`);
  }
  const fault = faultOf(protocols);
  if (fault === null) return protocols;
  const { protocol, reason } = fault;
  throw new HeadFailure(
    `the protocol ${quote(protocol)} is not valid: ${reason}`,
  );
}

function faultOf(
  protocols: readonly unknown[],
): { readonly protocol: unknown; readonly reason: string } | null {
  const known = new Set<string>();
  for (const protocol of protocols) {
    if (typeof protocol !== "string" || !isToken(protocol)) {
      return { protocol, reason: "it must be letters, digits and hyphens" };
    }
    if (known.has(protocol)) return { protocol, reason: "it is there twice" };
    known.add(protocol);
  }
  return null;
}
