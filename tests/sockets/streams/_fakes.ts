import { setImmediate } from "node:timers";
import type { InputStreamSource } from "../../../sockets/streams/input_stream_source.ts";
import type { OutputStreamSink } from "../../../sockets/streams/output_stream_sink.ts";

/** Waits until every microtask that is due has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until what a web stream took in this turn was sent: at its end. */
export async function turnEnd(): Promise<void> {
  await turn();
  await turn();
}

/** Whether a promise is still pending when every due microtask has run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settle = (): void => void (pending = false);
  promise.then(settle, settle);
  await turn();
  return pending;
}

/** The bytes `first`, `first + 1` and so on, modulo 251. */
export function bytesFrom(first: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (first + index) % 251);
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    chunks.reduce((length, chunk) => length + chunk.length, 0),
  );
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Calls a method with arguments that its types do not allow. */
export function callWith(
  method: (...args: never[]) => Promise<unknown>,
  receiver: unknown,
  ...args: unknown[]
): Promise<unknown> {
  return Promise.resolve(Reflect.apply(method, receiver, args));
}

/** How a promise settles, noted at once so that it is never unhandled. */
export function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

/** An abort signal that counts its listeners. */
export class CountingSignal {
  readonly controller: AbortController = new AbortController();
  readonly signal: AbortSignal = this.controller.signal;
  listeners = 0;

  constructor() {
    const { signal } = this;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ): void => {
      this.listeners++;
      add(type, listener, options);
    };
    signal.removeEventListener = (
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | EventListenerOptions,
    ): void => {
      this.listeners--;
      remove(type, listener, options);
    };
  }
}

type SourceEvent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  | { readonly kind: "error"; readonly error: unknown };

interface PendingRead {
  readonly buffer: Uint8Array;
  resolve(count: number | null): void;
  reject(error: unknown): void;
}

/** A source that tests drive: what is given waits for a read, or serves one. */
export class FakeSource implements InputStreamSource {
  /** The sizes of the buffers of all reads, in order. */
  readonly sizes: number[] = [];
  /** The buffers of all reads, in order. */
  readonly buffers: Uint8Array[] = [];
  readonly cancelReasons: unknown[] = [];
  #events: SourceEvent[] = [];
  #read: PendingRead | null = null;

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#read !== null) throw new Error("Overlapping reads of the source");
    if (buffer.length === 0) throw new Error("Empty read of the source");
    this.sizes.push(buffer.length);
    this.buffers.push(buffer);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    this.#read = { buffer, resolve, reject };
    this.#serve();
    return promise;
  }

  cancel(reason: unknown): void {
    this.cancelReasons.push(reason);
  }

  give(...bytes: number[]): void {
    this.giveBytes(Uint8Array.from(bytes));
  }

  giveBytes(bytes: Uint8Array): void {
    this.#events.push({ kind: "bytes", bytes });
    this.#serve();
  }

  end(): void {
    this.#events.push({ kind: "end" });
    this.#serve();
  }

  fail(error: unknown): void {
    this.#events.push({ kind: "error", error });
    this.#serve();
  }

  #serve(): void {
    const event = this.#events[0];
    const read = this.#read;
    if (event === undefined || read === null) return;
    this.#read = null;
    if (event.kind === "end") {
      read.resolve(null);
    } else if (event.kind === "error") {
      read.reject(event.error);
    } else {
      const count = Math.min(event.bytes.length, read.buffer.length);
      read.buffer.set(event.bytes.subarray(0, count));
      const rest = event.bytes.subarray(count);
      this.#events = this.#events.slice(1);
      if (rest.length > 0) this.#events.unshift({ kind: "bytes", bytes: rest });
      read.resolve(count);
    }
  }
}

/** A sink that tests drive; it takes nothing until it is told to. */
export class FakeSink implements OutputStreamSink {
  /** What was taken, one entry a call, as it was when it was taken. */
  readonly calls: Uint8Array[] = [];
  readonly abortReasons: unknown[] = [];
  closed = 0;
  /** What close() returns. */
  closing: Promise<void> = Promise.resolve();
  /** The bytes of the call in flight. */
  pending: Uint8Array | null = null;
  /** How many bytes a call takes at once; null leaves it to `take`. */
  limit: (() => number) | null;
  #write: PromiseWithResolvers<number> | null = null;

  /** @param limit How many bytes calls take at once; nothing if left out. */
  constructor(limit: (() => number) | null = null) {
    this.limit = limit;
  }

  /** All that was taken. */
  get taken(): Uint8Array {
    return concat(this.calls);
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#write !== null) throw new Error("Overlapping writes of the sink");
    if (bytes.length === 0) throw new Error("Empty write of the sink");
    if (this.closed > 0) throw new Error("Write after the close of the sink");
    if (this.limit !== null) {
      const count = Math.min(bytes.length, this.limit());
      this.calls.push(bytes.slice(0, count));
      return Promise.resolve(count);
    }
    this.pending = bytes;
    this.#write = Promise.withResolvers<number>();
    return this.#write.promise;
  }

  close(): Promise<void> {
    this.closed++;
    return this.closing;
  }

  abort(reason: unknown): void {
    this.abortReasons.push(reason);
  }

  /** Takes bytes of the call in flight; all of them if left out. */
  async take(count?: number): Promise<void> {
    const { bytes, write } = this.#settle();
    const taken = count ?? bytes.length;
    this.calls.push(bytes.slice(0, taken));
    write.resolve(taken);
    await turn();
  }

  /** Fails the call in flight. */
  async fail(error: unknown): Promise<void> {
    this.#settle().write.reject(error);
    await turn();
  }

  #settle(): { bytes: Uint8Array; write: PromiseWithResolvers<number> } {
    const bytes = this.pending;
    const write = this.#write;
    if (bytes === null || write === null) {
      throw new Error("No write of the sink is in flight");
    }
    this.pending = null;
    this.#write = null;
    return { bytes, write };
  }
}
