import { SocketError } from "../../errors/socket_error.ts";
import { fromHResult, toHResult } from "./_severity.ts";
import { ChainValidationResult } from "./chain_validation_result.ts";

const REASONS: Readonly<Record<ChainValidationResult, string>> = {
  [ChainValidationResult.success]: "nothing is wrong with it",
  [ChainValidationResult.untrusted]: "its issuer is not trusted",
  [ChainValidationResult.revoked]: "it was revoked",
  [ChainValidationResult.expired]: "it is expired, or not valid yet",
  [ChainValidationResult.incompleteChain]:
    "there is no chain to a root that is trusted",
  [ChainValidationResult.invalidSignature]: "a signature cannot be verified",
  [ChainValidationResult.wrongUsage]: "it is for another usage",
  [ChainValidationResult.invalidName]: "it is for another name",
  [ChainValidationResult.invalidCertificateAuthorityPolicy]:
    "a policy of an issuer does not allow it",
  [ChainValidationResult.basicConstraintsError]:
    "an issuer may not issue certificates",
  [ChainValidationResult.unknownCriticalExtension]:
    "it has a critical extension that is not known",
  [ChainValidationResult.revocationInformationMissing]:
    "whether it was revoked is not known",
  [ChainValidationResult.revocationFailure]:
    "whether it was revoked cannot be found out",
  [ChainValidationResult.otherErrors]: "it is not well-formed, or too weak",
};

/**
 * The error for a certificate; null if nothing is wrong with it but what is to
 * be ignored.
 *
 * @param action What was being done.
 */
export function certificateError(
  errors: readonly ChainValidationResult[],
  ignorable: readonly ChainValidationResult[],
  action: string,
): SocketError | null {
  const left = errors.filter((error) => !ignorable.includes(error));
  const hresult = toHResult(left);
  if (hresult === null) return null;
  const reasons = left.map((error) => REASONS[error]).join("; ");
  return new SocketError(
    `${action}: the certificate is refused: ${reasons}`,
    hresult,
  );
}

/**
 * What a failed handshake tells of the certificate of the peer: one thing, or
 * nothing. An alert tells of one's own.
 */
export function errorsToldBy(failure: Error): readonly ChainValidationResult[] {
  const { cause } = failure;
  const isAlert = cause instanceof Error &&
    cause.message.includes("received fatal alert");
  const result = failure instanceof SocketError && !isAlert
    ? fromHResult(failure.hresult)
    : null;
  return result === null ? [] : [result];
}
