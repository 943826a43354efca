import { SocketActivityKind } from "../broker/socket_activity_kind.ts";

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** A permission, as `deno run` takes it. */
const FLAG_REGEXP = /^--allow-(env|import|net|read|run|sys|write)(=.+)?$/s;

/** A message that is not of the protocol. */
export class ProtocolFailure extends Error {
  override readonly name = "ProtocolFailure";
}

/**
 * JSON as a value of no type yet.
 *
 * @throws {ProtocolFailure} If it is none.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolFailure("it is no JSON", { cause });
  }
}

/** An object with fields of any type. */
export function asFields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new ProtocolFailure("an object is missing");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** An array of anything. */
export function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ProtocolFailure("an array is missing");
}

/** A string. */
export function asString(value: unknown): string {
  if (typeof value === "string") return value;
  throw new ProtocolFailure("a string is missing");
}

/** A number that is not negative. */
export function asNumber(value: unknown): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new ProtocolFailure("a number is missing");
}

/** Bytes in base64. */
export function asBytes(value: unknown): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(asString(value));
  } catch (cause) {
    throw new ProtocolFailure("bytes are missing", { cause });
  }
}

/** A kind of socket. */
export function asKind(value: unknown): SocketActivityKind {
  const kind = Object.values(SocketActivityKind).find((one) => one === value);
  if (kind !== undefined && kind !== SocketActivityKind.none) return kind;
  throw new ProtocolFailure("a kind is missing");
}

/** A permission, and nothing else: it comes to stand on a command line. */
export function asFlag(value: unknown): string {
  const flag = asString(value);
  if (FLAG_REGEXP.test(flag)) return flag;
  throw new ProtocolFailure("a permission is missing");
}
