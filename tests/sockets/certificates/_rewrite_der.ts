import * as asn1js from "asn1js";

/** The parts of a certificate, to be changed. */
export interface CertificateParts {
  readonly whole: asn1js.BaseBlock[];
  readonly signed: asn1js.BaseBlock[];
  readonly version: asn1js.BaseBlock[];
  readonly algorithm: asn1js.BaseBlock[];
  readonly validity: asn1js.BaseBlock[];
  readonly key: asn1js.BaseBlock[];
}

/** Writes a certificate anew, with changes that break its signature. */
export function rewrite(
  der: Uint8Array<ArrayBuffer>,
  change: (parts: CertificateParts, asn1: typeof asn1js) => void,
): Uint8Array<ArrayBuffer> {
  const { result } = asn1js.fromBER(der, { parseEmbedded: false });
  const whole = partsOf(result);
  const signed = partsOf(whole[0]);
  change({
    whole,
    signed,
    version: partsOf(signed[0]),
    algorithm: partsOf(signed[2]),
    validity: partsOf(signed[4]),
    key: partsOf(signed[6]),
  }, asn1js);
  return new Uint8Array(result.toBER());
}

function partsOf(block: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  if (block instanceof asn1js.Constructed) return block.valueBlock.value;
  throw new TypeError("Not a constructed block");
}
