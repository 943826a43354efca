import { bytesEqual } from "./_bytes_equal.ts";
import type { CertificateFields } from "./_certificate_fields.ts";
import { certificateStateOf } from "./_certificate_state.ts";
import {
  checkNameConstraints,
  type ComparisonBudget,
} from "./_name_constraints.ts";
import { Extension, Purpose } from "./_object_identifiers.ts";
import { isWeak } from "./_signature.ts";
import type { Certificate } from "./certificate.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

/** What a path is checked for. */
export interface PathPolicy {
  readonly purpose: "serverAuthentication" | "clientAuthentication";
  /** In ms since 1970. */
  readonly now: number;
  /**
   * Whether the last certificate is trusted, or not but signed by itself: its
   * own signature tells nothing either way.
   */
  readonly isEndSelfMade: boolean;
  /** Whether the last certificate is trusted. */
  readonly isTrusted: boolean;
  readonly budget: ComparisonBudget;
}

/** Below that, NIST SP 800-57 has them for unsafe, and browsers refuse them. */
const MIN_RSA_BITS = 2048;

/**
 * Critical extensions that are understood. Policies are among them since no
 * policy is asked for; the constraints on policies are not, so that a chain
 * which has them is refused.
 */
const KNOWN_EXTENSIONS: readonly string[] = [
  Extension.authorityKeyId,
  Extension.basicConstraints,
  Extension.certificatePolicies,
  Extension.enhancedKeyUsage,
  Extension.keyUsage,
  Extension.nameConstraints,
  Extension.subjectAlternativeName,
  Extension.subjectKeyId,
];

/**
 * What is wrong with the certificates of a path, each of which is signed by
 * the next one.
 */
export function checkPath(
  path: readonly CertificateFields[],
  policy: PathPolicy,
): ReadonlySet<ChainValidationResult> {
  const results = new Set<ChainValidationResult>();
  for (const [i, certificate] of path.entries()) {
    const isLast = i === path.length - 1;
    checkDates(certificate, policy, results);
    checkAlgorithms(certificate, isLast && policy.isEndSelfMade, results);
    checkCriticalExtensions(certificate, results);
    checkPurpose(certificate, policy, results);
    if (i === 0) {
      checkKeyUsage(certificate, results);
      continue;
    }
    checkAuthority(certificate, isLast && policy.isTrusted, results);
    checkBelow(certificate, path.slice(0, i), policy, results);
  }
  results.delete(ChainValidationResult.success);
  return results;
}

/** Whether a trusted certificate is an authority for servers, without a fault. */
export function isSoundRoot(root: Certificate): boolean {
  const { fields } = certificateStateOf(root);
  const results: Results = new Set();
  checkDates(fields, { now: Date.now() }, results);
  checkAlgorithms(fields, true, results);
  checkCriticalExtensions(fields, results);
  checkPurpose(fields, { purpose: "serverAuthentication" }, results);
  checkAuthority(fields, false, results);
  return results.size === 0;
}

type Results = Set<ChainValidationResult>;

function checkDates(
  { notBefore, notAfter }: CertificateFields,
  { now }: Pick<PathPolicy, "now">,
  results: Results,
): void {
  if (now < notBefore || now > notAfter) {
    results.add(ChainValidationResult.expired);
  }
}

function checkAlgorithms(
  { signature, publicKey: { rsaBits } }: CertificateFields,
  isSelfMade: boolean,
  results: Results,
): void {
  if (!isSelfMade && isWeak(signature)) {
    results.add(ChainValidationResult.invalidSignature);
  }
  if (rsaBits !== null && rsaBits < MIN_RSA_BITS) {
    results.add(ChainValidationResult.otherErrors);
  }
}

function checkCriticalExtensions(
  { extensions: { critical } }: CertificateFields,
  results: Results,
): void {
  if (critical.some((id) => !KNOWN_EXTENSIONS.includes(id))) {
    results.add(ChainValidationResult.unknownCriticalExtension);
  }
}

/** An authority that tells purposes may not issue certificates for others. */
function checkPurpose(
  { extensions: { enhancedKeyUsages } }: CertificateFields,
  { purpose }: Pick<PathPolicy, "purpose">,
  results: Results,
): void {
  if (enhancedKeyUsages === null) return;
  const accepted: readonly string[] = [Purpose.any, Purpose[purpose]];
  if (!enhancedKeyUsages.some((usage) => accepted.includes(usage))) {
    results.add(ChainValidationResult.wrongUsage);
  }
}

/** TLS 1.2 with ephemeral keys and TLS 1.3 have both sides sign. */
function checkKeyUsage(
  { extensions: { keyUsages } }: CertificateFields,
  results: Results,
): void {
  if (keyUsages?.digitalSignature === false) {
    results.add(ChainValidationResult.wrongUsage);
  }
}

/** Trusted certificates of version 1 are older than the extension. */
function checkAuthority(
  { version, extensions }: CertificateFields,
  isTrusted: boolean,
  results: Results,
): void {
  const { basicConstraints, keyUsages } = extensions;
  const isAuthority = basicConstraints?.isAuthority ??
    (isTrusted && version === 1);
  if (!isAuthority || keyUsages?.keyCertificateSign === false) {
    results.add(ChainValidationResult.basicConstraintsError);
  }
}

/** What an authority says of the certificates below. */
function checkBelow(
  authority: CertificateFields,
  below: readonly CertificateFields[],
  { budget }: PathPolicy,
  results: Results,
): void {
  // RFC 5280, section 6.1.4: those that issued themselves do not count.
  const counted = below.filter((each, i) => i === 0 || !isSelfIssued(each));
  const { basicConstraints } = authority.extensions;
  const maxAuthorities = basicConstraints?.maxAuthorities ?? Infinity;
  if (counted.length - 1 > maxAuthorities) {
    results.add(ChainValidationResult.basicConstraintsError);
  }
  for (const certificate of counted) {
    results.add(checkNameConstraints(authority, certificate, budget));
  }
}

function isSelfIssued({ subject, issuer }: CertificateFields): boolean {
  return bytesEqual(subject.der, issuer.der);
}
