/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5: a control character, or one of more than a byte. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/u;
/** RFC 3986, section 3.2: a host in ASCII, and no user. */
const AUTHORITY = /^(?:\[[\dA-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::\d*)?$/;

/** Whether a text is a token, such as the name of a field or a method. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The first character of a text that no field may have; null without one. */
export function findUnsendable(text: string): string | null {
  return NOT_IN_VALUE.exec(text)?.[0] ?? null;
}

/** Whether a text is a host, with a port or without. */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

/** A text without the spaces and tabs around it (OWS of RFC 9110). */
export function trimWhitespace(text: string): string {
  // A regular expression takes the square of the time for a run of spaces.
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text[start])) start++;
  while (start < end && isWhitespace(text[end - 1])) end--;
  return text.slice(start, end);
}

function isWhitespace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
