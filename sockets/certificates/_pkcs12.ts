import type * as PkiJs from "pkijs";
import { ArgumentError } from "../../errors/argument_error.ts";
import { bytesEqual } from "./_bytes_equal.ts";
import type { Bytes, CertificateFields } from "./_certificate_fields.ts";
import { parseCertificate } from "./_parse_certificate.ts";
import { encodePem } from "./_pem.ts";
import { assertSupported, hashOfMac } from "./_pkcs12_algorithms.ts";
import type { Pki } from "./_pki.ts";
import { isKeyOf } from "./_private_key.ts";

/** RFC 2985, section 5.5.1. */
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";

/** What a file of PKCS#12 has. */
export interface Pkcs12Content {
  /** The certificate of the private key, or the first one if there is none. */
  readonly certificate: CertificateFields;
  readonly friendlyName: string;
  /** The others; its issuers come first, in their order. */
  readonly chain: readonly CertificateFields[];
  /** PEM of PKCS#8. */
  readonly privateKey: string | undefined;
}

/** How to read a file. */
interface Reading {
  readonly password: ArrayBuffer;
  readonly pki: Pki;
}

interface NamedCertificate {
  readonly fields: CertificateFields;
  readonly friendlyName: string;
}

/**
 * Reads a file of PKCS#12 (RFC 7292).
 *
 * @throws {ArgumentError} If it is none, of a kind that is not supported, or if
 * the password is wrong.
 */
export async function readPkcs12(
  bytes: Bytes,
  password: string,
  pki: Pki,
): Promise<Pkcs12Content> {
  const { buffer } = new TextEncoder().encode(password);
  const reading = { password: buffer, pki };
  try {
    const bags = await readBags(pki.pkijs.PFX.fromBER(bytes), reading);
    return await readContent(bags, reading);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw invalid("it is none, or it is damaged", error);
  }
}

async function readBags(
  { authSafe, macData }: PkiJs.PFX,
  reading: Reading,
): Promise<PkiJs.SafeBag[]> {
  const { pkijs } = reading.pki;
  const content = octetsOf(authSafe.content, reading.pki);
  if (macData !== undefined) await assertMac(macData, content, reading);
  const bags: PkiJs.SafeBag[] = [];
  for (const part of pkijs.AuthenticatedSafe.fromBER(content).safeContents) {
    const { safeBags } = part.contentType === pkijs.ContentInfo.ENCRYPTED_DATA
      ? await decryptBags(part, reading)
      : pkijs.SafeContents.fromBER(octetsOf(part.content, reading.pki));
    bags.push(...safeBags);
  }
  return bags;
}

async function assertMac(
  macData: PkiJs.MacData,
  contentToVerify: ArrayBuffer,
  { password, pki }: Reading,
): Promise<void> {
  const isRight = await pki.pkijs.getCrypto(true).verifyDataStampedWithPassword(
    {
      password,
      hashAlgorithm: hashOfMac(macData),
      salt: macData.macSalt.getValue(),
      iterationCount: macData.iterations ?? 1,
      contentToVerify,
      signatureToVerify: macData.mac.digest.getValue(),
    },
  );
  if (!isRight) throw invalid("the password is wrong");
}

async function decryptBags(
  { content }: PkiJs.ContentInfo,
  reading: Reading,
): Promise<PkiJs.SafeContents> {
  const { pkijs } = reading.pki;
  const data = new pkijs.EncryptedData({ schema: content });
  return await decrypt(
    data,
    reading,
    (bytes) => pkijs.SafeContents.fromBER(bytes),
  );
}

/** Decrypts, and reads what comes out: a wrong password may give anything. */
async function decrypt<T>(
  data: PkiJs.EncryptedData,
  { password, pki }: Reading,
  read: (bytes: ArrayBuffer) => T,
): Promise<T> {
  assertSupported(data.encryptedContentInfo.contentEncryptionAlgorithm, pki);
  try {
    return read(await data.decrypt({ password }));
  } catch (error) {
    throw invalid("the password is wrong, or it is damaged", error);
  }
}

