import { HIGH_WATER_MARK } from "../../../sockets/streams/_send_queue.ts";
import { OutputStream } from "../../../sockets/streams/output_stream.ts";
import { FakeSink } from "./_fakes.ts";

/** A stream over a sink that the test drives. */
export interface Subject {
  readonly sink: FakeSink;
  readonly stream: WritableStream<Uint8Array>;
}

const MAKERS = {
  WritableStream: standardStream,
  OutputStream: (sink: FakeSink) => new OutputStream(sink),
} satisfies Record<string, (sink: FakeSink) => WritableStream<Uint8Array>>;

/**
 * Runs a test with an `OutputStream` and with the runtime's `WritableStream`,
 * which proves that what it expects is the standard's.
 */
export function testBoth(
  name: string,
  test: (subject: Subject) => Promise<void>,
): void {
  for (const [kind, make] of Object.entries(MAKERS)) {
    Deno.test(`${kind}.${name}`, { permissions: "none" }, async () => {
      const sink = new FakeSink();
      await test({ sink, stream: make(sink) });
    });
  }
}

/** A source that a test feeds, and that notes why it was cancelled. */
export class FakeReadable {
  readonly cancelReasons: unknown[] = [];
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly readable: ReadableStream<Uint8Array>;

  /** @param cancel What else happens when it is cancelled. */
  constructor(cancel: () => void = () => {}) {
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    this.readable = new ReadableStream<Uint8Array>({
      start: (given) => void (controller = given),
      cancel: (reason) => {
        this.cancelReasons.push(reason);
        cancel();
      },
    });
    if (controller === null) throw new Error("The stream did not start");
    this.controller = controller;
  }
}

/** Takes all that is written, now and later. */
export function takeAll(): number {
  return Infinity;
}

/** Takes what is pending until nothing is left. */
export async function drain(sink: FakeSink): Promise<void> {
  while (sink.pending !== null) await sink.take();
}

/** The names of promises, in the order in which they settle so far. */
export function settleOrder(
  promises: Readonly<Record<string, Promise<unknown>>>,
): readonly string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(promises)) {
    const note = (): void => void order.push(name);
    promise.then(note, note);
  }
  return order;
}

/**
 * The sink as a user of the standard would wrap it: one call of the sink for a
 * chunk, and an abort ends the write that is in progress.
 */
function standardStream(sink: FakeSink): WritableStream<Uint8Array> {
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  return new WritableStream<Uint8Array>({
    start({ signal }) {
      signal.addEventListener("abort", () => aborted.reject(signal.reason));
    },
    async write(chunk) {
      for (let rest = chunk; rest.length > 0;) {
        const count = await Promise.race([sink.write(rest), aborted.promise]);
        rest = rest.subarray(count);
      }
    },
    close: () => sink.close(),
    abort: (reason) => sink.abort(reason),
  }, new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }));
}
