/** Where an `InputStream` takes its bytes from. */
export interface InputStreamSource {
  /**
   * Reads at least one byte into `buffer`. It is never called again before the
   * promise of the previous call has settled.
   *
   * @param buffer Where to put the bytes; never empty.
   * @returns How many bytes were read, at least 1, or `null` at the end.
   */
  read(buffer: Uint8Array): Promise<number | null>;
  /**
   * Told once, when nobody will read any more.
   *
   * @param reason Why, as given to `cancel()`.
   */
  cancel?(reason: unknown): void | Promise<void>;
}
