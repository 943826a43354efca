/** So many handshakes go on at once; further connections wait in the system. */
const MAX_HANDSHAKES = 128;
/**
 * How long a handshake may take while others wait, in milliseconds. Otherwise
 * that many clients that say nothing would keep all others out.
 */
const PATIENCE = 2_000;

/** A handshake that goes on. */
interface Handshake<Accepted> {
  readonly accepted: Accepted;
  readonly abort: AbortController;
  /** When it began, as `performance.now()` tells it. */
  readonly start: number;
}

/** What a {@linkcode HandshakeQueue} does with connections. */
export interface HandshakeQueueOptions<Accepted, Ready> {
  /** Waits for the next connection. */
  accept(): Promise<Accepted>;
  /** Shakes hands, or closes the connection. */
  shakeHands(accepted: Accepted, signal: AbortSignal): Promise<Ready>;
  /** Closes a connection that nobody wants any more. */
  drop(ready: Ready): void;
  /** The error of a connection that had its time, which is in milliseconds. */
  gaveWay(accepted: Accepted, patience: number): Error;
  /** The error when it is closed. */
  aborted(): Error;
  /** Told of each handshake that failed. */
  onFailure(error: unknown): void;
}

/**
 * Accepts connections and shakes hands with them. Each handshake is on its own,
 * so that none that is slow or bad keeps the others waiting.
 */
export class HandshakeQueue<Accepted, Ready> {
  readonly #options: HandshakeQueueOptions<Accepted, Ready>;
  readonly #closing = new AbortController();
  /** Connections that are ready and nobody has asked for yet. */
  readonly #ready: Ready[] = [];
  #waiter: PromiseWithResolvers<Ready> | null = null;
  #isAccepting = false;
  /** The oldest one comes first. */
  readonly #handshakes = new Set<Handshake<Accepted>>();
  /** Resolves when one of them has ended. */
  #room: PromiseWithResolvers<void> | null = null;

  constructor(options: HandshakeQueueOptions<Accepted, Ready>) {
    this.#options = options;
  }

  /** Waits for the next connection that is ready. One at a time. */
  accept(): Promise<Ready> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    this.#waiter = Promise.withResolvers();
    this.#run();
    return this.#waiter.promise;
  }

  /** Ends the handshakes, and drops what nobody has asked for. */
  close(): void {
    const { aborted, drop } = this.#options;
    this.#closing.abort(aborted());
    for (const { abort } of this.#handshakes) abort.abort(aborted());
    this.#room?.resolve();
    for (const ready of this.#ready.splice(0)) drop(ready);
    this.#fail(aborted());
  }

  /** Accepts while somebody waits. */
  async #run(): Promise<void> {
    if (this.#isAccepting) return;
    this.#isAccepting = true;
    try {
      while (this.#waiter !== null) {
        const accepted = await this.#options.accept();
        if (this.#handshakes.size >= MAX_HANDSHAKES) await this.#makeRoom();
        this.#shakeHands(accepted);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAccepting = false;
    }
  }

  /** Waits until a handshake has ended; one that has had its time is ended. */
  async #makeRoom(): Promise<void> {
    const [oldest] = this.#handshakes;
    if (oldest === undefined || this.#closing.signal.aborted) return;
    const { accepted, abort, start } = oldest;
    this.#room = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      abort.abort(this.#options.gaveWay(accepted, PATIENCE));
      this.#end(oldest);
    }, Math.max(0, start + PATIENCE - performance.now()));
    await this.#room.promise;
    clearTimeout(timer);
    this.#room = null;
  }

  async #shakeHands(accepted: Accepted): Promise<void> {
    const abort = new AbortController();
    const { signal } = this.#closing;
    if (signal.aborted) abort.abort(signal.reason);
    const handshake = { accepted, abort, start: performance.now() };
    this.#handshakes.add(handshake);
    try {
      this.#give(await this.#options.shakeHands(accepted, abort.signal));
    } catch (error) {
      if (!signal.aborted) this.#options.onFailure(error);
    } finally {
      this.#end(handshake);
    }
  }

  #end(handshake: Handshake<Accepted>): void {
    this.#handshakes.delete(handshake);
    this.#room?.resolve();
  }

  #give(ready: Ready): void {
    if (this.#closing.signal.aborted) {
      this.#options.drop(ready);
    } else if (this.#waiter === null) {
      this.#ready.push(ready);
    } else {
      this.#waiter.resolve(ready);
      this.#waiter = null;
    }
  }

  #fail(error: unknown): void {
    this.#waiter?.reject(error);
    this.#waiter = null;
  }
}
