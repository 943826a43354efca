import { quote } from "../../addressing/_quote.ts";
import { isToken, trimWhitespace } from "./field_syntax.ts";
import { HeadFailure } from "./head_failure.ts";

/** The field that extensions are offered and chosen in. */
export const EXTENSIONS_FIELD = "Sec-WebSocket-Extensions";

/** A parameter of an extension. */
export interface ExtensionParameter {
  readonly name: string;
  /** Null if it has none. */
  readonly value: string | null;
}

/** One of the extensions that an endpoint names. */
export interface Extension {
  readonly name: string;
  readonly parameters: readonly ExtensionParameter[];
}

const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;
const ESCAPE = /\\(.)/g;

/**
 * Reads the extensions of all fields (RFC 6455, 9.1).
 *
 * @throws {HeadFailure} If the syntax is wrong.
 */
export function parseExtensions(values: readonly string[]): Extension[] {
  const elements = values
    // A value is a token even within quotes: it has no comma and no semicolon.
    .flatMap((value) => value.split(","))
    .map(trimWhitespace)
    .filter((element) => element !== "");
  if (elements.length === 0 && values.length > 0) throw invalid("");
  return elements.map(parseExtension);
}

/** Writes an extension. */
export function formatExtension({ name, parameters }: Extension): string {
  return [name, ...parameters.map(formatParameter)].join("; ");
}

/** Writes a parameter. */
export function formatParameter({ name, value }: ExtensionParameter): string {
  return value === null ? name : `${name}=${value}`;
}

function parseExtension(element: string): Extension {
  const [name = "", ...parameters] = element.split(";").map(trimWhitespace);
  if (!isToken(name)) throw invalid(element);
  return { name, parameters: parameters.map(parseParameter) };
}

function parseParameter(text: string): ExtensionParameter {
  const [name = "", value, ...more] = text.split("=").map(trimWhitespace);
  if (!isToken(name) || more.length > 0) throw invalid(text);
  return { name, value: value === undefined ? null : parseValue(value) };
}

function parseValue(text: string): string {
  const [, quoted] = QUOTED.exec(text) ?? [];
  const value = quoted?.replace(ESCAPE, "$1") ?? text;
  if (!isToken(value)) throw invalid(text);
  return value;
}

function invalid(text: string): HeadFailure {
  return new HeadFailure(
    `the field "${EXTENSIONS_FIELD}" is not valid at ${quote(text)}`,
  );
}
