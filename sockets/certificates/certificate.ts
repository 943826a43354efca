import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import {
  type CertificateState,
  createCertificate,
  setCertificateAccess,
} from "./_certificate_state.ts";
import { digest } from "./_digest.ts";
import { toNameInfo } from "./_name_info.ts";
import { parseCertificate } from "./_parse_certificate.ts";
import { decodePem, splitPem } from "./_pem.ts";
import { readPkcs12 } from "./_pkcs12.ts";
import { loadPki } from "./_pki.ts";
import { findPrivateKey, readPrivateKey } from "./_private_key.ts";
import type { CertificateKeyUsages } from "./certificate_key_usages.ts";
import type { SubjectAlternativeNameInfo } from "./subject_alternative_name_info.ts";

/** Options of {@linkcode Certificate.fromPem}. */
export interface CertificateFromPemOptions {
  /**
   * The private key of the certificate, in PEM: PKCS#8, PKCS#1 or SEC1. If it is
   * left out, the first private key among the certificates is taken.
   */
  privateKey?: string;
}

/**
 * A certificate of X.509, with its private key and the certificates of its
 * issuers, if it was read with them.
 *
 * In WinRT a certificate comes from the store of the system; here it is read
 * from PEM, DER or PKCS#12. The library that does it is loaded when the first
 * certificate is read, which takes some 100 ms once.
 *
 * A certificate is read strictly: one that is not DER, has an extension twice,
 * or an extension that cannot be read, is an error. Whether it is valid, and
 * for whom, is not looked at before a connection uses it.
 *
 * @example Usage
 * ```ts
 * import { Certificate } from "@winrt/sockets/certificate";
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
 *
 * assertEquals(certificate.subject, "a.example");
 * assertEquals(certificate.validTo, new Date("2126-01-01"));
 * ```
 */
export class Certificate {
  readonly #state: CertificateState;
  #thumbprint: string | null = null;
  #names: SubjectAlternativeNameInfo | null = null;

  static {
    setCertificateAccess({
      create: (state) => new Certificate(state),
      read: (certificate) => certificate.#state,
    });
  }

  private constructor(state: CertificateState) {
    this.#state = state;
  }

  /**
   * Reads certificates in PEM. The first one is the certificate, the others are
   * those of its issuers. What is around the blocks is left out.
   *
   * @param certificatePem The text.
   * @param options Its private key, if it is not in the text.
   * @returns The first certificate.
   *
   * @throws {ArgumentError} If there is no certificate, if one of them is not
   * valid, or if the private key is not valid, is encrypted, or belongs to
   * another certificate. The message quotes nothing of the text.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { assert } from "@std/assert";
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
   * `, {
   *   privateKey: `
   * -----BEGIN PRIVATE KEY-----
   * MC4CAQAwBQYDK2VwBCIEII3NBWA21oLvw1ugZ5hX/kdGR1sqvit45wQhqccy2EqB
   * -----END PRIVATE KEY-----
   * `,
   * });
   *
   * assert(certificate.hasPrivateKey);
   * ```
   */
  static async fromPem(
    certificatePem: string,
    options: CertificateFromPemOptions = {},
  ): Promise<Certificate> {
    assertText(certificatePem, "the certificate");
    const { privateKey } = options;
    if (privateKey !== undefined) assertText(privateKey, "the private key");
    const blocks = splitPem(certificatePem);
    const [first, ...others] = blocks
      .filter(({ label }) => label === "CERTIFICATE").map(decodePem);
    if (first === undefined) {
      throw new ArgumentError(
        'Cannot read the certificate: the text has no line "-----BEGIN CERTIFICATE-----"',
      );
    }
    const pki = await loadPki();
    const fields = parseCertificate(first, pki);
    const chain = others.map((der) => parseCertificate(der, pki));
    const key = privateKey ?? findPrivateKey(blocks)?.text;
    return createCertificate({
      pki,
      fields,
      chain: chain.map((fields) => createCertificate({ pki, fields })),
      privateKey: key === undefined
        ? undefined
        : readPrivateKey(key, fields, pki),
    });
  }

