import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";
import type { InputStreamSource } from "./input_stream_source.ts";

/** The first and the smallest size of a block that is read ahead. */
const MIN_BLOCK_SIZE = 4 * 1024;
/** Reads of more than this gain nothing, measured on loopback. */
const MAX_BLOCK_SIZE = 64 * 1024;

/** What a read of the source rejects with that was ended, and took nothing. */
export const READ_CANCELLED: unique symbol = Symbol("read cancelled");

/** What the reader can do with a source of the library's own. */
export interface ByteReaderExtras {
  /** What a rejection of the source's `read` means. */
  readonly explain?: (error: unknown) => unknown;
  /** Rejects if the end that the source told is none. */
  readonly confirmEnd?: () => Promise<void>;
  /** Called once, when the source has ended or failed. */
  readonly onEnd?: () => void;
}

/** How a {@linkcode ByteReader.read} ends and what it may do. */
export interface ByteReadOptions {
  /**
   * How many bytes at most: 1 to the target's length.
   *
   * @default {target.length}
   */
  size?: number;
  /**
   * The read ends once this many bytes are there: 1 to `size`.
   *
   * @default {1}
   */
  minimum?: number;
  /** Whether more than the target holds may be read from the source. */
  readAhead?: boolean;
  /** Cancels this read alone; what arrives later serves the next read. */
  signal?: AbortSignal | undefined;
}

interface ReadRequest {
  readonly target: Uint8Array;
  readonly size: number;
  readonly minimum: number;
  readonly readAhead: boolean;
  /** Whether the source may not read straight into the target. */
  readonly detached: boolean;
  filled: number;
  resolve(filled: number | null): void;
  reject(reason: unknown): void;
}

interface Reading {
  readonly request: ReadRequest;
  readonly buffer: Uint8Array;
  /** The length at the call: the buffer may be transferred. */
  readonly length: number;
}

/**
 * Serves reads in the order of the calls, one read of the source at a time.
 *
 * The runtime cannot cancel a read without closing the socket. So a cancelled
 * read is only let go of: the source's read goes on, and its bytes serve the
 * next read. No byte is lost by a cancellation.
 */
export class ByteReader implements InputStreamSource {
  readonly #source: InputStreamSource;
  readonly #extras: ByteReaderExtras;
  readonly #requests: ReadRequest[] = [];
  /** Bytes that the source gave and nobody has taken yet, oldest first. */
  readonly #buffered: Uint8Array[] = [];
  /** What the source reads now, and for whom. */
  #reading: Reading | null = null;
  #settled: PromiseWithResolvers<void> | null = null;
  /** How many holds nobody has lifted yet. */
  #holds = 0;
  #state: "open" | "ended" | "failed" | "closed" = "open";
  #failure: unknown;
  #blockSize = MIN_BLOCK_SIZE;

  /** @param source Where the bytes come from. */
  constructor(source: InputStreamSource, extras: ByteReaderExtras = {}) {
    this.#source = source;
    this.#extras = extras;
  }

  /** Whether bytes wait here that the source gave already, and nobody took. */
  get hasBuffered(): boolean {
    return this.#buffered.length > 0;
  }

