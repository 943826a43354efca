import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { CloseCode } from "./close_code.ts";
import { MAX_CONTROL_PAYLOAD } from "./frame_header.ts";
import { ProtocolFailure } from "./protocol_failure.ts";

const CODE_SIZE = 2;
const MAX_REASON_SIZE = MAX_CONTROL_PAYLOAD - CODE_SIZE;

const encoder = new TextEncoder();
// A byte order mark at the start of a reason is a character of it.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The payload of a close frame; null and 1005 stand for none. */
export function encodeClose(code: number | null, reason: string): Uint8Array {
  if (code === null || code === CloseCode.noStatus) return new Uint8Array(0);
  const text = encoder.encode(reason);
  const payload = new Uint8Array(CODE_SIZE + text.length);
  payload[0] = code >>> 8;
  payload[1] = code;
  payload.set(text, CODE_SIZE);
  return payload;
}

/**
 * Reads the payload of a close frame (RFC 6455, 5.5.1).
 *
 * @throws {ProtocolFailure} If it is not valid.
 */
export function parseClose(
  payload: Uint8Array,
): { readonly code: number; readonly reason: string } {
  const [high, low] = payload;
  if (high === undefined) return { code: CloseCode.noStatus, reason: "" };
  if (low === undefined) {
    throw new ProtocolFailure(
      CloseCode.protocolError,
      'Cannot read the close frame of "1" byte: a code has two',
    );
  }
  const code = high << 8 | low;
  if (!isSendable(code)) {
    throw new ProtocolFailure(
      CloseCode.protocolError,
      `Cannot read the close frame with the code "${code}": it is never sent`,
    );
  }
  return { code, reason: decodeReason(payload.subarray(CODE_SIZE)) };
}

/**
 * Checks what an app closes with.
 *
 * @throws {ArgumentError} If a close frame cannot have it.
 */
export function checkCloseArguments(code: unknown, reason: unknown): void {
  if (!isSendable(code) && code !== CloseCode.noStatus) {
    throw new ArgumentError(
      `Cannot close with the code ${quote(code)}: ` +
        "it must be 1000 to 1003, 1005, 1007 to 1014 or 3000 to 4999",
    );
  }
  checkReason(reason);
  if (code === CloseCode.noStatus && reason !== "") {
    throw new ArgumentError(
      `Cannot close with the code 1005 and the reason ${quote(reason)}: ` +
        "the reason must be empty, since nothing is sent",
    );
  }
}

/** Whether the code may be in a close frame (RFC 6455, 7.4). */
function isSendable(code: unknown): boolean {
  if (typeof code !== "number" || !Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
    (code >= 3000 && code <= 4999);
}

function decodeReason(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtocolFailure(
      CloseCode.invalidPayload,
      `Cannot read the close frame with the reason "${bytes.toHex()}": it is not UTF-8`,
    );
  }
}

function checkReason(reason: unknown): void {
  if (typeof reason !== "string") {
    throw new ArgumentError(
      `Cannot close with the reason ${quote(reason)}: it must be a string`,
    );
  }
  const { length } = encoder.encode(reason);
  if (length > MAX_REASON_SIZE) {
    throw new ArgumentError(
      `Cannot close with a reason of "${length}" bytes in UTF-8: ` +
        `it must have ${MAX_REASON_SIZE} at most`,
    );
  }
  if (!reason.isWellFormed()) {
    throw new ArgumentError(
      `Cannot close with the reason ${quote(reason)}: ` +
        "it must not have half of a surrogate pair",
    );
  }
}