  /**
   * Reads a certificate in DER.
   *
   * @param bytes The bytes of one certificate.
   * @returns The certificate, without a private key.
   *
   * @throws {ArgumentError} If it is none, or followed by more.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = Uint8Array.fromBase64(`
   * MIIBFTCByKADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDEwlhLmV4YW1wbGUwIBcN
   * MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBQxEjAQBgNVBAMTCWEuZXhh
   * bXBsZTAqMAUGAytlcAMhAIAyPpMf73M/cAPCpgTUL46HOlFX3z4h2p5IIFBatxFa
   * oz0wOzAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwFAYDVR0R
   * BA0wC4IJYS5leGFtcGxlMAUGAytlcANBAHCuhW7ASnl0VdKOyNIJ2MMbuls7gegM
   * mYoDt1Dbig9QrL/eZ+kWsFTleB5gyPeCDx9r8MsOGa/kqV19OiH4kQ0=
   * `);
   *
   * const certificate = await Certificate.fromDer(bytes);
   *
   * assertEquals(certificate.subject, "a.example");
   * ```
   */
  static async fromDer(bytes: Uint8Array): Promise<Certificate> {
    assertBytes(bytes, "the certificate");
    const der = new Uint8Array(bytes);
    const pki = await loadPki();
    return createCertificate({ pki, fields: parseCertificate(der, pki) });
  }

  /**
   * Reads a file of PKCS#12 (`.pfx`, `.p12`): a private key, its certificate,
   * and the certificates of its issuers.
   *
   * What OpenSSL 3, Windows and Java write today can be read: AES, with or
   * without a MAC. What old tools encrypted with RC2 or 3DES cannot.
   *
   * @param bytes The bytes of the file.
   * @param password The password of the file; `""` if it has none.
   * @returns The certificate of the private key; without a private key, the
   * first certificate.
   *
   * @throws {ArgumentError} If the file is not valid, encrypted in a way that
   * is not supported, or if the password is wrong. The message does not quote
   * the password.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = Uint8Array.fromBase64(`
   * MIIDFwIBAzCCAs0GCSqGSIb3DQEHAaCCAr4EggK6MIICtjCCAaMGCSqGSIb3DQEH
   * AaCCAZQEggGQMIIBjDCCAYgGCyqGSIb3DQEMCgEDoIIBMTCCAS0GCiqGSIb3DQEJ
   * FgGgggEdBIIBGTCCARUwgcigAwIBAgIBATAFBgMrZXAwFDESMBAGA1UEAxMJYS5l
   * eGFtcGxlMCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAUMRIwEAYD
   * VQQDEwlhLmV4YW1wbGUwKjAFBgMrZXADIQCAMj6TH+9zP3ADwqYE1C+OhzpRV98+
   * IdqeSCBQWrcRWqM9MDswDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQMMAoGCCsGAQUF
   * BwMBMBQGA1UdEQQNMAuCCWEuZXhhbXBsZTAFBgMrZXADQQBwroVuwEp5dFXSjsjS
   * CdjDG7pbO4HoDJmKA7dQ24oPUKy/3mfpFrBU5XgeYMj3gg8fa/DLDhmv5KldfToh
   * +JENMUQwHQYJKoZIhvcNAQkUMRAeDgBlAHgAYQBtAHAAbABlMCMGCSqGSIb3DQEJ
   * FTEWBBRDJki6pD7iGG1qTv7ZRfGa7BqK0TCCAQsGCSqGSIb3DQEHAaCB/QSB+jCB
   * 9zCB9AYLKoZIhvcNAQwKAQKggZ4wgZswVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcN
   * AQUMMBwECDQuoOXzw2zjAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQ
   * 7Euv7xbReixIxvQv/WgQpgRA/7foD3XE9ruouBqndvXn3RPtKhgXOGauEYqPVtRQ
   * I23BfgwRXYHUTVytSg4rFv+gHP4c6ZYMr213L0QvLpw34jFEMB0GCSqGSIb3DQEJ
   * FDEQHg4AZQB4AGEAbQBwAGwAZTAjBgkqhkiG9w0BCRUxFgQUQyZIuqQ+4hhtak7+
   * 2UXxmuwaitEwQTAxMA0GCWCGSAFlAwQCAQUABCBevD6IWB59ADtzU49Gp6NicWkV
   * BZNGPT2g8D/afOvAFgQI0B78zqtg9agCAggA
   * `);
   *
   * const certificate = await Certificate.fromPkcs12(bytes, "secret");
   *
   * assertEquals(certificate.friendlyName, "example");
   * assertEquals(certificate.hasPrivateKey, true);
   * ```
   */
  static async fromPkcs12(
    bytes: Uint8Array,
    password: string,
  ): Promise<Certificate> {
    assertBytes(bytes, "the PKCS#12 file");
    assertText(password, "the password");
    const copy = new Uint8Array(bytes);
    const pki = await loadPki();
    const content = await readPkcs12(copy, password, pki);
    return createCertificate({
      pki,
      fields: content.certificate,
      chain: content.chain.map((fields) => createCertificate({ pki, fields })),
      privateKey: content.privateKey,
      friendlyName: content.friendlyName,
    });
  }

