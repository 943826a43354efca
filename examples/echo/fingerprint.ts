import { type Certificate, ChainValidationResult } from "@winrt/sockets";

/**
 * What may be wrong with a certificate whose fingerprint is known: nobody has to
 * vouch for it.
 */
export const IGNORED_ERRORS: readonly ChainValidationResult[] = [
  ChainValidationResult.untrusted,
  ChainValidationResult.incompleteChain,
  ChainValidationResult.invalidName,
];

/** What tells a certificate from all others, in hexadecimal digits. */
export function fingerprintOf(certificate: Certificate): string {
  return certificate.getHashValue("SHA256").toHex();
}
