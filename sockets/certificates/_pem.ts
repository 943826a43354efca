import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { Bytes } from "./_certificate_fields.ts";

/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  /** The whole block, with its first and its last line. */
  readonly text: string;
  /** What is between these lines. */
  readonly body: string;
}

const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/g;
const LINE = /.{1,64}/g;

/**
 * The blocks of a PEM text. What is around them is left out.
 *
 * @throws {ArgumentError} If one has no end.
 */
export function splitPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let end = 0;
  for (const { 0: first, 1: label = "", index } of text.matchAll(BEGIN)) {
    if (index < end) continue;
    const last = `-----END ${label}-----`;
    const start = index + first.length;
    const stop = text.indexOf(last, start);
    if (stop === -1) {
      throw new ArgumentError(
        `Cannot read the PEM text: a block has no line ${quote(last)}`,
      );
    }
    end = stop + last.length;
    blocks.push({
      label,
      text: text.slice(index, end),
      body: text.slice(start, stop),
    });
  }
  return blocks;
}

/**
 * The bytes of a block.
 *
 * @throws {ArgumentError} If it is not valid.
 */
export function decodePem({ label, body }: PemBlock): Bytes {
  try {
    return Uint8Array.fromBase64(body);
  } catch (cause) {
    throw new ArgumentError(
      `Cannot read the PEM block ${quote(label)}: it is not base64`,
      { cause },
    );
  }
}

/** Writes a block. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(LINE) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""]
    .join("\n");
}
