import { assertEquals, assertStrictEquals } from "@std/assert";
import type { OutputStream } from "../../../mod.ts";
import { contentAt } from "./_content.ts";

/** The sizes of the chunks of a batch, in turn: small, large and huge ones. */
export const MIXED_SIZES: readonly number[] = [
  ...[1, 64, 64, 4095, 4096, 20_000, 32_768, 131_072, 200_000],
];

/** How much one call of the sink takes, part of which may have been sent. */
export function callSize(chunks: readonly number[]): number {
  return Math.max(128 * 1024, ...chunks);
}

/** Writes of known bytes, and what became of them. */
export class Writes {
  readonly #stream: OutputStream;
  readonly #lengths: number[] = [];
  readonly #promises: Promise<number>[] = [];
  /** How many bytes were written. */
  written = 0;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /** Writes chunks of these lengths, in turn, up to this place of the stream. */
  writeTo(position: number, lengths: readonly number[]): void {
    while (this.written < position) {
      for (const length of lengths) this.write(length);
    }
  }

  write(length: number): void {
    const bytes = contentAt(this.written, length);
    this.#promises.push(this.#stream.writeAsync(bytes));
    this.#lengths.push(length);
    this.written += length;
  }

  /** Throws unless every write has fulfilled with its length. */
  async assertFulfilled(): Promise<void> {
    assertEquals(await Promise.all(this.#promises), this.#lengths);
  }

  /**
   * Throws unless the first ones have fulfilled with their lengths, and all
   * others have rejected with one error.
   */
  async settled(): Promise<SettledWrites> {
    const outcomes = await Promise.allSettled(this.#promises);
    const first = outcomes.findIndex(({ status }) => status === "rejected");
    const fulfilled = first === -1 ? outcomes.length : first;
    let fulfilledSize = 0;
    for (const [index, outcome] of outcomes.slice(0, fulfilled).entries()) {
      const length = this.#lengths[index] ?? 0;
      if (outcome.status !== "fulfilled" || outcome.value !== length) {
        throw new Error(`Write "${index}" of "${length}" bytes is not taken`);
      }
      fulfilledSize += length;
    }
    const [failed, ...others] = outcomes.slice(fulfilled).map((outcome) => {
      if (outcome.status === "rejected") return outcome;
      throw new Error(`A write of "${outcome.value}" bytes is taken too late`);
    });
    for (const { reason } of others) assertStrictEquals(reason, failed?.reason);
    return {
      fulfilledSize,
      rejected: outcomes.length - fulfilled,
      firstRejectedSize: this.#sharedSize(fulfilled),
      error: failed?.reason,
    };
  }

  /** How many bytes those have that share the promise of this write. */
  #sharedSize(index: number): number {
    const promise = this.#promises[index];
    let size = 0;
    for (let i = index; i < this.#promises.length; i++) {
      if (this.#promises[i] !== promise) break;
      size += this.#lengths[i] ?? 0;
    }
    return size;
  }
}

/** What became of writes in a row. */
export interface SettledWrites {
  /** How many bytes the writes have that fulfilled. */
  readonly fulfilledSize: number;
  /** How many writes rejected. */
  readonly rejected: number;
  /** How many bytes those have that share the first promise that rejected. */
  readonly firstRejectedSize: number;
  /** What they rejected with. */
  readonly error: unknown;
}
