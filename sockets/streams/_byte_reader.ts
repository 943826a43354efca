import { ClosedError } from "../../errors/closed_error.ts";
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
    const { minimum = 1, signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const request: ReadRequest = {
        target,
        minimum,
        detached: signal !== undefined || options.readAhead === true,
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
    this.#buffered.unshift(bytes);
  }

  /** Rejects the pending reads; the bytes they wait for serve later reads. */
  cancelPending(error: unknown): void {
    while (this.#requests[0] !== undefined) this.#drop(this.#requests[0], error);
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
    for (;;) {
      const request = this.#requests[0];
      if (request === undefined) return;
      if (this.#state === "closed") {
        this.#drop(request, new ClosedError("Cannot read: the stream is closed"));
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
    const buffer = request.detached
      ? new Uint8Array(this.#blockSize)
      : request.target.subarray(request.filled);
    this.#reading = true;
    this.#source.read(buffer).then(
      (count) => this.#arrived(request, buffer, count),
      (error) => this.#failed(error),
    );
  }

  #arrived(request: ReadRequest, buffer: Uint8Array, count: number | null): void {
    this.#reading = false;
    if (count === null) {
      if (this.#state === "open") this.#finish("ended");
    } else if (request.detached) {
      this.adaptBlockSize(count, buffer.length);
      this.#buffered.push(buffer.subarray(0, count));
    } else if (this.#requests[0] === request) {
      request.filled += count;
    } else {
      // The read was cancelled: its target belongs to the caller again.
      this.#buffered.push(buffer.slice(0, count));
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
    if (count === size) {
      this.#blockSize = Math.min(size * 2, MAX_BLOCK_SIZE);
    } else if (count < size / 4) {
      this.#blockSize = Math.max(size / 2, MIN_BLOCK_SIZE);
    }
  }

  /** Rejects one read; what it has taken goes back. */
  #drop(request: ReadRequest, reason: unknown): void {
    const index = this.#requests.indexOf(request);
    if (index < 0) return;
    this.#requests.splice(index, 1);
    if (request.filled > 0) {
      this.unread(request.target.slice(0, request.filled));
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
