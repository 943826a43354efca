import { trimWhitespace } from "./field_syntax.ts";
import { HeadFailure } from "./head_failure.ts";

/** A header field, its value without white space around it. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** What is between two commas; they may be in a quoted string. */
const ELEMENT = /(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?$))+/g;

/** The values of the fields of a name, in any case. */
export function fieldValues(
  fields: readonly HeaderField[],
  name: string,
): string[] {
  const wanted = name.toLowerCase();
  return fields
    .filter((field) => field.name.toLowerCase() === wanted)
    .map(({ value }) => value);
}

/** The elements of the lists in all fields of a name (RFC 9110, 5.6.1). */
export function listOf(
  fields: readonly HeaderField[],
  name: string,
): string[] {
  return fieldValues(fields, name)
    .flatMap((value) => value.match(ELEMENT) ?? [])
    .map(trimWhitespace)
    .filter((element) => element !== "");
}

/** The same, in lower case. */
export function optionsOf(
  fields: readonly HeaderField[],
  name: string,
): string[] {
  return listOf(fields, name).map((option) => option.toLowerCase());
}

/**
 * The value of a field that is there once at most; null if it is not there.
 *
 * @throws {HeadFailure} If it is there more than once.
 */
export function singleField(
  fields: readonly HeaderField[],
  name: string,
): string | null {
  const [value = null, ...more] = fieldValues(fields, name);
  if (more.length === 0) return value;
  throw new HeadFailure(`the field "${name}" is there more than once`);
}
