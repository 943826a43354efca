/**
 * Sections 12 and 13 of the Autobahn test suite: permessage-deflate (RFC 7692)
 * with data of several kinds, and with all of its parameters.
 *
 * @module
 */
import { concat } from "../../streams/_fakes.ts";
import {
  type AutobahnCase,
  type DeflateTerms,
  type Exchange,
  NORMAL,
  type Turn,
} from "./_case.ts";
import { CORPORA, type Corpus, JSON_CORPUS } from "./_payloads.ts";

const WHOLE = Infinity;
const SIZES: readonly [size: number, fragmentSize: number][] = [
  [16, WHOLE],
  [64, WHOLE],
  [256, WHOLE],
  [1024, WHOLE],
  [4096, WHOLE],
  [8192, WHOLE],
  [16384, WHOLE],
  [32768, WHOLE],
  [65536, WHOLE],
  [131072, WHOLE],
  [8192, 256],
  [16384, 256],
  [32768, 256],
  [65536, 256],
  [131072, 256],
  [131072, 1024],
  [131072, 4096],
  [131072, 32768],
];
/**
 * The suite sends 1000 messages in each case. A few, of so many bytes in all, are
 * enough to use the context of those before.
 */
const BYTES_PER_CASE = 32768;
const MIN_MESSAGES = 2;
const MAX_MESSAGES = 20;

const OFFER =
  "permessage-deflate; client_no_context_takeover; client_max_window_bits";
const DEFAULT_TERMS: DeflateTerms = {
  offers: OFFER,
  libraryAnswer: "permessage-deflate; client_no_context_takeover",
  answer: "permessage-deflate",
};
const LEAST_TERMS: DeflateTerms = {
  offers: `${OFFER}; server_no_context_takeover; server_max_window_bits=9`,
  libraryAnswer: "permessage-deflate; server_no_context_takeover; " +
    "client_no_context_takeover; server_max_window_bits=9",
  answer: "permessage-deflate; client_no_context_takeover; " +
    "client_max_window_bits=9",
};

/** By subsections of 13. */
const TERMS: readonly DeflateTerms[] = [
  DEFAULT_TERMS,
  {
    offers: `${OFFER}; server_no_context_takeover`,
    libraryAnswer: "permessage-deflate; server_no_context_takeover; " +
      "client_no_context_takeover",
    answer: "permessage-deflate; client_no_context_takeover",
  },
  {
    offers: `${OFFER}; server_max_window_bits=9`,
    libraryAnswer: "permessage-deflate; client_no_context_takeover; " +
      "server_max_window_bits=9",
    answer: "permessage-deflate; client_max_window_bits=9",
  },
  {
    offers: `${OFFER}; server_max_window_bits=15`,
    libraryAnswer: "permessage-deflate; client_no_context_takeover; " +
      "server_max_window_bits=15",
    answer: "permessage-deflate; client_max_window_bits=15",
  },
  LEAST_TERMS,
  {
    offers: `${OFFER}; server_no_context_takeover; server_max_window_bits=15`,
    libraryAnswer: "permessage-deflate; server_no_context_takeover; " +
      "client_no_context_takeover; server_max_window_bits=15",
    answer: "permessage-deflate; client_no_context_takeover; " +
      "client_max_window_bits=15",
  },
  {
    ...LEAST_TERMS,
    offers: [
      LEAST_TERMS.offers,
      `${OFFER}; server_no_context_takeover`,
      OFFER,
    ].join(", "),
  },
];

/** Bytes of a corpus, which starts anew at its end. */
function cut({ bytes }: Corpus, start: number, size: number): Uint8Array {
  const offset = start % bytes.length;
  const rest = bytes.subarray(offset, offset + size);
  return concat([rest, bytes.subarray(0, size - rest.length)]);
}

function makeTurns(
  corpus: Corpus,
  size: number,
  fragmentSize: number,
): Turn[] {
  const count = Math.ceil(BYTES_PER_CASE / size);
  const { kind } = corpus;
  return Array.from({
    length: Math.min(Math.max(count, MIN_MESSAGES), MAX_MESSAGES),
  }, (_, index) => {
    const message = cut(corpus, index * size, size);
    return {
      sends: [{ kind, message, fragmentSize }],
      events: [{ kind, payload: message, isCompressed: true }],
    };
  });
}

function makeCases(
  section: string,
  corpus: Corpus,
  deflate: DeflateTerms,
): AutobahnCase[] {
  return SIZES.map(([size, fragmentSize], index) => ({
    id: `${section}.${index + 1}`,
    behaviour: `echoes ${corpus.name}, compressed, ${size} bytes at a time` +
      (fragmentSize === WHOLE ? "" : `, in fragments of ${fragmentSize}`),
    makeExchange: (): Exchange => ({
      turns: makeTurns(corpus, size, fragmentSize),
      ending: NORMAL,
      deflate,
    }),
  }));
}

/** The cases of the sections 12 and 13. */
export const COMPRESSION_CASES: readonly AutobahnCase[] = [
  ...CORPORA.flatMap((corpus, index) =>
    makeCases(`12.${index + 1}`, corpus, DEFAULT_TERMS)
  ),
  ...TERMS.flatMap((terms, index) =>
    makeCases(`13.${index + 1}`, JSON_CORPUS, terms)
  ),
];
