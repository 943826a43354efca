import type * as Asn1 from "asn1js";
import type * as PkiJs from "pkijs";
import { bytesEqual } from "./_bytes_equal.ts";
import type {
  BasicConstraintsFields,
  Bytes,
  ExtensionFields,
  GeneralNameFields,
  NameConstraintsFields,
} from "./_certificate_fields.ts";
import { NameKind } from "./_certificate_fields.ts";
import type { CertificateKeyUsages } from "./certificate_key_usages.ts";
import { Extension } from "./_object_identifiers.ts";
import type { Pki } from "./_pki.ts";
import { CONTEXT, malformed, partsOf, readDer } from "./_strict_der.ts";

/** RFC 5280, section 4.2.1.6: names that are text, and names that have parts. */
const TEXTS: ReadonlySet<number> = new Set([
  NameKind.email,
  NameKind.dns,
  NameKind.url,
]);
const IN_PARTS: ReadonlySet<number> = new Set([
  NameKind.other,
  NameKind.x400,
  NameKind.directory,
  NameKind.ediParty,
]);
const ZERO = new Uint8Array([0]);

/** Gives the value of an extension by its OID; null if it has none. */
type Find = (id: string) => Asn1.BaseBlock | null;

/** Reads the extensions of a certificate. */
export function readExtensions(
  extensions: readonly PkiJs.Extension[],
  pki: Pki,
): ExtensionFields {
  const byId = new Map(extensions.map((each) => [each.extnID, each]));
  // RFC 5280, section 4.2.
  if (byId.size < extensions.length) {
    throw malformed("it has an extension twice");
  }
  function find(id: string): Asn1.BaseBlock | null {
    const value = byId.get(id)?.extnValue.valueBlock.valueHexView;
    return value === undefined ? null : readDer(new Uint8Array(value), pki);
  }
  return {
    critical: extensions.filter(({ critical }) => critical)
      .map(({ extnID }) => extnID),
    basicConstraints: readBasicConstraints(find, pki),
    keyUsages: readKeyUsages(find, pki),
    enhancedKeyUsages: readEnhancedKeyUsages(find, pki),
    names: readNames(find, pki),
    nameConstraints: readNameConstraints(find, pki),
    subjectKeyId: readSubjectKeyId(find, pki),
    authorityKeyId: readAuthorityKeyId(find, pki),
  };
}

function readBasicConstraints(
  find: Find,
  pki: Pki,
): BasicConstraintsFields | null {
  const schema = find(Extension.basicConstraints);
  if (schema === null) return null;
  const { cA, pathLenConstraint } = new pki.pkijs.BasicConstraints({ schema });
  const expected = partsOf(schema, pki).filter((part) =>
    part instanceof pki.asn1js.Boolean || part instanceof pki.asn1js.Integer
  );
  const length = pathLenConstraint ?? Infinity;
  if (
    expected.length !== partsOf(schema, pki).length ||
    typeof length !== "number" || length < 0
  ) throw malformed("its basic constraints are not valid");
  return { isAuthority: cA, maxAuthorities: length };
}

function readKeyUsages(
  find: Find,
  { asn1js }: Pki,
): CertificateKeyUsages | null {
  const block = find(Extension.keyUsage);
  if (block === null) return null;
  if (!(block instanceof asn1js.BitString)) {
    throw malformed("its key usage is not valid");
  }
  // RFC 5280, section 4.2.1.3. `decipherOnly` is not in WinRT.
  const bits = block.valueBlock.valueHexView[0] ?? 0;
  return Object.freeze({
    digitalSignature: (bits & 0x80) !== 0,
    nonRepudiation: (bits & 0x40) !== 0,
    keyEncipherment: (bits & 0x20) !== 0,
    dataEncipherment: (bits & 0x10) !== 0,
    keyAgreement: (bits & 0x08) !== 0,
    keyCertificateSign: (bits & 0x04) !== 0,
    crlSign: (bits & 0x02) !== 0,
    encipherOnly: (bits & 0x01) !== 0,
  });
}