  /** Resolves when the read of the source that is on its way has come back. */
  get settled(): Promise<void> {
    if (this.#reading === null) return Promise.resolve();
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }

  /** A copy of the bytes that wait here. */
  get buffered(): Uint8Array<ArrayBuffer> {
    const size = this.#buffered.reduce((sum, { length }) => sum + length, 0);
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const chunk of this.#buffered) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  }

  /** Tells whether a web stream has bytes that nobody has read from it. */
  hasAhead: (() => boolean) | null = null;

  /** Whether nothing is being read, for nobody. */
  get isResting(): boolean {
    return this.#requests.length === 0 && this.#reading === null &&
      this.#holds === 0 && !this.hasAhead?.();
  }

  /** The same, and nothing waits that was read. */
  get isIdle(): boolean {
    return this.isResting && !this.hasBuffered;
  }

  /** Whether the source has told its end. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** The size for the next block, from how full the last ones became. */
  get blockSize(): number {
    return this.#blockSize;
  }

  /** Reads into `target`; resolves with the number of bytes, null at the end. */
  read(
    target: Uint8Array,
    options: ByteReadOptions = {},
  ): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#ask(target, options, resolve, reject);
    });
  }

  /** The same, but resolves with the part of `target` that was filled. */
  readPart(target: Uint8Array, options: ByteReadOptions): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const onRead = (filled: number | null): void => {
        const isWhole = filled === target.length;
        resolve(isWhole ? target : target.subarray(0, filled ?? 0));
      };
      this.#ask(target, options, onRead, reject);
    });
  }

  /** Puts bytes back: the next read starts with them. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#buffered.unshift(bytes);
  }

  /** Lets reads queue up but serves none before the promise has resolved. */
  hold(until: Promise<void>): void {
    this.#holds++;
    until.then(() => {
      this.#holds--;
      this.#advance();
    });
  }

  /** Rejects the read into `target` if it is pending. */
  cancelRead(target: Uint8Array, error: unknown): void {
    const request = this.#requests.find((read) => read.target === target);
    if (request === undefined) return;
    this.#drop(request, error);
    this.#advance();
  }

  /** Rejects the pending reads; the bytes they wait for serve later reads. */
  cancelPending(error: unknown): void {
    while (this.#requests[0] !== undefined) {
      this.#drop(this.#requests[0], error);
    }
  }

  /** Rejects the pending reads with `error`, and all later ones. */
  fail(error: unknown): void {
    this.#failed(error);
  }

  /** Rejects the pending reads with `error`, and all later ones as closed. */
  close(error: unknown): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.cancelPending(error);
  }

  /** As {@linkcode close}, and lets the source know. */
  cancel(reason: unknown): void | Promise<void> {
    if (this.#state === "closed") return;
    this.close(new ClosedError("Cannot read: the input stream was cancelled"));
    return this.#source.cancel?.(reason);
  }

  #ask(
    target: Uint8Array,
    options: ByteReadOptions,
    resolve: (filled: number | null) => void,
    reject: (reason: unknown) => void,
  ): void {
    const { size = target.length, minimum = 1, readAhead = false, signal } =
      options;
    if (signal?.aborted) return reject(signal.reason);
    const request: ReadRequest = {
      target,
      size,
      minimum,
      readAhead,
      detached: readAhead || signal !== undefined,
      filled: 0,
      resolve,
      reject,
    };
    if (signal !== undefined) this.#watch(request, signal);
    this.#requests.push(request);
    if (this.#requests.length === 1) this.#advance();
  }

  #advance(): void {
    while (this.#holds === 0) {
      const request = this.#requests[0];
      if (request === undefined) return;
      const refusal = this.#refusal(request);
      if (refusal !== null) {
        this.#drop(request, refusal);
        continue;
      }
      this.#take(request);
      if (request.filled >= request.minimum || this.#state === "ended") {
        this.#requests.shift();
        request.resolve(request.filled === 0 ? null : request.filled);
      } else if (this.#state === "failed") {
        this.#drop(request, this.#failure);
      } else {
        if (this.#reading === null) this.#start(request);
        return;
      }
    }
  }

  #refusal({ target, minimum }: ReadRequest): Error | null {
    if (this.#state === "closed") {
      return new ClosedError("Cannot read: the stream is closed");
    }
    if (target.length >= minimum) return null;
    return new ArgumentError(
      `Cannot read "${minimum}" bytes: the buffer was transferred or shrunk to "${target.length}"`,
    );
  }

  #take(request: ReadRequest): void {
    const { target } = request;
    const size = Math.min(request.size, target.length);
    while (request.filled < size) {
      const chunk = this.#buffered[0];
      if (chunk === undefined) return;
      const room = size - request.filled;
      if (chunk.length > room) {
        target.set(chunk.subarray(0, room), request.filled);
        this.#buffered[0] = chunk.subarray(room);
        request.filled += room;
      } else {
        target.set(chunk, request.filled);
        this.#buffered.shift();
        request.filled += chunk.length;
      }
    }
  }

  // No async functions here, and no functions of each call: this is on the path
  // of every message.
  #start(request: ReadRequest): void {
    const buffer = this.#bufferFor(request);
    this.#reading = { request, buffer, length: buffer.length };
    try {
      Promise.resolve(this.#source.read(buffer)).then(
        this.#onRead,
        this.#onRejected,
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  #bufferFor(request: ReadRequest): Uint8Array {
    const { target, filled } = request;
    const end = Math.min(request.size, target.length);
    if (request.readAhead) return new Uint8Array(this.#blockSize);
    if (request.detached) {
      return new Uint8Array(Math.min(end - filled, this.#blockSize));
    }
    const isWhole = filled === 0 && end === target.length;
    return isWhole ? target : target.subarray(filled, end);
  }

  readonly #onRead = (count: number | null): void => {
    const { confirmEnd } = this.#extras;
    if (count === null && confirmEnd !== undefined) {
      const onEnd = (): void => this.#arrived(null);
      confirmEnd().then(onEnd, this.#onRejected);
    } else {
      this.#arrived(count);
    }
  };

  readonly #onRejected = (error: unknown): void => {
    if (error === READ_CANCELLED) {
      this.#endReading();
      this.#advance();
    } else {
      this.#failed(this.#extras.explain?.(error) ?? error);
    }
  };

  #arrived(count: number | null): void {
    const reading = this.#reading;
    this.#endReading();
    if (count === null) {
      if (this.#state === "open") this.#finish("ended");
    } else if (reading !== null) {
      const failure = this.#keep(reading, count);
      if (failure !== null) return this.#failed(failure);
    }
    this.#advance();
  }

  /** Puts bytes where they belong; tells why that cannot be. */
  #keep({ request, buffer, length }: Reading, count: number): Error | null {
    if (!isCountOf(count, length)) return wrongCount("read", count, length);
    if (request.detached) {
      this.adaptBlockSize(count, length);
      this.#buffered.push(buffer.subarray(0, count));
    } else if (buffer.length < count) {
      return takenAway(count);
    } else if (this.#requests[0] === request) {
      request.filled += count;
    } else {
      // The read was cancelled, and what it was to get is for the next one.
      this.#buffered.push(copyOf(buffer, count));
    }
    return null;
  }

  #failed(error: unknown): void {
    this.#endReading();
    if (this.#state !== "open") return;
    this.#failure = error;
    this.#finish("failed");
    this.#advance();
  }

  #endReading(): void {
    this.#reading = null;
    this.#settled?.resolve();
    this.#settled = null;
  }

  #finish(state: "ended" | "failed"): void {
    this.#state = state;
    this.#extras.onEnd?.();
  }

  /** Grows blocks while they come back full, shrinks them when they do not. */
  adaptBlockSize(count: number, size: number): void {
    // A shorter read does not tell how much there was.
    if (size !== this.#blockSize) return;
    if (count === size) {
      this.#blockSize = Math.min(size * 2, MAX_BLOCK_SIZE);
    } else if (count < size / 4) {
      this.#blockSize = Math.max(size / 2, MIN_BLOCK_SIZE);
    }
  }

  /** Rejects one read; what it has taken goes back. */
  #drop(request: ReadRequest, reason: unknown): void {
    this.#requests.splice(this.#requests.indexOf(request), 1);
    // Of a buffer that was transferred nothing is left to go back.
    if (request.filled > 0 && request.target.length >= request.filled) {
      this.unread(copyOf(request.target, request.filled));
    }
    request.reject(reason);
  }

  #watch(request: ReadRequest, signal: AbortSignal): void {
    const onAbort = (): void => {
      const first = this.#requests[0] === request;
      this.#drop(request, signal.reason);
      if (first) this.#advance();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const { resolve, reject } = request;
    request.resolve = (filled) => {
      signal.removeEventListener("abort", onAbort);
      resolve(filled);
    };
    request.reject = (reason) => {
      signal.removeEventListener("abort", onAbort);
      reject(reason);
    };
  }
}

/** A copy of the beginning. The `slice` of a Node `Buffer` would be a view. */
function copyOf(bytes: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(bytes.subarray(0, length));
}

function takenAway(count: number): InvalidOperationError {
  return new InvalidOperationError(
    `Cannot keep the "${count}" bytes of a read: its buffer was transferred or resized before they came`,
  );
}
