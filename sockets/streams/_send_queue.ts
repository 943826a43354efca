import { setImmediate } from "node:timers";
import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { Completions, ignore } from "./_completions.ts";
import { describe } from "./_describe.ts";
import type { Outbox, Progress, Refusal } from "./_outbox.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";

/** More than this queued is back-pressure. */
export const HIGH_WATER_MARK: number = 256 * 1024;
/** To run something in a microtask: queueMicrotask() takes twice as long. */
const MICROTASK = Promise.resolve();
/**
 * So much, about a millisecond, is sent without waiting; then other work has
 * its turn.
 */
const MAX_AT_ONCE = 4 * 1024 * 1024;
/** A web stream's chunks are copied below this size. */
const MAX_WEB_COPY_SIZE = 64 * 1024;
/** What a queue has to do with the other side, beyond sending. */
export interface SendQueueEnds {
  /** Ends the other side, once all was sent. */
  readonly close?: () => void | Promise<void>;
  /** Breaks the other side off. */
  readonly abort?: (reason: unknown) => void | Promise<void>;
  /** What a failure of the other side means. */
  readonly explain?: (error: unknown) => unknown;
  /** Called once, when the other side is closed or nothing more can be sent. */
  readonly onEnd?: () => void;
  /** What a flush tells after a close; undefined if it only waits for it. */
  readonly lateFlush?: () => Error;
}

/** A chunk that was refused, though others are sent. */
interface Refused {
  readonly error: unknown;
}

/** A call of {@linkcode SendQueue.flush} that waits. */
interface Flush {
  /** Where what it waits for ends. */
  readonly position: number;
  /** What it will tell. */
  refusal: Refused | null;
}

/**
 * Collects writes and sends them in order, in as few calls as can be. One call
 * runs at a time, and what is written meanwhile goes out with the next.
 */
export class SendQueue implements OutputStreamSink {
  readonly #outbox: Outbox;
  readonly #ends: SendQueueEnds;
  readonly #completions: Completions;
  /** How much was appended and sent since the queue was empty. */
  #appended = 0;
  #sent = 0;
  /** How much was sent before that. */
  #passed = 0;
  /** Whether what is queued is sent in a microtask. */
  #scheduled = false;
  /** Whether it is sent when the turn of the event loop ends. */
  #scheduledByTurn = false;
  #pumping = false;
  /** How much was sent without waiting since others had their turn. */
  #sentNow = 0;
  /** The first chunk that was refused since a flush has told one. */
  #refusal: Refused | null = null;
  /** Flushes that wait. */
  readonly #flushes = new Set<Flush>();
  #state: "open" | "paused" | "closing" | "closed" | "failed" = "open";
  #failure: unknown;
  /** Resolves when it is not paused any more. */
  #pause: PromiseWithResolvers<void> | null = null;
  #closing: Promise<void> | null = null;
  #aborting: Promise<void> | null = null;
  #room: Promise<void> = Promise.resolve();
  /** Settles the room while there is none. */
  #noRoom: PromiseWithResolvers<void> | null = null;

  /** Called once when sending fails, with the error. */
  onFailure: ((error: unknown) => void) | null = null;