async function readContent(
  bags: readonly PkiJs.SafeBag[],
  reading: Reading,
): Promise<Pkcs12Content> {
  const certificates: NamedCertificate[] = [];
  const keys: string[] = [];
  for (const bag of bags) {
    const certificate = readCertificate(bag, reading.pki);
    if (certificate !== null) certificates.push(certificate);
    const key = await readKey(bag, reading);
    if (key !== null) keys.push(key);
  }
  return choose(certificates, keys, reading.pki);
}

function readCertificate(
  { bagValue, bagAttributes }: PkiJs.SafeBag,
  pki: Pki,
): NamedCertificate | null {
  if (!(bagValue instanceof pki.pkijs.CertBag)) return null;
  const der = new Uint8Array(octetsOf(bagValue.certValue, pki));
  const attribute = bagAttributes?.find(({ type }) => type === FRIENDLY_NAME);
  const name: unknown = attribute?.values[0];
  return {
    fields: parseCertificate(der, pki),
    friendlyName: name instanceof pki.asn1js.BmpString ? name.getValue() : "",
  };
}

/** PEM of the private key of a bag; null if it has none. */
async function readKey(
  { bagValue }: PkiJs.SafeBag,
  reading: Reading,
): Promise<string | null> {
  const { pkijs } = reading.pki;
  if (bagValue instanceof pkijs.PrivateKeyInfo) return toPem(bagValue);
  if (!(bagValue instanceof pkijs.PKCS8ShroudedKeyBag)) return null;
  const { encryptionAlgorithm, encryptedData } = bagValue;
  const encryptedContentInfo = new pkijs.EncryptedContentInfo({
    contentEncryptionAlgorithm: encryptionAlgorithm,
    encryptedContent: encryptedData,
  });
  const data = new pkijs.EncryptedData({ encryptedContentInfo });
  return await decrypt(
    data,
    reading,
    (bytes) => toPem(pkijs.PrivateKeyInfo.fromBER(bytes)),
  );
}

function toPem(key: PkiJs.PrivateKeyInfo): string {
  return encodePem("PRIVATE KEY", new Uint8Array(key.toSchema().toBER()));
}

/** Finds the certificate of the private key among those of a file. */
function choose(
  certificates: readonly NamedCertificate[],
  keys: readonly string[],
  pki: Pki,
): Pkcs12Content {
  const [first] = certificates;
  if (first === undefined) throw invalid("it has no certificate");
  for (const key of keys) {
    const own = certificates.find(({ fields }) => isKeyOf(key, fields, pki));
    if (own !== undefined) return toContent(own, certificates, key);
  }
  if (keys.length > 0) {
    throw invalid("its private key belongs to none of its certificates");
  }
  return toContent(first, certificates, undefined);
}

function toContent(
  { fields: certificate, friendlyName }: NamedCertificate,
  certificates: readonly NamedCertificate[],
  privateKey: string | undefined,
): Pkcs12Content {
  const others = certificates.map(({ fields }) => fields)
    .filter((fields) => fields !== certificate);
  const chain = inOrder(certificate, others);
  return { certificate, friendlyName, chain, privateKey };
}

/** The order of TLS: each certificate is that of the issuer of the one before. */
function inOrder(
  certificate: CertificateFields,
  others: readonly CertificateFields[],
): readonly CertificateFields[] {
  const ordered: CertificateFields[] = [];
  const rest = new Set(others);
  for (let last: CertificateFields | undefined = certificate; last;) {
    const { issuer }: CertificateFields = last;
    last = [...rest].find(({ subject }) => bytesEqual(subject.der, issuer.der));
    if (last === undefined) break;
    rest.delete(last);
    ordered.push(last);
  }
  return [...ordered, ...rest];
}

/** The content of an octet string, which PKI.js gives as `any`. */
function octetsOf(block: unknown, { asn1js }: Pki): ArrayBuffer {
  if (block instanceof asn1js.OctetString) return block.getValue();
  throw invalid("it is protected by a key, not by a password");
}

function invalid(reason: string, cause?: unknown): ArgumentError {
  return new ArgumentError(`Cannot read the PKCS#12 file: ${reason}`, {
    cause,
  });
}
