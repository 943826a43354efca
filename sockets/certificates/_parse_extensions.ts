import type * as Asn1 from "asn1js";
import type * as PkiJs from "pkijs";
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
import { malformed, partsOf, readDer } from "./_strict_der.ts";

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
  const schema = find(Extension.subjectAlternativeName);
  if (schema === null) return [];
  const { altNames } = new pki.pkijs.AltName({ schema });
  return altNames.map((name) => readGeneralName(name, pki));
}

function readGeneralName(
  { type, value }: PkiJs.GeneralName,
  { asn1js }: Pki,
): GeneralNameFields {
  const content: unknown = value;
  return {
    kind: type,
    text: typeof content === "string" ? content : "",
    bytes: content instanceof asn1js.OctetString
      ? new Uint8Array(content.getValue())
      : new Uint8Array(),
  };
}

function readNameConstraints(
  find: Find,
  pki: Pki,
): NameConstraintsFields | null {
  const schema = find(Extension.nameConstraints);
  if (schema === null) return null;
  const { permittedSubtrees, excludedSubtrees } = new pki.pkijs
    .NameConstraints({ schema });
  const lists = [permittedSubtrees, excludedSubtrees]
    .filter((list) => list !== undefined);
  // PKI.js would overlook the second one of a kind.
  if (partsOf(schema, pki).length !== lists.length) {
    throw malformed("its name constraints are not valid");
  }
  return {
    permitted: readSubtrees(permittedSubtrees ?? [], pki),
    excluded: readSubtrees(excludedSubtrees ?? [], pki),
  };
}

function readSubtrees(
  subtrees: readonly PkiJs.GeneralSubtree[],
  pki: Pki,
): readonly GeneralNameFields[] {
  return subtrees.map(({ base, minimum, maximum }) => {
    const name = readGeneralName(base, pki);
    const isIPRange = name.bytes.length === 8 || name.bytes.length === 32;
    if (
      // RFC 5280, section 4.2.1.10: they are not used.
      minimum !== 0 || maximum !== undefined ||
      (name.kind === NameKind.ip && !isIPRange)
    ) throw malformed("its name constraints are not valid");
    return name;
  });
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
