import { validateChain } from "./_chain.ts";
import { systemRoots } from "./_system_roots.ts";
import type { Certificate } from "./certificate.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

/** A peer that has shown a certificate. */
export interface PeerRequest {
  readonly leaf: Certificate;
  readonly sent: readonly Certificate[];
  readonly purpose: "serverAuthentication" | "clientAuthentication";
  /** What the certificate must be for; null is anything. */
  readonly hostName: string | null;
  readonly trustedRoots: readonly Certificate[];
  /** Whether the roots of the system are trusted, too. */
  readonly trustsSystem: boolean;
  /**
   * Whether the runtime has found a chain to a root of the system. Which ones
   * there are it tells only those who have the permission.
   */
  readonly isTrustedByRuntime: boolean;
}

/** What is wrong with the certificate of a peer, in the order of the numbers. */
export async function judgePeer(
  request: PeerRequest,
): Promise<readonly ChainValidationResult[]> {
  const { trustedRoots, trustsSystem, isTrustedByRuntime } = request;
  const store = trustsSystem ? await systemRoots() : null;
  const { errors } = await validateChain({
    ...request,
    anchors: (certificate) => [
      ...trustedRoots,
      ...store?.findIssuers(certificate) ?? [],
    ],
    now: new Date(),
  });
  return isTrustedByRuntime && trustsSystem
    ? errors.filter((error) => !isAboutTrust(error))
    : errors;
}

function isAboutTrust(error: ChainValidationResult): boolean {
  return error === ChainValidationResult.untrusted ||
    error === ChainValidationResult.incompleteChain;
}
