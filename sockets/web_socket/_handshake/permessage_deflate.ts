import { quote } from "../../addressing/_quote.ts";
import {
  DEFLATE,
  type DeflateParameters,
  type DeflateRequest,
  faultOf,
  formatParameters,
  MAX_BITS,
  readParameters,
  type SaidParameters,
  toDeflateParameters,
} from "./deflate_parameters.ts";
import { parseExtensions } from "./extension_header.ts";
import { HeadFailure } from "./head_failure.ts";

/** What a server agrees to. */
export interface DeflateChoice {
  readonly parameters: DeflateParameters;
  /** The value of Sec-WebSocket-Extensions in the response. */
  readonly answer: string;
}

/**
 * The value of Sec-WebSocket-Extensions in the request of a client.
 *
 * @throws {ArgumentError} If window bits are not 8 to 15.
 */
export function formatOffer(request: DeflateRequest): string {
  const wish = toDeflateParameters(request);
  const serverMaxWindowBits = toLimit(wish.serverMaxWindowBits);
  // The bits of the client are always there: else the server could not limit
  // them (7.1.2.2).
  return formatParameters({ ...wish, serverMaxWindowBits }, true);
}

/**
 * Chooses the first offer of a client that the app can take; null if there is
 * none. Offers that are not valid are not taken.
 *
 * @param offers The values of the Sec-WebSocket-Extensions fields.
 *
 * @throws {ArgumentError} If window bits are not 8 to 15.
 * @throws {HeadFailure} If the syntax of the fields is wrong.
 */
export function chooseOffer(
  offers: readonly string[],
  request: DeflateRequest,
): DeflateChoice | null {
  const wish = toDeflateParameters(request);
  for (const extension of parseExtensions(offers)) {
    if (extension.name !== DEFLATE || faultOf(extension, true) !== null) {
      continue;
    }
    const choice = accept(readParameters(extension), wish);
    if (choice !== null) return choice;
  }
  return null;
}

/**
 * What a server has agreed to; null if it does not compress.
 *
 * @param values The values of the Sec-WebSocket-Extensions fields.
 * @param request What {@linkcode formatOffer} was given.
 *
 * @throws {HeadFailure} If the server may not answer that.
 */
export function checkAnswer(
  values: readonly string[],
  request: DeflateRequest,
): DeflateParameters | null {
  const [answer, ...more] = parseExtensions(values);
  if (answer === undefined) return null;
  const other = [answer, ...more].find(({ name }) => name !== DEFLATE);
  if (other !== undefined) {
    throw new HeadFailure(`the extension ${quote(other.name)} was not offered`);
  }
  if (more.length > 0) throw new HeadFailure(`"${DEFLATE}" is there twice`);
  const fault = faultOf(answer, false);
  if (fault !== null) throw new HeadFailure(fault);
  return conclude(readParameters(answer), toDeflateParameters(request));
}

function accept(
  offer: SaidParameters,
  wish: DeflateParameters,
): DeflateChoice | null {
  const canBeLimited = offer.clientMaxWindowBits !== null;
  const isLimited = wish.clientMaxWindowBits < MAX_BITS;
  // RFC 7692, 7.1.2.2: such an answer is not allowed.
  if (isLimited && !canBeLimited) return null;
  const parameters = {
    serverNoContextTakeover: offer.serverNoContextTakeover ||
      wish.serverNoContextTakeover,
    clientNoContextTakeover: offer.clientNoContextTakeover ||
      wish.clientNoContextTakeover,
    serverMaxWindowBits: least(
      offer.serverMaxWindowBits,
      wish.serverMaxWindowBits,
    ),
    clientMaxWindowBits: least(
      offer.clientMaxWindowBits,
      wish.clientMaxWindowBits,
    ),
  };
  const { serverMaxWindowBits: serverBits } = parameters;
  const isAsked = offer.serverMaxWindowBits !== null;
  const said = {
    ...parameters,
    // What a client asks for must be in the answer (7.1.2.1).
    serverMaxWindowBits: isAsked ? serverBits : toLimit(serverBits),
    clientMaxWindowBits: toLimit(parameters.clientMaxWindowBits),
  };
  return { parameters, answer: formatParameters(said, false) };
}

function conclude(
  answer: SaidParameters,
  wish: DeflateParameters,
): DeflateParameters {
  if (wish.serverNoContextTakeover && !answer.serverNoContextTakeover) {
    throw new HeadFailure(
      "the server takes over its context, which it was not to",
    );
  }
  return {
    serverNoContextTakeover: answer.serverNoContextTakeover,
    clientNoContextTakeover: answer.clientNoContextTakeover ||
      wish.clientNoContextTakeover,
    serverMaxWindowBits: atMost(
      answer.serverMaxWindowBits ?? MAX_BITS,
      wish.serverMaxWindowBits,
    ),
    clientMaxWindowBits: atMost(
      answer.clientMaxWindowBits ?? wish.clientMaxWindowBits,
      wish.clientMaxWindowBits,
    ),
  };
}

function least(offered: number | null, wished: number): number {
  return Math.min(offered ?? MAX_BITS, wished);
}

function atMost(bits: number, wished: number): number {
  if (bits <= wished) return bits;
  throw new HeadFailure(
    `the window has ${bits} bits, more than the ${wished} that were asked for`,
  );
}

/** Bits as they are told if the peer did not ask: only what limits. */
function toLimit(bits: number): number | null {
  return bits < MAX_BITS ? bits : null;
}
