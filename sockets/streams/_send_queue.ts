import { setImmediate } from "node:timers";
import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { ByteBatch, UNCOPIED_SIZE } from "./_byte_batch.ts";
import { Completions, ignore } from "./_completions.ts";
import { describe } from "./_describe.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";

/** More than this queued is back-pressure. */
export const HIGH_WATER_MARK: number = 256 * 1024;
/** To run something in a microtask: queueMicrotask() takes twice as long. */
const MICROTASK = Promise.resolve();
/** So much, about a millisecond, is handed over without waiting; then other work
 * has its turn. */
const MAX_AT_ONCE = 4 * 1024 * 1024;
/** Below this a copy into one piece costs less than a call for the pieces. */
const MIN_AT_ONCE = 64 * 1024;
/** A web stream's chunks of this size or more are not copied. */
const WEB_UNCOPIED_SIZE = 64 * 1024;

/** What the queue can do with a sink of the library's own. */
export interface SendQueueExtras {
  /**
   * Hands over as many of the bytes as can be without waiting, in order; throws
   * if the sink has failed.
   *
   * @returns How many; less than all of them if the sink's `write` has to wait
   * for the rest.
   */
  readonly writeNow?: (pieces: readonly Uint8Array[]) => number;
  /** What a rejection of the sink's `write` means. */
  readonly explain?: (error: unknown) => unknown;
  /** Called once, when the sink is closed or nothing more can be sent. */
  readonly onEnd?: () => void;
}

/**
 * Collects writes and sends them in order, in as few calls as can be: small
 * chunks are gathered in slabs, large ones are passed through. One call of the
 * sink runs at a time, and what is written meanwhile goes out with the next.
 */
export class SendQueue implements OutputStreamSink {
  readonly #sink: OutputStreamSink;
  readonly #extras: SendQueueExtras;
  readonly #batch = new ByteBatch();
  readonly #completions = new Completions();
  /** How many bytes were appended and sent since the queue was empty. */
  #appended = 0;
  #sent = 0;
  /** Whether what is queued is sent in a microtask. */
  #scheduled = false;
  /** Whether it is sent when the turn of the event loop ends. */
  #scheduledByTurn = false;
  #pumping = false;
  /** The length of what the sink has now. */
  #pending = 0;
  /** How much was handed over without waiting since others had their turn. */
  #sentNow = 0;
  #state: "open" | "closing" | "closed" | "failed" = "open";
  #failure: unknown;
  #closing: Promise<void> | null = null;
  #aborting: Promise<void> | null = null;
  #room: Promise<void> = Promise.resolve();
  /** Settles the room while there is none. */
  #noRoom: PromiseWithResolvers<void> | null = null;

  /** Called once when the sink fails, with the error. */
  onFailure: ((error: unknown) => void) | null = null;

  /** @param sink Where the bytes go. */
  constructor(sink: OutputStreamSink, extras: SendQueueExtras = {}) {
    this.#sink = sink;
    this.#extras = extras;
  }

  /** Whether writes are taken. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether what is queued is sent, and then it ends. */
  get isClosing(): boolean {
    return this.#state === "closing";
  }

  /** The error that ended the queue, wrapped; null if there is none. */
  get failure(): { readonly error: unknown } | null {
    return this.#state === "failed" ? { error: this.#failure } : null;
  }

  /** Whether {@linkcode abort} ended the queue, or was called after its end. */
  get isAborted(): boolean {
    return this.#aborting !== null;
  }

  /** What {@linkcode close} returned; null if it was not called. */
  get closing(): Promise<void> | null {
    return this.#closing;
  }

  /** How many bytes wait, or are on their way to the kernel. */
  get queuedSize(): number {
    return this.#appended - this.#sent;
  }

  /** How many bytes may be written before there is back-pressure. */
  get desiredSize(): number {
    return HIGH_WATER_MARK - this.queuedSize;
  }

  /**
   * Resolves when there is no back-pressure, rejects on a failure. It is the
   * same promise until there is back-pressure again.
   */
  get room(): Promise<void> {
    if (this.#noRoom === null && this.desiredSize <= 0) {
      this.#noRoom = Promise.withResolvers<void>();
      this.#room = this.#noRoom.promise;
      this.#room.catch(ignore);
    }
    return this.#room;
  }

