import type * as Asn1 from "asn1js";
import { ArgumentError } from "../../errors/argument_error.ts";
import type { Bytes } from "./_certificate_fields.ts";
import type { Pki } from "./_pki.ts";

/** ITU-T X.690, section 8.1.2.2: the class "universal", as asn1js counts it. */
const UNIVERSAL = 1;
/** ITU-T X.690: the class "context-specific", as asn1js counts it. */
export const CONTEXT = 3;
const SEQUENCE = 16;
const SET = 17;

/**
 * Reads DER: the one encoding of BER that certificates have. asn1js reads BER,
 * and overlooks what follows the value.
 *
 * @throws {ArgumentError} If it is something else.
 */
export function readDer(bytes: Bytes, pki: Pki): Asn1.BaseBlock {
  const { result, offset } = pki.asn1js.fromBER(bytes, {
    copyInput: false,
    // Octet strings are not guessed at.
    parseEmbedded: false,
  });
  if (offset === -1) throw malformed(result.error || "it is cut off");
  if (offset !== bytes.length) throw malformed("there are bytes after its end");
  assertDer(result, pki);
  return result;
}

/** The parts of a sequence or a set; none of anything else. */
export function partsOf(
  block: Asn1.BaseBlock | undefined,
  { asn1js }: Pki,
): readonly Asn1.BaseBlock[] {
  return block instanceof asn1js.Constructed ? block.valueBlock.value : [];
}

/** The bytes of a block, with its tag and its length. */
export function bytesOf(block: Asn1.BaseBlock | undefined): Bytes {
  return new Uint8Array(block?.valueBeforeDecodeView ?? []);
}

/** The error for what is no certificate. */
export function malformed(reason: string): ArgumentError {
  return new ArgumentError(`Cannot read the certificate: ${reason}`);
}

function assertDer(block: Asn1.BaseBlock, pki: Pki): void {
  const { idBlock, lenBlock } = block;
  if (lenBlock.isIndefiniteForm || lenBlock.warnings.length > 0) {
    throw malformed("a length in it is not in its shortest form");
  }
  const { tagClass, tagNumber, isConstructed } = idBlock;
  const hasParts = tagNumber === SEQUENCE || tagNumber === SET;
  if (tagClass === UNIVERSAL && isConstructed !== hasParts) {
    throw malformed("a value in it is in parts");
  }
  if (block instanceof pki.asn1js.Boolean) assertBoolean(bytesOf(block));
  const parts = partsOf(block, pki);
  for (const part of parts) assertDer(part, pki);
  // asn1js lets a part go on behind the end of the whole.
  const size = parts.reduce((size, part) => size + part.blockLength, 0);
  if (block instanceof pki.asn1js.Constructed && size !== lenBlock.length) {
    throw malformed("a value in it is not as long as its parts");
  }
}

function assertBoolean(bytes: Bytes): void {
  const [, length, value] = bytes;
  if (length !== 1 || (value !== 0 && value !== 0xff)) {
    throw malformed("a truth value in it is neither 0x00 nor 0xFF");
  }
}
