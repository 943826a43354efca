import { ArgumentError } from "../../errors/argument_error.ts";
import { domainToASCII, domainToUnicode } from "node:url";
import { formatIPv6, isIPv4, parseIPv6 } from "./_ip_address.ts";
import { quote } from "./_quote.ts";
import { HostNameType } from "./host_name_type.ts";

/** What a text is, as a host name. */
export interface ParsedHostName {
  readonly type: HostNameType;
  readonly canonicalName: string;
}

/** RFC 1035, section 2.3.4, leaves 253 characters of a name without its root. */
const MAX_NAME_LENGTH = 253;
/** RFC 1035, section 2.3.4. The underscore is of RFC 2782 and common in LANs. */
const LABEL = /^[\da-z_-]{1,63}$/;
const HYPHEN_AT_END_OF_LABEL = /(?:^|\.)-|-(?:\.|$)/;

const WHITE_SPACE_OR_CONTROL = /[\s\p{Cc}]/u;
const NOT_ASCII = /\P{ASCII}/u;
/** A label in punycode, which may not be valid. */
const PUNYCODE = /(?:^|\.)xn--/i;
/** The "ends in a number checker" of the URL standard, on the last label. */
const NUMERIC_LABEL = /^(?:\d+|0x[\da-f]*)$/;
/**
 * A zone is any text by RFC 4007, section 11.2; these are the characters that
 * RFC 6874 lets stand in a URL, which names of interfaces keep to.
 */
const ZONE = /^[\w.~-]+$/;
const BLUETOOTH = /^\((?:[\da-f]{2}[:-]?){6}\)$/i;

/**
 * Reads a host name.
 *
 * @throws {ArgumentError} If it is none.
 */
export function parseHostName(value: unknown): ParsedHostName {
  if (typeof value !== "string") throw invalid(value, "it must be a string");
  if (isIPv4(value)) return { type: HostNameType.ipv4, canonicalName: value };
  const reason = faultOfText(value);
  if (reason !== null) throw invalid(value, reason);
  return value.includes(":") ? parseAddress(value) : parseName(value);
}

function parseAddress(value: string): ParsedHostName {
  const [address = "", zone, ...more] = value.split("%");
  const bytes = parseIPv6(address);
  if (bytes === null) throw invalid(value, faultOfAddress(value));
  const canonicalName = formatIPv6(bytes);
  if (zone === undefined) return { type: HostNameType.ipv6, canonicalName };
  if (more.length > 0 || !ZONE.test(zone)) {
    throw invalid(value, "its zone is not the name of a network interface");
  }
  return {
    type: HostNameType.ipv6,
    canonicalName: `${canonicalName}%${zone}`,
  };
}

function parseName(value: string): ParsedHostName {
  const isInternational = NOT_ASCII.test(value) || PUNYCODE.test(value);
  const ascii = isInternational ? domainToASCII(value) : value.toLowerCase();
  if (ascii === "") {
    throw invalid(value, "it is not a valid internationalized domain name");
  }
  const canonicalName = ascii.endsWith(".") ? ascii.slice(0, -1) : ascii;
  // RFC 5891, section 4.2.3.1, is about the Unicode form: punycode hides hyphens.
  const unicode = isInternational
    ? domainToUnicode(canonicalName)
    : canonicalName;
  const reason = faultOfName(canonicalName, unicode);
  if (reason !== null) throw invalid(value, reason);
  return { type: HostNameType.domainName, canonicalName };
}

function faultOfText(value: string): string | null {
  if (value === "") return "it is empty";
  if (WHITE_SPACE_OR_CONTROL.test(value)) {
    return "it has white space or a control character";
  }
  if (BLUETOOTH.test(value)) return "Bluetooth is not supported";
  return null;
}

/** Why a text with a colon is not an IPv6 address. */
function faultOfAddress(value: string): string {
  if (value.includes("/")) return "it is a URL, pass its host name alone";
  if (/^\[.*\]$/.test(value)) return "leave out the brackets";
  if (/^[^:]*:\d*$|\]:\d*$/.test(value)) {
    return "leave out the port, it is the service name";
  }
  return "it is not an IPv6 address";
}

/** Why a text, in its ASCII and its Unicode form, is not a domain name. */
function faultOfName(name: string, unicode: string): string | null {
  if (name.length > MAX_NAME_LENGTH) {
    return `it is longer than ${MAX_NAME_LENGTH} characters`;
  }
  const labels = name.split(".");
  if (
    !labels.every((label) => LABEL.test(label)) ||
    HYPHEN_AT_END_OF_LABEL.test(unicode)
  ) {
    return "its labels must be 1 to 63 letters, digits, hyphens or " +
      "underscores, without a hyphen at either end";
  }
  if (NUMERIC_LABEL.test(labels[labels.length - 1] ?? "")) {
    return "it ends in a number, but is not four decimal numbers from 0 to 255 " +
      "without leading zeros";
  }
  return null;
}

function invalid(value: unknown, reason: string): ArgumentError {
  return new ArgumentError(
    `Cannot use ${quote(value)} as a host name: ${reason}`,
  );
}
