/** How long something may take. */
export interface Deadline {
  /** In milliseconds; Infinity is no limit. */
  readonly milliseconds: number;
  /** Ends it before that. */
  readonly signal: AbortSignal | undefined;
  /** The error if it takes longer. */
  onTimeout(): Error;
}

/** A timer takes 32 bits; a longer one would run out at once. */
const MAX_TIMEOUT = 0x7FFF_FFFF;

/** Runs something with a signal that ends it in time. */
export async function withDeadline<T>(
  { milliseconds, signal, onTimeout }: Deadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = milliseconds <= MAX_TIMEOUT
    ? setTimeout(() => deadline.abort(onTimeout()), milliseconds)
    : undefined;
  try {
    return await run(
      AbortSignal.any(
        signal === undefined ? [deadline.signal] : [signal, deadline.signal],
      ),
    );
  } finally {
    clearTimeout(timer);
  }
}
