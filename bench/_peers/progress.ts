/**
 * A progress bar.
 *
 * @module
 */
import { formatDuration } from "./format.ts";

const BAR_WIDTH = 24;
/** Where the output is no terminal, a line tells so many parts of the work. */
const PLAIN_PARTS = 10;
/** ECMA-48: to the start of the line, and erase it. */
const ERASE_LINE = "\r\x1b[K";

/** Where a {@linkcode Progress} goes. */
export interface ProgressOutput {
  /** Whether a line can be overwritten. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** How far a run is. */
export interface ProgressState {
  readonly done: number;
  readonly total: number;
  /** In milliseconds, since the start. */
  readonly elapsed: number;
}

/** Shows how far a run is, and how long it still takes. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #total: number;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;

  constructor(total: number, output: ProgressOutput, now: () => number) {
    this.#total = total;
    this.#output = output;
    this.#now = now;
    this.#start = now();
  }

  /** Goes on by one. */
  advance(label: string): void {
    const before = this.#part;
    this.#done++;
    const line = `${formatProgress(this.#state)}  ${label}`;
    if (this.#output.isTerminal) this.#output.write(`${ERASE_LINE}${line}`);
    else if (this.#part > before) this.#output.write(`${line}\n`);
  }

  /** Removes the bar. */
  end(): void {
    if (this.#output.isTerminal) this.#output.write(ERASE_LINE);
  }

  get #part(): number {
    return Math.floor(this.#done / this.#total * PLAIN_PARTS);
  }

  get #state(): ProgressState {
    const elapsed = this.#now() - this.#start;
    return { done: this.#done, total: this.#total, elapsed };
  }
}

/** Draws a bar, `[######------]  50 %, 1 min 20 s left`. */
export function formatProgress(
  { done, total, elapsed }: ProgressState,
): string {
  const share = done / total;
  const filled = Math.round(share * BAR_WIDTH);
  const bar = "#".repeat(filled).padEnd(BAR_WIDTH, "-");
  const percent = Math.floor(share * 100).toString().padStart(3);
  const left = formatDuration(elapsed / done * (total - done));
  return `[${bar}] ${percent} %, ${left} left`;
}
