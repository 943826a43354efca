import type * as Asn1 from "asn1js";
import type { DistinguishedName } from "./_certificate_fields.ts";
import type { Pki } from "./_pki.ts";
import { bytesOf, partsOf } from "./_strict_der.ts";

const COMMON_NAME = "2.5.4.3";
/** RFC 4514, section 3: the types that have a short name. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  [COMMON_NAME, "CN"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["2.5.4.6", "C"],
  ["2.5.4.9", "STREET"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["0.9.2342.19200300.100.1.1", "UID"],
]);
/** RFC 4514, section 2.4. */
const SPECIAL = /^[ #]| $|["+,;<>\\]/g;

interface Attribute {
  readonly type: string;
  /** Null if it is no text. */
  readonly text: string | null;
  readonly value: Asn1.BaseBlock | undefined;
}

/** Reads the name of a subject or an issuer. */
export function readDistinguishedName(
  block: Asn1.BaseBlock | undefined,
  pki: Pki,
): DistinguishedName {
  const sets = partsOf(block, pki).map((set) =>
    partsOf(set, pki).map((part) => readAttribute(part, pki))
  );
  const commonNames = sets.flat().filter(({ type }) => type === COMMON_NAME);
  return {
    der: bytesOf(block),
    text: sets.reverse().map((set) => set.map(format).join("+")).join(","),
    // The last one is the most specific.
    commonName: commonNames.at(-1)?.text ?? null,
  };
}

function readAttribute(block: Asn1.BaseBlock, pki: Pki): Attribute {
  const { BaseStringBlock, ObjectIdentifier } = pki.asn1js;
  const [type, value] = partsOf(block, pki);
  return {
    type: type instanceof ObjectIdentifier ? type.getValue() : "",
    text: value instanceof BaseStringBlock ? value.getValue() : null,
    value,
  };
}

function format({ type, text, value }: Attribute): string {
  const name = SHORT_NAMES.get(type);
  return name === undefined || text === null
    ? `${name ?? type}=#${bytesOf(value).toHex()}`
    : `${name}=${escape(text)}`;
}

function escape(text: string): string {
  return text.replace(SPECIAL, "\\$&").replaceAll("\0", "\\00");
}
