import { setImmediate } from "node:timers";
import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { ByteBatch } from "./_byte_batch.ts";
import { Completions, ignore } from "./_completions.ts";
import { describe } from "./_describe.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";
import type { OutputStreamSink } from "./output_stream_sink.ts";

/** More than this queued is back-pressure. */
export const HIGH_WATER_MARK: number = 256 * 1024;
/** To run something in a microtask: queueMicrotask() takes twice as long. */
const MICROTASK = Promise.resolve();
/** So much is handed over without waiting, then other work has its turn. */
const MAX_AT_ONCE = 4 * 1024 * 1024;

/** A sink that may take bytes without waiting as well. */
export interface SendQueueSink extends OutputStreamSink {
  /**
   * Hands over as many of the bytes as can be without waiting, in order.
   *
   * @returns How many; less than all of them if {@linkcode write} has to wait
   * for the rest, or tells its failure.
   */
  writeNow?(pieces: readonly Uint8Array[]): number;
  /** What a rejection of {@linkcode write} means. */
  explain?(error: unknown): unknown;
}

/**
 * Collects writes and sends them in order, in as few calls as can be: small
 * chunks are gathered in slabs, large ones are passed through. One call of the
 * sink runs at a time, and what is written meanwhile goes out with the next.
 */
export class SendQueue implements OutputStreamSink {
  readonly #sink: SendQueueSink;
  readonly #onEnd: (() => void) | undefined;
  readonly #batch = new ByteBatch();
  readonly #completions = new Completions();
  /** How many bytes were appended and sent since the queue was empty. */
  #appended = 0;
  #sent = 0;
  /** Whether what is queued is sent in a microtask. */
  #scheduled = false;
  /** Whether it is sent when the turn of the event loop ends. */
  #isPatient = false;
  #pumping = false;
  /** The length of what the sink has now. */
  #pending = 0;
  /** How much was sent without waiting since the last wait. */
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

  /**
   * @param sink Where the bytes go.
   * @param onEnd Called once, when the sink is closed or nothing more can be
   * sent.
   */
  constructor(sink: SendQueueSink, onEnd?: () => void) {
    this.#sink = sink;
    this.#onEnd = onEnd;
  }

  /** Whether writes are taken. */
  get isOpen(): boolean {
    return this.#state === "open";
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

  /**
   * Appends a chunk; resolves with its length once the kernel has it.
   *
   * @param isOneOfMany Whether the next chunk comes after a microtask or more,
   * as from a web stream: then what is queued waits for the turn to end.
   */
  write(
    chunk: Uint8Array | undefined,
    isOneOfMany: boolean = false,
  ): Promise<number> {
    if (!(chunk instanceof Uint8Array)) {
      return Promise.reject(
        new ArgumentError(
          `Cannot write ${describe(chunk)}: it must be a Uint8Array`,
        ),
      );
    }
    if (this.#state !== "open") return this.#refuse();
    const { length } = chunk;
    if (length === 0) return writeNothing(chunk);
    const isFull = this.#batch.append(chunk);
    this.#appended += length;
    if (isFull || !this.#scheduled) this.#schedule(isFull, isOneOfMany);
    return this.#completions.add(this.#appended, length);
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

  /** Resolves when all that was written before has been sent. */
  flush(): Promise<unknown> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    const last = this.#completions.last();
    this.#kick();
    return last ?? Promise.resolve();
  }

  /** Takes no more writes. */
  stop(): void {
    if (this.#state === "open") this.#state = "closing";
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
      this.#onEnd?.();
    }
    await aborted;
  }

  async #close(): Promise<void> {
    this.stop();
    await this.flush();
    try {
      await this.#sink.close?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (this.failure !== null) return;
    this.#state = "closed";
    this.#onEnd?.();
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

  #schedule(isFull: boolean, isOneOfMany: boolean): void {
    if (this.#pumping) return;
    const isUrgent = isFull
      // While the next slab is filled this one can go.
      ? !this.#sendSlabNow()
      // Nothing more comes from a web stream once there is no room.
      : isOneOfMany && this.desiredSize <= 0;
    if (isUrgent) this.#kick();
    else if (!isOneOfMany) {
      if (this.#scheduled) return;
      this.#scheduled = true;
      MICROTASK.then(this.#onScheduled);
    } else if (!this.#isPatient) {
      this.#isPatient = true;
      setImmediate(this.#onTurn);
    }
  }

  #kick(): void {
    if (!this.#pumping) this.#pump();
  }

  /** Sends what waits, until the sink lets it wait or nothing is left. */
  #pump(): void {
    this.#pumping = true;
    try {
      this.#completions.part();
      this.#sendNow();
      if (!this.#batch.isEmpty) {
        // Where it only waits for room, the rest goes without a copy.
        const isFirst = this.#sink.writeNow !== undefined;
        this.#send(isFirst ? this.#batch.first() : this.#batch.joined());
        return;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#pumping = false;
  }

  /**
   * Sends what can be sent without waiting, where the sink has such a call. For
   * slabs alone, or for one piece, it gains nothing.
   */
  #sendNow(): void {
    while (this.#batch.hasUncopied && this.#canSendNow) {
      const pieces = this.#batch.all();
      if (pieces.length < 2 || !this.#handOver(pieces)) return;
    }
  }

  /** The same for a full slab, which then is filled again while it is cached. */
  #sendSlabNow(): boolean {
    if (this.#batch.hasUncopied || !this.#canSendNow) return false;
    this.#completions.part();
    return this.#handOver([this.#batch.first()]);
  }

  get #canSendNow(): boolean {
    return this.#sink.writeNow !== undefined && this.#sentNow < MAX_AT_ONCE;
  }

  /** Tells whether the sink took all of it. */
  #handOver(pieces: readonly Uint8Array[]): boolean {
    const count = this.#sink.writeNow?.(pieces) ?? 0;
    this.#sentNow += count;
    this.#advance(count);
    return count === sizeOf(pieces);
  }

  // No async function, and no functions of each call: this is on the path of
  // every message.
  #send(bytes: Uint8Array): void {
    this.#sentNow = 0;
    // Its own, since the sink may transfer the bytes.
    this.#pending = bytes.length;
    this.#sink.write(bytes).then(this.#onSent, this.#onRejected);
  }

  readonly #onScheduled = (): void => {
    this.#scheduled = false;
    this.#kick();
  };

  readonly #onTurn = (): void => {
    this.#isPatient = false;
    this.#kick();
  };

  readonly #onSent = (count: number): void => {
    if (this.#state !== "failed") {
      const length = this.#pending;
      if (isCountOf(count, length)) this.#advance(count);
      else this.#fail(wrongCount("write", count, length));
    }
    this.#pump();
  };

  readonly #onRejected = (error: unknown): void => {
    this.#fail(this.#sink.explain?.(error) ?? error);
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
    this.#onEnd?.();
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

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((size, { length }) => size + length, 0);
}
