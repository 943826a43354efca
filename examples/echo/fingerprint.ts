import type { Certificate } from "@winrt/sockets";

/** What tells a certificate from all others, in hexadecimal digits. */
export function fingerprintOf(certificate: Certificate): string {
  return certificate.getHashValue("SHA256").toHex();
}
