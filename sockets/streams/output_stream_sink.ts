/** Where an `OutputStream` sends its bytes to. */
export interface OutputStreamSink {
  /**
   * Sends bytes. It is never called again before the promise of the previous
   * call has settled.
   *
   * @param bytes What to send; not changed until the promise settles.
   * @returns How many bytes were taken, at least 1; the rest is given again.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Told once, when all bytes were written and no more will come. */
  close?(): void | Promise<void>;
  /**
   * Told once, when the writer gave up and what is queued was dropped.
   *
   * @param reason Why, as given to `abort()`.
   */
  abort?(reason: unknown): void | Promise<void>;
}
