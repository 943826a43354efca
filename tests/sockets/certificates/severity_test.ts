import { assertEquals } from "@std/assert";
import {
  ChainValidationResult as Result,
  HResult,
  SocketError,
  SocketErrorStatus,
} from "../../../mod.ts";
import {
  IGNORABLE_RESULTS,
  isIgnorable,
  toHResult,
} from "../../../sockets/certificates/_severity.ts";

const PURE = { permissions: "none" } as const;

Deno.test("isIgnorable() is true for the seven results of WinRT", PURE, () => {
  const ignorable = Object.values(Result).filter(isIgnorable);
  assertEquals(ignorable, [
    Result.untrusted,
    Result.expired,
    Result.incompleteChain,
    Result.wrongUsage,
    Result.invalidName,
    Result.revocationInformationMissing,
    Result.revocationFailure,
  ]);
  assertEquals(ignorable, IGNORABLE_RESULTS);
});

Deno.test("toHResult() is null when nothing is wrong", PURE, () => {
  assertEquals(toHResult([]), null);
  assertEquals(toHResult([Result.success]), null);
});

Deno.test("toHResult() has one for each result", PURE, () => {
  const { certificateIsInvalid } = SocketErrorStatus;
  const expected: readonly (readonly [Result, number, number])[] = [
    [
      Result.untrusted,
      HResult.CERT_E_UNTRUSTEDROOT,
      SocketErrorStatus.certificateUntrustedRoot,
    ],
    [
      Result.revoked,
      HResult.CRYPT_E_REVOKED,
      SocketErrorStatus.certificateRevoked,
    ],
    [
      Result.expired,
      HResult.CERT_E_EXPIRED,
      SocketErrorStatus.certificateExpired,
    ],
    [
      Result.incompleteChain,
      HResult.CERT_E_CHAINING,
      SocketErrorStatus.certificateUntrustedRoot,
    ],
    [
      Result.invalidSignature,
      HResult.TRUST_E_CERT_SIGNATURE,
      certificateIsInvalid,
    ],
    [
      Result.wrongUsage,
      HResult.CERT_E_WRONG_USAGE,
      SocketErrorStatus.certificateWrongUsage,
    ],
    [
      Result.invalidName,
      HResult.CERT_E_CN_NO_MATCH,
      SocketErrorStatus.certificateCommonNameIsIncorrect,
    ],
    [
      Result.invalidCertificateAuthorityPolicy,
      HResult.CERT_E_INVALID_POLICY,
      certificateIsInvalid,
    ],
    [
      Result.basicConstraintsError,
      HResult.TRUST_E_BASIC_CONSTRAINTS,
      certificateIsInvalid,
    ],
    [
      Result.unknownCriticalExtension,
      HResult.CERT_E_CRITICAL,
      certificateIsInvalid,
    ],
    [
      Result.revocationInformationMissing,
      HResult.CRYPT_E_NO_REVOCATION_CHECK,
      SocketErrorStatus.certificateNoRevocationCheck,
    ],
    [
      Result.revocationFailure,
      HResult.CRYPT_E_REVOCATION_OFFLINE,
      SocketErrorStatus.certificateRevocationServerOffline,
    ],
    [Result.otherErrors, HResult.CERT_E_MALFORMED, certificateIsInvalid],
  ];
  assertEquals(expected.length, Object.keys(Result).length - 1);
  for (const [result, hresult, status] of expected) {
    assertEquals(toHResult([result]), hresult);
    assertEquals(SocketError.getStatus(hresult), status);
  }
});

Deno.test("toHResult() takes the most serious of several", PURE, () => {
  assertEquals(
    toHResult([Result.expired, Result.untrusted, Result.invalidSignature]),
    HResult.TRUST_E_CERT_SIGNATURE,
  );
  assertEquals(
    toHResult([Result.untrusted, Result.expired, Result.invalidName]),
    HResult.CERT_E_UNTRUSTEDROOT,
  );
  assertEquals(
    toHResult([Result.expired, Result.wrongUsage, Result.invalidName]),
    HResult.CERT_E_CN_NO_MATCH,
  );
});

Deno.test(
  "toHResult() lets none that is fatal behind one that is not",
  PURE,
  () => {
    for (const fatal of Object.values(Result)) {
      if (fatal === Result.success || isIgnorable(fatal)) continue;
      const all = [...IGNORABLE_RESULTS, fatal];
      assertEquals(toHResult(all), toHResult([fatal]));
    }
  },
);
