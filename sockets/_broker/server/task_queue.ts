/** Runs jobs in order, so many at once. */
export class TaskQueue {
  readonly #maxRunning: number;
  readonly #jobs: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning;
  }

  /** Whether no job runs or waits. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#jobs.length === 0;
  }

  /** Adds a job, which must not reject. */
  add(job: () => Promise<void>): void {
    this.#jobs.push(job);
    this.#next();
  }

  async #next(): Promise<void> {
    if (this.#running >= this.#maxRunning) return;
    const job = this.#jobs.shift();
    if (job === undefined) return;
    this.#running++;
    await job();
    this.#running--;
    this.#next();
  }
}
