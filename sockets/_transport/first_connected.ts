import type { StreamTransport } from "./stream_transport.ts";

/** When {@linkcode firstConnected} starts an attempt. */
export interface FirstConnectedOptions {
  /**
   * How long an attempt may take, in milliseconds, before the next one starts
   * beside it. `Infinity`: the next one starts when it has failed.
   */
  delay: number;
  /** Gives up, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Starts attempts in order and takes the first that succeeds (RFC 8305,
 * section 5). The others are aborted. If all fail, the first failure counts:
 * it is that of the best address.
 */
export async function firstConnected(
  attempts: readonly ((signal: AbortSignal) => Promise<StreamTransport>)[],
  options: FirstConnectedOptions,
): Promise<StreamTransport> {
  const { delay, signal } = options;
  const abort = new AbortController();
  const signals = signal === undefined
    ? abort.signal
    : AbortSignal.any([signal, abort.signal]);
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const winners: StreamTransport[] = [];
  for (const attempt of attempts) {
    const run = attempt(signals).then((transport) => {
      if (winners.length > 0) transport.close();
      else winners.push(transport);
    }, (error) => void failures.push(error)).finally(() => running.delete(run));
    running.add(run);
    await settledOrLate(run, delay);
    if (winners.length > 0 || signal?.aborted) break;
  }
  while (winners.length === 0 && running.size > 0) await Promise.race(running);
  abort.abort();
  const [winner] = winners;
  if (winner !== undefined) return winner;
  signal?.throwIfAborted();
  throw failures[0];
}

async function settledOrLate(
  run: Promise<unknown>,
  delay: number,
): Promise<void> {
  if (delay === Infinity) return void await run;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delay);
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}
