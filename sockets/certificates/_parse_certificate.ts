import type * as Asn1 from "asn1js";
import type * as PkiJs from "pkijs";
import { ArgumentError } from "../../errors/argument_error.ts";
import { bytesEqual } from "./_bytes_equal.ts";
import type {
  Bytes,
  CertificateFields,
  PublicKeyFields,
  SignatureFields,
} from "./_certificate_fields.ts";
import { readDistinguishedName } from "./_distinguished_name.ts";
import { KeyAlgorithm } from "./_object_identifiers.ts";
import { readExtensions } from "./_parse_extensions.ts";
import type { Pki } from "./_pki.ts";
import {
  bytesOf,
  CONTEXT,
  malformed,
  partsOf,
  readDer,
} from "./_strict_der.ts";

/**
 * Reads a certificate in DER.
 *
 * @throws {ArgumentError} If it is none.
 */
export function parseCertificate(der: Uint8Array, pki: Pki): CertificateFields {
  const copy = new Uint8Array(der);
  try {
    return parse(copy, pki);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(
      "Cannot read the certificate: it is not that of X.509",
      { cause: error },
    );
  }
}

function parse(der: Bytes, pki: Pki): CertificateFields {
  const block = readDer(der, pki);
  const certificate = new pki.pkijs.Certificate({ schema: block });
  const parts = assertParts(block, certificate, pki);
  if (certificate.version > 2) throw malformed("its version is not known");
  if (certificate.version < 2 && certificate.extensions !== undefined) {
    throw malformed("it has extensions, but not version 3");
  }
  return {
    der,
    signed: new Uint8Array(certificate.tbsView),
    version: certificate.version + 1,
    serialNumber: readSerialNumber(certificate),
    issuer: readDistinguishedName(parts.issuer, pki),
    subject: readDistinguishedName(parts.subject, pki),
    notBefore: certificate.notBefore.value.getTime(),
    notAfter: certificate.notAfter.value.getTime(),
    publicKey: readPublicKey(certificate.subjectPublicKeyInfo, parts.key, pki),
    signature: readSignature(certificate, pki),
    extensions: readExtensions(certificate.extensions ?? [], pki),
  };
}

/** Parts that PKI.js has lost, or does not look at. */
interface Parts {
  readonly issuer: Asn1.BaseBlock | undefined;
  readonly subject: Asn1.BaseBlock | undefined;
  readonly key: Asn1.BaseBlock | undefined;
}

/** Checks what PKI.js overlooks: more parts than there may be, odd dates. */
function assertParts(
  block: Asn1.BaseBlock,
  certificate: PkiJs.Certificate,
  pki: Pki,
): Parts {
  const whole = partsOf(block, pki);
  const signed = partsOf(whole[0], pki);
  const start = signed[0]?.idBlock.tagClass === CONTEXT ? 1 : 0;
  const [, algorithm, issuer, validity, subject, key] = signed.slice(start);
  const { issuerUniqueID, subjectUniqueID, extensions } = certificate;
  const options = [issuerUniqueID, subjectUniqueID, extensions]
    .filter((option) => option !== undefined);
  const lists: readonly (readonly [readonly unknown[], number])[] = [
    [whole, 3],
    [signed, start + 6 + options.length],
    [partsOf(key, pki), 2],
  ];
  if (lists.some(([{ length }, expected]) => length !== expected)) {
    throw malformed("it has parts that it may not have");
  }
  // RFC 5280, section 4.1.1.2: an attacker could change the outer one.
  if (!bytesEqual(bytesOf(algorithm), bytesOf(whole[1]))) {
    throw malformed("it has two signature algorithms");
  }
  assertWholeBytes(certificate);
  assertValidity(validity, certificate, pki);
  return { issuer, subject, key };
}

/**
 * Anybody could change how many bits of the signature count: it does not cover
 * that. node:tls cannot read such a certificate, and then does not ask for its
 * key.
 */
function assertWholeBytes(
  { signatureValue, subjectPublicKeyInfo }: PkiJs.Certificate,
): void {
  const { subjectPublicKey } = subjectPublicKeyInfo;
  const strings = [signatureValue, subjectPublicKey];
  if (strings.some(({ valueBlock }) => valueBlock.unusedBits !== 0)) {
    throw malformed("its key or its signature is no whole number of bytes");
  }
}

/** A date that is not written as RFC 5280 wants it would be written anew. */
function assertValidity(
  block: Asn1.BaseBlock | undefined,
  { notBefore, notAfter }: PkiJs.Certificate,
  { asn1js }: Pki,
): void {
  const value = [notBefore.toSchema(), notAfter.toSchema()];
  const bytes = new Uint8Array(new asn1js.Sequence({ value }).toBER());
  if (!bytesEqual(bytes, bytesOf(block))) {
    throw malformed("its dates are not valid");
  }
}

function readSerialNumber({ serialNumber }: PkiJs.Certificate): Bytes {
  const bytes = new Uint8Array(serialNumber.valueBlock.valueHexView);
  return bytes.length > 1 && bytes[0] === 0 ? bytes.slice(1) : bytes;
}

function readPublicKey(
  info: PkiJs.PublicKeyInfo,
  block: Asn1.BaseBlock | undefined,
  { asn1js, pkijs }: Pki,
): PublicKeyFields {
  const { algorithm: { algorithmId, algorithmParams }, parsedKey } = info;
  const isRsa = parsedKey instanceof pkijs.RSAPublicKey;
  const der = bytesOf(block);
  const parameters: unknown = algorithmParams;
  return {
    algorithm: algorithmId,
    der,
    importable: algorithmId === KeyAlgorithm.rsaPss
      ? asPlainRsa(info, { asn1js, pkijs })
      : der,
    curve: parameters instanceof asn1js.ObjectIdentifier
      ? parameters.getValue()
      : null,
    rsaBits: isRsa
      ? countBits(parsedKey.modulus.valueBlock.valueHexView)
      : null,
  };
}

/** WebCrypto does not know the OID of keys that are for RSASSA-PSS alone. */
function asPlainRsa(
  { subjectPublicKey }: PkiJs.PublicKeyInfo,
  { asn1js, pkijs }: Pick<Pki, "asn1js" | "pkijs">,
): Bytes {
  const algorithm = new pkijs.AlgorithmIdentifier({
    algorithmId: KeyAlgorithm.rsa,
    algorithmParams: new asn1js.Null(),
  });
  const info = new pkijs.PublicKeyInfo({ algorithm, subjectPublicKey });
  return new Uint8Array(info.toSchema().toBER());
}

function countBits(number: Uint8Array): number {
  return BigInt(`0x0${number.toHex()}`).toString(2).length;
}

function readSignature(
  { signatureAlgorithm, signatureValue }: PkiJs.Certificate,
  { pkijs }: Pki,
): SignatureFields {
  const { algorithmId, algorithmParams } = signatureAlgorithm;
  let pss = null;
  if (algorithmId === KeyAlgorithm.rsaPss) {
    const { hashAlgorithm, saltLength } = new pkijs.RSASSAPSSParams({
      schema: algorithmParams,
    });
    pss = { hash: hashAlgorithm.algorithmId, saltLength };
  }
  const value = new Uint8Array(signatureValue.valueBlock.valueHexView);
  return { algorithm: algorithmId, value, pss };
}