  /** Appends a chunk; resolves with its length once the kernel has it. */
  write(chunk: Uint8Array | undefined): Promise<number> {
    if (!(chunk instanceof Uint8Array)) {
      return Promise.reject(
        new ArgumentError(
          `Cannot write ${describe(chunk)}: it must be a Uint8Array`,
        ),
      );
    }
    if (this.#state !== "open") return this.#refuse();
    if (chunk.length === 0) return writeNothing(chunk);
    const written = this.#append(chunk, UNCOPIED_SIZE);
    this.#schedule();
    return written;
  }

  /**
   * The same for a web stream; resolves when it may write the next chunk.
   *
   * That chunk comes some microtasks later, so what is queued waits for the
   * turn to end. And the chunk may be changed then, so most are copied.
   */
  writeOfWebStream(chunk: Uint8Array): Promise<unknown> {
    if (!this.isOpen || !isWorthACopy(chunk)) return this.write(chunk);
    this.#append(chunk, WEB_UNCOPIED_SIZE);
    if (this.desiredSize <= 0 || !this.isOpen) {
      // Nothing more comes before there is room.
      this.#kick();
      return this.room;
    }
    this.#scheduleByTurn();
    return MICROTASK;
  }

  /**
   * Whether a write of the chunk can only fail with the sink. flush() tells
   * such a failure too, so a write that nobody awaits must not end the process
   * as an unhandled rejection. What else a write throws are faults of its
   * caller, that nothing else would tell.
   */
  tellsFailureOf(chunk: unknown): boolean {
    return chunk instanceof Uint8Array && this.#state !== "closing" &&
      this.#state !== "closed";
  }

  /** Starts sending what is queued, without waiting for the turn to end. */
  send(): void {
    if (this.queuedSize > 0) this.#kick();
  }

  /** Starts sending what a web stream takes for written already. */
  sendOfWebStream(): void {
    if (this.#scheduledByTurn) this.#kick();
  }

  /** Resolves when all that was written before has been sent. */
  flush(): Promise<unknown> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    const last = this.#completions.last();
    this.#kick();
    return last ?? Promise.resolve();
  }

  /** Takes no more writes; what is queued is sent. */
  stop(): void {
    if (this.#state === "open") this.#state = "closing";
  }

  /**
   * Tells the stream before it that all was sent and the sink is gone, unless
   * the stream is closed itself.
   */
  end(reason: unknown): void {
    if (this.#state !== "closing" || this.#closing !== null) return;
    this.#state = "closed";
    this.onFailure?.(reason);
  }

  /** Takes no more writes, sends what is queued, then closes the sink. */
  close(): Promise<void> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Drops what is queued, rejects its writes and aborts the sink. */
  abort(reason: unknown): Promise<void> {
    this.#aborting ??= this.#abort(reason);
    return this.#aborting;
  }

  async #abort(reason: unknown): Promise<void> {
    if (this.#state === "failed" || this.#state === "closed") return;
    this.#drop(reason);
    let aborted;
    try {
      aborted = this.#sink.abort?.(reason);
    } finally {
      this.#extras.onEnd?.();
    }
    await aborted;
  }

  async #close(): Promise<void> {
    this.stop();
    await this.flush();
    if (this.#state === "failed") throw this.#failure;
    try {
      await this.#sink.close?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (this.failure !== null) return;
    this.#state = "closed";
    this.#extras.onEnd?.();
  }

  #refuse(): Promise<never> {
    if (this.#state !== "failed") {
      return Promise.reject(
        new ClosedError("Cannot write: the output stream is closed"),
      );
    }
    const refused = Promise.reject(this.#failure);
    refused.catch(ignore);
    return refused;
  }

  #append(chunk: Uint8Array, maxCopied: number): Promise<number> {
    const { length } = chunk;
    const isFull = this.#batch.append(chunk, maxCopied);
    this.#appended += length;
    // Before anything is sent: that may be the end of the queue.
    const written = this.#completions.add(this.#appended, length);
    if (isFull) this.#kick();
    return written;
  }

  #schedule(): void {
    if (this.#scheduled || this.#pumping) return;
    this.#scheduled = true;
    MICROTASK.then(this.#onScheduled);
  }

  #scheduleByTurn(): void {
    if (this.#scheduledByTurn || this.#pumping) return;
    this.#scheduledByTurn = true;
    setImmediate(this.#onTurnEnd);
  }

  readonly #onScheduled = (): void => {
    this.#scheduled = false;
    this.#kick();
  };

  readonly #onTurnEnd = (): void => {
    this.#scheduledByTurn = false;
    this.#kick();
  };

  #kick(): void {
    if (!this.#pumping) this.#pump();
  }

  /** Sends what waits, until the sink lets it wait or nothing is left. */
  #pump(): void {
    this.#pumping = true;
    try {
      this.#completions.part();
      while (!this.#batch.isEmpty) {
        if (this.#sentNow >= MAX_AT_ONCE) {
          setImmediate(this.#onNextTurn);
          return;
        }
        if (!this.#sendManyNow() && !this.#batch.isEmpty) {
          this.#send(this.#next());
          return;
        }
      }
    } catch (error) {
      this.#breakOff(error);
    }
    this.#pumping = false;
  }

  readonly #onNextTurn = (): void => {
    this.#sentNow = 0;
    this.#pump();
  };

  /** Whether many pieces go in one call, which spares to copy them into one. */
  get #isWorthOneCall(): boolean {
    return this.#extras.writeNow !== undefined &&
      this.#batch.uncopiedSize >= MIN_AT_ONCE;
  }

  /** Sends many pieces without waiting; tells whether the sink took them. */
  #sendManyNow(): boolean {
    if (!this.#isWorthOneCall) return false;
    const pieces = this.#batch.upTo(MAX_AT_ONCE);
    return pieces.length > 1 && this.#sendNow(pieces);
  }

  /** Tells whether the sink took all of it. */
  #sendNow(pieces: readonly Uint8Array[]): boolean {
    let count;
    try {
      count = this.#extras.writeNow?.(pieces) ?? 0;
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#sentNow += count;
    this.#advance(count);
    return count === sizeOf(pieces);
  }

  /** What the sink has to wait for. */
  #next(): Uint8Array {
    // The others follow in one call as soon as there is room.
    return this.#isWorthOneCall ? this.#batch.first() : this.#batch.joined();
  }

