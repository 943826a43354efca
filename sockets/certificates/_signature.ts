import type {
  Bytes,
  CertificateFields,
  PublicKeyFields,
  SignatureFields,
} from "./_certificate_fields.ts";
import { KeyAlgorithm } from "./_object_identifiers.ts";
import type { Pki } from "./_pki.ts";

/** What came out of checking a signature. */
export type SignatureCheck = "valid" | "invalid" | "unsupported";

/** RSASSA-PKCS1-v1_5 (RFC 8017). */
const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.5", "SHA-1"],
  ["1.2.840.113549.1.1.11", "SHA-256"],
  ["1.2.840.113549.1.1.12", "SHA-384"],
  ["1.2.840.113549.1.1.13", "SHA-512"],
]);
/** ECDSA (RFC 5758, section 3.2). */
const EC_HASHES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.10045.4.1", "SHA-1"],
  ["1.2.840.10045.4.3.2", "SHA-256"],
  ["1.2.840.10045.4.3.3", "SHA-384"],
  ["1.2.840.10045.4.3.4", "SHA-512"],
]);
const HASHES: ReadonlyMap<string, string> = new Map([
  ["1.3.14.3.2.26", "SHA-1"],
  ["2.16.840.1.101.3.4.2.1", "SHA-256"],
  ["2.16.840.1.101.3.4.2.2", "SHA-384"],
  ["2.16.840.1.101.3.4.2.3", "SHA-512"],
]);
/** RFC 5480, section 2.1.1.1, with the bytes of a coordinate. */
const CURVES: ReadonlyMap<string, readonly [string, number]> = new Map([
  ["1.2.840.10045.3.1.7", ["P-256", 32]],
  ["1.3.132.0.34", ["P-384", 48]],
  ["1.3.132.0.35", ["P-521", 66]],
]);
/** Signatures with MD2, MD4, MD5 and SHA-1, with RSA, DSA and ECDSA. */
const WEAK_ALGORITHMS: readonly string[] = [
  "1.2.840.113549.1.1.2",
  "1.2.840.113549.1.1.3",
  "1.2.840.113549.1.1.4",
  "1.2.840.113549.1.1.5",
  "1.3.14.3.2.29",
  "1.2.840.10040.4.3",
  "1.2.840.10045.4.1",
];

/** How WebCrypto checks a signature. */
interface Check {
  readonly key: EcKeyImportParams | RsaHashedImportParams | Algorithm;
  readonly algorithm: EcdsaParams | RsaPssParams | Algorithm;
  readonly signature: Bytes;
}

/** Whether others could make a second certificate with the same signature. */
export function isWeak({ algorithm, pss }: SignatureFields): boolean {
  return WEAK_ALGORITHMS.includes(algorithm) ||
    (pss !== null && HASHES.get(pss.hash) === "SHA-1");
}

/**
 * Checks the signature under a certificate by WebCrypto, for the libraries and
 * node:crypto do not tell what is forged from what they do not know, and the
 * latter takes good signatures of P-521 with SHA-256 for bad ones.
 */
export async function checkSignature(
  { signed, signature }: CertificateFields,
  issuer: PublicKeyFields,
  pki: Pki,
): Promise<SignatureCheck> {
  const check = toCheck(signature, issuer, pki);
  if (check === null) return "unsupported";
  try {
    return await verify(check, issuer, signed) ? "valid" : "invalid";
  } catch {
    // A key that is not valid, or an RSA key of more than 4096 bits.
    return "unsupported";
  }
}

async function verify(
  { key: format, algorithm, signature }: Check,
  { importable }: PublicKeyFields,
  signed: Bytes,
): Promise<boolean> {
  const { subtle } = crypto;
  const key = await subtle.importKey("spki", importable, format, false, [
    "verify",
  ]);
  return await subtle.verify(algorithm, key, signature, signed);
}

function toCheck(
  signature: SignatureFields,
  key: PublicKeyFields,
  pki: Pki,
): Check | null {
  if (key.rsaBits !== null) return toRsaCheck(signature, key);
  const hash = EC_HASHES.get(signature.algorithm);
  const curve = CURVES.get(key.curve ?? "");
  if (hash !== undefined && curve !== undefined) {
    const [namedCurve, size] = curve;
    return {
      key: { name: "ECDSA", namedCurve },
      algorithm: { name: "ECDSA", hash },
      signature: toRawSignature(signature.value, size, pki),
    };
  }
  const { ed25519 } = KeyAlgorithm;
  if (key.algorithm !== ed25519 || signature.algorithm !== ed25519) return null;
  const algorithm = { name: "Ed25519" };
  return { key: algorithm, algorithm, signature: signature.value };
}

function toRsaCheck(
  { algorithm, value: signature, pss }: SignatureFields,
  key: PublicKeyFields,
): Check | null {
  if (pss !== null) {
    const hash = HASHES.get(pss.hash);
    if (hash === undefined) return null;
    const name = "RSA-PSS";
    const { saltLength } = pss;
    return { key: { name, hash }, algorithm: { name, saltLength }, signature };
  }
  const hash = RSA_HASHES.get(algorithm);
  // RFC 4055, section 1.2: a key for RSASSA-PSS is for nothing else.
  if (hash === undefined || key.algorithm !== KeyAlgorithm.rsa) return null;
  const name = "RSASSA-PKCS1-v1_5";
  return { key: { name, hash }, algorithm: { name }, signature };
}

/**
 * The two numbers of an ECDSA signature one behind the other, as WebCrypto
 * takes them. Those of a signature that is none are empty.
 */
function toRawSignature(
  der: Bytes,
  size: number,
  { asn1js, pkijs }: Pki,
): Bytes {
  const { result } = asn1js.fromBER(der);
  try {
    return new Uint8Array(pkijs.createECDSASignatureFromCMS(result, size));
  } catch {
    // A number that is too large.
    return new Uint8Array();
  }
}
