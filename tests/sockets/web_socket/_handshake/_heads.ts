import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import type { HeaderField } from "../../../../sockets/web_socket/_handshake/header_field.ts";

export const PURE = { permissions: "none" } as const;

/** The key and the accept key of RFC 6455, section 1.3. */
export const SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
export const SAMPLE_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** What an attacker puts where only a part of a line belongs. */
export const INJECTIONS: readonly string[] = [
  "a\r\nX-Evil: 1",
  "a\r\n\r\nGET /evil HTTP/1.1",
  "a\nX-Evil: 1",
  "a\rX-Evil: 1",
  "a\0b",
  "a\x7Fb",
  // In one byte for each character it would be a line end.
  "a\u010D\u010AX-Evil: 1",
];

/** One byte for each character. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** One character for each byte. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The bytes of a head of these lines. */
export function headOf(...lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return bytesOf([...lines, "", ""].join("\r\n"));
}

/** Fields from lines such as `Name: value`. */
export function fieldsOf(...lines: readonly string[]): HeaderField[] {
  return lines.map((line) => {
    const [name = "", value = ""] = line.split(": ");
    return { name, value };
  });
}

/** Lines such as `Name: value` from fields. */
export function linesOf(fields: readonly HeaderField[]): string[] {
  return fields.map(({ name, value }) => `${name}: ${value}`);
}

export function assertHeadFailure(
  run: () => unknown,
  status: number,
  reason: string,
): void {
  const failure = assertThrows(run, HeadFailure, reason);
  assertEquals(failure.status, status);
}

const TOKEN_CHARACTERS = [
  ..."!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz",
];

export const token: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...TOKEN_CHARACTERS),
  minLength: 1,
  maxLength: 12,
});

/** The value of a field, which may have tabs and bytes above 127 in it. */
export const fieldValue: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\t", " ", ",", '"', "\\", ":", ";", "="),
    fc.integer({ min: 0x20, max: 0x7E }).map(toCharacter),
    fc.integer({ min: 0x80, max: 0xFF }).map(toCharacter),
  ),
  maxLength: 24,
}).map((value) => value.replace(/^[\t ]+/, "").replace(/[\t ]+$/, ""));

export const fields: fc.Arbitrary<HeaderField[]> = fc.array(
  fc.record({ name: token, value: fieldValue }),
  { maxLength: 8 },
);

/** A path with a query, of all characters that a target may have. */
export const target: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    fc.constantFrom("/", "?", "%", "\\", "@", ".", "a"),
    fc.integer({ min: 0x21, max: 0x7E }).map(toCharacter),
  ),
  maxLength: 24,
}).map((text) => `/${text.replaceAll("#", "")}`);

/** A URL with the host and the path in their normal form. */
export const webSocketUrl: fc.Arbitrary<URL> = fc.tuple(
  fc.constantFrom("a", "xn--bcher-kva.example", "127.0.0.1:80", "[::1]:8080"),
  target,
).map(([host, target]) => new URL(`ws://${host}${target}`));

function toCharacter(code: number): string {
  return String.fromCharCode(code);
}