function readEnhancedKeyUsages(
  find: Find,
  { pkijs }: Pki,
): readonly string[] | null {
  const schema = find(Extension.enhancedKeyUsage);
  if (schema === null) return null;
  return Object.freeze([...new pkijs.ExtKeyUsage({ schema }).keyPurposes]);
}

function readNames(find: Find, pki: Pki): readonly GeneralNameFields[] {
  const block = find(Extension.subjectAlternativeName);
  if (block === null) return [];
  return listOf(block, pki).map((part) => readGeneralName(part, pki));
}

/**
 * PKI.js takes some 0.2 ms for a name, and a peer may show thousands of them.
 */
function readGeneralName(
  part: Asn1.BaseBlock | undefined,
  { asn1js }: Pki,
): GeneralNameFields {
  const kind = part?.idBlock.tagNumber ?? -1;
  const isPrimitive = part instanceof asn1js.Primitive;
  if (
    part?.idBlock.tagClass !== CONTEXT || kind > NameKind.registeredId ||
    isPrimitive === IN_PARTS.has(kind)
  ) throw malformed("a name in it is not valid");
  const bytes = isPrimitive
    ? new Uint8Array(part.valueBlock.valueHexView)
    : new Uint8Array();
  return {
    kind,
    text: TEXTS.has(kind) ? textOf(bytes) : "",
    bytes: kind === NameKind.ip ? bytes : new Uint8Array(),
  };
}

function textOf(bytes: Bytes): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function readNameConstraints(
  find: Find,
  pki: Pki,
): NameConstraintsFields | null {
  const block = find(Extension.nameConstraints);
  if (block === null) return null;
  const parts = listOf(block, pki);
  const tags = parts.map(({ idBlock }) => idBlock.tagNumber);
  if (
    parts.some(({ idBlock }) => idBlock.tagClass !== CONTEXT) ||
    parts.some((part) => partsOf(part, pki).length === 0) ||
    !["", "0", "1", "0,1"].includes(tags.join())
  ) throw malformed("its name constraints are not valid");
  const [permitted, excluded] = [0, 1].map((tag) =>
    partsOf(parts[tags.indexOf(tag)], pki)
      .map((subtree) => readSubtree(subtree, pki))
  );
  return { permitted: permitted ?? [], excluded: excluded ?? [] };
}

function readSubtree(subtree: Asn1.BaseBlock, pki: Pki): GeneralNameFields {
  const [base, ...limits] = listOf(subtree, pki);
  const name = readGeneralName(base, pki);
  const isIPRange = name.bytes.length === 8 || name.bytes.length === 32;
  if (
    !limits.every((limit) => isMinimumOfZero(limit, pki)) ||
    (name.kind === NameKind.ip && !isIPRange)
  ) throw malformed("its name constraints are not valid");
  return name;
}

/** RFC 5280, section 4.2.1.10: no other limit is used. */
function isMinimumOfZero(limit: Asn1.BaseBlock, { asn1js }: Pki): boolean {
  if (!(limit instanceof asn1js.Primitive)) return false;
  const { tagClass, tagNumber } = limit.idBlock;
  const bytes = new Uint8Array(limit.valueBlock.valueHexView);
  return tagClass === CONTEXT && tagNumber === 0 && bytesEqual(bytes, ZERO);
}

/** The parts of a sequence. */
function listOf(
  block: Asn1.BaseBlock,
  pki: Pki,
): readonly Asn1.BaseBlock[] {
  if (!(block instanceof pki.asn1js.Sequence)) {
    throw malformed("a list in it is not valid");
  }
  return partsOf(block, pki);
}

function readSubjectKeyId(find: Find, { asn1js }: Pki): Bytes | null {
  const block = find(Extension.subjectKeyId);
  return block instanceof asn1js.OctetString
    ? new Uint8Array(block.getValue())
    : null;
}

/** RFC 5280, section 4.2.1.1: the part with the tag [0]. */
function readAuthorityKeyId(find: Find, pki: Pki): Bytes | null {
  const block = find(Extension.authorityKeyId) ?? undefined;
  const id = partsOf(block, pki).find((part) => part.idBlock.tagNumber === 0);
  return id instanceof pki.asn1js.Primitive
    ? new Uint8Array(id.valueBlock.valueHexView)
    : null;
}
