/** A chunk that cannot be sent, though others can. */
export interface Refusal {
  /** What it counts for. */
  readonly size: number;
  readonly error: unknown;
}

/** How far a call of {@linkcode Outbox.send} has got. */
export interface Progress {
  /** What was sent, from the front, counts for so much. */
  readonly size: number;
  /** Why the chunk behind it is not sent; it is taken out, too. */
  readonly refusal: Refusal | null;
}

/** Chunks that wait to be sent, and the way to send them. */
export interface Outbox {
  /** Whether single chunks may be refused, and the others are sent. */
  readonly refusesSome: boolean;
  /** What a chunk of a length counts for; 0 if it is not to be sent at all. */
  sizeOf(length: number): number;
  readonly isEmpty: boolean;
  /** Why a chunk cannot be sent at all; null if it can be. */
  refuse(chunk: Uint8Array): Error | null;
  /**
   * Appends a chunk.
   *
   * @param isLent Whether it may change before it was sent.
   * @returns Whether to send without waiting for more.
   */
  append(chunk: Uint8Array, isLent: boolean): boolean;
  /**
   * Sends from the front as much as one call takes. One at a time.
   *
   * @returns How much was sent, or a promise of it if it has to wait. It throws
   * if what is in front cannot be sent, and rejects if the sink has failed.
   */
  send(): number | Progress | Promise<number | Progress>;
  /** Takes out what was sent; throws if it cannot be so much. */
  take(size: number): void;
  /** Drops all. */
  clear(): void;
}