  // No async function, and no functions of each call: this is on the path of
  // every message.
  #send(bytes: Uint8Array): void {
    // Its own, since the sink may transfer the bytes.
    this.#pending = bytes.length;
    let sending;
    try {
      sending = this.#sink.write(bytes);
    } catch (error) {
      sending = Promise.reject(error);
    }
    Promise.resolve(sending).then(this.#onSent, this.#onRejected);
  }

  readonly #onSent = (count: number): void => {
    if (this.#state !== "failed") {
      const length = this.#pending;
      if (isCountOf(count, length)) this.#advance(count);
      else this.#fail(wrongCount("write", count, length));
    }
    this.#pump();
  };

  readonly #onRejected = (error: unknown): void => {
    this.#fail(this.#extras.explain?.(error) ?? error);
    this.#pump();
  };

  #advance(count: number): void {
    this.#batch.take(count);
    this.#sent += count;
    this.#completions.advance(this.#sent);
    if (this.#sent === this.#appended) this.#sent = this.#appended = 0;
    if (this.#noRoom !== null && this.desiredSize > 0) {
      this.#noRoom.resolve();
      this.#noRoom = null;
    }
  }

  #fail(error: unknown): void {
    if (this.#state === "failed") return;
    this.#drop(error);
    this.#extras.onEnd?.();
  }

  /** Ends the sink as well, so that nothing passes for all that was written. */
  #breakOff(error: unknown): void {
    // The writes tell why; that the sink is aborted adds nothing to it.
    this.#abort(error).catch(ignore);
  }

  #drop(error: unknown): void {
    this.#state = "failed";
    this.#failure = error;
    this.#batch.clear();
    this.#appended = this.#sent;
    this.#completions.fail(error);
    this.#noRoom ??= Promise.withResolvers<void>();
    this.#noRoom.reject(error);
    this.#room = this.#noRoom.promise;
    this.#room.catch(ignore);
    this.onFailure?.(error);
  }
}

function writeNothing(chunk: Uint8Array): Promise<number> {
  const { buffer } = chunk;
  if (!(buffer instanceof ArrayBuffer) || !buffer.detached) {
    return Promise.resolve(0);
  }
  return Promise.reject(
    new ArgumentError("Cannot write the bytes: their buffer was transferred"),
  );
}

/** Whether a web stream's chunk is copied: else it waits for the kernel. */
function isWorthACopy(chunk: unknown): boolean {
  return chunk instanceof Uint8Array && chunk.length > 0 &&
    chunk.length < WEB_UNCOPIED_SIZE;
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((size, { length }) => size + length, 0);
}
