import type { InputStreamSource } from "../../streams/input_stream_source.ts";
import type { DataReceiver, ReceivedPart } from "./data_receiver.ts";
import { ReceiveQueue } from "./receive_queue.ts";

interface PendingRead extends PromiseWithResolvers<number | null> {
  readonly buffer: Uint8Array;
}

/** The bytes of all messages in a row, while they come. */
export class StreamReceiver implements DataReceiver, InputStreamSource {
  readonly #queue = new ReceiveQueue<Uint8Array>();
  /** How much of the oldest bytes was read. */
  #offset = 0;
  #pending: PendingRead | null = null;
  #state: "open" | "ended" | "failed" = "open";
  #failure: unknown;
  #discards = false;

  get room(): Promise<void> | null {
    return this.#queue.room;
  }

  receive({ bytes }: ReceivedPart): void {
    if (bytes.length === 0 || this.#discards) return;
    const taken = this.#pending === null
      ? 0
      : this.#serve(this.#pending, bytes);
    if (taken === bytes.length) return;
    const rest = bytes.slice(taken);
    this.#queue.put(rest, rest.length);
  }

  end(): Promise<void> {
    if (this.#state === "open") this.#state = "ended";
    this.#settle();
    return this.#queue.drained;
  }

  fail(error: Error): Promise<void> {
    if (this.#state === "open") {
      this.#state = "failed";
      this.#failure = error;
    }
    this.#settle();
    return this.#queue.drained;
  }

  discard(error: Error): void {
    this.cancel();
    this.fail(error);
  }

  /** Reads at least one byte, or null at the end. One at a time. */
  read(buffer: Uint8Array): Promise<number | null> {
    const pending = { buffer, ...Promise.withResolvers<number | null>() };
    const bytes = this.#queue.peek();
    if (bytes !== null) this.#takeFrom(bytes, pending);
    else this.#pending = pending;
    this.#settle();
    return pending.promise;
  }

  /** Nobody wants what comes. */
  cancel(): void {
    this.#discards = true;
    while (this.#queue.take() !== null);
  }

  #takeFrom(bytes: Uint8Array, read: PendingRead): void {
    this.#offset += this.#serve(read, bytes.subarray(this.#offset));
    if (this.#offset < bytes.length) return;
    this.#queue.take();
    this.#offset = 0;
  }

  #serve({ buffer, resolve }: PendingRead, bytes: Uint8Array): number {
    const part = bytes.subarray(0, buffer.length);
    buffer.set(part);
    resolve(part.length);
    this.#pending = null;
    return part.length;
  }

  /** Tells the end to the read that waits for more. */
  #settle(): void {
    if (this.#pending === null || this.#state === "open") return;
    if (this.#state === "ended") this.#pending.resolve(null);
    else this.#pending.reject(this.#failure);
    this.#pending = null;
  }
}
