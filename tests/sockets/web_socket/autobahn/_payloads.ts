/**
 * The payloads of the cases that send much.
 *
 * @module
 */
import { bytesOf } from "./_case.ts";

/** A text or bytes again and again, cut at this size. */
export function repeated(
  data: string | Uint8Array,
  size: number,
): Uint8Array {
  const unit = bytesOf(data);
  const bytes = new Uint8Array(size);
  bytes.set(unit.subarray(0, size));
  for (let filled = unit.length; filled < size; filled *= 2) {
    bytes.copyWithin(filled, 0, filled);
  }
  return bytes;
}

/** Data to compress, of a kind as the suite has it. */
export interface Corpus {
  readonly name: string;
  readonly kind: "text" | "binary";
  readonly bytes: Uint8Array;
}

/** The suite has files of about this size, or more. */
const CORPUS_SIZE = 200_000;

/** Whole numbers below a limit, in the same order at each run. */
class Numbers {
  #state = 0x9e3779b9;

  /** The next number (xorshift). */
  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }
}

/** Joins parts up to the size of a corpus. */
function gather(makePart: (index: number) => string): Uint8Array {
  let text = "";
  for (let index = 0; text.length < CORPUS_SIZE; index++) {
    text += makePart(index);
  }
  return bytesOf(text);
}

/** A report on tests. */
function makeJson(): Uint8Array {
  const numbers = new Numbers();
  return gather((index) => {
    const report = {
      behavior: ["OK", "NON-STRICT", "INFORMATIONAL"][numbers.below(3)],
      duration: numbers.below(2000),
      remoteCloseCode: [1000, 1002, 1007, null][numbers.below(4)],
      reportfile: `library_case_${index}.json`,
    };
    return `"${index}": ${JSON.stringify(report, null, 3)},\n`;
  });
}

/** A grey picture of 512 by 512 points: smooth, with noise. */
function makePicture(): Uint8Array {
  const numbers = new Numbers();
  return Uint8Array.from({ length: 512 * 512 }, (_, index) => {
    const [x, y] = [index % 512, index / 512];
    const light = 60 * Math.sin(x / 40) + 40 * Math.cos(y / 30);
    return 112 + light + numbers.below(32);
  });
}

/** Words of which few are frequent. */
function makeProse(): Uint8Array {
  const numbers = new Numbers();
  const syllables = "und der ich nicht ein zu das wie so mir lau fer ge ist";
  const parts = syllables.split(" ");
  const words = Array.from({ length: 800 }, () =>
    Array.from(
      { length: 1 + numbers.below(4) },
      () => parts[numbers.below(parts.length)],
    ).join(""));
  return gather((index) => {
    const word = words[numbers.below(1 + numbers.below(words.length))];
    return `${word}${index % 9 === 8 ? ",\r\n" : " "}`;
  });
}

/** A table of results. */
function makeHtml(): Uint8Array {
  const numbers = new Numbers();
  return gather((index) =>
    `         <tr class="agent_case_result_row">\n` +
    `            <td class="case"><a href="#case_${index}">${index}</a></td>\n` +
    `            <td class="case_ok">${numbers.below(100)} ms</td>\n` +
    `         </tr>\n`
  );
}

/** A document: three quarters of it are compressed already. */
function makeDocument(): Uint8Array {
  const numbers = new Numbers();
  const bytes = makeHtml();
  return bytes.map((byte, index) =>
    index % 4096 < 3072 ? numbers.below(256) : byte
  );
}

/** The one that is text. */
export const JSON_CORPUS: Corpus = {
  name: "JSON",
  kind: "text",
  bytes: makeJson(),
};

/**
 * What the suite compresses are files of others, such as a picture and a book;
 * these are made to be as hard to compress.
 */
export const CORPORA: readonly Corpus[] = [
  JSON_CORPUS,
  { name: "a picture", kind: "binary", bytes: makePicture() },
  { name: "prose", kind: "binary", bytes: makeProse() },
  { name: "HTML", kind: "binary", bytes: makeHtml() },
  { name: "a document", kind: "binary", bytes: makeDocument() },
];
