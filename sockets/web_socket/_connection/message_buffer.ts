/** The part of a message that has come. It grows with what comes. */
export class MessageBuffer {
  #bytes = new Uint8Array(0);
  #size = 0;

  /** How many bytes have come. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends bytes.
   *
   * @param announced How many come for certain: there is no room for more, nor
   * for all of them before they come, since a peer can announce anything.
   */
  append(bytes: Uint8Array, announced: number): void {
    const needed = this.#size + bytes.length;
    if (needed > this.#bytes.length) this.#grow(needed, announced);
    this.#bytes.set(bytes, this.#size);
    this.#size = needed;
  }

  /** Gives all bytes away, in less than twice the memory that they need. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#size);
    this.#bytes = new Uint8Array(0);
    this.#size = 0;
    return bytes;
  }

  #grow(needed: number, announced: number): void {
    const doubled = Math.max(needed, this.#bytes.length * 2);
    const capacity = announced > 0
      ? Math.min(doubled, needed + announced)
      : doubled;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
