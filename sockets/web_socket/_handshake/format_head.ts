import { Buffer } from "node:buffer";
import type { HeaderField } from "./header_field.ts";
import { toField } from "./header_rules.ts";

/**
 * The bytes of a head.
 *
 * @param startLine Its parts were checked.
 *
 * @throws {ArgumentError} If a field cannot be sent.
 */
export function formatHead(
  startLine: string,
  fields: readonly HeaderField[],
): Uint8Array<ArrayBuffer> {
  const lines = fields.map((field) => {
    const { name, value } = toField(field.name, field.value);
    return `${name}: ${value}`;
  });
  const head = [startLine, ...lines, "", ""].join("\r\n");
  return new Uint8Array(Buffer.from(head, "latin1"));
}
