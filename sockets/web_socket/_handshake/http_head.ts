import { quote } from "../../addressing/_quote.ts";
import {
  findUnsendable,
  isAuthority,
  isToken,
  trimWhitespace,
} from "./field_syntax.ts";
import { HeadFailure } from "./head_failure.ts";
import type { HeaderField } from "./header_field.ts";

/** What a client asks for (RFC 9112, section 3). */
export interface RequestHead {
  readonly method: string;
  /** A path with its query, or a URL without a fragment and a user. */
  readonly target: string;
  readonly fields: readonly HeaderField[];
}

/** What a server or a proxy answers (RFC 9112, section 4). */
export interface ResponseHead {
  /** 0 or 1: proxies and servers of HTTP/1.0 refuse what is of HTTP/1.1. */
  readonly minorVersion: number;
  readonly status: number;
  /** Empty if there is none. */
  readonly reason: string;
  readonly fields: readonly HeaderField[];
}

/** How many bytes a head may have, its last empty line included. */
export const MAX_HEAD_SIZE: number = 16 * 1024;
const MAX_FIELDS = 128;

const CR = 0x0D;
const LF = 0x0A;
const LINE_END = "\r\n";
const HEAD_END = LINE_END + LINE_END;

const REQUEST_LINE = /^(\S+) (\S+) HTTP\/(\d\.\d)$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
/** RFC 9112, section 3.2: visible characters, and no fragment. */
const ORIGIN_FORM = /^\/[!"$-~]*$/;
const ABSOLUTE_FORM = /^(?:http|ws)s?:\/\/([^/?]*)(?:[/?][!"$-~]*)?$/i;

/**
 * The index behind the empty line that ends a head; -1 if there is none.
 *
 * @param from Up to where the bytes were searched before.
 */
export function findHeadEnd(bytes: Uint8Array, from = 0): number {
  let index = bytes.indexOf(LF, from);
  while (index !== -1) {
    const isEnd = bytes[index - 1] === CR && bytes[index - 2] === LF &&
      bytes[index - 3] === CR;
    if (isEnd) return index + 1;
    index = bytes.indexOf(LF, index + 1);
  }
  return -1;
}

/**
 * Reads the head of a request of HTTP/1.1, strictly.
 *
 * @throws {HeadFailure} If it is not valid.
 */
export function parseRequestHead(bytes: Uint8Array): RequestHead {
  const [line = "", ...lines] = readLines(bytes);
  const [, method = "", target = "", version] = REQUEST_LINE.exec(line) ?? [];
  if (version === undefined || !isToken(method) || !isTarget(target)) {
    throw new HeadFailure("the request line is not valid");
  }
  if (version !== "1.1") {
    throw new HeadFailure(`the version is HTTP/${version}, not HTTP/1.1`, 505);
  }
  return { method, target, fields: parseFields(lines) };
}

/**
 * Reads the head of a response of HTTP/1.1 or HTTP/1.0, strictly.
 *
 * @throws {HeadFailure} If it is not valid.
 */
export function parseResponseHead(bytes: Uint8Array): ResponseHead {
  const [line = "", ...lines] = readLines(bytes);
  const [, minor, status, reason = ""] = STATUS_LINE.exec(line) ?? [];
  if (status === undefined || findUnsendable(reason) !== null) {
    throw new HeadFailure("the status line is not valid");
  }
  return {
    minorVersion: Number(minor),
    status: Number(status),
    reason: trimWhitespace(reason),
    fields: parseFields(lines),
  };
}

/** The failure of a head that is too long. */
export function headTooLarge(): HeadFailure {
  return new HeadFailure(`the head is longer than ${MAX_HEAD_SIZE} bytes`, 431);
}

function readLines(bytes: Uint8Array): string[] {
  if (bytes.length > MAX_HEAD_SIZE) throw headTooLarge();
  // TextDecoder has no latin1: what it calls so is windows-1252.
  const text = String.fromCharCode(...bytes);
  if (!text.endsWith(HEAD_END)) {
    throw new HeadFailure("the head does not end in an empty line");
  }
  return text.slice(0, -HEAD_END.length).split(LINE_END);
}

function isTarget(target: string): boolean {
  if (ORIGIN_FORM.test(target)) return true;
  const [, authority = ""] = ABSOLUTE_FORM.exec(target) ?? [];
  return isAuthority(authority);
}

function parseFields(lines: readonly string[]): HeaderField[] {
  if (lines.length > MAX_FIELDS) {
    throw new HeadFailure(`there are more than ${MAX_FIELDS} fields`, 431);
  }
  return lines.map(parseField);
}

/** RFC 9112, section 5; a folded line has no name either (5.2). */
function parseField(line: string): HeaderField {
  const [name = ""] = line.split(":", 1);
  if (!isToken(name) || name === line) {
    throw new HeadFailure("a line is not a name, a colon and a value");
  }
  const value = line.slice(name.length + 1);
  if (findUnsendable(value) === null) {
    return { name, value: trimWhitespace(value) };
  }
  throw new HeadFailure(`the field ${quote(name)} has a control character`);
}
