import { assertEquals } from "@std/assert";
import { ChainValidationResult } from "../../../mod.ts";

Deno.test(
  "ChainValidationResult has the numbers of WinRT",
  { permissions: "none" },
  () => {
    assertEquals(Object.entries(ChainValidationResult), [
      ["success", 0],
      ["untrusted", 1],
      ["revoked", 2],
      ["expired", 3],
      ["incompleteChain", 4],
      ["invalidSignature", 5],
      ["wrongUsage", 6],
      ["invalidName", 7],
      ["invalidCertificateAuthorityPolicy", 8],
      ["basicConstraintsError", 9],
      ["unknownCriticalExtension", 10],
      ["revocationInformationMissing", 11],
      ["revocationFailure", 12],
      ["otherErrors", 13],
    ]);
  },
);
