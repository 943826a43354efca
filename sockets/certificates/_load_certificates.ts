import { createCertificate } from "./_certificate_state.ts";
import { parseCertificate } from "./_parse_certificate.ts";
import { loadPki } from "./_pki.ts";
// It tells how certificates are made.
import "./certificate.ts";
import type { Certificate } from "./certificate.ts";

/** Makes certificates, once the libraries are there. */
export interface CertificateLoader {
  /**
   * Reads a certificate.
   *
   * @throws {ArgumentError} If it is none.
   */
  fromDer(der: Uint8Array): Certificate;
}

/** Loads the libraries that read certificates. */
export async function loadCertificates(): Promise<CertificateLoader> {
  const pki = await loadPki();
  return {
    fromDer: (der) =>
      createCertificate({ pki, fields: parseCertificate(der, pki) }),
  };
}
