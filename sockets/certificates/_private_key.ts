import type { KeyObject } from "node:crypto";
import { ArgumentError } from "../../errors/argument_error.ts";
import { bytesEqual } from "./_bytes_equal.ts";
import type { CertificateFields } from "./_certificate_fields.ts";
import { type PemBlock, splitPem } from "./_pem.ts";
import type { Pki } from "./_pki.ts";

/** PKCS#8, PKCS#1, SEC1. */
const LABEL = /^(?:RSA |EC |ENCRYPTED )?PRIVATE KEY$/;
/** RFC 1421, section 4.6.1.1: how PKCS#1 and SEC1 tell of encryption. */
const ENCRYPTED = /^\s*Proc-Type: *4, *ENCRYPTED/;

/** The first private key among blocks of PEM; null if there is none. */
export function findPrivateKey(blocks: readonly PemBlock[]): PemBlock | null {
  return blocks.find(({ label }) => LABEL.test(label)) ?? null;
}

/**
 * Reads the private key of a certificate. Messages never have any of it.
 *
 * @returns PEM of PKCS#8.
 *
 * @throws {ArgumentError} If it is none, encrypted, or of another certificate.
 */
export function readPrivateKey(
  text: string,
  certificate: CertificateFields,
  pki: Pki,
): string {
  const block = findPrivateKey(splitPem(text));
  if (block === null) {
    throw invalid('the text has no line "-----BEGIN PRIVATE KEY-----"');
  }
  if (block.label.startsWith("ENCRYPTED") || ENCRYPTED.test(block.body)) {
    throw invalid(
      'it is encrypted: decrypt it with "openssl pkey", or put it into a file for Certificate.fromPkcs12',
    );
  }
  const key = parse(block.text, pki);
  if (!isPairOf(key, certificate, pki)) {
    throw invalid("it belongs to another certificate");
  }
  return `${key.export({ type: "pkcs8", format: "pem" })}`;
}

/** Whether PEM of PKCS#8 is the private key of a certificate. */
export function isKeyOf(
  text: string,
  certificate: CertificateFields,
  pki: Pki,
): boolean {
  return isPairOf(parse(text, pki), certificate, pki);
}

function parse(text: string, { crypto }: Pki): KeyObject {
  try {
    return crypto.createPrivateKey(text);
  } catch (cause) {
    throw invalid("it is not PKCS#8, PKCS#1 or SEC1", cause);
  }
}

function isPairOf(
  key: KeyObject,
  { publicKey }: CertificateFields,
  { crypto }: Pki,
): boolean {
  const own = crypto.createPublicKey(key);
  const bytes = own.export({ type: "spki", format: "der" });
  return bytesEqual(bytes, publicKey.der);
}

function invalid(reason: string, cause?: unknown): ArgumentError {
  return new ArgumentError(`Cannot use the private key: ${reason}`, { cause });
}
