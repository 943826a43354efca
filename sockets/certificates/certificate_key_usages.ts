/**
 * What the key of a certificate may be used for.
 *
 * @example Usage
 * ```ts
 * import { Certificate } from "@winrt/sockets/certificate";
 * import type { CertificateKeyUsages } from "@winrt/sockets/certificate-key-usages";
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
 * const usages: CertificateKeyUsages = certificate.keyUsages;
 *
 * assertEquals(usages.digitalSignature, true);
 * assertEquals(usages.keyCertificateSign, false);
 * ```
 */
export interface CertificateKeyUsages {
  /** To sign lists of revoked certificates. */
  readonly crlSign: boolean;
  /** To encrypt data. */
  readonly dataEncipherment: boolean;
  /** To sign, as in the handshake of TLS. */
  readonly digitalSignature: boolean;
  /** Only to encrypt, if it is for agreeing on keys. */
  readonly encipherOnly: boolean;
  /** To agree on keys. */
  readonly keyAgreement: boolean;
  /** To sign certificates: it is the key of an authority. */
  readonly keyCertificateSign: boolean;
  /** To encrypt keys. */
  readonly keyEncipherment: boolean;
  /** To sign what the signer cannot deny later. */
  readonly nonRepudiation: boolean;
}
