import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import {
  type Extension,
  type ExtensionParameter,
  formatExtension,
  formatParameter,
} from "./extension_header.ts";

/** How messages are compressed (RFC 7692, 7.1). */
export interface DeflateParameters {
  /** Whether each message of the server is compressed on its own. */
  readonly serverNoContextTakeover: boolean;
  /** Whether each message of the client is compressed on its own. */
  readonly clientNoContextTakeover: boolean;
  /** The server refers back by two to the power of this: 8 to 15. */
  readonly serverMaxWindowBits: number;
  /** The client refers back by two to the power of this: 8 to 15. */
  readonly clientMaxWindowBits: number;
}

/** What an app wants; window bits are the most that it takes. */
export type DeflateRequest = {
  readonly [Name in keyof DeflateParameters]?:
    | DeflateParameters[Name]
    | undefined;
};

/** What one extension in a field says; null for bits that are not there. */
export interface SaidParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | null;
  readonly clientMaxWindowBits: number | null;
}

/** The name of the extension. */
export const DEFLATE = "permessage-deflate";
/** No limit is as this limit. */
export const MAX_BITS = 15;
// For 8 the compressor of zlib takes 9, and refers back by 250 bytes at most:
// so it keeps the promise of 8, which is 256 bytes.
const MIN_BITS = 8;
/** RFC 7692, 7.1.2: without leading zeros. */
const BITS = /^(?:[89]|1[0-5])$/;

const SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
const CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
const SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

/**
 * What an app wants, with the defaults.
 *
 * @throws {ArgumentError} If window bits are not 8 to 15.
 */
export function toDeflateParameters({
  serverNoContextTakeover = false,
  clientNoContextTakeover = false,
  serverMaxWindowBits = MAX_BITS,
  clientMaxWindowBits = MAX_BITS,
}: DeflateRequest): DeflateParameters {
  checkBits(serverMaxWindowBits);
  checkBits(clientMaxWindowBits);
  return {
    serverNoContextTakeover,
    clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits,
  };
}

/** Why an offer or an answer is not valid; null if it is. */
export function faultOf(
  { parameters }: Extension,
  isOffer: boolean,
): string | null {
  const names = new Set(parameters.map(({ name }) => name));
  if (names.size < parameters.length) {
    return `a parameter of "${DEFLATE}" is there twice`;
  }
  const fault = parameters.find((parameter) => !isValid(parameter, isOffer));
  if (fault === undefined) return null;
  return `the parameter ${quote(formatParameter(fault))} is not valid`;
}

/** What an extension says that has no fault. */
export function readParameters({ parameters }: Extension): SaidParameters {
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const bitsOf = (name: string): number | null =>
    values.has(name) ? Number(values.get(name) ?? MAX_BITS) : null;
  return {
    serverNoContextTakeover: values.has(SERVER_NO_CONTEXT_TAKEOVER),
    clientNoContextTakeover: values.has(CLIENT_NO_CONTEXT_TAKEOVER),
    serverMaxWindowBits: bitsOf(SERVER_MAX_WINDOW_BITS),
    clientMaxWindowBits: bitsOf(CLIENT_MAX_WINDOW_BITS),
  };
}

/** Writes what {@linkcode readParameters} reads. */
export function formatParameters(
  said: SaidParameters,
  isOffer: boolean,
): string {
  const { serverMaxWindowBits, clientMaxWindowBits } = said;
  const parameters: ExtensionParameter[] = [];
  if (said.serverNoContextTakeover) {
    parameters.push({ name: SERVER_NO_CONTEXT_TAKEOVER, value: null });
  }
  if (said.clientNoContextTakeover) {
    parameters.push({ name: CLIENT_NO_CONTEXT_TAKEOVER, value: null });
  }
  if (serverMaxWindowBits !== null) {
    const value = `${serverMaxWindowBits}`;
    parameters.push({ name: SERVER_MAX_WINDOW_BITS, value });
  }
  if (clientMaxWindowBits !== null) {
    const isBare = isOffer && clientMaxWindowBits === MAX_BITS;
    const value = isBare ? null : `${clientMaxWindowBits}`;
    parameters.push({ name: CLIENT_MAX_WINDOW_BITS, value });
  }
  return formatExtension({ name: DEFLATE, parameters });
}

function checkBits(bits: number): void {
  if (BITS.test(`${bits}`)) return;
  throw new ArgumentError(
    `Cannot compress with ${
      quote(bits)
    } window bits: they must be ${MIN_BITS} to ${MAX_BITS}`,
  );
}

function isValid(
  { name, value }: ExtensionParameter,
  isOffer: boolean,
): boolean {
  switch (name) {
    case SERVER_NO_CONTEXT_TAKEOVER:
    case CLIENT_NO_CONTEXT_TAKEOVER:
      return value === null;
    case SERVER_MAX_WINDOW_BITS:
      return value !== null && BITS.test(value);
    case CLIENT_MAX_WINDOW_BITS:
      return value === null ? isOffer : BITS.test(value);
    default:
      return false;
  }
}
