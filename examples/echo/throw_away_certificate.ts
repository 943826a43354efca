// It must come first: the library below looks for it.
import "reflect-metadata";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { Certificate } from "@winrt/sockets";

const KEYS = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Makes a certificate that nobody else vouches for, which is good for a day.
 *
 * @param name The host that it is for.
 * @param addresses The addresses that it is for.
 */
export async function makeThrowAwayCertificate(
  name = "localhost",
  addresses: readonly string[] = ["127.0.0.1", "::1"],
): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const now = Date.now();
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: SIGNATURE,
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + DAY),
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: "dns", value: name },
        ...addresses.map((value) => ({ type: "ip", value }) as const),
      ]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const privateKey = PemConverter.encode(pkcs8, "PRIVATE KEY");
  return await Certificate.fromPem(made.toString("pem"), { privateKey });
}