  /**
   * The name of whom the certificate is for: its common name. If it has none,
   * the same as {@linkcode subjectName}. It is for people: which hosts the
   * certificate is for is in {@linkcode subjectAlternativeName}.
   *
   * @returns The name; `""` if it is empty.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.subject, "a.example");
   * ```
   */
  get subject(): string {
    const { commonName, text } = this.#state.fields.subject;
    return commonName ?? text;
  }

  /**
   * The name of the authority that issued the certificate: its common name. If
   * it has none, the same as {@linkcode issuerName}.
   *
   * @returns The name; `""` if it is empty.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.issuer, "a.example");
   * ```
   */
  get issuer(): string {
    const { commonName, text } = this.#state.fields.issuer;
    return commonName ?? text;
  }

  /**
   * The whole name of whom the certificate is for, as in RFC 4514. Not in
   * WinRT.
   *
   * @returns The name; `""` if it is empty.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.subjectName, "CN=a.example");
   * ```
   */
  get subjectName(): string {
    return this.#state.fields.subject.text;
  }

  /**
   * The whole name of the authority that issued the certificate, as in RFC
   * 4514. Not in WinRT.
   *
   * @returns The name; `""` if it is empty.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.issuerName, "CN=a.example");
   * ```
   */
  get issuerName(): string {
    return this.#state.fields.issuer.text;
  }

  /**
   * The number that the authority gave to the certificate, its first byte being
   * the highest. The reference leaves the order open.
   *
   * @returns A copy of its bytes.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.serialNumber, new Uint8Array([1]));
   * ```
   */
  get serialNumber(): Uint8Array {
    return this.#state.fields.serialNumber.slice();
  }

  /**
   * The SHA-1 hash of the certificate, in lower-case hexadecimal digits: what
   * Windows shows as thumbprint. Not in WinRT.
   *
   * @returns 40 digits.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.thumbprint, "432648baa43ee2186d6a4efed945f19aec1a8ad1");
   * ```
   */
  get thumbprint(): string {
    this.#thumbprint ??= this.getHashValue().toHex();
    return this.#thumbprint;
  }

