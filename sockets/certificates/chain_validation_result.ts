/**
 * What is wrong with a certificate or its chain.
 *
 * Whether a certificate was revoked is not looked up, so of the results about
 * revocation none is ever told.
 *
 * @example Usage
 * ```ts
 * import { ChainValidationResult } from "@winrt/sockets/chain-validation-result";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ChainValidationResult.success, 0);
 * assertEquals(ChainValidationResult.invalidName, 7);
 * ```
 */
export const ChainValidationResult = {
  /** Nothing is wrong. */
  success: 0,
  /** The chain ends in a root certificate that is not trusted. */
  untrusted: 1,
  /** A certificate of the chain was revoked. */
  revoked: 2,
  /** A certificate of the chain has expired, or is not valid yet. */
  expired: 3,
  /** The issuer of a certificate was not found. */
  incompleteChain: 4,
  /** A signature is wrong, or of a kind that is not safe: of MD5 or SHA-1. */
  invalidSignature: 5,
  /** A certificate is not for this purpose. */
  wrongUsage: 6,
  /**
   * The certificate is not for this host, or an authority of the chain may not
   * issue certificates for the names in it.
   */
  invalidName: 7,
  /** A certificate of the chain has a policy that is not valid. */
  invalidCertificateAuthorityPolicy: 8,
  /**
   * A certificate was issued by one that is not an authority, or the chain is
   * longer than an authority of it allows.
   */
  basicConstraintsError: 9,
  /** A certificate has a critical extension that is not known. */
  unknownCriticalExtension: 10,
  /** There is no information on revocation. */
  revocationInformationMissing: 11,
  /** The revocation server could not be reached. */
  revocationFailure: 12,
  /**
   * Something else: an algorithm that is not supported, an RSA key of less than
   * 2048 bits, or a chain that is too long or too winding to be followed.
   */
  otherErrors: 13,
} as const;
/** One of the values of {@linkcode ChainValidationResult}. */
export type ChainValidationResult =
  typeof ChainValidationResult[keyof typeof ChainValidationResult];
