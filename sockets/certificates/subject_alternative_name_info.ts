/**
 * The names that a certificate is for.
 *
 * In WinRT the lists may be changed; here they are frozen.
 *
 * @example Usage
 * ```ts
 * import { Certificate } from "@winrt/sockets/certificate";
 * import type { SubjectAlternativeNameInfo } from "@winrt/sockets/subject-alternative-name-info";
 * import { assertEquals } from "@std/assert";
 *
 * const certificate = await Certificate.fromPem(`
 * -----BEGIN CERTIFICATE-----
 * MIIBFTCByKADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDEwlhLmV4YW1wbGUwIBcN
 * MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBQxEjAQBgNVBAMTCWEuZXhh
 * bXBsZTAqMAUGAytlcAMhAIAyPpMf73M/cAPCpgTUL46HOlFX3z4h2p5IIFBatxFa
 * oz0wOzAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwFAYDVR0R
 * BA0wC4IJYS5leGFtcGxlMAUGAytlcANBAHCuhW7ASnl0VdKOyNIJ2MMbuls7gegM
 * mYoDt1Dbig9QrL/eZ+kWsFTleB5gyPeCDx9r8MsOGa/kqV19OiH4kQ0=
 * -----END CERTIFICATE-----
 * `);
 * const names: SubjectAlternativeNameInfo = certificate.subjectAlternativeName;
 *
 * assertEquals(names.dnsNames, ["a.example"]);
 * assertEquals(names.ipAddresses, []);
 * ```
 */
export interface SubjectAlternativeNameInfo {
  /** Host names, as the certificate has them: `*.example.com` is one. */
  readonly dnsNames: readonly string[];
  /** Mail addresses. */
  readonly emailNames: readonly string[];
  /** IP addresses, in their shortest form (RFC 5952). */
  readonly ipAddresses: readonly string[];
  /** URLs. */
  readonly urls: readonly string[];
}
