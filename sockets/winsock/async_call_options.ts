/** Options of the calls that do not block: those that end in `Async`. */
export interface AsyncCallOptions {
  /**
   * Cancels the call: it rejects with the reason of the signal, and nothing was
   * sent or received.
   */
  signal?: AbortSignal | undefined;
}