  /** @param outbox Holds and sends the chunks. */
  constructor(outbox: Outbox, ends: SendQueueEnds = {}) {
    this.#outbox = outbox;
    this.#ends = ends;
    this.#completions = new Completions(!outbox.refusesSome);
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

  /** How many bytes the kernel has taken. */
  get sentSize(): number {
    return this.#passed + this.#sent;
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
    if (this.#outbox.sizeOf(chunk.length) === 0 || isDetached(chunk)) {
      return writeNothing(chunk);
    }
    const refusal = this.#outbox.refuse(chunk);
    if (refusal !== null) return this.#refuseOne(refusal);
    const written = this.#append(chunk, false);
    this.#schedule();
    return written;
  }

  /**
   * The same for a web stream; resolves when it may write the next chunk.
   *
   * That chunk comes some microtasks later, so what is queued waits for the
   * turn to end. And the chunk may be changed then.
   */
  writeOfWebStream(chunk: Uint8Array): Promise<unknown> {
    if (!this.isOpen || !isWorthACopy(chunk)) return this.write(chunk);
    const refusal = this.#outbox.refuse(chunk);
    if (refusal !== null) return this.#refuseOne(refusal);
    this.#append(chunk, true);
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
      this.#state !== "paused" && this.#state !== "closed";
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
    const isLate = this.#state === "closing" || this.#state === "closed";
    if (isLate && this.#ends.lateFlush !== undefined) {
      return Promise.reject(this.#ends.lateFlush());
    }
    const last = this.#completions.last();
    this.#kick();
    if (this.#outbox.refusesSome) return this.#flushed(last);
    return last ?? Promise.resolve();
  }

  /** Resolves when nothing that was written before waits any more. */
  async drain(): Promise<void> {
    const last = this.#completions.last();
    this.#kick();
    // The writes themselves tell their failures.
    await last?.catch(ignore);
  }

  /** Resolves when all was sent, and the close that was called has ended. */
  async finish(): Promise<void> {
    await this.drain();
    if (this.failure !== null) throw this.failure.error;
    await this.#closing;
  }

  /** A flush that tells the first chunk that was refused before its call. */
  async #flushed(last: Promise<unknown> | undefined): Promise<void> {
    const position = this.#passed + this.#appended;
    const flush: Flush = { position, refusal: this.#refusal };
    this.#flushes.add(flush);
    await last?.catch(ignore);
    this.#flushes.delete(flush);
    if (this.#state === "failed") throw this.#failure;
    const { refusal } = flush;
    if (refusal === null) return;
    if (this.#refusal === refusal) this.#refusal = null;
    throw refusal.error;
  }

  /** Refuses writes until {@linkcode resume}; what is queued is sent. */
  pause(): void {
    if (this.#state !== "open") return;
    this.#state = "paused";
    this.#pause = Promise.withResolvers();
  }

  /** Takes writes again. */
  resume(): void {
    if (this.#state === "paused") this.#state = "open";
    this.#pause?.resolve();
    this.#pause = null;
  }

  /** Resolves when it is not paused any more; null if it is not. */
  get pausing(): Promise<void> | null {
    return this.#pause?.promise ?? null;
  }

  /** Takes no more writes; what is queued is sent. */
  stop(): void {
    if (this.#state === "open" || this.#state === "paused") {
      this.#state = "closing";
    }
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
      aborted = this.#ends.abort?.(reason);
    } finally {
      this.#ends.onEnd?.();
    }
    await aborted;
  }

  async #close(): Promise<void> {
    // The end belongs behind what takes place meanwhile.
    if (this.#pause !== null) await this.#pause.promise;
    if (this.failure !== null) throw this.failure.error;
    this.stop();
    await this.drain();
    if (this.#state === "failed") throw this.#failure;
    try {
      await this.#ends.close?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (this.failure !== null) return;
    this.#state = "closed";
    this.#ends.onEnd?.();
  }

  /** Rejects one write; where some may be refused, a flush tells it as well. */
  #refuseOne(error: Error): Promise<never> {
    const refused = Promise.reject(error);
    if (this.#outbox.refusesSome) {
      // Flushes that wait were called before.
      this.#refusal ??= { error };
      refused.catch(ignore);
    }
    return refused;
  }

  #refuse(): Promise<never> {
    if (this.#state === "paused") {
      return Promise.reject(
        new InvalidOperationError(
          "Cannot write: the connection is becoming a secure one, wait for that",
        ),
      );
    }
    if (this.#state !== "failed") {
      return Promise.reject(
        new ClosedError("Cannot write: the output stream is closed"),
      );
    }
    const refused = Promise.reject(this.#failure);
    refused.catch(ignore);
    return refused;
  }

  #append(chunk: Uint8Array, isLent: boolean): Promise<number> {
    const { length } = chunk;
    // Before the outbox has it, which may count the next one differently.
    const size = this.#outbox.sizeOf(length);
    const isFull = this.#outbox.append(chunk, isLent);
    this.#appended += size;
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

  /** Sends what waits, until it has to wait or nothing is left. */
  #pump(): void {
    this.#pumping = true;
    try {
      this.#completions.part();
      while (!this.#outbox.isEmpty) {
        if (this.#sentNow >= MAX_AT_ONCE) {
          setImmediate(this.#onNextTurn);
          return;
        }
        const progress = this.#outbox.send();
        if (progress instanceof Promise) {
          // No functions of each call: this is on the path of every message.
          progress.then(this.#onSent, this.#onRejected);
          return;
        }
        this.#sentNow += this.#advance(progress);
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

  readonly #onSent = (progress: number | Progress): void => {
    try {
      if (this.#state !== "failed") this.#advance(progress);
    } catch (error) {
      this.#fail(error);
    }
    this.#pump();
  };

  readonly #onRejected = (error: unknown): void => {
    this.#fail(this.#ends.explain?.(error) ?? error);
    this.#pump();
  };

  /** Takes out what was sent; returns how much that is. */
  #advance(progress: number | Progress): number {
    const size = typeof progress === "number" ? progress : progress.size;
    this.#take(size);
    if (typeof progress === "number" || progress.refusal === null) return size;
    const { refusal } = progress;
    this.#noteRefusal(refusal);
    this.#completions.failNext(refusal.error);
    this.#take(refusal.size);
    return size + refusal.size;
  }

  /** Has the chunk in front told by the flushes that were called behind it. */
  #noteRefusal({ size, error }: Refusal): void {
    const position = this.#passed + this.#sent + size;
    const refused = this.#refusal ??= { error };
    for (const flush of this.#flushes) {
      if (flush.position >= position) flush.refusal ??= refused;
    }
  }

  #take(size: number): void {
    this.#outbox.take(size);
    this.#sent += size;
    this.#completions.advance(this.#sent);
    if (this.#sent === this.#appended) {
      this.#passed += this.#sent;
      this.#sent = this.#appended = 0;
    }
    if (this.#noRoom !== null && this.desiredSize > 0) {
      this.#noRoom.resolve();
      this.#noRoom = null;
    }
  }

  #fail(error: unknown): void {
    if (this.#state === "failed") return;
    this.#drop(error);
    this.#ends.onEnd?.();
  }

  /** Ends the sink as well, so that nothing passes for all that was written. */
  #breakOff(error: unknown): void {
    // The writes tell why; that the sink is aborted adds nothing to it.
    this.#abort(error).catch(ignore);
  }

  #drop(error: unknown): void {
    this.#state = "failed";
    this.#failure = error;
    this.#outbox.clear();
    this.#appended = this.#sent;
    this.#completions.fail(error);
    this.#noRoom ??= Promise.withResolvers<void>();
    this.#noRoom.reject(error);
    this.#room = this.#noRoom.promise;
    this.#room.catch(ignore);
    this.onFailure?.(error);
  }
}

function isDetached(chunk: Uint8Array): boolean {
  const { buffer } = chunk;
  return chunk.length === 0 && buffer instanceof ArrayBuffer &&
    buffer.detached;
}

function writeNothing(chunk: Uint8Array): Promise<number> {
  if (!isDetached(chunk)) return Promise.resolve(0);
  return Promise.reject(
    new ArgumentError("Cannot write the bytes: their buffer was transferred"),
  );
}

/**
 * Whether a web stream's chunk is copied. A larger one it lends until it was
 * sent, which costs less.
 */
function isWorthACopy(chunk: unknown): boolean {
  return chunk instanceof Uint8Array && chunk.length > 0 &&
    chunk.length < MAX_WEB_COPY_SIZE;
}
