import type * as asn1js from "asn1js";
import { sign } from "node:crypto";
import type { MadeCertificate } from "./_make_certificates.ts";
import { type CertificateParts, rewrite } from "./_rewrite_der.ts";

/** Writes a certificate anew, with changes, and has its issuer sign it. */
export function signAnew(
  certificate: MadeCertificate,
  issuer: MadeCertificate,
  change: (parts: CertificateParts, asn1: typeof asn1js) => void,
): Uint8Array<ArrayBuffer> {
  return rewrite(certificate.der, (parts, asn1) => {
    change(parts, asn1);
    const [signed] = parts.whole;
    if (signed === undefined) throw new TypeError("No certificate");
    const bytes = new Uint8Array(signed.toBER());
    const signature = new Uint8Array(
      sign("sha256", bytes, issuer.privateKeyPem),
    );
    parts.whole[2] = new asn1.BitString({ valueHex: signature.buffer });
  });
}

/** Makes it one of version 1, which has no extensions. */
export function toVersion1({ signed }: CertificateParts): void {
  signed.shift();
  signed.pop();
}

/** Gives its issuer an identifier, which nobody reads any more. */
export function addUniqueId(
  { signed }: CertificateParts,
  asn1: typeof asn1js,
): void {
  const id = new asn1.Primitive({
    idBlock: { tagClass: 3, tagNumber: 1 },
    valueHex: new Uint8Array([0, 1, 2]).buffer,
  });
  signed.splice(-1, 0, id);
}

/** Says of the last bit of the signature that it is none, which is not signed. */
export function withUnusedBit(
  certificate: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return rewrite(certificate, ({ whole }, asn1) => {
    const [, , signature] = whole;
    if (!(signature instanceof asn1.BitString)) throw new TypeError("No bits");
    const valueHex = new Uint8Array(signature.valueBlock.valueHexView).buffer;
    whole[2] = new asn1.BitString({ valueHex, unusedBits: 1 });
  });
}