  /**
   * Since when the certificate is valid.
   *
   * @returns The date.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.validFrom, new Date("2026-01-01"));
   * ```
   */
  get validFrom(): Date {
    return new Date(this.#state.fields.notBefore);
  }

  /**
   * Until when the certificate is valid.
   *
   * @returns The date.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.validTo, new Date("2126-01-01"));
   * ```
   */
  get validTo(): Date {
    return new Date(this.#state.fields.notAfter);
  }

  /**
   * A name for the certificate that is not part of it. A file of PKCS#12 may
   * have one, and it can be set.
   *
   * @default {""}
   *
   * @throws {ArgumentError} If set to something that is no string.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * certificate.friendlyName = "The one for tests";
   * assertEquals(certificate.friendlyName, "The one for tests");
   * ```
   */
  get friendlyName(): string {
    return this.#state.friendlyName;
  }

  set friendlyName(value: string) {
    if (typeof value !== "string") {
      throw new ArgumentError(
        `Cannot set friendlyName to ${quote(value)}: it must be a string`,
      );
    }
    this.#state.friendlyName = value;
  }

  /**
   * Whether the certificate was read with its private key, so that it can
   * identify this side of a connection. There is no way to get the key.
   *
   * @returns `true` if it was.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.hasPrivateKey, false);
   * ```
   */
  get hasPrivateKey(): boolean {
    return this.#state.privateKey !== null;
  }

  /**
   * The hosts, addresses and the like that the certificate is for.
   *
   * @returns The names, by their kind.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.subjectAlternativeName.dnsNames, ["a.example"]);
   * ```
   */
  get subjectAlternativeName(): SubjectAlternativeNameInfo {
    this.#names ??= toNameInfo(this.#state.fields.extensions.names);
    return this.#names;
  }

  /**
   * What the key of the certificate may be used for. All are `false` if the
   * certificate does not tell, though it may be used for anything then.
   *
   * @returns The usages.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.keyUsages.digitalSignature, true);
   * ```
   */
  get keyUsages(): CertificateKeyUsages {
    return this.#state.fields.extensions.keyUsages ?? NO_USAGES;
  }

  /**
   * The purposes of the certificate, as object identifiers: 1.3.6.1.5.5.7.3.1
   * is that of a server, 1.3.6.1.5.5.7.3.2 that of a client. If it is empty,
   * the certificate may be used for any.
   *
   * @returns The identifiers.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * assertEquals(certificate.enhancedKeyUsages, ["1.3.6.1.5.5.7.3.1"]);
   * ```
   */
  get enhancedKeyUsages(): readonly string[] {
    return this.#state.fields.extensions.enhancedKeyUsages ?? NONE;
  }

  /**
   * Gets a hash of the certificate.
   *
   * @param hashAlgorithmName `"SHA1"` or `"SHA256"` as in WinRT, `"SHA384"` or
   * `"SHA512"`; a hyphen as in `"SHA-256"` is fine.
   * @returns The bytes of the hash.
   *
   * @throws {ArgumentError} If the algorithm is not one of these.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * const hash = certificate.getHashValue("SHA256");
   * assertEquals(hash.length, 32);
   * ```
   */
  getHashValue(hashAlgorithmName = "SHA1"): Uint8Array {
    const { der, pki } = this.#state;
    return digest(hashAlgorithmName, der, pki);
  }

  /**
   * Gets the certificate in DER, without its private key.
   *
   * @returns A copy of its bytes.
   *
   * @example Usage
   * ```ts
   * import { Certificate } from "@winrt/sockets/certificate";
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
   *
   * const copy = await Certificate.fromDer(certificate.getCertificateBlob());
   * assertEquals(copy.thumbprint, certificate.thumbprint);
   * ```
   */
  getCertificateBlob(): Uint8Array {
    return this.#state.der.slice();
  }
}

const NONE: readonly never[] = Object.freeze([]);
const NO_USAGES: CertificateKeyUsages = Object.freeze({
  crlSign: false,
  dataEncipherment: false,
  digitalSignature: false,
  encipherOnly: false,
  keyAgreement: false,
  keyCertificateSign: false,
  keyEncipherment: false,
  nonRepudiation: false,
});

function assertText(value: unknown, what: string): void {
  // The value itself may be a secret.
  if (typeof value === "string") return;
  throw new ArgumentError(`Cannot read ${what}: it must be a string`);
}

function assertBytes(value: unknown, what: string): void {
  if (value instanceof Uint8Array) return;
  throw new ArgumentError(
    `Cannot read ${what} from ${quote(value)}: it must be a Uint8Array`,
  );
}
