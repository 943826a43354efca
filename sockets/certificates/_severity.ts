import { HResult } from "../../errors/hresult.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

/** What a program may choose to ignore, as in WinRT. */
export const IGNORABLE_RESULTS: readonly ChainValidationResult[] = Object
  .freeze([
    ChainValidationResult.untrusted,
    ChainValidationResult.expired,
    ChainValidationResult.incompleteChain,
    ChainValidationResult.wrongUsage,
    ChainValidationResult.invalidName,
    ChainValidationResult.revocationInformationMissing,
    ChainValidationResult.revocationFailure,
  ]);

/** The most serious ones first: those that cannot be ignored, trust, the rest. */
const HRESULTS: ReadonlyMap<ChainValidationResult, number> = new Map([
  [ChainValidationResult.revoked, HResult.CRYPT_E_REVOKED],
  [ChainValidationResult.invalidSignature, HResult.TRUST_E_CERT_SIGNATURE],
  [
    ChainValidationResult.basicConstraintsError,
    HResult.TRUST_E_BASIC_CONSTRAINTS,
  ],
  [ChainValidationResult.unknownCriticalExtension, HResult.CERT_E_CRITICAL],
  [
    ChainValidationResult.invalidCertificateAuthorityPolicy,
    HResult.CERT_E_INVALID_POLICY,
  ],
  [ChainValidationResult.otherErrors, HResult.CERT_E_MALFORMED],
  [ChainValidationResult.untrusted, HResult.CERT_E_UNTRUSTEDROOT],
  [ChainValidationResult.incompleteChain, HResult.CERT_E_CHAINING],
  [ChainValidationResult.invalidName, HResult.CERT_E_CN_NO_MATCH],
  [ChainValidationResult.wrongUsage, HResult.CERT_E_WRONG_USAGE],
  [ChainValidationResult.expired, HResult.CERT_E_EXPIRED],
  [
    ChainValidationResult.revocationFailure,
    HResult.CRYPT_E_REVOCATION_OFFLINE,
  ],
  [
    ChainValidationResult.revocationInformationMissing,
    HResult.CRYPT_E_NO_REVOCATION_CHECK,
  ],
]);

/** Whether a program may ignore a result. */
export function isIgnorable(result: ChainValidationResult): boolean {
  return IGNORABLE_RESULTS.includes(result);
}

/** The HRESULT of the most serious of some results; null if there is none. */
export function toHResult(
  results: readonly ChainValidationResult[],
): number | null {
  for (const [result, hresult] of HRESULTS) {
    if (results.includes(result)) return hresult;
  }
  return null;
}

/** The result that an HRESULT stands for; null if it stands for none. */
export function fromHResult(hresult: number): ChainValidationResult | null {
  for (const [result, each] of HRESULTS) {
    if (each === hresult) return result;
  }
  return null;
}
