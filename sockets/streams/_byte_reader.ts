import { ArgumentError } from "../../errors/argument_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { isCountOf, wrongCount } from "./_transfer_count.ts";
import type { InputStreamSource } from "./input_stream_source.ts";

/** The first and the smallest size of a block that is read ahead. */
const MIN_BLOCK_SIZE = 4 * 1024;
/** Reads of more than this gain nothing, measured on loopback. */
const MAX_BLOCK_SIZE = 64 * 1024;

/** How a {@linkcode ByteReader.read} ends and what it may do. */
export interface ByteReadOptions {
  /**
   * The read ends once this many bytes are there: 1 to the target's length.
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
  readonly minimum: number;
  readonly readAhead: boolean;
  /** Whether the source may not read straight into the target. */
  readonly detached: boolean;
  filled: number;
  resolve(filled: number | null): void;
  reject(reason: unknown): void;
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
  readonly #onEnd: (() => void) | undefined;
  readonly #requests: ReadRequest[] = [];
  /** Bytes that the source gave and nobody has taken yet, oldest first. */
  readonly #buffered: Uint8Array[] = [];
  #reading = false;
  /** How many holds nobody has lifted yet. */
  #holds = 0;
  #state: "open" | "ended" | "failed" | "closed" = "open";
  #failure: unknown;
  #blockSize = MIN_BLOCK_SIZE;

  /**
   * @param source Where the bytes come from.
   * @param onEnd Called once, when the source has ended or failed.
   */
  constructor(source: InputStreamSource, onEnd?: () => void) {
    this.#source = source;
    this.#onEnd = onEnd;
  }

  /** Whether bytes wait here that the source gave already, and nobody took. */
  get hasBuffered(): boolean {
    return this.#buffered.length > 0;
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
    const { minimum = 1, readAhead = false, signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const request: ReadRequest = {
        target,
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
        if (!this.#reading) this.#start(request);
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
    while (request.filled < target.length) {
      const chunk = this.#buffered[0];
      if (chunk === undefined) return;
      const room = target.length - request.filled;
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

  #start(request: ReadRequest): void {
    const { target, filled } = request;
    const room = target.length - filled;
    const size = request.readAhead
      ? this.#blockSize
      : Math.min(room, this.#blockSize);
    let buffer = target;
    if (request.detached) buffer = new Uint8Array(size);
    else if (filled > 0) buffer = target.subarray(filled);
    this.#reading = true;
    const { length } = buffer;
    let read;
    try {
      read = this.#source.read(buffer);
    } catch (error) {
      this.#failed(error);
      return;
    }
    read.then((count) => {
      if (count === null || isCountOf(count, length)) {
        this.#arrived(request, buffer, count);
      } else {
        this.#failed(wrongCount("read", count, length));
      }
    }, (error) => this.#failed(error));
  }

  #arrived(
    request: ReadRequest,
    buffer: Uint8Array,
    count: number | null,
  ): void {
    this.#reading = false;
    if (count === null) {
      if (this.#state === "open") this.#finish("ended");
    } else if (request.detached) {
      this.adaptBlockSize(count, buffer.length);
      this.#buffered.push(buffer.subarray(0, count));
    } else if (this.#requests[0] === request) {
      request.filled += count;
    } else if (buffer.length < count) {
      this.#failed(takenAway(count));
      return;
    } else {
      // The read was cancelled, and what it was to get is for the next one.
      this.#buffered.push(copyOf(buffer, count));
    }
    this.#advance();
  }

  #failed(error: unknown): void {
    this.#reading = false;
    if (this.#state !== "open") return;
    this.#failure = error;
    this.#finish("failed");
    this.#advance();
  }

  #finish(state: "ended" | "failed"): void {
    this.#state = state;
    this.#onEnd?.();
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
    if (request.filled > 0) {
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
    `Cannot keep the ${count} bytes of a cancelled read: its buffer was transferred before they came`,
  );
}
